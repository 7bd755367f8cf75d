//! Frameworks: who maps what, how far one is covered, and rules chosen by one.

use std::collections::BTreeSet;

use secrets_auditor::model::MadeBy;
use secrets_auditor::rules::{Frameworks, LoadOptions, load};
use serde_json::Value;

use crate::support::{Command, folder, root, sample, sample_json, write};

fn list() -> Value {
    Command::new(["frameworks", "list", "--format", "json"]).run().json()
}

fn ids() -> Vec<String> {
    let list = list();
    list["frameworks"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

fn show(id: &str) -> Value {
    Command::new(["frameworks", "show", id, "--sample", "--format", "json"]).run().json()
}

#[test]
fn the_list_needs_nothing() {
    insta::assert_snapshot!(Command::new(["frameworks", "list"]).run(), @"
    exit: 0
    -- stdout --
    id                    controls  name
    aws-fsbp                4 of 4  AWS Foundational Security Best Practices
    aws-resource-tagging    1 of 1  AWS Resource Tagging Standard
    cis-aws-7.0             2 of 2  CIS Amazon Web Services Foundations Benchmark
    cis-controls-8.1        2 of 2  CIS Critical Security Controls
    nist-800-53-r5        33 of 33  NIST SP 800-53
    nist-csf-2.0          11 of 11  NIST Cybersecurity Framework
    pci-dss-4.0.1         23 of 24  PCI DSS
    soc-2                   5 of 5  SOC 2 Trust Services Criteria
    iso-27001-2022        11 of 11  ISO/IEC 27001
    hipaa                   9 of 9  HIPAA Security Rule
    nis2                    2 of 2  NIS 2 Directive
    dora                    3 of 3  Digital Operational Resilience Act
    csa-ccm-4               8 of 8  CSA Cloud Controls Matrix
    ");
}

#[test]
fn a_framework_is_shown_control_by_control() {
    insta::assert_snapshot!(Command::new(["frameworks", "show", "cis-aws-7.0", "--sample"]).run(), @"
    exit: 0
    -- stdout --
    CIS Amazon Web Services Foundations Benchmark, 7.0 (cis-aws-7.0), by Center for
      Internet Security
    73 secrets; as of 2026-11-01

                                   fail  unknown     pass  by
    fail[2.12]: access keys are changed in time
      long-lived-key-reads            2        1        1  own
    fail[2.21]: no policy of a secret lets everybody in
      not-principal-allow             1        2       11  own
      public-policy                   1        2       11  prowler
      readable-by-whole-org           2        2       10  own
      weakly-conditioned-policy       1        2       11  prowler
      together                        5        8       43

    who says that a rule stands behind a control:
      prowler: Prowler at 3e000faa31; read: its compliance files for AWS
      own: secrets-auditor; read: nothing; nobody else maps it, so compare it with
        the text of the standard before you rely on it

    Every control of cis-aws-7.0 that is not listed is not covered by this tool
      either.
    ");
}

#[test]
fn controls_without_a_rule_are_named() {
    let run = Command::new(["frameworks", "show", "pci-dss-4.0.1", "--sample"]).run();
    assert!(
        run.stdout.contains("\nnot covered by this tool:\n  8.6.2  no password stands in scripts"),
        "{run}"
    );
    let words = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = "Every control of pci-dss-4.0.1 that is not listed is not covered by this tool either.";
    assert!(words.ends_with(end), "{run}");
    let json = show("pci-dss-4.0.1");
    let control = json["controls"].as_array().unwrap().iter().find(|one| one["id"] == "8.6.2").unwrap();
    assert_eq!((&control["verdict"], &control["rules"]), (&"not-covered".into(), &Value::Array(Vec::new())));
}

#[test]
fn a_rule_that_is_off_covers_and_says_that_it_did_not_run() {
    let run = Command::new(["frameworks", "show", "soc-2", "--sample", "--only", "default-key*"]).run();
    insta::assert_snapshot!(run, @"
    exit: 0
    -- stdout --
    SOC 2 Trust Services Criteria, 2017 (soc-2), by AICPA
    73 secrets; as of 2026-11-01

                                           fail  unknown     pass  by
    fail[CC6.1]: logical access is secured
      administrators-read-everything                  did not run  own
      can-delete-without-recovery                     did not run  own
      can-grant-itself-read                           did not run  own
      default-key                                     did not run  own
      default-key-on-sensitive                2        1        4  own
      key-disabled                                    did not run  own
      key-in-other-account                            did not run  own
      key-missing                                     did not run  own
      key-pending-deletion                            did not run  own
      key-policy-public                               did not run  own
      key-rotation-off                                did not run  own
      key-usable-outside-org                          did not run  own
      long-lived-key-reads                            did not run  own
      long-rotation-interval                          did not run  steampipe
      not-principal-allow                             did not run  own
      not-rotated-after-exposure                      did not run  own
      person-reads-production                         did not run  own
      public-policy                                   did not run  own
      readable-by-whole-org                           did not run  own
      readable-outside-org                            did not run  own
      reads-across-environments                       did not run  own
      reads-every-secret                              did not run  own
      replica-outside-allowed-regions                 did not run  own
      replica-with-weaker-key                         did not run  own
      rotation-cancelled                              did not run  steampipe
      rotation-failing                                did not run  steampipe
      rotation-function-confused-deputy               did not run  own
      rotation-function-missing                       did not run  steampipe
      rotation-never-completed                        did not run  steampipe
      rotation-off                                    did not run  steampipe
      rotation-overdue                                did not run  steampipe
      rotation-role-underpowered                      did not run  steampipe
      rotation-stuck                                  did not run  steampipe
      secret-in-metadata                              did not run  own
      service-principal-without-source                did not run  own
      stale-value                                     did not run  own
      too-many-readers                                did not run  own
      unused-read-access                              did not run  own
      weakly-conditioned-policy                       did not run  own
      wildcard-action-in-policy                       did not run  own
      together                                2        1        4
    nothing to judge[CC6.2]: credentials are given out and withdrawn
      long-rotation-interval                          did not run  steampipe
      never-read                                      did not run  own
      not-rotated-after-exposure                      did not run  own
      policy-names-deleted-principal                  did not run  own
      rotation-cancelled                              did not run  steampipe
      rotation-failing                                did not run  steampipe
      rotation-function-missing                       did not run  steampipe
      rotation-never-completed                        did not run  steampipe
      rotation-off                                    did not run  steampipe
      rotation-overdue                                did not run  steampipe
      rotation-role-underpowered                      did not run  steampipe
      rotation-stuck                                  did not run  steampipe
      unused-secret                                   did not run  own
      together                                0        0        0
    nothing to judge[CC6.3]: access by role and least privilege
      administrators-read-everything                  did not run  own
      can-delete-without-recovery                     did not run  own
      can-grant-itself-read                           did not run  own
      key-policy-public                               did not run  own
      key-usable-outside-org                          did not run  own
      long-lived-key-reads                            did not run  own
      never-read                                      did not run  own
      not-principal-allow                             did not run  own
      person-reads-production                         did not run  own
      policy-names-deleted-principal                  did not run  own
      public-policy                                   did not run  own
      readable-by-whole-org                           did not run  own
      readable-outside-org                            did not run  own
      reads-across-environments                       did not run  own
      reads-every-secret                              did not run  own
      rotation-function-confused-deputy               did not run  own
      service-principal-without-source                did not run  own
      too-many-readers                                did not run  own
      unused-read-access                              did not run  own
      unused-secret                                   did not run  own
      weakly-conditioned-policy                       did not run  own
      wildcard-action-in-policy                       did not run  own
      together                                0        0        0
    nothing to judge[CC6.6]: threats from outside are kept out
      key-in-other-account                            did not run  own
      key-policy-public                               did not run  own
      key-usable-outside-org                          did not run  own
      not-principal-allow                             did not run  own
      public-policy                                   did not run  own
      readable-by-whole-org                           did not run  own
      readable-outside-org                            did not run  own
      replica-outside-allowed-regions                 did not run  own
      rotation-function-confused-deputy               did not run  own
      service-principal-without-source                did not run  own
      weakly-conditioned-policy                       did not run  own
      wildcard-action-in-policy                       did not run  own
      together                                0        0        0
    nothing to judge[CC7.2]: anomalies are watched for
      bulk-read                                       did not run  own
      deleted-but-wanted                              did not run  own
      new-reader                                      did not run  own
      no-alert-on-deletion                            did not run  own
      no-alert-on-policy-change                       did not run  own
      no-alert-on-rotation-failure                    did not run  own
      person-read-production                          did not run  own
      read-from-unknown-network                       did not run  own
      read-refused                                    did not run  own
      reads-not-recorded                              did not run  prowler
      root-read                                       did not run  own
      trail-delivery-failing                          did not run  prowler
      trail-without-validation                        did not run  prowler
      together                                0        0        0

    who says that a rule stands behind a control:
      steampipe: Steampipe AWS compliance mod 1.13.0 at a1d0b446; read: its
        benchmarks
      prowler: Prowler at 3e000faa31; read: its compliance files for AWS
      own: secrets-auditor; read: nothing; nobody else maps it, so compare it with
        the text of the standard before you rely on it

    Every control of soc-2 that is not listed is not covered by this tool either.
    ");
}

#[test]
fn verdicts_are_those_of_the_audit() {
    let audit = sample_json(["--verdicts", "problems"]);
    let of_rule =
        |rule: &str, verdict: &str| audit["summary"]["by_rule"][rule][verdict].as_u64().unwrap_or_default();
    let mut controls = 0;
    for id in ids() {
        for control in show(&id)["controls"].as_array().unwrap() {
            controls += 1;
            let rules = control["rules"].as_array().unwrap();
            let mut sums = [0; 3];
            for rule in rules {
                let name = rule["rule"].as_str().unwrap();
                for (sum, verdict) in sums.iter_mut().zip(["fail", "unknown", "pass"]) {
                    assert_eq!(rule["counts"][verdict], of_rule(name, verdict), "{id} {name} {verdict}");
                    *sum += rule["counts"][verdict].as_u64().unwrap();
                }
            }
            let expected = match sums {
                _ if rules.is_empty() => "not-covered",
                [0, 0, 0] => "nothing-to-judge",
                [0, 0, _] => "pass",
                [0, _, _] => "unknown",
                _ => "fail",
            };
            assert_eq!(control["verdict"], expected, "{id} {}", control["id"]);
        }
    }
    assert!(controls > 100, "{controls}");
}

#[test]
fn pages_are_as_wide_as_the_terminal() {
    // Those with the longest names, and one without titles.
    for id in ["nist-800-53-r5", "cis-aws-7.0", "hipaa", "nis2"] {
        let run = Command::new(["frameworks", "show", id, "--sample"]).run();
        assert_eq!(run.code, Some(0), "{run}");
        let wide: Vec<&str> = run.stdout.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{id}: {wide:#?}");
    }
}

#[test]
fn every_mapping_names_a_source_and_own_ones_say_that_nobody_else_makes_them() {
    let known = Frameworks::embedded().unwrap();
    let rules = load(&LoadOptions::default()).unwrap().all();
    let made_by = |id: &str| known.sources.iter().find(|source| source.id == id).unwrap();
    assert_eq!((made_by("aws").made_by, made_by("own").made_by), (MadeBy::Aws, MadeBy::Us));
    let mut behind: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (rule, _) in &rules {
        for (framework, controls) in &rule.frameworks {
            for (control, source) in controls {
                behind.insert((framework, control));
                // A peer's mapping is that of the state that was read.
                let source = made_by(source);
                assert!(source.made_by != MadeBy::Peer || source.commit.is_some(), "{}", source.id);
                assert!(source.made_by == MadeBy::Us || source.reference.is_some(), "{}", source.id);
            }
        }
    }
    let listed = known.frameworks.iter().flat_map(|framework| {
        framework.controls.iter().map(|control| (framework.id.as_str(), control.id.as_str()))
    });
    let uncovered: Vec<_> = listed.filter(|pair| !behind.contains(pair)).collect();
    assert_eq!(uncovered, [("pci-dss-4.0.1", "8.6.2")], "what a reader would look for in vain");
}

#[test]
fn all_five_controls_of_aws_are_covered() {
    for id in ["aws-fsbp", "aws-resource-tagging"] {
        for control in show(id)["controls"].as_array().unwrap() {
            let rules = control["rules"].as_array().unwrap();
            assert!(!rules.is_empty() && rules.iter().all(|rule| rule["source"] == "aws"), "{control}");
        }
    }
    let controls = |id: &str| show(id)["controls"].as_array().unwrap().len();
    assert_eq!(controls("aws-fsbp") + controls("aws-resource-tagging"), 5);
}

#[test]
fn ids_are_those_of_the_version_that_is_named() {
    // CSF 2.0 has no PR.AC, PR.IP or PR.DS-5; CIS asks for no rotation of secrets, and 2.12 is about access keys.
    let csf = show("nist-csf-2.0");
    for control in csf["controls"].as_array().unwrap() {
        let id = control["id"].as_str().unwrap();
        let category = &id[..5];
        assert!(["ID.AM", "PR.AA", "PR.DS", "PR.PS", "DE.CM"].contains(&category), "{id}");
        assert_eq!(id.len(), "PR.AA-01".len(), "{id}");
    }
    let cis = show("cis-aws-7.0");
    let rules = |control: &Value| {
        let rules = control["rules"].as_array().unwrap().clone();
        rules.into_iter().map(|rule| rule["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let controls = cis["controls"].as_array().unwrap();
    assert_eq!(rules(&controls[0]), ["long-lived-key-reads"]);
    assert!(rules(&controls[1]).iter().all(|rule| !rule.contains("rotat")));
}

#[test]
fn an_audit_keeps_to_the_rules_behind_a_framework() {
    let ran = |arguments: &[&str]| -> Vec<String> {
        let report = sample_json(arguments);
        report["summary"]["by_rule"].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(
        ran(&["--framework", "cis-aws-7.0"]),
        [
            "long-lived-key-reads",
            "not-principal-allow",
            "public-policy",
            "readable-by-whole-org",
            "weakly-conditioned-policy"
        ]
    );
    assert_eq!(
        ran(&["--framework", "cis-aws-7.0", "--only", "*-policy"]),
        ["public-policy", "weakly-conditioned-policy"]
    );
    assert_eq!(ran(&["--framework", "aws-resource-tagging", "--skip", "*case*"]), ["missing-required-tags"]);
    let both = ran(&["--framework", "cis-aws-7.0", "--framework", "aws-resource-tagging"]);
    assert_eq!(both.len(), 7, "a rule behind either: {both:?}");
}

#[test]
fn the_list_of_rules_keeps_to_a_framework() {
    let run = Command::new(["rules", "list", "--framework", "aws-resource-tagging"]).run();
    insta::assert_snapshot!(run, @"
    exit: 0
    -- stdout --
    ownership
      medium    missing-required-tags  secret lacks a required tag
      low       tag-case-variant       required tag is there only in another letter case
    ");
}

#[test]
fn frameworks_that_nobody_has() {
    insta::assert_snapshot!(sample(["--framework", "aws-fspb"]), @"
    exit: 2
    -- stderr --
    error: no framework `aws-fspb`
    --> --framework
     = help: did you mean `aws-fsbp`?

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(sample(["--framework", "zzz", "--framework", "soc2"]), @"
    exit: 2
    -- stderr --
    error: no framework `zzz`
    --> --framework
     = help: `secrets-auditor frameworks list` shows the frameworks

    error: no framework `soc2`
    --> --framework
     = help: did you mean `soc-2`?

    error: 2 errors in rules or their settings
    ");
    insta::assert_snapshot!(sample(["--framework", "soc-2", "--only", "vague-name"]), @"
    exit: 2
    -- stderr --
    error: no rule that was chosen stands behind a control of `soc-2`
    --> --framework
     = help: leave out `--framework`, or `--only` and `--skip`

    error: 1 error in rules or their settings
    ");
    insta::assert_snapshot!(Command::new(["frameworks", "show", "pci-dss", "--sample"]).run(), @"
    exit: 2
    -- stderr --
    error: no framework `pci-dss`
    help: did you mean `pci-dss-4.0.1`?
    ");
    insta::assert_snapshot!(
        Command::new(["frameworks", "show", "soc-2", "--framework", "dora", "--sample"]).run(),
        @"
        exit: 2
        -- stderr --
        error: `--framework` has no meaning with `frameworks show`, which shows one framework
        help: leave out `--framework`
        "
    );
}

#[test]
fn rules_of_ones_own_count() {
    let folder = folder();
    let ours = root().join("rules/ownership/vague-name.yaml");
    let text = std::fs::read_to_string(ours).unwrap();
    let mapping = "frameworks:\n  pci-dss-4.0.1: { 8.6.2: own }\nexamples:";
    write(folder.path().join("vague-name.yaml"), text.replacen("examples:", mapping, 1));
    let list =
        Command::new(["frameworks", "list", "--format", "json", "--rules"]).arg(folder.path()).run().json();
    let pci = list["frameworks"].as_array().unwrap().iter().find(|one| one["id"] == "pci-dss-4.0.1").unwrap();
    assert_eq!(pci["known"], pci["covered"]);
}

#[test]
fn nothing_seen_is_said() {
    let run = Command::new(["frameworks", "show", "soc-2", "--sample", "--select", "no/such/*"]).run();
    assert_eq!(run.code, Some(3), "{run}");
    assert!(run.stderr.contains("no secret was seen, and not every Region answered"), "{run}");
}
