//! A compiler for small neural networks.
//!
//! A text of the language declares layers, activations and a loss; out comes specialised Rust with statically sized
//! arrays, and the equations of the forward and the backward pass that it implements. The stages, in order, each in a
//! module that uses only the public types of the one before: [`syntax`], [`model`], [`equations`], [`schedule`],
//! [`rust`].
//!
//! ```
//! let source = mlp_dsl::Source::new("neuron.mlp", "model Neuron { input x[2] output x -> dense(1) -> tanh loss mse }");
//! let compiled = mlp_dsl::compile(&source).expect("the text is right");
//! assert!(compiled.equations_text().contains("a1 = W1·x + b1"));
//! ```

pub mod source;

pub mod diagnostic;

pub mod number;

pub mod syntax;

pub mod model;

pub mod equations;

pub mod schedule;

pub mod rust;

#[cfg(feature = "draw")]
pub mod graph;

#[cfg(feature = "draw")]
pub mod plot;

#[cfg(feature = "evaluate")]
pub mod verify;

#[cfg(feature = "engine")]
pub mod engine;

#[cfg(feature = "language-server")]
pub mod language_server;
#[cfg(feature = "report")]
pub mod report;

#[cfg(feature = "build")]
pub mod file;

#[cfg(feature = "build")]
pub mod build;

pub use diagnostic::{Diagnostic, Diagnostics};
pub use source::{Source, Span};

use equations::notation::Fractions;
use equations::{DefinitionView, Equations};
use model::Checked;

/// What a text compiles to.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The text.
    pub source: Source,
    /// Everything the text defines, checked.
    pub checked: Checked,
    /// The equations of each model.
    pub models: Vec<Equations>,
}

/// Compiles a text.
///
/// # Errors
/// Every mistake of the text, in one run.
pub fn compile(source: &Source) -> Result<Compiled, Diagnostics> {
    let (file, unreadable) = syntax::parse_partly(source);
    let (compiled, errors) = compile_partly(source, &syntax::parse(&prelude())?, &file, unreadable);
    errors.into_result(compiled)
}

/// Compiles what could be read of a text, and adds to the mistakes those of it that are left.
fn compile_partly(
    source: &Source,
    prelude: &syntax::ast::File,
    file: &syntax::ast::File,
    unreadable: Diagnostics,
) -> (Compiled, Diagnostics) {
    let (mut checked, mut errors) = model::check_partly(prelude, file);
    let mut underived = Diagnostics::default();
    let mut models = Vec::new();
    checked
        .models
        .retain(|model| match Equations::derive(model) {
            Ok(equations) => {
                models.push(equations);
                true
            }
            Err(found) => {
                underived.extend(found);
                false
            }
        });
    if errors.is_empty() {
        errors = underived;
    }
    errors.extend(unreadable);
    errors.sort();
    let source = source.clone();
    let compiled = Compiled {
        source,
        checked,
        models,
    };
    (compiled, errors)
}

/// What can be said of a text while it is being written, right or wrong.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// What of the text is right. Every model in it comes with its equations.
    pub compiled: Compiled,
    /// What its names refer to; `None` where the text does not parse.
    pub references: Option<model::References>,
    /// Every mistake, as [`compile`] reports it.
    pub errors: Diagnostics,
}

/// Compiles what can be compiled of a text.
pub fn analyse(source: &Source) -> Analysis {
    let prelude = syntax::parse(&prelude()).unwrap_or_default();
    let (file, unreadable) = syntax::parse_partly(source);
    let references = unreadable
        .is_empty()
        .then(|| model::references(&prelude, &file));
    let (compiled, errors) = compile_partly(source, &prelude, &file, unreadable);
    Analysis {
        compiled,
        references,
        errors,
    }
}

/// The built-in activations and losses, in the language itself.
pub fn prelude() -> Source {
    Source::new("prelude.mlp", include_str!("prelude.mlp"))
}

/// An activation or a loss.
pub enum Definition<'a> {
    /// An activation.
    Activation(&'a model::Activation),
    /// A loss.
    Loss(&'a model::Loss),
}

impl Definition<'_> {
    /// The formula and its derivative, as `mlp equations --of` prints them.
    pub fn text(&self) -> String {
        equations::text::page(&self.view().page(Fractions::Inline))
    }

    /// The formula and its derivative, to be shown in any format.
    pub fn view(&self) -> DefinitionView {
        match self {
            Self::Activation(activation) => DefinitionView::activation(activation),
            Self::Loss(loss) => DefinitionView::loss(loss),
        }
    }
}

impl Compiled {
    /// The equations of all models, as `mlp equations` prints them.
    pub fn equations_text(&self) -> String {
        let texts: Vec<String> = self.models.iter().map(Equations::to_string).collect();
        texts.join("\n")
    }

    /// The Rust items of all models, as the macro expands to.
    pub fn tokens(&self) -> proc_macro2::TokenStream {
        rust::tokens(&self.programs(), &self.source.text)
    }

    /// The same items as a formatted file with the equations as comments, as `mlp build` writes.
    #[cfg(feature = "build")]
    pub fn rust(&self) -> String {
        self.rust_with(None)
    }

    /// The same file with what training has made of a model, as `mlp build --weights` writes. Weights of another network
    /// become a `compile_error!`.
    #[cfg(feature = "build")]
    pub fn rust_with(&self, trained: Option<&rust::Trained>) -> String {
        // The tokens of our own items are always Rust; if they were not, the text of the mistake would not be, either.
        rust::file(&self.programs(), trained, &self.source.text, self.origin())
            .unwrap_or_else(|error| format!("compile_error!({:?});\n", error.to_string()))
    }

    /// The same items as a file that depends on `core` alone, as `mlp build --standalone` writes.
    #[cfg(feature = "standalone")]
    pub fn standalone(&self) -> String {
        self.standalone_with(None)
    }

    /// The same file with what training has made of a model, as `mlp build --standalone --weights` writes. Weights of
    /// another network become a `compile_error!`.
    #[cfg(feature = "standalone")]
    pub fn standalone_with(&self, trained: Option<&rust::Trained>) -> String {
        let (programs, text) = (self.programs(), &self.source.text);
        let (origin, foundation) = (self.origin(), rust::Foundation::Core);
        rust::standalone(&programs, trained, text, origin, foundation)
            .unwrap_or_else(|error| format!("compile_error!({:?});\n", error.to_string()))
    }

    /// The name of the text without its folder.
    #[cfg(feature = "build")]
    fn origin(&self) -> &str {
        let mut parts = self.source.name.rsplit(['/', '\\']);
        parts.next().unwrap_or("a text")
    }

    fn programs(&self) -> Vec<schedule::Program> {
        self.models.iter().map(schedule::Program::new).collect()
    }

    /// The activation or loss called `name`, built in or defined by the text.
    pub fn definition(&self, name: &str) -> Option<Definition<'_>> {
        let activation = self
            .checked
            .activations
            .iter()
            .find(|activation| activation.name == name);
        let loss = self.checked.losses.iter().find(|loss| loss.name == name);
        activation
            .map(Definition::Activation)
            .or(loss.map(Definition::Loss))
    }
}
