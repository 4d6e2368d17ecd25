//! Names and lengths. A syntax tree comes in; checked models and definitions go out. Afterwards every name is resolved,
//! every length known, every formula of a definition instantiated, and nothing later can fail for a user's mistake
//! except a gradient that is zero by structure.

mod arguments;
mod builder;
mod define;
mod definitions;
mod dependencies;
mod elements;
mod formula;
mod layers;
mod limits;
mod losses;
mod names;
mod references;
mod resolve;
mod scope;
mod scopes;
mod statements;
mod training;

pub use definitions::{Activation, Formal, Loss, Parameter as FormalParameter};
pub use formula::{Comparison, Formula, Function, Operator, Reduction, Selection, Stated};
pub use layers::{CODES, Code, LAYERS, Layer, LayerParameter, NamedScheme, SCHEMES, Scheme, Takes};
pub use losses::{Domain, domain};
pub use references::{Place, References, Referent, ReferentKind, Site, references};
pub use training::{
    Choice, Kind as ChoiceKind, OPTIMIZERS, Parameter as ChoiceParameter, Range, SCHEDULES,
    SETTINGS, Training,
};

pub use limits::{MAX_FORMULA_DEPTH, MAX_FORMULA_SIZE, MAX_LENGTH, MAX_PARAMETERS, MAX_VALUES};

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostics;
use crate::number::Number;
use crate::source::Span;
use crate::syntax::ast;

/// Everything a text defines, checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The constants of the text.
    pub constants: BTreeMap<String, Number>,
    /// The built-in activations, then those of the text.
    pub activations: Vec<Activation>,
    /// The built-in losses, then those of the text.
    pub losses: Vec<Loss>,
    /// The models of the text.
    pub models: Vec<Model>,
}

/// A checked model: values in an order in which each uses only earlier ones.
#[derive(Clone, Debug)]
pub struct Model {
    /// The name of the generated type.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// The lines of its `///` comments.
    pub documentation: Vec<String>,
    /// The type of every number.
    pub precision: Precision,
    /// The values of the graph; the inputs come first.
    pub values: Vec<Value>,
    /// The trained parameters, in order of appearance.
    pub parameters: Vec<Parameter>,
    /// What training tracks beside them, in order of appearance.
    pub state: Vec<State>,
    /// The value that the model answers with.
    pub output: ValueId,
    /// What training minimises.
    pub objective: Option<Objective>,
    /// How it is trained unless a caller says otherwise.
    pub training: Option<Training>,
}

impl Model {
    /// The value with this id.
    pub fn value(&self, id: ValueId) -> &Value {
        &self.values[id.0]
    }

    /// The parameter with this id.
    pub fn parameter(&self, id: ParameterId) -> &Parameter {
        &self.parameters[id.0]
    }
}

/// A value of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(pub usize);

/// A parameter of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParameterId(pub usize);

/// The floating-point type of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits
    #[default]
    F32,
    /// 64 bits
    F64,
}

impl Precision {
    /// The bytes of one number.
    pub const fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// A symbol within the formulas of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// Another value of the graph.
    Value(ValueId),
    /// A trained scalar.
    Learned(ParameterId),
    /// The target of a sample.
    Target,
}

/// One value of the graph: a vector.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its number of elements.
    pub length: usize,
    /// The name the text gives it.
    pub name: Option<String>,
    /// How it is computed.
    pub kind: ValueKind,
    /// Where it is written.
    pub span: Span,
}

/// How a value is computed.
#[derive(Clone, Debug)]
pub enum ValueKind {
    /// Given by the caller.
    Input,
    /// weight · input + bias
    Affine {
        /// The vector that comes in.
        input: ValueId,
        /// The weight, length × input length.
        weight: ParameterId,
        /// The bias, as long as the value.
        bias: Option<ParameterId>,
        /// For a weight [positions, units, window]: how far each window is from the one before.
        stride: Option<usize>,
    },
    /// A stage that applies an activation, or a layer that is a formula like one.
    Activation {
        /// The activation's name.
        name: String,
        /// The vector that comes in.
        input: ValueId,
        /// The formula of the result.
        formula: Formula<Symbol>,
    },
    /// A part of the input, chosen at random while training.
    Dropout {
        /// The vector that comes in.
        input: ValueId,
        /// The probability that an element is left out.
        rate: Number,
    },
    /// Arithmetic between values.
    Arithmetic(Formula<Symbol>),
    /// The mean of a formula over the samples of a batch: the same value for all of them.
    BatchMean(Formula<Symbol>),
}

/// A running average over batches, which stands in for a statistic of the batch once the model answers. It is not
/// trained.
#[derive(Clone, Debug)]
pub struct State {
    /// `stage.running_mean`, `stage.running_var`
    pub name: String,
    /// The statistic of the batch.
    pub statistic: ValueId,
    /// The value of every element before the first batch.
    pub initial: Number,
    /// How much of the average each batch makes up.
    pub momentum: Number,
    /// Whether it averages n/(n − 1) times the statistic of n samples, as for a variance.
    pub unbiased: bool,
}

/// One trained tensor.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// `stage.tensor`
    pub name: String,
    /// What it is to its stage.
    pub tensor: Tensor,
    /// Its shape; empty for a scalar.
    pub shape: Vec<usize>,
    /// How it starts.
    pub initial: Initial,
    /// The form of the code of products with it, where its stage chooses it.
    pub code: Option<Code>,
    /// The stage that owns it.
    pub span: Span,
}

/// What a parameter is to its stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tensor {
    /// A matrix that multiplies.
    Weight,
    /// A vector that is added to a product.
    Bias,
    /// A vector that scales, element by element.
    Scale,
    /// A vector that shifts what was scaled.
    Shift,
    /// The `learn` parameter of this name.
    Learned(String),
}

impl Tensor {
    /// The name of the tensor within its stage; PyTorch's.
    fn name(&self) -> &str {
        match self {
            Self::Weight | Self::Scale => "weight",
            Self::Bias | Self::Shift => "bias",
            Self::Learned(name) => name,
        }
    }
}

/// How a parameter starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initial {
    /// What suits the activation that follows.
    Automatic,
    /// What the file says.
    Scheme(Scheme),
    /// Every element the same.
    Constant(Number),
}

/// The loss of a model.
#[derive(Clone, Debug)]
pub struct Objective {
    /// The loss's name.
    pub name: String,
    /// The loss of one sample.
    pub formula: Formula<Symbol>,
    /// What a target is.
    pub target: TargetKind,
    /// Where the loss is chosen.
    pub span: Span,
}

/// What the target of a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// A vector as long as the output.
    Vector,
    /// The index of a class.
    Class,
}

/// Checks `file`, with the definitions of `prelude` known to it.
///
/// # Errors
/// Every mistake of the file, in one run.
pub fn check(prelude: &ast::File, file: &ast::File) -> Result<Checked, Diagnostics> {
    let (checked, errors) = check_partly(prelude, file);
    errors.into_result(checked)
}

/// Checks `file` as [`check`] does, and gives what of it is right besides every mistake, for those who look at a text
/// while it is being written.
pub fn check_partly(prelude: &ast::File, file: &ast::File) -> (Checked, Diagnostics) {
    let mut errors = Diagnostics::default();
    let definitions = dependencies::define(prelude, file, &mut errors);
    let models = statements::models(&definitions, file, &mut errors);
    let checked = Checked {
        constants: definitions.constants,
        activations: definitions.activations.into_values().collect(),
        losses: definitions.losses.into_values().collect(),
        models,
    };
    (checked, errors)
}
