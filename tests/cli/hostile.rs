//! Names, tags and messages are written by strangers: none of them steers a terminal, and none is lost.

use secrets_auditor::model::{Gap, GapCause};
use secrets_auditor::snapshot::records::{Replica, RotationRules, Secret, Version};
use serde_json::Value;
use tempfile::TempDir;

use crate::formats::{FORMATS, for_readers};
use crate::streams;
use crate::support::{Command, Run, edit_shard, folder, sample_copy};
use crate::world::{
    ACCOUNT, HOME, World, arn, days_ago, key, refused, replica, replication, secret, tags, trail, version,
};

/// Control characters, escape sequences, marks that reorder or hide text, and what is merely unusual.
const HOSTILE: [&str; 18] = [
    "plain\u{1b}[31mred\u{1b}[0m",
    "title\u{1b}]0;owned\u{7}",
    "clear\u{1b}[2J\u{1b}[H",
    "c1\u{9b}31mcsi\u{9d}0;t\u{9c}",
    "line\nbreak\r\nand\u{85}more\u{2028}lines\u{2029}",
    "back\u{8}\u{8}\u{8}space\u{7f}",
    "nul\0byte",
    "tab\there",
    "right\u{202e}tfel\u{202c}\u{2066}isolated\u{2069}\u{200f}",
    "zero\u{200b}width\u{feff}\u{ad}",
    "tags\u{e0041}\u{e007f}",
    "emoji 🔑👩‍👩‍👧 größe 漢字",
    "e\u{301}\u{302}\u{303} combining",
    "::error file=a,line=1::b ##[error]c ##vso[task.complete]d %0A::warning::e",
    "[click](https://example.com) ![x](y) <https://e.com> https://e.com www.e.com a@e.com @org/team #12 GH-12 a/b#3",
    "**b** _i_ ~~s~~ `c` ``d`` \\| a\\|b | # h <!-- x --> <details> &lt; &#124; {0} {{x}} $y$ :tada: ]]> </failure>",
    "`a|b` \\` x` -- 1. > + - --- ***",
    "<script>&amp;</script> =1+1 |cat| `x` ::warning:: $(x) %s {}",
];

/// A world in which strangers wrote everything that they can.
fn world() -> World {
    let mut world = World::new();
    for (index, text) in HOSTILE.iter().enumerate() {
        let name = format!("{index:02} {text}");
        world.add(
            HOME,
            Secret {
                description: Some(format!("{text} password=hunter22")),
                tags: tags(&[(text, text), ("Owner", text), ("Environment", text), ("Class", text)]),
                kms_key_id: Some(format!("alias/{text}")),
                rotation_enabled: Some(index % 2 == 0),
                rotation_lambda_arn: Some(format!("arn:aws:lambda:{HOME}:{ACCOUNT}:function:{text}")),
                rotation_rules: Some(RotationRules {
                    schedule_expression: Some((*text).to_owned()),
                    duration: Some((*text).to_owned()),
                    automatically_after_days: None,
                }),
                owning_service: (index % 5 == 4).then(|| (*text).to_owned()),
                primary_region: Some(HOME.to_owned()),
                secret_type: Some((*text).to_owned()),
                deleted: (index % 7 == 6).then(|| days_ago(1)),
                ..secret(&name)
            },
        );
        let keys = vec![format!("alias/{text}")];
        world.versions([
            Version { kms_key_ids: keys.clone(), ..version("AWSCURRENT", 200) },
            Version { kms_key_ids: keys, stages: vec![(*text).to_owned()], ..version("", 300) },
        ]);
        let failed = Replica {
            status: Some("Failed".to_owned()),
            status_message: Some((*text).to_owned()),
            kms_key_id: Some((*text).to_owned()),
            ..replica("us-east-1")
        };
        let home = world.home();
        home.replication.records.push(replication(&name, [failed]));
        let mut known = key("k", if index % 3 == 0 { "Disabled" } else { "Enabled" });
        known.named = vec![format!("alias/{text}")];
        if let Some(facts) = &mut known.facts {
            facts.id = format!("{index}{text}");
            facts.arn = format!("arn:aws:kms:{HOME}:{ACCOUNT}:key/{index}{text}");
        }
        known.rotation = None;
        if index % 4 != 0 {
            home.keys.records.push(known);
        }
        let mut audit = trail(text);
        if let Some(status) = &mut audit.status {
            status.delivery_error = Some((*text).to_owned());
        }
        home.trails.records.push(audit);
        home.keys.gaps.push(gap(text, Some(&format!("alias/{text}"))));
        home.policies.gaps.push(gap(text, None));
    }
    for formula in ["=1+1", "+1", "-1", "@SUM(1)", "=HYPERLINK(\"https://example.com\")"] {
        world.add(HOME, Secret { tags: tags(&[("Owner", formula)]), ..secret(formula) });
    }
    world.add(HOME, secret(&"n".repeat(512)));
    world.add(HOME, secret(&"漢".repeat(512)));
    world.account(ACCOUNT).entry.name = Some(HOSTILE.concat());
    world.account("999988887777").entry.gaps = vec![gap(HOSTILE[0], None)];
    world.snapshot.manifest.selection = vec![HOSTILE[8].to_owned()];
    world
}

