//! Printing, and writing files whole or not at all.

use std::io::{self, BufWriter, ErrorKind, StdoutLock, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use super::error::CliError;
use crate::files::write_whole_with;
use crate::model::reason;
use crate::report::printable;

const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

/// The width of a page where the terminal tells none.
const DEFAULT_WIDTH: usize = 100;

/// How many bytes of lines go to the system at once.
const LINES_AT_ONCE: usize = 1 << 16;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// Where a terminal reads, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Prints to the standard streams.
pub(super) struct Printer {
    choice: ColorChoice,
}

impl Printer {
    pub(super) fn new(color: Color) -> Self {
        let choice = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { choice }
    }

    /// Prints a document. A reader who closes the pipe has read enough: that is no error.
    pub(super) fn document(&self, text: &str) -> Result<(), CliError> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.choice);
        printed(stream.write_all(text.as_bytes()).and_then(|()| stream.flush()))
    }

    /// Prints a document for programs piece by piece; it is never coloured. A reader who closes the pipe has read enough.
    pub(super) fn stream(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), CliError> {
        let mut stream = BufWriter::with_capacity(LINES_AT_ONCE, io::stdout().lock());
        printed(write(&mut stream).and_then(|()| stream.flush()))
    }

    /// A stream of lines for programs; it is never coloured.
    pub(super) fn lines(&self) -> Lines {
        Lines { stream: BufWriter::with_capacity(LINES_AT_ONCE, io::stdout().lock()) }
    }

    /// Prints a remark for people, apart from the document.
    pub(super) fn remark(&self, text: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.choice);
        // A remark that nobody can read is no reason to stop.
        let _ = writeln!(stream, "{text}");
    }

    /// Prints an error: its own renderings first, then the sentence, then what to do.
    pub(super) fn error(&self, error: &CliError) {
        for rendered in &error.rendered {
            let safe: Vec<_> = rendered.lines().map(printable).collect();
            self.remark(&format!("{}\n", safe.join("\n")));
        }
        let lines: Vec<_> = error.message.lines().map(printable).collect();
        self.remark(&format!("{ERROR}error{ERROR:#}: {}", lines.join("\n")));
        if let Some(help) = &error.help {
            self.remark(&format!("{HELP}help{HELP:#}: {}", printable(help)));
        }
    }

    /// The width of the page: COLUMNS, else the terminal's, else 100.
    #[expect(clippy::disallowed_methods, reason = "the environment is read in cli/ only")]
    pub(super) fn width(&self) -> usize {
        let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        told.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
            .unwrap_or(DEFAULT_WIDTH)
    }
}

/// Whether a document could be printed; a closed pipe is no error.
fn printed(written: io::Result<()>) -> Result<(), CliError> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CliError::new(
            format!("cannot write to standard output: {}", reason(&error)),
            "check that the disk has room, or write to a file with `--output FORMAT=FILE`",
        )),
        _ => Ok(()),
    }
}

/// Lines on standard output, many at once.
pub(super) struct Lines {
    stream: BufWriter<StdoutLock<'static>>,
}

impl Lines {
    /// Writes a line. False where the reader has closed the pipe and wants no more.
    pub(super) fn write(&mut self, line: &str) -> Result<bool, CliError> {
        is_open(self.stream.write_all(line.as_bytes()))
    }

    /// Hands on what was written so far.
    pub(super) fn flush(&mut self) -> Result<bool, CliError> {
        is_open(self.stream.flush())
    }
}

fn is_open(written: io::Result<()>) -> Result<bool, CliError> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(CliError::new(
            format!("cannot write to standard output: {}", reason(&error)),
            "check that the disk has room",
        )),
    }
}

/// Writes a file of a repository, whole or not at all. It may be read as the file before it, and a new one by everybody:
/// it holds no evidence.
pub(super) fn write_shared(path: &Path, text: &str) -> Result<(), CliError> {
    let before = std::fs::metadata(path).ok().map(|known| known.permissions());
    if before.as_ref().is_some_and(std::fs::Permissions::readonly) {
        return Err(CliError::new(
            format!("cannot write `{}`: nobody may write to it", path.display()),
            "allow it, such as with `chmod u+w`, or name another file",
        ));
    }
    let path = &followed(path);
    write_file(path, text)?;
    let cannot = |error: &io::Error| {
        CliError::new(
            format!("cannot open `{}` to others: {}", path.display(), reason(error)),
            "change its permissions by hand",
        )
    };
    match before.or_else(readable) {
        Some(permissions) => std::fs::set_permissions(path, permissions).map_err(|error| cannot(&error)),
        None => Ok(()),
    }
}

/// How many links may follow upon each other, as in most systems.
const LINKS: usize = 40;

/// The file that a path means in the end. A link stays one, also where what it names is not there yet.
fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let Ok(target) = std::fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path
}

/// Everybody may read, the owner may write.
#[cfg(unix)]
fn readable() -> Option<std::fs::Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(0o644))
}

/// As the folder has it.
#[cfg(not(unix))]
fn readable() -> Option<std::fs::Permissions> {
    None
}

/// Writes a file that only its owner may read, whole or not at all.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), CliError> {
    write_file_with(path, |file| file.write_all(text.as_bytes()))
}

/// The same for what is written piece by piece.
pub(super) fn write_file_with(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CliError> {
    write_whole_with(&followed(path), |file| write(file)).map_err(|error| {
        CliError::new(
            format!("cannot write `{}`: {}", path.display(), reason(&error)),
            "check that the folder exists, that you may write there, and that the disk has room",
        )
    })
}
