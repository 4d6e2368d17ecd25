//! Equations as text, in the notation of textbooks: `δ1 = (W2ᵀ·δ2) ⊙ (1 − z1²)`.

mod expression;
mod layout;

pub use expression::expression_text;
pub use layout::definition_text;
