//! What every name of a text refers to, for whoever asks about a place in it. Only names are looked at: lengths, and
//! whether a name may stand where it does, are not; a name that refers to nothing has no entry.

mod index;

pub use index::references;

use crate::source::Span;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referent {
    /// The name.
    pub name: String,
    /// What it names.
    pub kind: Kind,
    /// Where it is defined; `None` where it is built in.
    pub definition: Option<Site>,
}

/// Where something is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: Span,
    /// All that defines it: an item, a statement, a stage.
    pub whole: Span,
    /// The item that it is a part of, as an index into the referents; `None` for an item.
    pub owner: Option<usize>,
}

/// What a name can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A constant.
    Constant,
    /// An activation.
    Activation,
    /// A loss.
    Loss,
    /// A model.
    Model,
    /// An input of a model.
    Input,
    /// A named value of a model.
    Value,
    /// The label of a stage.
    Label,
    /// The argument of an activation, the output or the target of a loss.
    Argument,
    /// A parameter of an activation or a loss.
    Parameter,
    /// A layer.
    Layer,
    /// A function, or the constant π.
    Function,
}

/// A name where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name.
    pub span: Span,
    /// The name with its arguments.
    pub whole: Span,
    /// What it refers to, as an index into the referents.
    pub referent: usize,
}

/// What the names of a text refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// What is named.
    pub referents: Vec<Referent>,
    /// Every name that refers to something, where it is defined and where it is used, in the order of the text.
    pub places: Vec<Place>,
}

impl References {
    /// The name at a byte; the place just behind a name belongs to it, too.
    pub fn at(&self, offset: usize) -> Option<&Place> {
        let behind = self
            .places
            .partition_point(|place| place.span.start <= offset);
        let place = self.places.get(behind.checked_sub(1)?)?;
        (offset <= place.span.end).then_some(place)
    }

    /// What a name refers to.
    pub fn referent(&self, place: &Place) -> &Referent {
        &self.referents[place.referent]
    }

    /// All places of what a name refers to.
    pub fn places_of(&self, referent: usize) -> impl Iterator<Item = &Place> {
        (self.places.iter()).filter(move |place| place.referent == referent)
    }
}
