//! The list of operations as the least IAM policy.

use std::collections::BTreeMap;

use serde::Serialize;

use super::operations::{ASSUME_ROLE, GET_CALLER_IDENTITY, On, Purpose};

/// How a policy is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PermissionFormat {
    /// An IAM policy document.
    Json,
    /// A Terraform data source and an `aws_iam_policy`.
    Terraform,
    /// A CloudFormation template in YAML with an `AWS::IAM::ManagedPolicy`.
    Cloudformation,
}

/// The actions that no audit needs and that the policy denies whatever else the role is given.
const NEVER: [&str; 2] = ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"];

/// The role that may be assumed, until the reader puts the real ones in its place.
const ROLES: &str = "arn:*:iam::*:role/secrets-auditor";

/// A statement of an IAM policy.
///
/// Source: IAM User Guide, "IAM JSON policy elements reference".
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: String,
    effect: &'static str,
    action: Vec<&'static str>,
    resource: Resources,
    #[serde(skip)]
    notes: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    version: &'static str,
    statement: Vec<Statement>,
}

/// The policy that allows exactly the operations of a purpose.
pub fn permissions(purpose: Purpose, format: PermissionFormat) -> String {
    let statements = statements(purpose);
    match format {
        PermissionFormat::Json => json(statements),
        PermissionFormat::Terraform => terraform(purpose, &statements),
        PermissionFormat::Cloudformation => cloudformation(purpose, &statements),
    }
}

/// What a statement is about: one resource, or several.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
struct Resources(#[serde(serialize_with = "one_or_more")] &'static [&'static str]);

fn one_or_more<S: serde::Serializer>(resources: &[&str], serializer: S) -> Result<S::Ok, S::Error> {
    match resources {
        [one] => serializer.serialize_str(one),
        more => more.serialize(serializer),
    }
}

impl On {
    /// The resources as policies name them. What stands in capital letters is for the reader to put in: no such thing
    /// exists, so a policy that was forgotten allows nothing.
    fn resources(self) -> &'static [&'static str] {
        match self {
            Self::Everything => &["*"],
            Self::TrailBucket => &["arn:*:s3:::TRAIL-BUCKET"],
            Self::TrailObjects => &["arn:*:s3:::TRAIL-BUCKET/*"],
            Self::Table => &[
                "arn:*:glue:*:*:catalog",
                "arn:*:glue:*:*:database/DATABASE",
                "arn:*:glue:*:*:table/DATABASE/TABLE",
            ],
            Self::Catalog => &["arn:*:athena:*:*:datacatalog/AwsDataCatalog"],
            Self::Workgroup => &["arn:*:athena:*:*:workgroup/WORKGROUP"],
            Self::ResultBucket => &["arn:*:s3:::RESULT-BUCKET"],
            Self::ResultObjects => &["arn:*:s3:::RESULT-BUCKET/*"],
        }
    }

    /// The name that the reader puts in, where there is one.
    fn blank(self) -> Option<&'static str> {
        match self {
            Self::Everything | Self::Catalog => None,
            Self::TrailBucket | Self::TrailObjects => Some("TRAIL-BUCKET"),
            Self::Table => Some("DATABASE and TABLE"),
            Self::Workgroup => Some("WORKGROUP"),
            Self::ResultBucket | Self::ResultObjects => Some("RESULT-BUCKET"),
        }
    }

    /// What tells the statements of a service apart.
    fn suffix(self) -> &'static str {
        match self {
            Self::Everything => "",
            Self::TrailBucket => "TrailBucket",
            Self::TrailObjects => "TrailObjects",
            Self::Table => "Table",
            Self::Catalog => "Catalog",
            Self::Workgroup => "Workgroup",
            Self::ResultBucket => "ResultBucket",
            Self::ResultObjects => "ResultObjects",
        }
    }
}

/// The names that whoever reads the policy puts in, as a sentence; none where there are none.
pub fn blanks(purpose: Purpose) -> Option<String> {
    let operations = purpose.operations().map(|operation| operation.on);
    let mut on: Vec<On> = operations.chain(purpose.implied().iter().map(|implied| implied.on)).collect();
    on.sort_unstable();
    let mut names: Vec<&str> = on.into_iter().filter_map(On::blank).collect();
    names.dedup();
    (!names.is_empty()).then(|| format!("put the real names in the place of {}", names.join(", ")))
}

