//! The shape of the source: who may import whom, and how long a file may be. DESIGN.md tells why.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{files_below, root};

/// Module to what it may import. `cli` and `config` may import everything and are imported by nobody else. Modules that
/// are not written yet stand here already.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("files", &[]),
    ("patterns", &[]),
    ("aws", &["model"]),
    ("collect", &["model", "aws", "patterns", "snapshot", "trail"]),
    ("snapshot", &["model", "files"]),
    ("policy", &["model"]),
    ("trail", &["model", "aws", "files", "snapshot"]),
    ("access", &["model", "snapshot", "policy", "trail"]),
    ("tables", &["model", "snapshot", "policy", "patterns", "trail", "access"]),
    ("rules", &["model", "tables"]),
    ("audit", &["model", "tables", "rules"]),
    ("history", &["model", "files", "report"]),
    ("cost", &["model", "tables"]),
    ("report", &["model", "policy"]),
    ("publish", &["model", "aws", "report"]),
];

/// Who may name the crates of the AWS SDK, and who polars.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("aws_sdk_", &["aws", "collect", "trail", "publish"]),
    ("aws_config", &["aws", "collect", "publish"]),
    ("polars", &["tables", "rules", "audit", "cost", "access"]),
    ("parquet::", &["report"]),
    ("comfy_table", &["report", "cli"]),
    ("clap", &["cli", "report"]),
];

/// The longest a file may be, without its tests.
const LONGEST: usize = 500;

/// A source file: its module, its path, and its lines without comments.
struct Source {
    module: String,
    path: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let files = files_below(&src).into_iter();
    let rust = files.filter(|(path, _)| path.extension().is_some_and(|extension| extension == "rs"));
    rust.map(|(path, bytes)| {
        let path = path.strip_prefix(&src).unwrap().display().to_string();
        let module = path.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        let text = String::from_utf8(bytes).unwrap();
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        Source { module, path, text: code.join("\n") }
    })
    .collect()
}

/// The modules that a file names by `crate::…`.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let named_behind = &text[at + "crate::".len()..];
        if at > 0 && text[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_') {
            continue;
        }
        match named_behind.strip_prefix('{') {
            None => drop(found.insert(word(named_behind))),
            Some(group) => found.extend(heads(group)),
        }
    }
    found
}

fn word(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

/// The first words of the items in braces, up to the brace that closes them.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut heads, mut at_head) = (1, Vec::new(), true);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => at_head = true,
            letter if at_head && depth == 1 && !letter.is_whitespace() => {
                heads.push(word(&group[at..]));
                at_head = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads
}

#[test]
fn imports_are_found_in_every_form() {
    let text = "use crate::model::Arn;\nuse crate::{aws, tables::{schema, build}, cost::X};\nlet x = crate::rules::y();\n\
                pub(crate) fn z() {}\npub(in crate::tables) static A: u8 = 0; mycrate::not();";
    let found: Vec<String> = imports(text).into_iter().collect();
    assert_eq!(found, ["aws", "cost", "model", "rules", "tables"]);
}

#[test]
fn modules_import_only_what_the_table_lets_them() {
    let table: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources() {
        if ["cli", "config", "main", "lib"].contains(&source.module.as_str()) {
            continue;
        }
        let allowed = table.get(source.module.as_str());
        let allowed = allowed.unwrap_or_else(|| panic!("module {} stands in no table", source.module));
        for import in imports(&source.text) {
            if import != source.module && !allowed.contains(&import.as_str()) {
                wrong.push(format!("src/{} imports {import}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_has_no_circles() {
    let table: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut ready: BTreeSet<&str> = BTreeSet::new();
    while ready.len() < table.len() {
        let next: Vec<&str> = table
            .iter()
            .filter(|(module, imports)| !ready.contains(*module) && imports.iter().all(|i| ready.contains(i)))
            .map(|(module, _)| *module)
            .collect();
        assert!(!next.is_empty(), "a circle among the modules that are not in {ready:?}");
        ready.extend(next);
    }
}

#[test]
fn nobody_imports_the_command_line() {
    for source in sources().iter().filter(|source| !["cli", "main", "lib"].contains(&source.module.as_str()))
    {
        let imports = imports(&source.text);
        assert!(!imports.contains("cli"), "src/{}", source.path);
        assert!(!imports.contains("config"), "src/{}", source.path);
    }
}

#[test]
fn crates_are_named_only_where_they_belong() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, modules) in MAY_NAME {
            let is_word = |at: usize| !source.text[..at].ends_with(|l: char| l.is_alphanumeric() || l == '_');
            let names = source.text.match_indices(name).any(|(at, _)| is_word(at));
            if names && !modules.contains(&source.module.as_str()) {
                wrong.push(format!("src/{} names {name}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_are_short() {
    let mut long = Vec::new();
    for (path, bytes) in files_below(&root().join("src")) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let own = text.split("#[cfg(test)]").next().unwrap_or_default().lines().count();
        if path.extension().is_some_and(|extension| extension == "rs") && own > LONGEST {
            long.push(format!("{}: {own} lines", path.display()));
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn a_rule_file_is_named_as_its_id_and_stands_in_a_topic() {
    for (path, bytes) in files_below(&root().join("rules")) {
        let text = String::from_utf8(bytes).unwrap();
        let id = text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap();
        assert_eq!(path.file_stem().unwrap().to_str().unwrap(), id.trim());
        assert_eq!(path.parent().unwrap().parent().unwrap(), root().join("rules"), "{}", path.display());
    }
}
