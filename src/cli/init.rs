//! The verb `init`.

use super::args::InitArgs;
use super::error::CliError;
use super::exit::Exit;
use super::output::{Printer, write_shared};
use super::source;
use crate::config::template::Seen;
use crate::config::{Config, NAMES};

pub(super) fn run(args: &InitArgs, printer: &Printer) -> Result<Exit, CliError> {
    let file = args.file.display();
    let prints = args.file.as_os_str() == "-";
    // Before AWS is asked: nothing is more annoying afterwards.
    if !prints && args.file.exists() && !args.force {
        return Err(CliError::new(
            format!("`{file}` is there already"),
            "name another file, or put a new one in its place with `--force`",
        ));
    }
    let snapshot = source::snapshot(&args.source, &args.aws, printer)?;
    let text = Seen::new(&snapshot).yaml();
    // What it wrote must be what it reads.
    Config::parse(&args.file, text.clone())?;
    if prints {
        printer.document(&text)?;
        return Ok(Exit::Clean);
    }
    write_shared(&args.file, &text)?;
    let is_found = NAMES.iter().any(|name| args.file.as_os_str() == *name);
    let how =
        if is_found { "`audit` finds it here".to_owned() } else { format!("use it with `--config {file}`") };
    printer.remark(&format!("`{file}` is written; {how}"));
    Ok(Exit::Clean)
}
