//! The command `mlp`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
