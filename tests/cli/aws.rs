//! AWS for the tests: starts `tests/aws/server.py` and gives each test an endpoint with faults and a log of
//! its calls.
//!
//! ```ignore
//! let session = aws::company().session("denied-policy");
//! session.faults(&json!([{ "operation": "GetResourcePolicy", "action": "deny", "times": 1 }]));
//! run(["audit", "--endpoint-url", &session.endpoint()]);
//! assert_eq!(session.calls().iter().filter(|c| c.fault.is_some()).count(), 1);
//! ```

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// A running server. The one of [`company`] lives as long as the test binary.
pub struct Server {
    child: Child,
    root: String,
    /// The server ends when this is closed, also when the test binary is killed.
    _stdin: ChildStdin,
}

/// The server with the fictional company, shared by all tests of the binary: ask it through sessions of
/// different names, and start a [`Server`] of your own for anything that changes what is there.
pub fn company() -> &'static Server {
    static COMPANY: OnceLock<Server> = OnceLock::new();
    COMPANY.get_or_init(|| Server::start("company"))
}

impl Server {
    /// Starts a server of its own with a seed: `company`, `empty`, or `big:N[:region,region]`.
    ///
    /// # Panics
    /// With what is missing, if Python or its packages are not to be had, or if the server does not start.
    pub fn start(seed: &str) -> Server {
        let mut command = Command::new(python());
        command.arg(folder().join("server.py")).args(["--seed", seed]);
        let mut child = clean(&mut command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("the AWS test server could not be run: `{command:?}`: {e}"));
        let stdin = child.stdin.take().expect("standard input is piped");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("standard output is piped");
        let read = BufReader::new(stdout).read_line(&mut line);
        let port = serde_json::from_str::<Value>(&line).ok().and_then(|ready| ready["port"].as_u64());
        let Some(port) = port else {
            let status = child.wait();
            panic!(
                "the AWS test server ended before it was ready, its error output is above: \
                 `{command:?}`: {status:?}, {read:?}, {line:?}"
            );
        };
        Server { child, root: format!("http://127.0.0.1:{port}"), _stdin: stdin }
    }

    /// A session: an endpoint whose faults and calls are its own. The same name gives the same session.
    pub fn session(&self, name: &str) -> Session {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        assert!(!name.is_empty() && name != "control" && name.chars().all(plain), "session name {name:?}");
        Session { root: self.root.clone(), name: name.to_owned() }
    }

    /// The rules that fail on, or cannot judge, each secret, key, and account of the seed:
    /// `{"as_of", "secrets": [{"arn", "name", "account", "region", "fails", "unknown"}], "keys": […],
    /// "accounts": […]}`.
    pub fn truth(&self) -> Value {
        get(&format!("{}/~control/truth", self.root))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that is gone already has nothing left to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One endpoint of a [`Server`].
pub struct Session {
    root: String,
    name: String,
}

impl Session {
    /// The endpoint URL of every service, for `--endpoint-url` or `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> String {
        format!("{}/~{}", self.root, self.name)
    }

    /// Replaces all faults of the session; `tests/aws/faults.py` says which there are.
    ///
    /// # Panics
    /// If a fault is misspelt, since it would silently never apply.
    pub fn faults(&self, faults: &Value) {
        let url = self.control("faults");
        let answer = minreq::post(&url)
            .with_body(faults.to_string())
            .send()
            .unwrap_or_else(|e| panic!("POST {url}: {e}"));
        assert!(answer.status_code == 200, "{faults}: {:?}", answer.as_str());
    }

    /// Shows a folder in CloudTrail's layout as a bucket and a table, or the company's archive:
    /// `{"directory" | "company": true, "table", "bucket"}`. Answers with all of them.
    ///
    /// # Panics
    /// If the folder is not there.
    pub fn archive(&self, given: &Value) -> Value {
        let url = self.control("archive");
        let answer = minreq::post(&url)
            .with_body(given.to_string())
            .send()
            .unwrap_or_else(|e| panic!("POST {url}: {e}"));
        assert!(answer.status_code == 200, "{given}: {:?}", answer.as_str());
        serde_json::from_slice(answer.as_bytes()).unwrap_or_else(|e| panic!("POST {url}: {e}"))
    }

    /// The calls that came in through the session, in their order.
    pub fn calls(&self) -> Vec<Call> {
        let calls = get(&self.control("calls"));
        calls.as_array().expect("the log is a list").iter().map(Call::from_json).collect()
    }

    /// How many calls came in, and the peaks of concurrency and of calls in any one second:
    /// `{"count", "peak_concurrent", "peak_per_second": [{"service", "operation", "region", "peak"}]}`.
    pub fn stats(&self) -> Value {
        get(&self.control("stats"))
    }

    fn control(&self, what: &str) -> String {
        format!("{}/~control/{}/{what}", self.root, self.name)
    }
}

/// One request as the server understood it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// By its signing name: `secretsmanager`, `kms`, `iam`, …
    pub service: String,
    /// As AWS names it: `GetResourcePolicy`.
    pub operation: String,
    /// The region that the request was signed for.
    pub region: String,
    /// The account of the caller.
    pub account: String,
    /// The secret, key, role, … that the request names, as it names it.
    pub resource: Option<String>,
    /// The action of the fault that applied to it.
    pub fault: Option<String>,
}

