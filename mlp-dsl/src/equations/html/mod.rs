//! Formulas and pages as HTML with MathML, which browsers draw by themselves: a document needs no network and no script.

mod formula;
mod layout;

pub use formula::formula;
pub use layout::{document, page};

/// Words with the characters escaped that mean something to HTML.
pub fn escaped(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
