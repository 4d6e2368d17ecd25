//! Compiled programs by content. An entry is a folder with a program, its source, the hash of the program and the time that
//! compiling it took. It is made in a temporary folder beside and renamed when it is whole, so that no call sees a part of
//! one: a call that is killed leaves a temporary folder, which a later one clears away; of two calls that make the same
//! entry one is first, and its entry serves both. An entry that does not match its hash is made anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use super::compiler::{Compiler, hash};
use super::error::EngineError;
use super::program::File;

/// How the name of a temporary folder starts.
const TEMPORARY: &str = ".making-";

/// No compilation takes that long.
const ABANDONED: Duration = Duration::from_secs(3600);

/// An entry that nobody has used for so long is cleared away.
const FORGOTTEN: Duration = Duration::from_secs(60 * 24 * 3600);

/// The file with the hash; its time says when the entry was used last.
const SEAL: &str = "seal";

/// The file that says how many seconds the compiler took.
const SECONDS: &str = "seconds";

/// A folder of compiled programs.
pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The folder that was chosen, else the one for caches on this system, else one among the temporary files.
    pub(super) fn open(chosen: Option<&Path>) -> Result<Self, EngineError> {
        if let Some(folder) = chosen {
            fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
            return Ok(Self {
                folder: folder.to_owned(),
            });
        }
        if let Some(folder) = system_folder()
            && fs::create_dir_all(&folder).is_ok()
        {
            return Ok(Self { folder });
        }
        let folder = std::env::temp_dir().join("mlp-cache");
        private_folder(&folder).map_err(|error| failed(&folder, &error))?;
        Ok(Self { folder })
    }

    /// The program that `compiler` makes of `files`, whose first is the root, compiled where it is not there yet.
    pub(super) fn executable(
        &self,
        key: &str,
        compiler: &Compiler,
        files: impl FnOnce() -> Result<Vec<File>, EngineError>,
    ) -> Result<PathBuf, EngineError> {
        let entry = self.folder.join(key);
        if is_whole(&entry) {
            // Not being able to note the use does no harm.
            let _ = fs::File::options()
                .append(true)
                .open(entry.join(SEAL))
                .and_then(|seal| seal.set_modified(SystemTime::now()));
            return Ok(program(&entry));
        }
        self.clear();
        let files = files()?;
        let made = self.temporary()?;
        for (path, text) in &files {
            let file = made.0.join(path);
            let folder = file.parent().unwrap_or(&made.0);
            let written = fs::create_dir_all(folder).and_then(|()| fs::write(&file, text));
            written.map_err(|error| failed(&file, &error))?;
        }
        let root = files.first().map_or("", |(path, _)| path.as_str());
        let started = Instant::now();
        let compiled = compiler.compile(&made.0.join(root), &program(&made.0));
        let seconds = started.elapsed().as_secs_f64().to_string();
        compiled.map_err(|error| self.keep_refused(error, key))?;
        let noted = made.0.join(SECONDS);
        fs::write(&noted, seconds).map_err(|error| failed(&noted, &error))?;
        seal(&made.0).map_err(|error| failed(&made.0, &error))?;
        self.install(made, &entry)?;
        Ok(program(&entry))
    }

    /// Puts a whole entry in its place, unless another call has put a whole one there.
    fn install(&self, made: Temporary, entry: &Path) -> Result<(), EngineError> {
        let mut result = Ok(());
        for _ in 0..8 {
            result = fs::rename(&made.0, entry);
            if result.is_ok() || is_whole(entry) {
                return Ok(());
            }
            // A broken one is in the way. It goes out of the way in one step, too.
            let broken = self.temporary()?;
            let _ = fs::rename(entry, broken.0.join("broken"));
        }
        result.map_err(|error| failed(entry, &error))
    }

    /// Saves the code that a compiler refuses from being cleared away.
    fn keep_refused(&self, error: EngineError, key: &str) -> EngineError {
        match error {
            EngineError::Refused { source, messages } => {
                let kept = self.folder.join(format!("refused-{key}"));
                let folder = source.parent().unwrap_or(&source);
                let root = source.file_name().unwrap_or_default();
                let source = match fs::rename(folder, &kept) {
                    Ok(()) => kept.join(root),
                    Err(_) => source.clone(),
                };
                EngineError::Refused { source, messages }
            }
            other => other,
        }
    }

    /// A new folder that is removed in the end, unless it was renamed.
    fn temporary(&self) -> Result<Temporary, EngineError> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let mut attempts = 0;
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!(
                "{TEMPORARY}{}-{count}-{}",
                std::process::id(),
                nanoseconds()
            );
            let path = self.folder.join(name);
            attempts += 1;
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Temporary(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempts < 100 => {}
                Err(error) => return Err(failed(&path, &error)),
            }
        }
    }

    /// Removes what killed calls left and what nobody uses any more. What cannot be removed stays.
    fn clear(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_entry = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            if name.starts_with(TEMPORARY) && is_older(&path, ABANDONED)
                || is_entry && is_older(&path.join(SEAL), FORGOTTEN)
            {
                let _ = fs::remove_dir_all(&path);
            }
        }
    }
}

/// How many seconds the compiler took for a program of the cache, when it was made; `None` where nothing says so.
#[cfg(feature = "train")]
pub(super) fn seconds(program: &Path) -> Option<f64> {
    let text = fs::read_to_string(program.with_file_name(SECONDS));
    text.ok()?.trim().parse().ok()
}

/// A folder that is removed at the end of its scope.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // After it was renamed there is nothing to remove.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The program of an entry.
fn program(entry: &Path) -> PathBuf {
    entry.join(format!("model{}", std::env::consts::EXE_SUFFIX))
}

/// Notes the hash of an entry's program, which makes the entry whole.
fn seal(entry: &Path) -> io::Result<()> {
    let bytes = fs::read(program(entry))?;
    fs::write(entry.join(SEAL), hash(&bytes))
}

/// Whether an entry holds the program that was put into it.
fn is_whole(entry: &Path) -> bool {
    match (
        fs::read_to_string(entry.join(SEAL)),
        fs::read(program(entry)),
    ) {
        (Ok(seal), Ok(bytes)) => seal == hash(&bytes),
        _ => false,
    }
}

/// Whether a file was changed longer ago than `age`; not where that is unknown.
fn is_older(path: &Path, age: Duration) -> bool {
    let modified = fs::metadata(path).and_then(|data| data.modified());
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|elapsed| elapsed > age))
}

fn nanoseconds() -> u128 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_nanos())
}

fn failed(path: &Path, error: &io::Error) -> EngineError {
    EngineError::Cache {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

fn variable(name: &str) -> Option<PathBuf> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty());
    value.map(PathBuf::from)
}

/// The folder for caches on this system.
fn system_folder() -> Option<PathBuf> {
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let home = || variable("HOME").and_then(absolute);
    let folder = if cfg!(windows) {
        variable("LOCALAPPDATA").and_then(absolute)
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Caches"))
    } else {
        variable("XDG_CACHE_HOME")
            .and_then(absolute)
            .or_else(|| home().map(|home| home.join(".cache")))
    };
    folder.map(|folder| folder.join("mlp"))
}

/// Makes a folder in which nobody else can put programs for us to run.
fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        result => return result,
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let found = fs::symlink_metadata(path)?;
        if !found.is_dir() || found.permissions().mode() & 0o077 != 0 {
            return Err(io::Error::other("others can write to it"));
        }
    }
    Ok(())
}
