//! What `mlp equations` shows: every printed equation is read back and evaluated, and its numbers are the interpreter's.

mod json;
mod latex;
mod models;
mod pages;
mod steps;
mod term;
mod text;
mod truth;
