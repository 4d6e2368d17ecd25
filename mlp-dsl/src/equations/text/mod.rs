//! Equations as text, in the notation of textbooks: `δ1 = (W2ᵀ·δ2) ⊙ (1 − z1²)`.

mod definitions;
mod expression;
mod layout;

pub use definitions::{activation_text, loss_text};
pub use expression::expression_text;