impl Call {
    fn from_json(call: &Value) -> Call {
        let field = |name: &str| call[name].as_str().map(str::to_owned);
        let known = |name: &str| field(name).unwrap_or_else(|| panic!("a call without {name}: {call}"));
        Call {
            service: known("service"),
            operation: known("operation"),
            region: known("region"),
            account: known("account"),
            resource: field("resource"),
            fault: field("fault"),
        }
    }
}

fn get(url: &str) -> Value {
    let answer = minreq::get(url).send().unwrap_or_else(|e| panic!("GET {url}: {e}"));
    let text = answer.as_str().unwrap_or_else(|e| panic!("GET {url}: {e}"));
    serde_json::from_str(text).unwrap_or_else(|e| panic!("GET {url}: {e}: {text}"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("aws")
}

/// Settings of the developer's own AWS account and Python must not reach the server.
fn clean(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["AWS_", "MOTO_", "PYTHON", "VIRTUAL_ENV"].iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command.env("PYTHONDONTWRITEBYTECODE", "1")
}

/// The interpreter of a virtual environment with the pinned packages, made on first use.
///
/// It lies under `target/`, named by what it depends on, and appears there by a rename, so that a run that was
/// killed leaves nothing half made; test binaries that run side by side wait for each other.
pub fn python() -> PathBuf {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(environment).clone()
}

fn environment() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let requirements = folder().join("requirements.txt");
    let pinned =
        fs::read_to_string(&requirements).unwrap_or_else(|e| panic!("{}: {e}", requirements.display()));
    let recent = "import sys; assert sys.version_info >= (3, 10), 'python3 is older than 3.10'; ";
    let version =
        run(Command::new("python3").args(["-c", &format!("{recent} print(sys.version, sys.base_prefix)")]));
    let name = format!("aws-python-{:016x}", fnv1a(&[pinned.as_bytes(), version.as_bytes()]));
    let (made, making) = (target.join(&name), target.join(format!("{name}.making")));
    let interpreter = |environment: &Path| {
        environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
    };
    if interpreter(&made).exists() {
        return interpreter(&made);
    }
    let lock = target.join("aws-python.lock");
    let held = File::create(&lock).and_then(|file| file.lock().map(|()| file));
    let _held = held.unwrap_or_else(|e| panic!("{}: {e}", lock.display()));
    if !interpreter(&made).exists() {
        if making.exists() {
            fs::remove_dir_all(&making).unwrap_or_else(|e| panic!("{}: {e}", making.display()));
        }
        run(Command::new("python3").args(["-m", "venv"]).arg(&making));
        let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r"];
        run(Command::new(interpreter(&making)).args(quiet).arg(&requirements));
        fs::rename(&making, &made).unwrap_or_else(|e| panic!("{}: {e}", made.display()));
    }
    interpreter(&made)
}

/// Runs a step of the preparation and gives what it printed.
fn run(command: &mut Command) -> String {
    let output = match clean(command).output() {
        Ok(output) => output,
        Err(e) => panic!("the AWS test server needs python3 (3.10 or later) with venv: `{command:?}`: {e}"),
    };
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    // venv explains itself on standard output, pip on standard error.
    let text = format!("{printed}{}", String::from_utf8_lossy(&output.stderr));
    assert!(
        output.status.success(),
        "the AWS test server could not be prepared: {}\n`{command:?}` ended with {}:\n{text}",
        missing(&text),
        output.status
    );
    printed
}

/// What to do about a preparation that failed.
fn missing(text: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["older than 3.10"]) {
        "python3 is too old, 3.10 or later is needed"
    } else if says(&["ensurepip", "No module named venv"]) {
        "python3 lacks the module venv or ensurepip (on Debian and Ubuntu: the package python3-venv)"
    } else if says(&["externally-managed-environment"]) {
        "pip worked on the system's Python, which is managed by its packager (PEP 668), and not on the \
         virtual environment"
    } else if says(&[
        "No matching distribution",
        "Could not find a version",
        "Connection",
        "Temporary failure",
    ]) {
        "pip could not fetch the packages of tests/aws/requirements.txt; it needs the package registry, or a \
         registry configured for pip"
    } else {
        "python3 with venv and pip is needed"
    }
}

/// A hash that is the same in every build; the standard library's is not promised to be.
fn fnv1a(parts: &[&[u8]]) -> u64 {
    let bytes = parts.iter().copied().flatten();
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
