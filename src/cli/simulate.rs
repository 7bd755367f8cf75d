//! The verb `simulate`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::args::SimulateArgs;
use super::error::CliError;
use super::exit::Exit;
use super::output::{Lines, Printer};
use crate::model::reason;
use crate::policy::Case;
use crate::report::simulation::{decided, refused};

/// How many bytes are read at once.
const READ_AT_ONCE: usize = 1 << 18;

/// How many lines were answered, and how many of them were no cases.
#[derive(Default)]
struct Count {
    all: u64,
    refused: u64,
}

pub(super) fn run(args: &SimulateArgs, printer: &Printer) -> Result<Exit, CliError> {
    let file = args.file.as_deref().filter(|file| *file != Path::new("-"));
    let cannot_read = |error: io::Error| match file {
        Some(file) => CliError::new(
            format!("cannot read `{}`: {}", file.display(), reason(&error)),
            "name a file with one case a line, or `-` for standard input",
        ),
        None => CliError::new(
            format!("cannot read standard input: {}", reason(&error)),
            "hand in one case a line, or name a file",
        ),
    };
    let input: Box<dyn Read> = match file {
        Some(file) => Box::new(File::open(file).map_err(cannot_read)?),
        None => Box::new(io::stdin().lock()),
    };
    let input = BufReader::with_capacity(READ_AT_ONCE, input);
    verdict(&answer_all(input, &mut printer.lines(), args.explain, cannot_read)?)
}

/// Answers each line with one. Stops early where nobody reads the answers.
fn answer_all(
    mut input: BufReader<Box<dyn Read>>,
    lines: &mut Lines,
    explain: bool,
    cannot_read: impl Fn(io::Error) -> CliError,
) -> Result<Count, CliError> {
    let (mut line, mut count) = (Vec::new(), Count::default());
    for number in 1.. {
        // Who waits for an answer before asking on gets it.
        if input.buffer().is_empty() && !lines.flush()? {
            return Ok(Count::default());
        }
        line.clear();
        if input.read_until(b'\n', &mut line).map_err(&cannot_read)? == 0 {
            break;
        }
        let line = line.trim_ascii_end();
        if line.is_empty() {
            continue;
        }
        let answer = answer(line, number, explain, &mut count).map_err(|error| CliError::defect(&error))?;
        if !lines.write(&answer)? {
            return Ok(Count::default());
        }
    }
    Ok(count)
}

fn answer(line: &[u8], number: u64, explain: bool, count: &mut Count) -> serde_json::Result<String> {
    count.all += 1;
    match Case::parse(line) {
        Ok(case) => decided(&case, explain),
        Err(error) => {
            count.refused += 1;
            refused(Case::id_in(line).as_deref(), number, &error)
        }
    }
}

fn verdict(count: &Count) -> Result<Exit, CliError> {
    let message = match count {
        Count { refused: 0, .. } => return Ok(Exit::Clean),
        Count { refused: 1, all: 1 } => "1 of 1 line is no case".to_owned(),
        Count { refused: 1, all } => format!("1 of {all} lines is no case"),
        Count { refused, all } => format!("{refused} of {all} lines are no cases"),
    };
    Err(CliError::new(message, "the output says under `error` what is wrong with each, and where"))
}
