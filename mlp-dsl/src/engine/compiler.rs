//! The `rustc` of this machine.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::hash::Hasher;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use siphasher::sip128::{Hasher128, SipHasher24};

use super::error::{EngineError, first_lines};
use super::program::File;
use super::protocol::VERSION;
use super::{Optimization, Settings};

/// How programs are compiled. A panic ends the program: nothing in it could go on.
const FLAGS: [&str; 14] = [
    "--edition",
    "2024",
    "--crate-name",
    "model",
    "--crate-type",
    "bin",
    "--cfg",
    "feature=\"std\"",
    "--cap-lints",
    "allow",
    "-Cpanic=abort",
    "-Ccodegen-units=1",
    "-Cstrip=symbols",
    "-Cdebuginfo=0",
];

/// Which processors a program is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Processors {
    /// This one alone.
    This,
    /// All of this architecture: the level of vector instructions is found out when it runs, as in a user's own build.
    #[cfg(feature = "train")]
    All,
}

impl Processors {
    fn flags(self) -> &'static [&'static str] {
        match self {
            Self::This => &["-Ctarget-cpu=native"],
            #[cfg(feature = "train")]
            Self::All => &["--cfg", "feature=\"detect\""],
        }
    }
}

/// A compiler that answers.
pub(super) struct Compiler {
    program: OsString,
    /// Its version and what `native` means to it: the instructions of this processor.
    identity: Vec<u8>,
    optimization: &'static str,
    processors: Processors,
}

impl Compiler {
    /// The compiler that the settings name.
    pub(super) fn find(settings: &Settings, processors: Processors) -> Result<Self, EngineError> {
        let program = &settings.compiler;
        // At the same time: each takes a while where rustup stands in front.
        let version = ask(program, &["-vV"]);
        let processor = ask(program, &["--print=cfg", "-Ctarget-cpu=native"]);
        let mut identity = Vec::new();
        for answer in [version, processor] {
            let answer = answer.and_then(Child::wait_with_output);
            identity.extend(identified(program, answer)?);
        }
        Ok(Self {
            program: program.to_owned(),
            identity,
            optimization: match settings.optimization {
                Optimization::None => "-Copt-level=0",
                Optimization::Full => "-Copt-level=3",
            },
            processors,
        })
    }

    /// The name of the program that this compiler makes of `files`: a hash of everything that the program depends on.
    ///
    /// SipHash-2-4 with 128 bits, a published algorithm of few lines that gives the same on every machine. It has to tell
    /// contents apart, not to withstand an attack: who can write to the cache can replace the programs themselves.
    pub(super) fn key(&self, files: &[File]) -> String {
        let flags = [&FLAGS, self.processors.flags()].concat().join(" ");
        let version = VERSION.to_le_bytes();
        let files = files.iter();
        let files = files.flat_map(|(path, text)| [path.as_bytes(), text.as_bytes()]);
        let parts = files.chain([
            self.identity.as_slice(),
            flags.as_bytes(),
            self.optimization.as_bytes(),
            &version,
        ]);
        let mut text = Vec::new();
        for part in parts {
            text.extend((part.len() as u64).to_le_bytes());
            text.extend(part);
        }
        hash(&text)
    }

    /// Compiles the file `source` to the program `executable`.
    pub(super) fn compile(&self, source: &Path, executable: &Path) -> Result<(), EngineError> {
        // Where it is compiled must not show in the program.
        let mut remapped = OsString::from("--remap-path-prefix=");
        remapped.push(source.parent().unwrap_or(source));
        remapped.push("=.");
        let output = Command::new(&self.program)
            .args(FLAGS)
            .args(self.processors.flags())
            .arg(self.optimization)
            .arg(remapped)
            .arg(source)
            .arg("-o")
            .arg(executable)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| unavailable(&self.program, &error))?;
        if output.status.success() {
            return Ok(());
        }
        if output.status.code().is_none() {
            return Err(EngineError::Interrupted {
                by: output.status.to_string(),
            });
        }
        let messages = first_lines(&output.stderr);
        if let Some(line) = messages
            .iter()
            .find(|line| line.contains("linker `") && line.contains("not found"))
        {
            return Err(EngineError::Unavailable(format!(
                "rustc cannot link: {line}"
            )));
        }
        Err(EngineError::Refused {
            source: source.to_owned(),
            messages,
        })
    }
}

/// 128 bits of hash as text.
pub(super) fn hash(bytes: &[u8]) -> String {
    let mut hasher = SipHasher24::new();
    hasher.write(bytes);
    let mut text = String::new();
    for byte in hasher.finish128().as_bytes() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn ask(program: &OsStr, arguments: &[&str]) -> io::Result<Child> {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

/// What the compiler says of itself.
fn identified(program: &OsStr, answer: io::Result<Output>) -> Result<Vec<u8>, EngineError> {
    let output = answer.map_err(|error| unavailable(program, &error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let line = first_lines(&output.stderr).into_iter().next();
    let said = line.map(|line| format!(": {line}")).unwrap_or_default();
    let shown = program.display();
    Err(EngineError::Unavailable(format!(
        "`{shown}` does not work ({}){said}",
        output.status
    )))
}

fn unavailable(program: &OsStr, error: &io::Error) -> EngineError {
    let shown = program.display();
    EngineError::Unavailable(match error.kind() {
        io::ErrorKind::NotFound => format!("there is no `{shown}` on this machine"),
        _ => format!("`{shown}` cannot be started: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn the_hash_is_text_that_tells_contents_apart() {
        assert_eq!(hash(b"a"), hash(b"a"));
        assert_ne!(hash(b"a"), hash(b"b"));
        assert!(hash(b"").len() == 32 && hash(b"").bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
