//! The command: arguments in, an answer on standard output and what is wrong on standard error out. One file for each
//! verb; none holds logic of the compiler. The exit code is 0, 1 where a file is wrong or a check fails, and 2 where the
//! command is used in a wrong way.

mod answer;
mod bench;
mod build;
mod check;
mod curve;
mod data;
mod diff;
mod equations;
mod evaluate;
mod evaluator;
mod fmt;
mod graph;
mod input;
mod json;
mod lsp;
mod measure;
mod output;
mod picture;
mod plot;
mod predict;
mod reference_file;
mod report;
mod settings;
mod train;
mod verify;
mod weights;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A compiler for small neural networks.
///
/// A FILE holds the text of one or more models; `-` reads it from standard input.
#[derive(Parser)]
#[command(name = "mlp", version)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
    /// Print the answer as JSON, also what is wrong with a file.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Verb {
    Check(check::Arguments),
    Fmt(fmt::Arguments),
    Build(build::Arguments),
    Equations(equations::Arguments),
    Diff(diff::Arguments),
    Graph(graph::Arguments),
    Plot(plot::Arguments),
    Report(report::Arguments),
    Verify(verify::Arguments),
    Lsp(lsp::Arguments),
    Train(Box<train::Arguments>),
    Predict(predict::Arguments),
    Evaluate(evaluate::Arguments),
    Bench(bench::Arguments),
}

/// Runs the command that the arguments of the process describe.
pub(crate) fn run() -> ExitCode {
    let Command { verb, json } = Command::parse();
    let answer = match verb {
        Verb::Check(arguments) => Ok(check::run(&arguments)),
        Verb::Fmt(arguments) => Ok(fmt::run(&arguments)),
        Verb::Build(arguments) => build::run(&arguments),
        Verb::Equations(arguments) => equations::run(&arguments),
        Verb::Diff(arguments) => diff::run(&arguments),
        Verb::Graph(arguments) => graph::run(&arguments),
        Verb::Plot(arguments) => plot::run(&arguments),
        Verb::Report(arguments) => report::run(&arguments),
        Verb::Verify(arguments) => verify::run(&arguments),
        // Its answers are messages of a protocol.
        Verb::Lsp(arguments) => return lsp::run(&arguments),
        Verb::Train(arguments) => train::run(&arguments, json),
        Verb::Predict(arguments) => predict::run(&arguments),
        Verb::Evaluate(arguments) => evaluate::run(&arguments),
        Verb::Bench(arguments) => bench::run(&arguments),
    };
    answer
        .unwrap_or_else(|problem| (*problem).into())
        .give(json)
}
