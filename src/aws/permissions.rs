//! The list of operations as the least IAM policy.

use std::collections::BTreeMap;

use serde::Serialize;

use super::operations::{ASSUME_ROLE, GET_CALLER_IDENTITY, Operation, Purpose};

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
    resource: &'static str,
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

fn statements(purpose: Purpose) -> Vec<Statement> {
    let mut services: BTreeMap<&'static str, Vec<&'static Operation>> = BTreeMap::new();
    for operation in purpose.operations().filter(|operation| **operation != ASSUME_ROLE) {
        services.entry(operation.service).or_default().push(operation);
    }
    let mut statements: Vec<_> =
        services.into_iter().map(|(service, operations)| allow(service, &operations)).collect();
    statements.push(assume_role());
    statements.push(deny());
    statements
}

fn allow(service: &str, operations: &[&'static Operation]) -> Statement {
    let mut action: Vec<_> = operations.iter().map(|operation| operation.action).collect();
    action.sort_unstable();
    action.dedup();
    let note = |operation: &&Operation| operation.note.map(|note| format!("{}: {note}", operation.name));
    let mut notes: Vec<_> = operations.iter().filter_map(note).collect();
    if action == [GET_CALLER_IDENTITY.action] {
        notes.push("needs no permission; it stands here so that the list is whole".to_owned());
    }
    Statement { sid: sid(service), effect: "Allow", action, resource: "*", notes }
}

fn assume_role() -> Statement {
    let note = ASSUME_ROLE.note.into_iter().map(|note| format!("{}: {note}", ASSUME_ROLE.name));
    Statement {
        sid: "AssumeAuditRoles".to_owned(),
        effect: "Allow",
        action: vec![ASSUME_ROLE.action],
        resource: ROLES,
        notes: note.collect(),
    }
}

fn deny() -> Statement {
    Statement {
        sid: "NeverReadValues".to_owned(),
        effect: "Deny",
        action: NEVER.to_vec(),
        resource: "*",
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
    format!(
        "  statement {{\n{notes}    sid       = \"{sid}\"\n    effect    = \"{effect}\"\n    actions   = [\n\
         {actions}    ]\n    resources = [\"{resource}\"]\n  }}\n"
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
    format!(
        "          - Sid: {sid}\n{notes}            Effect: {effect}\n            Action:\n{actions}            \
         Resource: \"{resource}\"\n"
    )
}

fn comments(statement: &Statement, indent: &str) -> String {
    statement.notes.iter().map(|note| format!("{indent}# {note}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PURPOSES: [Purpose; 4] = [Purpose::Audit, Purpose::S3, Purpose::Athena, Purpose::Publish];

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
            let mut listed: Vec<_> = purpose.operations().map(|op| op.action.to_owned()).collect();
            listed.sort();
            listed.dedup();
            assert_eq!(allowed(&permissions(purpose, PermissionFormat::Json)), listed);
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
                "cloudtrail:ListEventDataStores"
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
    fn other_formats_say_the_same() {
        insta::assert_snapshot!(permissions(Purpose::Publish, PermissionFormat::Terraform), @r#"
        data "aws_iam_policy_document" "secrets_auditor_publish" {
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
    fn every_format_names_every_action() {
        for format in [PermissionFormat::Terraform, PermissionFormat::Cloudformation] {
            let text = permissions(Purpose::Audit, format);
            for operation in Purpose::Audit.operations() {
                assert!(text.contains(operation.action), "{} in {format:?}", operation.action);
            }
        }
    }
}
