//! The command as its users run it: the real binary, in a folder of its own.

mod bench;
mod build;
mod check;
mod diff;
mod editor;
mod equations;
mod fmt;
mod folder;
mod graph;
mod lsp;
mod plot;
mod report;
#[path = "../texts/mod.rs"]
mod texts;
mod train;
mod usage;
mod verify;
