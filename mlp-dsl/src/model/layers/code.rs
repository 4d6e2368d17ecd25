//! The form of the code of a layer's products, where a stage chooses it.

use super::word;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::syntax::ast::Expression;

/// The form of the code of the products with a layer's weights, forward and backward. It changes no mathematics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Each element on a line of its own.
    Unrolled,
    /// Loops of constant length.
    Loop,
    /// A kernel of the runtime, which keeps sums in vector registers.
    Kernel,
}

/// Every form with its name in the language.
pub const CODES: [(&str, Code); 3] = [
    ("kernel", Code::Kernel),
    ("loop", Code::Loop),
    ("unrolled", Code::Unrolled),
];

/// Above so many multiply-adds straight-line code is slower than a loop, and takes `rustc` long.
const MOST_UNROLLED: usize = 1024;

/// The form that a stage chooses for products of so many multiply-adds, `Some(None)` where it leaves that to the compiler;
/// `None` after a mistake, which was reported.
pub(super) fn code(
    expression: Option<&Expression>,
    has_kernel: bool,
    products: usize,
    errors: &mut Diagnostics,
) -> Option<Option<Code>> {
    let Some(expression) = expression else {
        return Some(None);
    };
    let names = CODES.iter().map(|(name, _)| *name);
    let given = word(expression);
    let found = CODES.iter().find(|(name, _)| given == Some(*name));
    let mistake = match found {
        Some((_, Code::Kernel)) if !has_kernel => {
            let message = "there is no kernel for windows".to_owned();
            Diagnostic::new(expression.span, message, "not here").help("write `loop` or `unrolled`")
        }
        Some((_, Code::Unrolled)) if products > MOST_UNROLLED => {
            let message = format!("{products} multiply-adds are too many to be written out");
            Diagnostic::new(expression.span, message, "too many lines")
                .note(format!(
                    "at most {MOST_UNROLLED} are: more run slower than a loop does"
                ))
                .help("write `loop` or `kernel`, or leave the choice to the compiler")
        }
        Some((_, code)) => return Some(Some(*code)),
        None => {
            let message = "`code` is the name of a form of code";
            let problem = Diagnostic::new(expression.span, message, "not known");
            let problem = problem.note(format!(
                "known: {}",
                names.clone().collect::<Vec<_>>().join(", ")
            ));
            match given.and_then(|given| nearest(given, names)) {
                Some(near) => problem.did_you_mean(near),
                None => problem,
            }
        }
    };
    errors.push(mistake);
    None
}
