//! The syntax tree: what the text says, with the place of every part. Nothing is resolved or checked here.

use crate::source::Span;

/// A whole text: its items in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// Constants, activations, losses and models.
    pub items: Vec<Item>,
}

/// One top-level item.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `const NAME = expr`
    Constant(Constant),
    /// `activation NAME(x; …) = expr derivative expr`
    Activation(Activation),
    /// `loss NAME(y, t; …) = expr`
    Loss(Loss),
    /// `model NAME { … }`
    Model(Model),
}

/// An identifier and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The identifier.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// `const NAME = value`
#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    /// The lines of its `///` comments, without the slashes.
    pub documentation: Vec<String>,
    /// The name it defines.
    pub name: Name,
    /// Its value.
    pub value: Expression,
}

/// `activation NAME(argument; parameters) = value derivative …`
#[derive(Clone, Debug, PartialEq)]
pub struct Activation {
    /// The lines of its `///` comments, without the slashes.
    pub documentation: Vec<String>,
    /// The name it defines.
    pub name: Name,
    /// The name of its argument.
    pub argument: Name,
    /// Its parameters, after the semicolon.
    pub parameters: Vec<Parameter>,
    /// The formula.
    pub value: Expression,
    /// What replaces the derived derivative.
    pub derivative: Option<Expression>,
}

/// `loss NAME(output, target; parameters) = value`
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// The lines of its `///` comments, without the slashes.
    pub documentation: Vec<String>,
    /// The name it defines.
    pub name: Name,
    /// The name of the model's output within the formula.
    pub output: Name,
    /// The name of the target within the formula.
    pub target: Name,
    /// Its parameters, after the semicolon.
    pub parameters: Vec<Parameter>,
    /// The formula.
    pub value: Expression,
}

/// `learn? NAME = default`
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The place of `learn`, where the parameter is trained.
    pub learn: Option<Span>,
    /// The name it defines.
    pub name: Name,
    /// The value where a use gives none; the initial value of a trained one.
    pub default: Expression,
}

/// `model NAME { statements }`
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The lines of its `///` comments, without the slashes.
    pub documentation: Vec<String>,
    /// The name it defines.
    pub name: Name,
    /// Its statements in order.
    pub statements: Vec<Statement>,
    /// From `model` to the closing brace.
    pub span: Span,
}

/// One statement of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it says.
    pub kind: StatementKind,
    /// The whole statement.
    pub span: Span,
}

/// What a statement of a model says.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `precision f32`; the name is as written and not yet checked
    Precision(Name),
    /// `input name[length]`
    Input {
        /// The input's name.
        name: Name,
        /// Its length.
        length: Expression,
    },
    /// `name = value`
    Value {
        /// The name it defines.
        name: Name,
        /// The value.
        value: Expression,
    },
    /// `output value`
    Output(Expression),
    /// `loss name(arguments)`
    Loss(Call),
    /// `train { … }`
    Train(Vec<Setting>),
}

/// One setting of a `train` block: `name value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The setting's name.
    pub name: Name,
    /// Its value.
    pub value: Expression,
}

/// `name(arguments)`; without parentheses the arguments are empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is called.
    pub name: Name,
    /// Its arguments in order.
    pub arguments: Vec<Argument>,
    /// From the name to the closing parenthesis.
    pub span: Span,
}

/// `name = value` or `value`
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The name, where it is given by name.
    pub name: Option<Name>,
    /// The value.
    pub value: Expression,
}

/// One stage of a pipe: `label: name(arguments)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// The label, which names the stage's parameters.
    pub label: Option<Name>,
    /// The layer or activation.
    pub call: Call,
}

/// A formula, a number or a tensor of a model: one grammar serves all three.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Its place, parentheses included.
    pub span: Span,
}

impl Expression {
    /// The call that it is; a name alone is one without arguments.
    pub fn as_call(&self) -> Option<Call> {
        match &self.kind {
            ExpressionKind::Call(call) => Some(call.clone()),
            ExpressionKind::Name(name) => Some(Call {
                name: name.clone(),
                arguments: Vec::new(),
                span: self.span,
            }),
            _ => None,
        }
    }
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// A number as written: `1e-3`, `0.5`, `42`.
    Number(String),
    /// A name.
    Name(Name),
    /// `base[index]`
    Element {
        /// The vector.
        base: Name,
        /// Which of its elements.
        index: Box<Expression>,
    },
    /// `base[start..end]`, end excluded
    Slice {
        /// The vector.
        base: Name,
        /// The first element.
        start: Box<Expression>,
        /// The element after the last one.
        end: Box<Expression>,
    },
    /// `name(arguments)`, always with parentheses
    Call(Call),
    /// `[a, b, …]`
    Join(Vec<Expression>),
    /// `if left < right { then } else { otherwise }`
    If {
        /// The comparison.
        comparison: Comparison,
        /// Its left side.
        left: Box<Expression>,
        /// Its right side.
        right: Box<Expression>,
        /// The value where it holds.
        then: Box<Expression>,
        /// The value where it does not.
        otherwise: Box<Expression>,
    },
    /// `-operand`
    Negate(Box<Expression>),
    /// `left operator right`
    Binary {
        /// The operator.
        operator: Operator,
        /// Its left operand.
        left: Box<Expression>,
        /// Its right operand.
        right: Box<Expression>,
    },
    /// `input -> stage -> stage`, with one stage or more
    Pipe {
        /// What goes in.
        input: Box<Expression>,
        /// The stages in order.
        stages: Vec<Stage>,
    },
}

/// A binary operator of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `^`
    Power,
}

/// A comparison of an `if`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}