fn gap(text: &str, resource: Option<&str>) -> Gap {
    Gap {
        error: text.to_owned(),
        message: text.to_owned(),
        cause: GapCause::Failed,
        permission: Some(text.to_owned()),
        ..refused(&format!("kms:DescribeKey{text}"), resource)
    }
}

pub(crate) fn snapshot() -> TempDir {
    let folder = folder();
    world().write(folder.path());
    folder
}

fn audit(snapshot: &TempDir, arguments: &[&str]) -> Run {
    Command::new(["audit", "--snapshot"])
        .arg(snapshot.path())
        .args(["--set", "default-key.severity=low", "--set", "missing-replica.regions=[x]"])
        .args(arguments)
        .run()
}

/// Letters that may not reach a terminal, once our own colours are taken out.
pub(crate) fn steering(text: &str) -> Vec<String> {
    let colour = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    let is_steering = |letter: char| {
        let hides_or_reorders = matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
        (letter.is_control() && letter != '\n') || hides_or_reorders
    };
    let plain = colour.replace_all(text, "");
    plain.lines().filter(|line| line.contains(is_steering)).map(|line| format!("{line:?}")).collect()
}

#[test]
fn costs_steer_nothing() {
    let snapshot = snapshot();
    for format in ["terminal", "json", "csv"] {
        let run =
            Command::new(["cost", "--by", "secret", "--by", "owner", "--by", "key", "--format", format])
                .arg("--snapshot")
                .arg(snapshot.path())
                .run();
        assert_eq!(run.code, Some(0), "{run}");
        assert_eq!(steering(&run.stdout), [""; 0], "{format}");
    }
}

#[test]
fn nothing_steers_the_terminal() {
    let snapshot = snapshot();
    for arguments in
        [&["--color", "never"][..], &["--color", "never", "--verdicts", "all", "--fail-on", "info"]]
    {
        let run = audit(&snapshot, arguments);
        assert_eq!(run.code, Some(1), "{run}");
        assert_eq!(steering(&run.stdout), [""; 0]);
        assert!(!run.stdout.contains('\u{1b}'), "no colour was asked for");
        assert!(run.stdout.contains("plain<U+001B>[31mred<U+001B>[0m"), "the text is still told");
        assert!(run.stdout.contains("emoji 🔑"), "what is harmless stays");
    }
    let coloured = audit(&snapshot, &["--color", "always"]);
    assert_eq!(steering(&coloured.stdout), [""; 0]);
    // A stranger's colour is written out, so what is left after ours are gone is the plain report.
    let plain = audit(&snapshot, &["--color", "never"]);
    assert_eq!(anstream::adapter::strip_str(&coloured.stdout).to_string(), plain.stdout);
}

#[test]
fn long_names_are_whole() {
    let run = audit(&snapshot(), &[]);
    for letter in ["n", "漢"] {
        let name = letter.repeat(512);
        assert!(run.stdout.lines().any(|line| line.trim() == name), "the name is not on a line of its own");
    }
}

#[test]
fn json_holds_every_letter_and_none_that_steers() {
    let snapshot = snapshot();
    let run = audit(&snapshot, &["--format", "json", "--verdicts", "all"]);
    assert_eq!(steering(&run.stdout), [""; 0]);
    let report = run.json();
    let names: std::collections::BTreeSet<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["resource"]["type"] == "secret")
        .map(|finding| finding["resource"]["name"].as_str().unwrap())
        .collect();
    for (index, text) in HOSTILE.iter().enumerate() {
        let name = format!("{index:02} {text}");
        assert!(names.contains(name.as_str()), "{text:?}");
        let by_secret = &report["cost"]["by_secret"];
        assert!(by_secret[arn(HOME, &name)].is_string(), "{text:?}");
        let is_told = |gap: &Value| gap["error"] == **text && gap["message"] == **text;
        assert!(report["evidence_gaps"].as_array().unwrap().iter().any(is_told), "{text:?}");
        let by_owner = report["cost"]["by_tag"]["Owner"].as_array().unwrap();
        assert!(by_owner.iter().any(|group| group["name"] == **text), "{text:?}");
    }
    assert_eq!(report["run"]["accounts"][0]["name"], HOSTILE.concat());
    assert_eq!(report["run"]["selection"][0], HOSTILE[8]);
}