fn statements(purpose: Purpose) -> Vec<Statement> {
    let mut grouped: BTreeMap<(&'static str, On), Granted> = BTreeMap::new();
    for operation in purpose.operations().filter(|operation| **operation != ASSUME_ROLE) {
        let granted = grouped.entry((operation.service, operation.on)).or_default();
        granted.actions.push(operation.action);
        granted.notes.extend(operation.note.map(|note| format!("{}: {note}", operation.name)));
    }
    for implied in purpose.implied() {
        let service = implied.action.split(':').next().unwrap_or_default();
        grouped.entry((service, implied.on)).or_default().actions.push(implied.action);
    }
    let allowed = grouped.into_iter().map(|((service, on), granted)| allow(service, on, granted));
    let mut statements: Vec<_> = allowed.collect();
    if purpose.covers(&ASSUME_ROLE) {
        statements.push(assume_role());
    }
    statements.push(deny());
    statements
}

/// What a service grants on one thing.
#[derive(Default)]
struct Granted {
    actions: Vec<&'static str>,
    notes: Vec<String>,
}

fn allow(service: &str, on: On, granted: Granted) -> Statement {
    let Granted { actions: mut action, mut notes } = granted;
    action.sort_unstable();
    action.dedup();
    if action == [GET_CALLER_IDENTITY.action] {
        notes.push("needs no permission; it stands here so that the list is whole".to_owned());
    }
    notes.extend(on.blank().map(|names| format!("put the real names in the place of {names}")));
    let sid = format!("{}{}", sid(service), on.suffix());
    Statement { sid, effect: "Allow", action, resource: Resources(on.resources()), notes }
}

fn assume_role() -> Statement {
    let note = ASSUME_ROLE.note.into_iter().map(|note| format!("{}: {note}", ASSUME_ROLE.name));
    Statement {
        sid: "AssumeAuditRoles".to_owned(),
        effect: "Allow",
        action: vec![ASSUME_ROLE.action],
        resource: Resources(&[ROLES]),
        notes: note.collect(),
    }
}

fn deny() -> Statement {
    Statement {
        sid: "NeverReadValues".to_owned(),
        effect: "Deny",
        action: NEVER.to_vec(),
        resource: Resources(&["*"]),
        notes: vec!["secrets-auditor never asks for these; the denial makes it certain".to_owned()],
    }
}

/// The service's name as a statement id, which may hold letters and digits only.
fn sid(service: &str) -> String {
    let name = match service {
        "secretsmanager" => "SecretsManager",
        "cloudtrail" => "CloudTrail",
        "cloudwatch" => "CloudWatch",
        "securityhub" => "SecurityHub",
        "kms" => "Kms",
        "iam" => "Iam",
        "sts" => "Sts",
        "s3" => "S3",
        other => {
            let mut letters = other.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            return first.into_iter().chain(letters).collect();
        }
    };
    name.to_owned()
}

fn json(statement: Vec<Statement>) -> String {
    let document = Document { version: "2012-10-17", statement };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn terraform(purpose: Purpose, statements: &[Statement]) -> String {
    let name = format!("secrets-auditor-{}", purpose.as_str());
    let label = name.replace('-', "_");
    let blocks: Vec<_> = statements.iter().map(terraform_statement).collect();
    format!(
        "data \"aws_iam_policy_document\" \"{label}\" {{\n{}}}\n\n\
         resource \"aws_iam_policy\" \"{label}\" {{\n  name   = \"{name}\"\n  policy = \
         data.aws_iam_policy_document.{label}.json\n}}\n",
        blocks.join("\n")
    )
}

fn terraform_statement(statement: &Statement) -> String {
    let notes = comments(statement, "    ");
    let actions: String = statement.action.iter().map(|action| format!("      \"{action}\",\n")).collect();
    let Statement { sid, effect, resource, .. } = statement;
    let resources: Vec<String> = resource.0.iter().map(|resource| format!("\"{resource}\"")).collect();
    let resource = match resources.as_slice() {
        [one] => format!("[{one}]"),
        more => format!("[\n{}    ]", more.iter().map(|one| format!("      {one},\n")).collect::<String>()),
    };
    format!(
        "  statement {{\n{notes}    sid       = \"{sid}\"\n    effect    = \"{effect}\"\n    actions   = [\n\
         {actions}    ]\n    resources = {resource}\n  }}\n"
    )
}

fn cloudformation(purpose: Purpose, statements: &[Statement]) -> String {
    let blocks: String = statements.iter().map(cloudformation_statement).collect();
    format!(
        "AWSTemplateFormatVersion: \"2010-09-09\"\nDescription: what secrets-auditor asks ({purpose})\nResources:\n  \
         SecretsAuditor:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      ManagedPolicyName: \
         secrets-auditor-{purpose}\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n\
         {blocks}Outputs:\n  PolicyArn:\n    Value: !Ref SecretsAuditor\n",
        purpose = purpose.as_str()
    )
}

fn cloudformation_statement(statement: &Statement) -> String {
    let notes = comments(statement, "            ");
    let actions: String =
        statement.action.iter().map(|action| format!("              - {action}\n")).collect();
    let Statement { sid, effect, resource, .. } = statement;
    let resource = match resource.0 {
        [one] => format!(" \"{one}\""),
        more => more.iter().map(|one| format!("\n              - \"{one}\"")).collect(),
    };
    format!(
        "          - Sid: {sid}\n{notes}            Effect: {effect}\n            Action:\n{actions}            \
         Resource:{resource}\n"
    )
}

fn comments(statement: &Statement, indent: &str) -> String {
    statement.notes.iter().map(|note| format!("{indent}# {note}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PURPOSES: [Purpose; 5] =
        [Purpose::Audit, Purpose::S3, Purpose::Athena, Purpose::Publish, Purpose::Prices];

    /// The actions that a policy allows.
    fn allowed(text: &str) -> Vec<String> {
        let document: serde_json::Value = serde_json::from_str(text).unwrap();
        let statements = document["Statement"].as_array().unwrap();
        let mut actions: Vec<_> = statements
            .iter()
            .filter(|statement| statement["Effect"] == "Allow")
            .flat_map(|statement| statement["Action"].as_array().unwrap())
            .map(|action| action.as_str().unwrap().to_owned())
            .collect();
        actions.sort();
        actions
    }

    #[test]
    fn allows_exactly_what_the_guard_lets_through() {
        for purpose in PURPOSES {
            let operations = purpose.operations().map(|op| (op.action.to_owned(), op.on));
            let implied = purpose.implied().iter().map(|implied| (implied.action.to_owned(), implied.on));
            let mut listed: Vec<(String, On)> = operations.chain(implied).collect();
            listed.sort();
            listed.dedup();
            let listed: Vec<String> = listed.into_iter().map(|(action, _)| action).collect();
            assert_eq!(allowed(&permissions(purpose, PermissionFormat::Json)), listed, "{purpose:?}");
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "the policy is shown whole")]
    fn the_policy_of_an_audit() {
        insta::assert_snapshot!(permissions(Purpose::Audit, PermissionFormat::Json), @r#"
        {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Sid": "Account",
              "Effect": "Allow",
              "Action": [
                "account:ListRegions"
              ],
              "Resource": "*"
            },
            {
              "Sid": "CloudTrail",
              "Effect": "Allow",
              "Action": [
                "cloudtrail:DescribeTrails",
                "cloudtrail:GetEventDataStore",
                "cloudtrail:GetEventSelectors",
                "cloudtrail:GetTrailStatus",
                "cloudtrail:ListEventDataStores",
                "cloudtrail:LookupEvents"
              ],
              "Resource": "*"
            },
            {
              "Sid": "CloudWatch",
              "Effect": "Allow",
              "Action": [
                "cloudwatch:DescribeAlarms"
              ],
              "Resource": "*"
            },
            {
              "Sid": "Config",
              "Effect": "Allow",
              "Action": [
                "config:DescribeConfigRules",
                "config:GetComplianceDetailsByConfigRule",
                "config:SelectAggregateResourceConfig",
                "config:SelectResourceConfig"
              ],
              "Resource": "*"
            },
            {
              "Sid": "Events",
              "Effect": "Allow",
              "Action": [
                "events:ListRules",
                "events:ListTargetsByRule"
              ],
              "Resource": "*"
            },
            {
              "Sid": "Iam",
              "Effect": "Allow",
              "Action": [
                "iam:GenerateCredentialReport",
                "iam:GetAccountAuthorizationDetails",
                "iam:GetCredentialReport"
              ],
              "Resource": "*"
            },
            {
              "Sid": "Kms",
              "Effect": "Allow",
              "Action": [
                "kms:DescribeKey",
                "kms:GetKeyPolicy",
                "kms:GetKeyRotationStatus",
                "kms:ListGrants"
              ],
              "Resource": "*"
            },
            {
              "Sid": "Lambda",
              "Effect": "Allow",
              "Action": [
                "lambda:GetFunctionConfiguration",
                "lambda:GetPolicy"
              ],
              "Resource": "*"
            },
            {
              "Sid": "Logs",
              "Effect": "Allow",
              "Action": [
                "logs:DescribeMetricFilters"
              ],
              "Resource": "*"
            },
            {
              "Sid": "Organizations",
              "Effect": "Allow",
              "Action": [
                "organizations:DescribeOrganization",
                "organizations:DescribePolicy",
                "organizations:ListAccounts",
                "organizations:ListAccountsForParent",
                "organizations:ListOrganizationalUnitsForParent",
                "organizations:ListPolicies",
                "organizations:ListRoots",
                "organizations:ListTargetsForPolicy"
              ],
              "Resource": "*"
            },
            {
              "Sid": "SecretsManager",
              "Effect": "Allow",
              "Action": [
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetResourcePolicy",
                "secretsmanager:ListSecretVersionIds",
                "secretsmanager:ListSecrets"
              ],
              "Resource": "*"
            },
            {
              "Sid": "Sts",
              "Effect": "Allow",
              "Action": [
                "sts:GetCallerIdentity"
              ],
              "Resource": "*"
            },
            {
              "Sid": "AssumeAuditRoles",
              "Effect": "Allow",
              "Action": [
                "sts:AssumeRole"
              ],
              "Resource": "arn:*:iam::*:role/secrets-auditor"
            },
            {
              "Sid": "NeverReadValues",
              "Effect": "Deny",
              "Action": [
                "secretsmanager:BatchGetSecretValue",
                "secretsmanager:GetSecretValue"
              ],
              "Resource": "*"
            }
          ]
        }
        "#);
    }

    #[test]
    fn terraform_says_the_same() {
        insta::assert_snapshot!(permissions(Purpose::Publish, PermissionFormat::Terraform), @r#"
        data "aws_iam_policy_document" "secrets_auditor_publish" {
          statement {
            # BatchImportFindings: the one action that writes: it puts findings into the Security Hub of the account
            sid       = "SecurityHub"
            effect    = "Allow"
            actions   = [
              "securityhub:BatchImportFindings",
              "securityhub:GetFindings",
            ]
            resources = ["*"]
          }

          statement {
            # needs no permission; it stands here so that the list is whole
            sid       = "Sts"
            effect    = "Allow"
            actions   = [
              "sts:GetCallerIdentity",
            ]
            resources = ["*"]
          }

          statement {
            # AssumeRole: only for `--assume-role` and `--organization`: name the roles instead of the pattern
            sid       = "AssumeAuditRoles"
            effect    = "Allow"
            actions   = [
              "sts:AssumeRole",
            ]
            resources = ["arn:*:iam::*:role/secrets-auditor"]
          }

          statement {
            # secrets-auditor never asks for these; the denial makes it certain
            sid       = "NeverReadValues"
            effect    = "Deny"
            actions   = [
              "secretsmanager:BatchGetSecretValue",
              "secretsmanager:GetSecretValue",
            ]
            resources = ["*"]
          }
        }

        resource "aws_iam_policy" "secrets_auditor_publish" {
          name   = "secrets-auditor-publish"
          policy = data.aws_iam_policy_document.secrets_auditor_publish.json
        }
        "#);
    }

    #[test]
    fn a_template_says_the_same() {
        insta::assert_snapshot!(permissions(Purpose::Publish, PermissionFormat::Cloudformation), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Description: what secrets-auditor asks (publish)
        Resources:
          SecretsAuditor:
            Type: AWS::IAM::ManagedPolicy
            Properties:
              ManagedPolicyName: secrets-auditor-publish
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Sid: SecurityHub
                    # BatchImportFindings: the one action that writes: it puts findings into the Security Hub of the account
                    Effect: Allow
                    Action:
                      - securityhub:BatchImportFindings
                      - securityhub:GetFindings
                    Resource: "*"
                  - Sid: Sts
                    # needs no permission; it stands here so that the list is whole
                    Effect: Allow
                    Action:
                      - sts:GetCallerIdentity
                    Resource: "*"
                  - Sid: AssumeAuditRoles
                    # AssumeRole: only for `--assume-role` and `--organization`: name the roles instead of the pattern
                    Effect: Allow
                    Action:
                      - sts:AssumeRole
                    Resource: "arn:*:iam::*:role/secrets-auditor"
                  - Sid: NeverReadValues
                    # secrets-auditor never asks for these; the denial makes it certain
                    Effect: Deny
                    Action:
                      - secretsmanager:BatchGetSecretValue
                      - secretsmanager:GetSecretValue
                    Resource: "*"
        Outputs:
          PolicyArn:
            Value: !Ref SecretsAuditor
        "#);
    }

    #[test]
    fn the_policies_of_archives_name_what_they_are_about() {
        insta::assert_snapshot!(permissions(Purpose::S3, PermissionFormat::Terraform), @r#"
        data "aws_iam_policy_document" "secrets_auditor_s3" {
          statement {
            # put the real names in the place of TRAIL-BUCKET
            sid       = "S3TrailBucket"
            effect    = "Allow"
            actions   = [
              "s3:ListBucket",
            ]
            resources = ["arn:*:s3:::TRAIL-BUCKET"]
          }

          statement {
            # GetObject: logs under a key of KMS also need kms:Decrypt on that key
            # put the real names in the place of TRAIL-BUCKET
            sid       = "S3TrailObjects"
            effect    = "Allow"
            actions   = [
              "s3:GetObject",
            ]
            resources = ["arn:*:s3:::TRAIL-BUCKET/*"]
          }

          statement {
            # needs no permission; it stands here so that the list is whole
            sid       = "Sts"
            effect    = "Allow"
            actions   = [
              "sts:GetCallerIdentity",
            ]
            resources = ["*"]
          }

          statement {
            # secrets-auditor never asks for these; the denial makes it certain
            sid       = "NeverReadValues"
            effect    = "Deny"
            actions   = [
              "secretsmanager:BatchGetSecretValue",
              "secretsmanager:GetSecretValue",
            ]
            resources = ["*"]
          }
        }

        resource "aws_iam_policy" "secrets_auditor_s3" {
          name   = "secrets-auditor-s3"
          policy = data.aws_iam_policy_document.secrets_auditor_s3.json
        }
        "#);
        insta::assert_snapshot!(permissions(Purpose::Athena, PermissionFormat::Cloudformation), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Description: what secrets-auditor asks (athena)
        Resources:
          SecretsAuditor:
            Type: AWS::IAM::ManagedPolicy
            Properties:
              ManagedPolicyName: secrets-auditor-athena
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Sid: AthenaCatalog
                    Effect: Allow
                    Action:
                      - athena:GetTableMetadata
                    Resource: "arn:*:athena:*:*:datacatalog/AwsDataCatalog"
                  - Sid: AthenaWorkgroup
                    # StartQueryExecution: the query only reads; Athena writes its answer to the workgroup's place for results
                    # put the real names in the place of WORKGROUP
                    Effect: Allow
                    Action:
                      - athena:GetQueryExecution
                      - athena:GetQueryResults
                      - athena:StartQueryExecution
                      - athena:StopQueryExecution
                    Resource: "arn:*:athena:*:*:workgroup/WORKGROUP"
                  - Sid: GlueTable
                    # put the real names in the place of DATABASE and TABLE
                    Effect: Allow
                    Action:
                      - glue:GetDatabase
                      - glue:GetPartition
                      - glue:GetPartitions
                      - glue:GetTable
                    Resource:
                      - "arn:*:glue:*:*:catalog"
                      - "arn:*:glue:*:*:database/DATABASE"
                      - "arn:*:glue:*:*:table/DATABASE/TABLE"
                  - Sid: S3TrailBucket
                    # put the real names in the place of TRAIL-BUCKET
                    Effect: Allow
                    Action:
                      - s3:ListBucket
                    Resource: "arn:*:s3:::TRAIL-BUCKET"
                  - Sid: S3TrailObjects
                    # put the real names in the place of TRAIL-BUCKET
                    Effect: Allow
                    Action:
                      - s3:GetObject
                    Resource: "arn:*:s3:::TRAIL-BUCKET/*"
                  - Sid: S3ResultBucket
                    # put the real names in the place of RESULT-BUCKET
                    Effect: Allow
                    Action:
                      - s3:GetBucketLocation
                      - s3:ListBucket
                    Resource: "arn:*:s3:::RESULT-BUCKET"
                  - Sid: S3ResultObjects
                    # put the real names in the place of RESULT-BUCKET
                    Effect: Allow
                    Action:
                      - s3:GetObject
                      - s3:PutObject
                    Resource: "arn:*:s3:::RESULT-BUCKET/*"
                  - Sid: Sts
                    # needs no permission; it stands here so that the list is whole
                    Effect: Allow
                    Action:
                      - sts:GetCallerIdentity
                    Resource: "*"
                  - Sid: NeverReadValues
                    # secrets-auditor never asks for these; the denial makes it certain
                    Effect: Deny
                    Action:
                      - secretsmanager:BatchGetSecretValue
                      - secretsmanager:GetSecretValue
                    Resource: "*"
        Outputs:
          PolicyArn:
            Value: !Ref SecretsAuditor
        "#);
        insta::assert_snapshot!(permissions(Purpose::S3, PermissionFormat::Json), @r#"
        {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Sid": "S3TrailBucket",
              "Effect": "Allow",
              "Action": [
                "s3:ListBucket"
              ],
              "Resource": "arn:*:s3:::TRAIL-BUCKET"
            },
            {
              "Sid": "S3TrailObjects",
              "Effect": "Allow",
              "Action": [
                "s3:GetObject"
              ],
              "Resource": "arn:*:s3:::TRAIL-BUCKET/*"
            },
            {
              "Sid": "Sts",
              "Effect": "Allow",
              "Action": [
                "sts:GetCallerIdentity"
              ],
              "Resource": "*"
            },
            {
              "Sid": "NeverReadValues",
              "Effect": "Deny",
              "Action": [
                "secretsmanager:BatchGetSecretValue",
                "secretsmanager:GetSecretValue"
              ],
              "Resource": "*"
            }
          ]
        }
        "#);
        assert_eq!(blanks(Purpose::Audit), None);
        assert_eq!(
            blanks(Purpose::Athena).unwrap(),
            "put the real names in the place of TRAIL-BUCKET, DATABASE and TABLE, WORKGROUP, RESULT-BUCKET"
        );
    }

    #[test]
    fn every_format_names_every_action() {
        for format in [PermissionFormat::Terraform, PermissionFormat::Cloudformation] {
            for purpose in PURPOSES {
                let text = permissions(purpose, format);
                let implied = purpose.implied().iter().map(|implied| (implied.action, implied.on));
                for (action, on) in purpose.operations().map(|op| (op.action, op.on)).chain(implied) {
                    assert!(text.contains(action), "{action} in {format:?}");
                    assert!(on.resources().iter().all(|one| text.contains(one)), "{on:?} in {format:?}");
                }
            }
        }
    }
}
