//! The child process, and how it may end.

use std::io::{self, BufReader, Read, Write};
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::error::{EngineError, first_lines};
use super::protocol::{GREETING, Request, Sizes};

/// A compiled model that runs and waits for requests. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// `None` once nothing more is to be asked.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    pub(super) sizes: Sizes,
}

impl Process {
    /// Starts the model with this number in a program, which must be of these sizes; a `level` of vector instructions is the
    /// highest that it may use.
    pub(super) fn start(
        executable: &Path,
        number: usize,
        sizes: Sizes,
        level: Option<&str>,
    ) -> Result<Self, EngineError> {
        let mut command = Command::new(executable);
        // Ctrl-C is for the command, which decides what becomes of the child.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        if let Some(level) = level {
            command.env("MLP_LEVEL", level);
        }
        let mut child = command
            .arg(number.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => EngineError::Missing,
                _ => EngineError::Cache {
                    path: executable.to_owned(),
                    reason: format!("the program cannot be started: {error}"),
                },
            })?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let Some(output) = output else {
            return Err(EngineError::Missing);
        };
        let mut process = Self {
            child,
            input,
            output: BufReader::new(output),
            sizes,
        };
        let mut greeting = [0; GREETING];
        if let Err(error) = process.output.read_exact(&mut greeting) {
            return Err(process.ended(&error));
        }
        if greeting.as_slice() != sizes.greeting() {
            return Err(EngineError::Failed {
                reason: "it is the program of another model".to_owned(),
                messages: Vec::new(),
            });
        }
        Ok(process)
    }

    /// The answer to a request: as many numbers as `expected`.
    pub(super) fn ask(
        &mut self,
        kind: Request,
        content: &[u8],
        expected: usize,
    ) -> Result<Vec<f64>, EngineError> {
        let expected = expected * self.sizes.number();
        let bytes = self.answer(kind, content, expected..=expected)?;
        Ok(self.sizes.read(&bytes))
    }

    /// The answer to a request: so many bytes.
    pub(super) fn answer(
        &mut self,
        kind: Request,
        content: &[u8],
        expected: RangeInclusive<usize>,
    ) -> Result<Vec<u8>, EngineError> {
        match self.exchange(kind, content, expected) {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(reason)) => Err(EngineError::Failed {
                reason,
                messages: Vec::new(),
            }),
            Err(error) => Err(self.ended(&error)),
        }
    }

    /// Sends a request and reads the answer of so many bytes, or what is wrong with it.
    fn exchange(
        &mut self,
        kind: Request,
        content: &[u8],
        expected: RangeInclusive<usize>,
    ) -> io::Result<Result<Vec<u8>, String>> {
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut head = Vec::from([kind as u8]);
        head.extend((content.len() as u64).to_le_bytes());
        input.write_all(&head)?;
        input.write_all(content)?;
        input.flush()?;
        let mut head = [0; 9];
        self.output.read_exact(&mut head)?;
        let [status, length @ ..] = head;
        let length = u64::from_le_bytes(length);
        // A refusal is a sentence; anything longer is no answer of ours.
        let allowed = if status == 0 { expected } else { 0..=1000 };
        let fits = usize::try_from(length).is_ok_and(|length| allowed.contains(&length));
        if !fits {
            let (least, most) = allowed.into_inner();
            return Ok(Err(format!(
                "an answer of {length} bytes, expected {least} to {most}"
            )));
        }
        let mut bytes = vec![0; length as usize];
        self.output.read_exact(&mut bytes)?;
        Ok(match status {
            0 => Ok(bytes),
            _ => Err(String::from_utf8_lossy(&bytes).into_owned()),
        })
    }

    /// Why there is no answer, once the child has closed its side.
    fn ended(&mut self, error: &io::Error) -> EngineError {
        self.input = None;
        let status = self.wait();
        let mut written = Vec::new();
        if let Some(stream) = self.child.stderr.take() {
            // Nothing of it is better than no message at all.
            let _ = stream.take(100_000).read_to_end(&mut written);
        }
        let reason = match status {
            Some(status) => format!("it ended early ({status})"),
            None => format!("it does not answer ({error})"),
        };
        EngineError::Failed {
            reason,
            messages: first_lines(&written),
        }
    }

    /// Waits for the child to end by itself, for a second at most; then it is ended.
    fn wait(&mut self) -> Option<ExitStatus> {
        for _ in 0..200 {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            sleep(Duration::from_millis(5));
        }
        // Whether it can be ended or not, there is nothing left to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
        None
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The end of its input is the end of the child, unless it hangs.
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
