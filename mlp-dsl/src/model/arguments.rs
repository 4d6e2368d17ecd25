//! Arguments of a call, by position or by name.

use crate::diagnostic::nearest;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::syntax::ast::{Call, Expression};

/// The parameters that a layer, activation or loss takes.
pub(super) struct Signature<'a> {
    /// What is called, for messages: "`dense`".
    pub(super) title: String,
    /// The names of the parameters in order.
    pub(super) names: Vec<&'a str>,
    /// How many of them must be given.
    pub(super) required: usize,
}

impl Signature<'_> {
    /// Puts the arguments of `call` in the order of the parameters; `None` stands for a default.
    pub(super) fn bind<'c>(
        &self,
        call: &'c Call,
        errors: &mut Diagnostics,
    ) -> Option<Vec<Option<&'c Expression>>> {
        let mut bound: Vec<Option<&Expression>> = vec![None; self.names.len()];
        let mut good = true;
        for (position, argument) in call.arguments.iter().enumerate() {
            let (span, found) = match &argument.name {
                Some(name) => (
                    name.span,
                    self.names.iter().position(|known| *known == name.text),
                ),
                None => (
                    argument.value.span,
                    Some(position).filter(|&p| p < self.names.len()),
                ),
            };
            let problem = match found {
                Some(index) if bound[index].is_none() => {
                    bound[index] = Some(&argument.value);
                    continue;
                }
                Some(index) => Diagnostic::new(
                    span,
                    format!("`{}` is given twice", self.names[index]),
                    "a second value for the same argument",
                )
                .help("leave one of them out"),
                None => self.unknown(argument.name.as_ref().map(|name| name.text.as_str()), span),
            };
            errors.push(problem);
            good = false;
        }
        let missing: Vec<String> = (self.names.iter().zip(&bound).take(self.required))
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        if good && !missing.is_empty() {
            errors.push(
                Diagnostic::new(
                    call.span,
                    format!("{} needs {}", self.title, missing.join(" and ")),
                    "an argument is missing here",
                )
                .help(format!("write {}", self.usage(&call.name.text))),
            );
            good = false;
        }
        good.then_some(bound)
    }

    fn unknown(&self, name: Option<&str>, span: crate::source::Span) -> Diagnostic {
        let Some(name) = name else {
            return Diagnostic::new(
                span,
                format!("too many arguments for {}", self.title),
                "one too many",
            )
            .note(self.accepted());
        };
        let problem = Diagnostic::new(
            span,
            format!("{} has no argument `{name}`", self.title),
            "not an argument of it",
        )
        .note(self.accepted());
        match nearest(name, self.names.iter().copied()) {
            Some(known) => problem.did_you_mean(known),
            None => problem,
        }
    }

    fn accepted(&self) -> String {
        if self.names.is_empty() {
            return format!("{} takes no arguments", self.title);
        }
        let names: Vec<String> = self.names.iter().map(|name| format!("`{name}`")).collect();
        format!("{} takes {}", self.title, names.join(", "))
    }

    fn usage(&self, name: &str) -> String {
        let required: Vec<&str> = self.names.iter().take(self.required).copied().collect();
        format!("`{name}({})`", required.join(", "))
    }
}
