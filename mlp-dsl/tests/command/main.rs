//! The command as its users run it: the real binary, in a folder of its own.

mod build;
mod check;
mod diff;
mod equations;
mod fmt;
mod folder;
mod graph;
mod plot;
mod report;
mod usage;
mod verify;
