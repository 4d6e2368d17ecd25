//! One number of a step.

use super::{BufferId, Comparison, Extremum, ScalarFunction};

/// One number, computed at a place i of a loop or outside of any.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// A constant.
    Number(f64),
    /// An element of a buffer.
    Element(BufferId, Access),
    /// 1 where i is the target class, else 0.
    IsTarget,
    /// −operand
    Negate(Box<Self>),
    /// left + right
    Add(Box<Self>, Box<Self>),
    /// left − right
    Subtract(Box<Self>, Box<Self>),
    /// left · right
    Multiply(Box<Self>, Box<Self>),
    /// left / right
    Divide(Box<Self>, Box<Self>),
    /// A small whole power, 2 or more.
    WholePower(Box<Self>, u32),
    /// Any other power.
    Power(Box<Self>, f64),
    /// A scalar function.
    Call(ScalarFunction, Box<Self>),
    /// The smaller or the larger of two.
    Extremum(Extremum, Box<Self>, Box<Self>),
    /// 1 where the comparison holds, else 0.
    Compare(Comparison, Box<Self>, Box<Self>),
    /// The second where the first is not 0, else the third.
    Select(Box<[Self; 3]>),
}

/// Which element of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The one at the loop's place.
    Here,
    /// This many places after the loop's.
    Shifted(usize),
    /// The one at this place.
    At(usize),
    /// The only one, of a scalar.
    Whole,
    /// The one at the target class.
    AtTarget,
}

impl Scalar {
    /// The buffers that it reads, some perhaps twice.
    pub(super) fn buffers(&self) -> Vec<BufferId> {
        let mut buffers = Vec::new();
        self.visit(&mut |part| {
            if let Self::Element(buffer, _) = part {
                buffers.push(*buffer);
            }
        });
        buffers
    }

    pub(super) fn uses_class(&self) -> bool {
        let mut found = false;
        self.visit(&mut |part| {
            found |= matches!(part, Self::IsTarget | Self::Element(_, Access::AtTarget));
        });
        found
    }

    /// The same expression with each access changed; `None` where `change` has no answer for one.
    pub(super) fn try_map_elements(
        mut self,
        change: &mut impl FnMut(BufferId, Access) -> Option<Access>,
    ) -> Option<Self> {
        let mut is_whole = true;
        self.visit_mut(&mut |part| {
            if let Self::Element(buffer, access) = part {
                match change(*buffer, *access) {
                    Some(changed) => *access = changed,
                    None => is_whole = false,
                }
            }
        });
        is_whole.then_some(self)
    }

    fn visit_mut(&mut self, change: &mut impl FnMut(&mut Self)) {
        change(self);
        match self {
            Self::Number(_) | Self::IsTarget | Self::Element(..) => {}
            Self::Negate(a) | Self::WholePower(a, _) | Self::Power(a, _) | Self::Call(_, a) => {
                a.visit_mut(change);
            }
            Self::Add(a, b)
            | Self::Subtract(a, b)
            | Self::Multiply(a, b)
            | Self::Divide(a, b)
            | Self::Extremum(_, a, b)
            | Self::Compare(_, a, b) => {
                a.visit_mut(change);
                b.visit_mut(change);
            }
            Self::Select(parts) => parts.iter_mut().for_each(|part| part.visit_mut(change)),
        }
    }

    /// Shows every part of the expression, itself first.
    fn visit(&self, look: &mut impl FnMut(&Self)) {
        look(self);
        match self {
            Self::Number(_) | Self::IsTarget | Self::Element(..) => {}
            Self::Negate(a) | Self::WholePower(a, _) | Self::Power(a, _) | Self::Call(_, a) => {
                a.visit(look);
            }
            Self::Add(a, b)
            | Self::Subtract(a, b)
            | Self::Multiply(a, b)
            | Self::Divide(a, b)
            | Self::Extremum(_, a, b)
            | Self::Compare(_, a, b) => {
                a.visit(look);
                b.visit(look);
            }
            Self::Select(parts) => parts.iter().for_each(|part| part.visit(look)),
        }
    }
}
