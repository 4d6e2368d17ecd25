//! `mlp lsp`: the language server, on standard input and output.

use std::io::{self, Write};
use std::process::ExitCode;

use lsp_server::Connection;
use mlp_dsl::language_server::{End, serve};

/// Serve an editor: the Language Server Protocol on standard input and output.
#[derive(clap::Args)]
pub(crate) struct Arguments {}

/// Runs the verb until the editor leaves; 1 where it leaves without saying so, as the protocol asks.
pub(crate) fn run(_: &Arguments) -> ExitCode {
    let (connection, threads) = Connection::stdio();
    let served = serve(&connection).map_err(|error| error.to_string());
    // The thread that writes ends when nobody can send to it any more.
    drop(connection);
    let joined = match &served {
        // The thread that reads waits for an editor that is still there.
        Err(_) => Ok(()),
        Ok(_) => threads.join().map_err(|error| error.to_string()),
    };
    match served.and_then(|end| joined.map(|()| end)) {
        Ok(End::Orderly) => ExitCode::SUCCESS,
        Ok(End::Abrupt) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
