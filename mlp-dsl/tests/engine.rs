//! The compiled engine.