#[test]
fn report_files_are_as_safe_as_the_screen() {
    let (snapshot, folder) = (snapshot(), folder());
    let (text, json) = (folder.path().join("a.txt"), folder.path().join("a.json"));
    let run = audit(
        &snapshot,
        &[
            &format!("--output=terminal={}", text.display()),
            &format!("--output=json={}", json.display()),
            "--color=always",
        ],
    );
    assert_eq!(run.code, Some(1), "{run}");
    for path in [text, json] {
        let written = std::fs::read_to_string(path).unwrap();
        assert_eq!(steering(&written), [""; 0]);
        assert!(!written.contains('\u{1b}'));
    }
}

/// What every format must do is checked by readers of `tests/readers/`; here what needs none of them.
#[test]
fn reports_for_pipelines_are_as_safe_as_the_screen() {
    let snapshot = snapshot();
    let folder = for_readers("hostile", |outputs| {
        let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
        audit(&snapshot, &[&["--color", "always"], outputs.as_slice()].concat())
    });
    for (format, ending) in FORMATS {
        let written = std::fs::read_to_string(folder.join(format!("sample.{ending}"))).unwrap();
        assert_eq!(steering(&written), [""; 0], "{format}");
        let printed = audit(&snapshot, &["--color", "never", "--format", format]).stdout;
        assert!(printed == written, "{format}: the file is what is printed");
        // JSON keeps the letter itself, as an escape.
        let is_told =
            written.contains("plain<U+001B>[31mred") || written.contains("plain&lt;U+001B&gt;[31mred");
        assert!(is_told, "{format}: the text is still told");
        // What the runners of pipelines would obey; `##[` does it anywhere in a line of a log.
        let is_command = |line: &&str| line.trim_start().starts_with("::");
        let commands = written.lines().filter(is_command).count();
        assert_eq!(commands, if format == "github" { written.lines().count() } else { 0 }, "{format}");
        assert!(!["concise", "markdown"].contains(&format) || !written.contains("##["), "{format}");
    }
    let sarif: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("sample.sarif")).unwrap()).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    for (index, text) in HOSTILE.iter().enumerate() {
        let arn = arn(HOME, &format!("{index:02} {text}"));
        let is_about = |result: &&Value| {
            result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == *arn.as_str()
        };
        assert!(results.iter().any(|result| is_about(&result)), "{text:?} is told as it is");
    }
}

