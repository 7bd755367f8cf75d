//! Runs the program as a user would, in clean surroundings, and shows what the user sees.
//!
//! ```ignore
//! let run = Command::new(["audit", "--sample"]).run();
//! assert_eq!(run.code, Some(1), "{run}");
//! insta::assert_snapshot!(run, @"…");
//! ```

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Stdio};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use sha2::Digest;
use tempfile::TempDir;

/// How the names of temporary folders begin, so that they can be found in what the program says.
const PREFIX: &str = "secrets-auditor-test-";

static TEMPORARY: LazyLock<Regex> = LazyLock::new(|| {
    let above = regex::escape(&std::env::temp_dir().display().to_string());
    Regex::new(&format!("{above}/{PREFIX}[A-Za-z0-9]{{6}}")).unwrap()
});

/// A temporary folder; in what [`Run`] shows it is `[dir]`.
pub fn folder() -> TempDir {
    tempfile::Builder::new().prefix(PREFIX).tempdir().unwrap()
}

/// A temporary folder with one file.
pub fn folder_with(name: &str, content: impl AsRef<[u8]>) -> TempDir {
    let folder = folder();
    write(folder.path().join(name), content);
    folder
}

/// Writes a file and the folders above it.
pub fn write(path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
    let path = path.as_ref();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// The root of the checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A copy of the sample that a test may spoil.
pub fn sample_copy() -> TempDir {
    let copy = folder();
    copy_folder(&root().join("examples/sample"), copy.path());
    copy
}

/// Changes a shard of a snapshot, and its digest in the manifest with it.
pub fn edit_shard(root: &Path, shard: &str, change: impl FnOnce(&mut Value)) {
    let read = |name: &str| serde_json::from_slice::<Value>(&fs::read(root.join(name)).unwrap()).unwrap();
    let save = |name: &str, value: &Value| {
        let bytes = serde_json::to_vec_pretty(value).unwrap();
        write(root.join(name), &bytes);
        sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let mut value = read(shard);
    change(&mut value);
    let digest = save(shard, &value);
    let mut manifest = read("manifest.json");
    manifest["shards"][shard] = digest.into();
    save("manifest.json", &manifest);
}

fn copy_folder(from: &Path, to: &Path) {
    for (path, bytes) in files_below(from) {
        write(to.join(path.strip_prefix(from).unwrap()), bytes);
    }
}

/// Every file in a folder and those below it, in the order of their paths.
pub fn files_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.clone(), fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// A call of the program. Nothing of the developer's surroundings reaches it: no AWS settings, no NO_COLOR, no CI, no
/// home with files in it.
pub struct Command {
    command: process::Command,
    _home: TempDir,
}

impl Command {
    /// The program with arguments, 80 columns wide.
    pub fn new<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        let mut command = process::Command::new(env!("CARGO_BIN_EXE_secrets-auditor"));
        command.args(arguments);
        Self::clean(command)
    }

    /// A shell script that finds the program under `$PROGRAM`.
    pub fn shell(script: &str) -> Self {
        let mut command = process::Command::new("sh");
        command.args(["-c", script]);
        Self::clean(command).env("PROGRAM", env!("CARGO_BIN_EXE_secrets-auditor"))
    }

    fn clean(mut command: process::Command) -> Self {
        let home = folder();
        command.env_clear().env("COLUMNS", "80").env("HOME", home.path()).stdin(Stdio::null());
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        Self { command, _home: home }
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What it reads from standard input.
    pub fn input(mut self, bytes: impl AsRef<[u8]>) -> Self {
        let path = self._home.path().join("input");
        write(&path, bytes);
        self.command.stdin(fs::File::open(path).unwrap());
        self
    }

    /// Sends the standard output elsewhere.
    pub fn stdout(mut self, to: impl Into<Stdio>) -> Self {
        self.command.stdout(to);
        self
    }

    /// Starts it; the folder is its home and must outlive it.
    pub fn spawn(mut self) -> (process::Child, TempDir) {
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        (self.command.spawn().unwrap(), self._home)
    }

    /// Runs to the end.
    pub fn run(mut self) -> Run {
        let output = self.command.output().unwrap();
        Run {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What it printed.
    pub stdout: String,
    /// What it remarked.
    pub stderr: String,
    /// How it ended; none where a signal ended it.
    pub code: Option<i32>,
}

impl Run {
    /// The standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or_else(|| "by a signal".to_owned(), |code| code.to_string());
        writeln!(f, "exit: {code}")?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                writeln!(f, "-- {name} --\n{}", TEMPORARY.replace_all(text.trim_end_matches('\n'), "[dir]"))?;
            }
        }
        Ok(())
    }
}

/// `audit --sample` with further arguments.
pub fn sample<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Run {
    Command::new(["audit", "--sample"]).args(arguments).run()
}

/// The JSON report of `audit --sample` with further arguments.
pub fn sample_json<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Value {
    Command::new(["audit", "--sample", "--format", "json"]).args(arguments).run().json()
}
