//! Formulas: checked arithmetic over the symbols `S` of a definition or of a model.

use crate::number::Number;
pub use crate::syntax::ast::Comparison;

/// A checked formula. Vectors combine element by element; a scalar spreads over a vector.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula<S> {
    /// A constant.
    Number(Number),
    /// π
    Pi,
    /// A symbol of the surroundings.
    Symbol(S),
    /// −operand
    Negate(Box<Self>),
    /// A scalar function of one argument.
    Unary(Function, Box<Self>),
    /// A scalar operation on two operands; the exponent of a power is a constant.
    Binary(Operator, Box<Self>, Box<Self>),
    /// One of two values, by a comparison.
    Select(Box<Selection<S>>),
    /// A vector made a scalar.
    Reduce(Reduction, Box<Self>),
    /// The element of a vector whose index is the target class.
    ElementAtTarget(Box<Self>),
    /// The elements of a vector from the first place up to the second, which is excluded.
    Slice(Box<Self>, usize, usize),
    /// Scalars and vectors end to end.
    Join(Vec<Self>),
    /// A value whose derivative is stated by the user instead of derived.
    Stated(Box<Stated<S>>),
}

/// `if left comparison right { then } else { otherwise }`
#[derive(Clone, Debug, PartialEq)]
pub struct Selection<S> {
    /// How the sides are compared.
    pub comparison: Comparison,
    /// The left side.
    pub left: Formula<S>,
    /// The right side.
    pub right: Formula<S>,
    /// The value where the comparison holds.
    pub then: Formula<S>,
    /// The value where it does not.
    pub otherwise: Formula<S>,
}

/// `value`, whose derivative with respect to `argument` is taken to be `derivative`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated<S> {
    /// The value.
    pub value: Formula<S>,
    /// What it is a function of.
    pub argument: Formula<S>,
    /// The derivative, element by element.
    pub derivative: Formula<S>,
}

/// The scalar functions of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// eˣ
    Exp,
    /// The natural logarithm.
    Ln,
    /// The square root.
    Sqrt,
    /// The absolute value.
    Abs,
    /// −1, 0 or 1
    Sign,
    /// 1 above zero, else 0
    Step,
    /// The sine.
    Sin,
    /// The cosine.
    Cos,
    /// The hyperbolic tangent.
    Tanh,
    /// σ(x) = 1 / (1 + e⁻ˣ)
    Sigmoid,
    /// The error function.
    Erf,
    /// ln(1 + eˣ)
    Softplus,
}

impl Function {
    /// Every function with its name in the language.
    pub const ALL: [(&'static str, Self); 12] = [
        ("exp", Self::Exp),
        ("ln", Self::Ln),
        ("sqrt", Self::Sqrt),
        ("abs", Self::Abs),
        ("sign", Self::Sign),
        ("step", Self::Step),
        ("sin", Self::Sin),
        ("cos", Self::Cos),
        ("tanh", Self::Tanh),
        ("sigmoid", Self::Sigmoid),
        ("erf", Self::Erf),
        ("softplus", Self::Softplus),
    ];

    /// The function called `name` in the language.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find_map(|(known, function)| (known == name).then_some(function))
    }

    /// Its name in the language.
    pub fn name(self) -> &'static str {
        let found = Self::ALL.into_iter().find(|(_, known)| *known == self);
        found.map_or("", |(name, _)| name)
    }
}

/// The scalar operations on two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// left + right
    Add,
    /// left − right
    Subtract,
    /// left · right
    Multiply,
    /// left / right
    Divide,
    /// left to the power of right, a constant
    Power,
    /// The smaller one.
    Minimum,
    /// The larger one.
    Maximum,
}

/// The ways to make a vector a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reduction {
    /// Σ xᵢ
    Sum,
    /// The arithmetic mean.
    Mean,
    /// The largest element.
    Max,
    /// ln Σ exp xᵢ, computed so that no element overflows
    LogSumExp,
}

impl Reduction {
    /// Every reduction with its name in the language.
    pub const ALL: [(&'static str, Self); 4] = [
        ("sum", Self::Sum),
        ("mean", Self::Mean),
        ("max", Self::Max),
        ("logsumexp", Self::LogSumExp),
    ];

    /// The reduction called `name` in the language.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find_map(|(known, reduction)| (known == name).then_some(reduction))
    }

    /// Its name in the language.
    pub fn name(self) -> &'static str {
        let found = Self::ALL.into_iter().find(|(_, known)| *known == self);
        found.map_or("", |(name, _)| name)
    }
}

impl<S> Formula<S> {
    /// left operator right
    pub fn binary(operator: Operator, left: Self, right: Self) -> Self {
        Self::Binary(operator, Box::new(left), Box::new(right))
    }