#[test]
fn reports_for_machines_are_as_safe_as_the_screen() {
    let snapshot = snapshot();
    let all = ["--verdicts=all", "--metrics-by-arn"];
    let folder = streams::for_readers("hostile", |outputs| {
        let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
        audit(&snapshot, &[&all[..], &outputs].concat())
    });
    let read = |ending: &str| std::fs::read_to_string(folder.join(format!("sample.{ending}"))).unwrap();
    for (_, ending) in streams::FORMATS {
        assert_eq!(steering(&read(ending)), [""; 0], "{ending}");
    }
    let lines = |ending: &str| {
        read(ending).lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    let (stream, events) = (lines("ndjson"), lines("ocsf.ndjson"));
    let hub: Vec<Value> = serde_json::from_str(&read("asff.json")).unwrap();
    let table = read("csv");
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(table.as_bytes()).records().collect::<Result<_, _>>().unwrap();
    for (index, text) in HOSTILE.iter().enumerate() {
        let name = format!("{index:02} {text}");
        assert!(stream.iter().any(|line| line["resource"]["name"] == *name), "{text:?}");
        let tag = serde_json::json!({ "name": text, "value": text });
        let is_about = |event: &Value| {
            let resource = &event["resources"][0];
            resource["name"] == *name && resource["tags"].as_array().unwrap().contains(&tag)
        };
        assert!(events.iter().any(is_about), "{text:?}");
        // Cells and Security Hub's pages are read by people, and have what steers in words.
        let printable = secrets_auditor::report::printable(&name);
        assert!(rows.iter().any(|row| row.iter().any(|cell| cell == printable)), "{text:?}");
        let details =
            |finding: &Value| finding["Resources"][0]["Details"]["AwsSecretsManagerSecret"]["Name"].clone();
        assert!(hub.iter().any(|finding| details(finding) == *printable), "{text:?}");
    }
    let starts = |row: &csv::StringRecord| row.iter().any(|cell| cell.starts_with(['=', '+', '-', '@']));
    assert!(!rows.iter().any(starts));
}

#[test]
fn errors_are_as_safe_as_reports() {
    let run = Command::new(["audit", "--snapshot", "/no/such/\u{1b}[31mfolder\u{202e}"]).run();
    assert_eq!(steering(&run.stderr), [""; 0], "{run}");
    let run = Command::new(["audit", "--sample", "--only", "\u{1b}[31m\u{202e}"]).run();
    assert_eq!(run.code, Some(2), "{run}");
    assert_eq!(steering(&run.stderr), [""; 0], "{run}");
    let folder = folder();
    crate::support::write(folder.path().join("x.yaml"), "id: \u{1b}[31m\u{9b}x\n");
    let run = Command::new(["rules", "check"]).arg(folder.path()).run();
    assert_eq!(run.code, Some(2), "{run}");
    assert_eq!(steering(&run.stderr), [""; 0], "{run}");
}

/// Names of policies, statements, roles and units, and values of tags and conditions: what strangers write into IAM.
fn hostile_policies() -> TempDir {
    let copy = sample_copy();
    let text = HOSTILE.concat();
    let role = "arn:aws:iam::111122223333:role/payments-app";
    let statement = serde_json::json!([
        { "Sid": text, "Effect": "Allow", "Principal": { "AWS": role }, "Action": text, "Resource": "*" },
        {
            "Sid": format!("two{text}"), "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": { "StringEquals": { "aws:PrincipalTag/x": text, "aws:SourceVpce": text } },
        },
        {
            "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": format!("arn:aws:secretsmanager:*:*:{text}"),
            "Condition": { "StringEquals": { "aws:SourceVpce": text } },
        },
    ]);
    let document = serde_json::json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
    edit_shard(copy.path(), "111122223333/eu-west-1/resource-policies-0000.json", |shard| {
        let of_payments = |record: &&mut Value| {
            record["arn"].as_str().is_some_and(|arn| arn.contains("prod/payments/db-dgW8Np"))
        };
        shard["records"].as_array_mut().unwrap().iter_mut().find(of_payments).unwrap()["policy"] =
            document.into();
    });
    edit_shard(copy.path(), "111122223333/global/authorization-0000.json", |shard| {
        let is_app = |role: &&mut Value| role["name"] == "payments-app";
        let role = shard["records"][0]["roles"].as_array_mut().unwrap().iter_mut().find(is_app).unwrap();
        role["inline"][0]["name"] = text.clone().into();
        let odd = serde_json::json!({ "name": text, "document": text });
        role["inline"].as_array_mut().unwrap().push(odd);
        role["tags"] = serde_json::json!([{ "key": "x", "value": text }]);
        let is_rotating = |role: &&mut Value| role["name"] == "harbour-rotate-postgres";
        let role = shard["records"][0]["roles"].as_array_mut().unwrap().iter_mut().find(is_rotating).unwrap();
        role["arn"] = format!("arn:aws:iam::111122223333:role/rotate{text}").into();
        role["name"] = format!("rotate{text}").into();
    });
    edit_shard(copy.path(), "111122223333/global/organization-0000.json", |shard| {
        for list in ["units", "policies"] {
            for record in shard["records"][0][list].as_array_mut().unwrap() {
                record["name"] = format!("{}{text}", record["name"].as_str().unwrap()).into();
            }
        }
    });
    copy
}

#[test]
fn answers_about_access_are_as_safe_as_reports() {
    let snapshot = hostile_policies();
    let secret = "eu-west-1:111122223333:secret:prod/payments/db";
    for arguments in [
        &["who-can", secret][..],
        &["why", "payments-app", secret, "--all"],
        &["why", "role/rotate", secret],
        &["reach", "payments-app"],
        &["reach", "role/rotate"],
        &["reach", "role/r"],
        &["reach", "\u{1b}[31m\u{202e}"],
    ] {
        for format in ["terminal", "json"] {
            let run = Command::new(arguments)
                .args(["--format", format, "--color", "never", "--snapshot"])
                .arg(snapshot.path())
                .run();
            assert_eq!(steering(&run.stdout), [""; 0], "{arguments:?}");
            assert_eq!(steering(&run.stderr), [""; 0], "{arguments:?}");
            let is_found = !matches!(arguments, ["reach", "role/r" | "\u{1b}[31m\u{202e}"]);
            assert_eq!(run.code, Some(if is_found { 0 } else { 2 }), "{run}");
        }
        let coloured =
            Command::new(arguments).args(["--color", "always", "--snapshot"]).arg(snapshot.path()).run();
        assert_eq!(steering(&coloured.stdout), [""; 0], "{arguments:?}");
        let plain =
            Command::new(arguments).args(["--color", "never", "--snapshot"]).arg(snapshot.path()).run();
        assert_eq!(anstream::adapter::strip_str(&coloured.stdout).to_string(), plain.stdout);
    }
    let why = Command::new(["why", "payments-app", secret, "--snapshot"]).arg(snapshot.path()).run();
    assert!(why.stdout.contains("plain<U+001B>[31mred<U+001B>[0m"), "the text is still told: {why}");
}
