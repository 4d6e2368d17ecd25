//! Formulas and pages as plain text, in the notation of textbooks: `δ1 = (W2ᵀ·δ2) ⊙ (1 − z1²)`.

mod formula;
mod layout;

pub use formula::formula;
pub(super) use formula::{comparison_sign, differential, range};
pub use layout::page;
pub(super) use layout::relation;
#[cfg(feature = "json")]
pub(super) use layout::words;
