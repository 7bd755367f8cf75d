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
mod tests;
