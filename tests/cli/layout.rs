//! The structure of the code: who may import whom, who may name which library, how long files grow.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::support::root;

/// Module to the modules that it may import; `cli`, `config` and `main` may import everything and nobody imports them.
const IMPORTS: [(&str, &[&str]); 15] = [
    ("model", &[]),
    ("aws", &["model"]),
    ("collect", &["model", "aws", "snapshot"]),
    ("snapshot", &["model"]),
    ("policy", &["model"]),
    ("trail", &["model", "aws", "snapshot"]),
    ("access", &["model", "snapshot", "policy", "trail"]),
    ("tables", &["model", "snapshot", "access"]),
    ("rules", &["model", "tables"]),
    ("audit", &["model", "tables", "rules"]),
    ("history", &["model"]),
    ("cost", &["model", "tables"]),
    ("report", &["model"]),
    ("publish", &["model", "aws"]),
    ("config", &["model", "rules"]),
];

/// Library to the modules that may name it.
const LIBRARIES: [(&str, &[&str]); 5] = [
    ("aws_", &["aws", "collect", "trail", "publish"]),
    ("polars", &["tables", "rules", "audit", "cost", "access"]),
    ("sqlparser", &["rules"]),
    ("comfy_table", &["report", "cli"]),
    ("indicatif", &["cli"]),
];

/// The longest file, its tests left out.
const LONGEST: usize = 500;

/// Every source file with its module and its text, tests left out.
fn sources() -> Vec<(PathBuf, String, String)> {
    let src = root().join("src");
    let mut files = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
                files.push((path.clone(), module(path.strip_prefix(&src).unwrap()), text));
            }
        }
    }
    files.sort();
    assert!(files.len() > 50, "{} files", files.len());
    files
}

fn module(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The code without comments, in which modules may be named freely.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn modules_import_downwards_only() {
    let allowed: BTreeMap<&str, &[&str]> = IMPORTS.into_iter().collect();
    let name = Regex::new(r"crate::([a-z_]+)").unwrap();
    let mut wrong = Vec::new();
    for (path, module, text) in sources() {
        if ["main", "lib", "cli"].contains(&module.as_str()) {
            continue;
        }
        let may = allowed.get(module.as_str()).unwrap_or_else(|| panic!("`{module}` stands in no row"));
        for import in name.captures_iter(&code(&text)).map(|found| found[1].to_owned()) {
            if import != module && !may.contains(&import.as_str()) {
                wrong.push(format!("{} imports {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (path, module, text) in sources() {
        let text = code(&text);
        for (library, rooms) in LIBRARIES {
            let named = Regex::new(&format!(r"\b{library}[a-z_]*::")).unwrap().is_match(&text);
            if named && !rooms.contains(&module.as_str()) {
                wrong.push(format!("{} names {library}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_can_be_entered() {
    let long: Vec<String> = sources()
        .iter()
        .map(|(path, _, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn every_rule_stands_in_a_file_of_its_name() {
    let rules = root().join("rules");
    let mut count = 0;
    for topic in fs::read_dir(rules).unwrap().map(|entry| entry.unwrap().path()) {
        for file in fs::read_dir(topic).unwrap().map(|entry| entry.unwrap().path()) {
            let id = file.file_stem().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&file).unwrap();
            assert!(text.starts_with(&format!("id: {id}\n")), "{}", file.display());
            for words in ["ensure", "no-", "not-"] {
                assert!(!id.starts_with(words), "{id} names the cure, not the defect");
            }
            count += 1;
        }
    }
    assert!(count >= 36, "{count} rules");
}
