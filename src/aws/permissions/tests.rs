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
#[expect(clippy::too_many_lines, reason = "the policies are shown whole")]
fn other_formats_say_the_same() {
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