    /// The same formula with every symbol replaced.
    pub fn substitute<T>(&self, replace: &mut impl FnMut(&S) -> Formula<T>) -> Formula<T> {
        let mut inner = |formula: &Self| Box::new(formula.substitute(&mut *replace));
        match self {
            Self::Number(number) => Formula::Number(*number),
            Self::Pi => Formula::Pi,
            Self::Symbol(symbol) => replace(symbol),
            Self::Negate(operand) => Formula::Negate(inner(operand)),
            Self::Unary(function, operand) => Formula::Unary(*function, inner(operand)),
            Self::Binary(operator, left, right) => {
                let left = inner(left);
                Formula::Binary(*operator, left, inner(right))
            }
            Self::Select(selection) => Formula::Select(Box::new(Selection {
                comparison: selection.comparison,
                left: *inner(&selection.left),
                right: *inner(&selection.right),
                then: *inner(&selection.then),
                otherwise: *inner(&selection.otherwise),
            })),
            Self::Reduce(reduction, operand) => Formula::Reduce(*reduction, inner(operand)),
            Self::ElementAtTarget(vector) => Formula::ElementAtTarget(inner(vector)),
            Self::Slice(vector, start, end) => Formula::Slice(inner(vector), *start, *end),
            Self::Join(parts) => Formula::Join(parts.iter().map(|part| *inner(part)).collect()),
            Self::Stated(stated) => Formula::Stated(Box::new(Stated {
                value: *inner(&stated.value),
                argument: *inner(&stated.argument),
                derivative: *inner(&stated.derivative),
            })),
        }
    }

    /// The parts of the formula.
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Number(_) | Self::Pi | Self::Symbol(_) => Vec::new(),
            Self::Negate(a)
            | Self::Unary(_, a)
            | Self::Reduce(_, a)
            | Self::ElementAtTarget(a)
            | Self::Slice(a, ..) => vec![a],
            Self::Join(parts) => parts.iter().collect(),
            Self::Binary(_, a, b) => vec![a, b],
            Self::Select(s) => vec![&s.left, &s.right, &s.then, &s.otherwise],
            Self::Stated(s) => vec![&s.value, &s.argument, &s.derivative],
        }
    }

    /// How many operations, constants and symbols it is made of.
    pub fn size(&self) -> usize {
        self.substituted_size(&|_| 1)
    }

    /// The size after each symbol is replaced by a formula of the size that `size_of` tells.
    pub fn substituted_size(&self, size_of: &impl Fn(&S) -> usize) -> usize {
        match self {
            Self::Symbol(symbol) => size_of(symbol),
            _ => {
                1 + self
                    .parts()
                    .into_iter()
                    .map(|part| part.substituted_size(size_of))
                    .sum::<usize>()
            }
        }
    }

    /// The number of levels.
    pub fn depth(&self) -> usize {
        1 + self.parts().into_iter().map(Self::depth).max().unwrap_or(0)
    }

    /// Whether `test` holds for the formula or a part of it.
    pub fn any(&self, test: &impl Fn(&Self) -> bool) -> bool {
        test(self) || self.parts().into_iter().any(|part| part.any(test))
    }

    /// The value of a formula without symbols, where its arithmetic gives one.
    pub fn constant(&self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Pi => Some(Number::float(std::f64::consts::PI)),
            Self::Symbol(_)
            | Self::Reduce(..)
            | Self::ElementAtTarget(_)
            | Self::Slice(..)
            | Self::Join(_) => None,
            Self::Negate(operand) => Some(-operand.constant()?),
            Self::Unary(function, operand) => Some(function.constant(operand.constant()?)),
            Self::Binary(operator, left, right) => {
                Some(operator.constant(left.constant()?, right.constant()?))
            }
            Self::Select(selection) => {
                let holds = selection
                    .comparison
                    .holds(selection.left.constant()?, selection.right.constant()?);
                if holds {
                    selection.then.constant()
                } else {
                    selection.otherwise.constant()
                }
            }
            Self::Stated(stated) => stated.value.constant(),
        }
    }
}

impl Function {
    /// The value of the function at a constant.
    pub fn constant(self, argument: Number) -> Number {
        if self == Self::Sqrt
            && let Some(root) = argument.exact_root()
        {
            return root;
        }
        Number::float(self.value(argument.value()))
    }

    /// The value of the function.
    pub fn value(self, x: f64) -> f64 {
        match self {
            Self::Exp => x.exp(),
            Self::Ln => x.ln(),
            Self::Sqrt => x.sqrt(),
            Self::Abs => x.abs(),
            Self::Sign => f64::from(i8::from(x > 0.0) - i8::from(x < 0.0)),
            Self::Step => f64::from(u8::from(x > 0.0)),
            Self::Sin => x.sin(),
            Self::Cos => x.cos(),
            Self::Tanh => x.tanh(),
            Self::Sigmoid if x < 0.0 => x.exp() / (1.0 + x.exp()),
            Self::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Self::Erf => libm::erf(x),
            Self::Softplus => x.max(0.0) + (-x.abs()).exp().ln_1p(),
        }
    }
}

impl Operator {
    /// The value of the operation on constants.
    pub fn constant(self, left: Number, right: Number) -> Number {
        match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
            Self::Power => left.power(right),
            Self::Minimum => left.min(right),
            Self::Maximum => left.max(right),
        }
    }
}

impl Comparison {
    /// Whether it holds between two values.
    pub fn holds<T: PartialOrd>(self, left: T, right: T) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
        }
    }
}
