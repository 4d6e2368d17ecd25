//! What computes the numbers of a model, by the choice of the user.

use clap::ValueEnum;
use mlp_dsl::engine::{self, EngineError};
use mlp_dsl::equations::{Equations, Evaluation, Extent};
use mlp_dsl::verify::{Batch, Evaluator, Interpreter, VerifyError};

/// What computes the numbers.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// The generated code, compiled by the `rustc` of this machine; without one, the equations serve.
    Compiled,
    /// The equations, evaluated one by one.
    Interpreted,
}

/// The engine that was chosen, started when it is asked first: what fails before takes no compilation.
pub(crate) struct Chosen<'a> {
    interpreter: Interpreter<'a>,
    compiled: Option<engine::Engine>,
    engine: Engine,
}

impl<'a> Chosen<'a> {
    pub(crate) fn new(equations: &'a Equations, engine: Engine) -> Self {
        Self {
            interpreter: Interpreter(equations),
            compiled: None,
            engine,
        }
    }

    /// The compiled engine, where it is chosen. Without a compiler the interpreter serves, and standard error says so.
    pub(crate) fn compiled(&mut self) -> Result<Option<&mut engine::Engine>, EngineError> {
        if self.engine == Engine::Compiled && self.compiled.is_none() {
            let settings = engine::Settings::from_environment();
            match engine::Engine::new(self.interpreter.0, &settings) {
                Ok(engine) => self.compiled = Some(engine),
                Err(EngineError::Unavailable(reason)) => {
                    self.engine = Engine::Interpreted;
                    anstream::eprintln!("note: {reason}, so the interpreter serves");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(self.compiled.as_mut())
    }
}

impl Evaluator for Chosen<'_> {
    fn name(&self) -> &'static str {
        match &self.compiled {
            Some(compiled) => compiled.name(),
            None => self.interpreter.name(),
        }
    }

    fn evaluate(
        &mut self,
        batch: &Batch<'_>,
        extent: Extent,
    ) -> Result<Evaluation<f64>, VerifyError> {
        match self.compiled()? {
            Some(compiled) => compiled.evaluate(batch, extent),
            None => self.interpreter.evaluate(batch, extent),
        }
    }
}
