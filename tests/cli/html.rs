//! The HTML report: it tells what the JSON report tells, and nothing that strangers wrote gets out of its place.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;
use secrets_auditor::access::{Did, Estate, SecretAction, add_reads, readers, who_can};
use secrets_auditor::snapshot::Source;
use secrets_auditor::snapshot::records::Secret;
use sha2::{Digest, Sha256};

use crate::support::{Command, folder, root, sample, sample_json};
use crate::world::{World, refused, secret, tags};

/// Elements that the templates write; no other may come in.
const ELEMENTS: &str = "!doctype a b body br button circle code dd defs details div dl dt footer g h1 h2 h3 h4 head \
    header html i input label li main meta nav option p path pre rect script section select small span strong style \
    summary svg table tbody td text th thead title tr ul use";

/// The page of a world.
fn page_of(world: &World, arguments: &[&str]) -> String {
    let folder = folder();
    world.write(folder.path());
    Command::new(["audit", "--format", "html", "--snapshot"]).arg(folder.path()).args(arguments).run().stdout
}

/// What stands between the tags of the only element of this name.
fn inside<'a>(page: &'a str, element: &str) -> &'a str {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    assert_eq!(page.matches(&format!("<{element}")).count(), 1, "one <{element}>");
    page.split_once(&open).unwrap().1.split_once(&close).unwrap().0
}

/// How often findings with this word are listed.
fn listed(page: &str, word: &str) -> usize {
    page.matches(&format!("<div class=f><span class=\"pill {word}\">")).count()
}

#[test]
fn it_lists_what_the_json_report_lists() {
    let cases: [&[&str]; 2] = [&[], &["--config", "examples/secrets-auditor.yaml"]];
    for arguments in cases {
        let arguments: Vec<String> = arguments
            .iter()
            .map(|text| text.replace("examples", &format!("{}/examples", root().display())))
            .collect();
        let page = sample(arguments.iter().map(String::as_str).chain(["--format", "html"])).stdout;
        let report = sample_json(arguments.iter().map(String::as_str));
        for severity in ["critical", "high", "medium", "low", "info"] {
            let expected = report["summary"]["by_severity"][severity].as_u64().unwrap_or_default();
            assert_eq!(listed(&page, severity) as u64, expected, "{severity}");
            let tile = format!("<div class=\"tile {severity}\"><b>{expected}</b>");
            assert!(page.contains(&tile), "{tile}");
        }
        assert_eq!(listed(&page, "unknown") as u64, report["summary"]["by_verdict"]["unknown"]);
        let accepted = page.matches("<span class=chip>accepted</span> until").count() as u64;
        assert_eq!(accepted, report["summary"]["accepted"], "accepted");
        let sections = page.matches("<details class=s ").count() as u64;
        assert_eq!(sections, report["summary"]["secrets"], "sections");
    }
}

#[test]
fn it_allows_itself_its_own_style_and_script_and_nothing_else() {
    let page = sample(["--format", "html"]).stdout;
    let digest = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(inside(&page, "style")),
        digest(inside(&page, "script"))
    );
    assert!(page.replace("&#39;", "'").contains(&policy), "{policy}");
    let active = Regex::new("(?i)\\s(on[a-z]+|style|src|srcset|action)\\s*=").unwrap();
    let markup = page.replace(inside(&page, "script"), "").replace(inside(&page, "style"), "");
    let tags = Regex::new("<[a-zA-Z][^>]*>").unwrap();
    let found: Vec<&str> =
        tags.find_iter(&markup).map(|tag| tag.as_str()).filter(|tag| active.is_match(tag)).collect();
    assert_eq!(found, [""; 0], "nothing loads, runs or styles from within the page");
}

#[test]
fn strangers_write_no_markup() {
    let page = Command::new(["audit", "--format", "html", "--snapshot"])
        .arg(crate::hostile::snapshot().path())
        .run()
        .stdout;
    assert_eq!(crate::hostile::steering(&page), [""; 0]);
    let known: BTreeSet<&str> = ELEMENTS.split_whitespace().collect();
    let markup = page.replace(inside(&page, "script"), "").replace(inside(&page, "style"), "");
    let names = Regex::new("<(/?)([a-zA-Z!][a-zA-Z0-9]*)").unwrap();
    let strange: BTreeSet<&str> = names
        .captures_iter(&markup)
        .map(|tag| tag.get(2).unwrap().as_str())
        .filter(|name| !known.contains(name))
        .collect();
    assert_eq!(strange, BTreeSet::new());
    assert!(page.contains("&#60;script&#62;&#38;amp;&#60;/script&#62; =1+1"), "the text is still told");
    assert!(page.contains("plain&#60;U+001B&#62;[31mred"), "and what steers is written out");
}

#[test]
fn endless_text_is_cut_where_it_is_shown() {
    let long = "x".repeat(65_536);
    let world = World::with([Secret {
        description: Some(long.clone()),
        tags: tags(&[("Note", &long)]),
        ..secret("a")
    }]);
    let page = page_of(&world, &[]);
    assert!(page.contains("… 64536 more characters"));
    assert!(page.len() < 200_000, "{} bytes", page.len());
}

#[test]
fn commands_hold_only_plain_names() {
    let world = World::with([secret("plain/name"), secret("x$(reboot)")]);
    let page =
        page_of(&world, &["--only", "missing-required-tags", "--set", "missing-required-tags.keys=[Nobody]"]);
    assert_eq!(page.matches("<summary>how to mend it</summary>").count(), 2);
    assert!(page.contains("--secret-id arn:aws:secretsmanager:eu-west-1:111122223333:secret:plain/name-"));
    let commands = Regex::new("(?s)<pre>(.*?)</pre>").unwrap();
    let commands: Vec<&str> =
        commands.captures_iter(&page).map(|found| found.get(1).unwrap().as_str()).collect();
    // Commands of rules keep their placeholder; those of savings quote what a shell would read.
    let quoted = Regex::new("&#39;[^&]*reboot[^&]*&#39;").unwrap();
    let bare = |command: &&&str| quoted.replace_all(command, "").contains("reboot");
    assert_eq!(commands.iter().filter(bare).count(), 0, "{commands:?}");
    assert!(commands.iter().any(|command| command.contains("&#60;ARN&#62;")), "it stays a placeholder");
}

#[test]
fn what_could_not_be_seen_stands_on_top() {
    let mut world = World::with([secret("a"), secret("b")]);
    world.home().versions.records.clear();
    world.home().versions.gaps.push(refused("secretsmanager:ListSecretVersionIds", None));
    let page = page_of(&world, &["--only", "stale-value"]);
    assert!(page.contains("<b>0</b> clean"), "what could not be judged is not clean");
    assert!(page.contains("<b>2</b> not judged"));
    assert!(page.contains("<b>0</b> of 2 verdicts could be reached."));
    assert!(
        page.contains("Mended by allowing <span class=\"mono\">secretsmanager:ListSecretVersionIds</span>.")
    );
    assert!(page.contains("The versions could not be read."));
}

#[test]
fn sections_of_very_many_secrets_are_short() {
    let world = World::with((0..2_001).map(|index| secret(&format!("s{index}"))));
    let page =
        page_of(&world, &["--only", "missing-required-tags", "--set", "missing-required-tags.keys=[Nobody]"]);
    assert_eq!(page.matches("<details class=s ").count(), 2_001);
    assert_eq!(listed(&page, "medium"), 2_001);
    assert!(!page.contains("<summary>how to mend it</summary>"));
    assert!(page.contains("the commands stand under each rule"));
}

#[test]
fn who_can_against_who_did_is_what_the_verb_says() {
    let snapshot = Source::directory(&root().join("examples/sample")).read().unwrap();
    let estate = Estate::new(&snapshot, snapshot.manifest.collected_at());
    let did = Did::new(&snapshot, &estate);
    let action = SecretAction::find("GetSecretValue").unwrap();
    for (node, profile) in estate.secrets.iter().zip(readers(&snapshot, &estate)) {
        let mut answer = who_can(&estate, node, action);
        add_reads(&mut answer, &estate, &did);
        let did_read = |reader: &&secrets_auditor::model::Reader| reader.reads.unwrap_or_default() > 0;
        let (read, idle): (Vec<_>, Vec<_>) = answer.readers.iter().partition(did_read);
        let administrators = idle.iter().filter(|reader| reader.administrator).count();
        let expected = (read.len(), idle.len() - administrators, administrators, answer.trail_days);
        let found = (
            profile.can_and_did as usize,
            profile.can_only as usize,
            profile.administrators as usize,
            profile.trail_days,
        );
        assert_eq!(found, expected, "{}", node.record.arn);
        for line in profile.listed.iter().filter(|line| line.can.is_some()) {
            let reader = answer.readers.iter().find(|reader| reader.principal == line.principal).unwrap();
            assert_eq!(Some(reader.decision), line.can, "{}", line.principal);
            assert_eq!(
                (&reader.conditions, &reader.path, &reader.key_path),
                (&line.conditions, &line.path, &line.key_path)
            );
            assert_eq!((reader.reads.unwrap_or_default(), reader.last_read), (line.reads, line.last_read));
        }
        let past: BTreeSet<&str> =
            answer.read_without_access.iter().map(|past| past.principal.as_str()).collect();
        let listed: BTreeSet<&str> = profile
            .listed
            .iter()
            .filter(|line| line.can.is_none() && line.reads > 0)
            .map(|line| line.principal.as_str())
            .collect();
        assert_eq!(listed, past, "{}", node.record.arn);
    }
}

#[test]
fn a_history_tells_what_is_new_and_how_counts_went() {
    let folder = folder();
    let audit = |as_of: &str| {
        sample(["--as-of", as_of, "--format", "html", "--history", folder.path().join("h").to_str().unwrap()])
            .stdout
    };
    let first = audit("2026-11-01");
    assert!(first.contains("Nobody knows: the audit was compared with nothing."));
    assert!(!first.contains("<section id=\"trend\">"), "one audit is no trend");
    let second = audit("2026-12-20");
    assert!(second.contains("Since the audit of 2026-11-01:"));
    assert!(second.contains("<section id=\"trend\">"));
    let report = sample_json(["--as-of", "2026-12-20"]);
    let failed = report["summary"]["by_verdict"]["fail"].as_u64().unwrap();
    assert!(
        second.contains(&format!("text-anchor=\"middle\">{failed}</text>")),
        "{failed} failures are drawn"
    );
}

#[test]
fn savings_stand_with_their_evidence_and_commands() {
    let page = sample(["--format", "html"]).stdout;
    let report = sample_json([] as [&str; 0]);
    let savings = report["cost"]["savings"]["list"].as_array().unwrap();
    assert!(!savings.is_empty());
    for word in ["proven", "likely", "possible"] {
        let expected = savings.iter().filter(|saving| saving["confidence"] == word).count();
        let found = page.matches(&format!("\">{word}</span></span>")).count();
        assert_eq!(found, expected, "{word}");
    }
    assert_eq!(page.matches("<summary>how to get it</summary>").count(), savings.len());
}
