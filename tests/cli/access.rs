//! `who-can`, `why` and `reach` on the sample: what they print, and what they say where a name is not enough.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Command, Run, edit_shard, root, sample_copy};

fn ask<const N: usize>(arguments: [&str; N]) -> Run {
    Command::new(arguments).arg("--sample").run()
}

/// The end of the ARN of a secret of the sample.
const PAYMENTS: &str = "eu-west-1:111122223333:secret:prod/payments/db";

/// The end of another.
const STRIPE: &str = "eu-west-1:111122223333:secret:prod/checkout/stripe-api-key";

#[test]
fn who_can_read() {
    insta::assert_snapshot!(ask(["who-can", "prod/checkout/session-signing-key"]), @"
    exit: 0
    -- stdout --
    who can read prod/checkout/session-signing-key
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/checkout/session-signing-key-dMBHVG
      key        arn:aws:kms:eu-west-1:111122223333:key/c1787e25-41ef-4433-aef7-f165a480f90d
      answer     8 of 57 principals can
      trail      reads of 90 days are known

      principal                                access                     last read
      role AWSReservedSSO_PaymentsDeveloper_15f14aea658b4339
                                               read                       2026-10-12
        secret by  inline policy AwsSSOInlinePolicy, statement 1
        key by     inline policy AwsSSOInlinePolicy, statement 2 and key policy,
                   statement Enable IAM User Permissions
      role checkout-app                        read                       2026-11-01
        secret by  inline policy read-secrets, statement 1
        key by     inline policy read-secrets, statement 2 and key policy, statement
                   Enable IAM User Permissions
      role github-actions-deploy               read                       2026-10-30
        secret by  inline policy deploy, statement 1
        key by     inline policy deploy, statement 2 and key policy, statement
                   Enable IAM User Permissions
      role harbour-rotate-api-token            read, write                not seen
        secret by  inline policy rotate, statement 1
        key by     inline policy rotate, statement 3 and key policy, statement
                   Enable IAM User Permissions
      role harbour-rotate-signing-key          read, write                2026-10-26
        secret by  inline policy rotate, statement 1
        key by     inline policy rotate, statement 3 and key policy, statement
                   Enable IAM User Permissions
      role report-exporter                     read, delete, permissions  not seen
        secret by  AWS policy SecretsManagerReadWrite, statement BasicPermissions
        key by     inline policy decrypt, statement 1 and key policy, statement
                   Enable IAM User Permissions

      and 2 administrators: role OrganizationAccountAccessRole, role
        AWSReservedSSO_AdministratorAccess_22beacf16dedd6a1
    ");
}

/// The README shows calls and what they print, shortened at `…`.
#[test]
fn the_readme_shows_what_the_sample_gives() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for verb in ["who-can", "reads", "audit --sample --config"] {
        let start = format!("\n$ secrets-auditor {verb}");
        let block = readme.split("```").find(|block| block.starts_with(&start)).unwrap();
        let mut shown = block.trim().lines();
        // As a user types it, at the root of the checkout.
        let line = shown.next().unwrap().strip_prefix("$ secrets-auditor").unwrap();
        let run =
            Command::shell(&format!("cd '{}' && set -f && \"$PROGRAM\" {line}", root().display())).run();
        for line in shown.filter(|line| !line.is_empty() && *line != "…") {
            assert!(run.stdout.lines().any(|printed| printed == line), "{line:?}: {run}");
        }
    }
}

#[test]
fn who_can_delete() {
    insta::assert_snapshot!(ask(["who-can", "test-2", "--action", "DeleteSecret"]), @"
    exit: 0
    -- stdout --
    who can call secretsmanager:DeleteSecret on test-2
      secret     arn:aws:secretsmanager:eu-west-1:444455556666:secret:test-2-EqAvgF
      key        arn:aws:kms:eu-west-1:444455556666:alias/aws/secretsmanager
      answer     2 of 7 principals can

      principal                         access                            last used
      role OrganizationAccountAccessRole
                                        read, write, delete, permissions  2026-09-21
        secret by  AWS policy PowerUserAccess, statement 1
      role AWSReservedSSO_DeveloperAccess_50157416de156334
                                        read, write, delete, permissions  2026-11-01
        secret by  AWS policy SecretsManagerReadWrite, statement BasicPermissions
    ");
}

#[test]
fn who_is_one_step_away() {
    insta::assert_snapshot!(ask(["who-can", "prod/fax/gateway"]), @r"
    exit: 0
    -- stdout --
    who can read prod/fax/gateway
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/fax/gateway-eDwU9j
      key        arn:aws:kms:eu-west-1:111122223333:alias/aws/secretsmanager
      answer     5 of 57 principals can
      trail      reads of 90 days are known
      note       scheduled for deletion since 2026-10-26: AWS lets nobody read it
                 until it is restored

      principal                      access                            last read
      role github-actions-deploy     read                              not seen
        secret by  inline policy deploy, statement 1
        key by     aws/secretsmanager
      role harbour-rotate-api-token  read, write                       not seen
        secret by  inline policy rotate, statement 1
        key by     aws/secretsmanager
      role report-exporter           read, write, delete, permissions  not seen
        secret by  AWS policy SecretsManagerReadWrite, statement BasicPermissions
        key by     aws/secretsmanager

      and 2 administrators: role OrganizationAccountAccessRole, role
        AWSReservedSSO_AdministratorAccess_22beacf16dedd6a1

    can become a reader in one step:
      user platform-bot: secretsmanager:PutResourcePolicy on the secret
    ");
}

#[test]
fn nobody_can() {
    insta::assert_snapshot!(ask(["who-can", "prod/wholesale/edi-mailbox"]), @r"
    exit: 0
    -- stdout --
    who can read prod/wholesale/edi-mailbox
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/wholesale/edi-mailbox-38WhuQ
      answer     nobody, as far as it was seen: none of 57 principals that were
                 looked at
      trail      reads of 90 days are known

    not seen:
      a key of the current value does not exist
    ");
}

#[test]
fn what_could_not_be_seen_follows_the_answer() {
    insta::assert_snapshot!(ask(["who-can", "prod/partners/customs-broker"]), @"
    exit: 0
    -- stdout --
    who can read prod/partners/customs-broker
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/partners/customs-broker-dyo4uL
      key        arn:aws:kms:eu-west-1:131313131313:key/65d15b13-a0a1-42ae-a822-e06a953a3cf0
      answer     2 of 57 principals can, only under conditions
      trail      reads of 90 days are known

      and 2 administrators, only if the key's policy, which is out of sight, allows
        it, or if a grant on the key, which is out of sight, allows it: role
        OrganizationAccountAccessRole, role
        AWSReservedSSO_AdministratorAccess_22beacf16dedd6a1

    read it and cannot by the policies of today:
      role harbour-rotate-api-token: 2 reads, last on 2026-09-29
      role broker-sync of account 999988887777: 13 reads, last on 2026-10-31

    not seen:
      the policy of key
        arn:aws:kms:eu-west-1:131313131313:key/65d15b13-a0a1-42ae-a822-e06a953a3cf0
        is out of sight, so there may be more or fewer: kms:DescribeKey failed with
        AccessDeniedException; allow kms:DescribeKey
    ");
}

#[test]
fn why_it_is_allowed() {
    insta::assert_snapshot!(ask(["why", "payments-app", PAYMENTS]), @"
    exit: 0
    -- stdout --
    why role payments-app can read prod/payments/db
      principal  arn:aws:iam::111122223333:role/payments-app
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/db-dgW8Np

    ├─ secretsmanager:GetSecretValue on the secret
    │  │  allowed: statement 1 of inline policy read-secrets allows it
    │  ├─ identity-based policy: inline policy read-secrets
    │  │  ├─ ✓ statement 1 allows it
    │  │  └─ · Allow statement 2 covers kms:Decrypt
    │  ├─ resource-based policy: none
    │  ├─ SCP: FullAWSAccess of the root, unit Workloads and account 111122223333
    │  │  └─ ✓ statement 1 allows it
    │  ├─ RCP: RCPFullAWSAccess of the root, unit Workloads and account 111122223333
    │  │  └─ ✓ statement 1 allows it: names everybody
    │  └─ RCP: secrets-stay-inside of unit Workloads
    │     └─ · Deny statement 1 needs aws:PrincipalOrgID StringNotEqualsIfExists
    │          o-h4rb0urt34, but it is o-h4rb0urt34
    └─ kms:Decrypt on
       arn:aws:kms:eu-west-1:111122223333:key/mrk-39a1f6a0548d4bab56e00d842ab67e6e
       │  allowed: statement Use through Secrets Manager of the key policy allows it
       ├─ identity-based policy: inline policy read-secrets
       │  ├─ · Allow statement 1 covers secretsmanager:GetSecretValue and
       │  │    secretsmanager:DescribeSecret
       │  └─ ✓ statement 2 allows it
       ├─ key policy
       │  ├─ · Allow statement Administer covers kms:Create*, kms:Describe*,
       │  │    kms:Enable*, kms:List* and 6 more
       │  └─ ✓ statement Use through Secrets Manager allows it: names the role
       ├─ SCP: FullAWSAccess of the root, unit Workloads and account 111122223333
       │  └─ ✓ statement 1 allows it
       ├─ RCP: RCPFullAWSAccess of the root, unit Workloads and account 111122223333
       │  └─ ✓ statement 1 allows it: names everybody
       └─ RCP: secrets-stay-inside of unit Workloads
          └─ · Deny statement 1 covers secretsmanager:GetSecretValue

    allowed: statement 1 of inline policy read-secrets allows it; statement Use
      through Secrets Manager of the key policy allows it
    ");
}

#[test]
fn why_nothing_allows_it() {
    insta::assert_snapshot!(ask(["why", "freightline-sync", "prod/partners/sftp-Xk2f9Q-4YPlIi"]), @"
    exit: 0
    -- stdout --
    why role freightline-sync cannot read prod/partners/sftp-Xk2f9Q
      principal  arn:aws:iam::111122223333:role/freightline-sync
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/partners/sftp-Xk2f9Q-4YPlIi

    ├─ secretsmanager:GetSecretValue on the secret
    │  │  implicitly denied: no policy of the role allows
    │  │  secretsmanager:GetSecretValue
    │  ├─ identity-based policy: inline policy read-secrets
    │  │  └─ · Allow statement 1 covers
    │  │       arn:aws:secretsmanager:*:111122223333:secret:prod/partners/sftp-Xk2f9Q
    │  ├─ resource-based policy: none
    │  ├─ SCP: FullAWSAccess of the root, unit Workloads and account 111122223333
    │  │  └─ ✓ statement 1 allows it
    │  ├─ RCP: RCPFullAWSAccess of the root, unit Workloads and account 111122223333
    │  │  └─ ✓ statement 1 allows it: names everybody
    │  └─ RCP: secrets-stay-inside of unit Workloads
    │     └─ · Deny statement 1 needs aws:PrincipalOrgID StringNotEqualsIfExists
    │          o-h4rb0urt34, but it is o-h4rb0urt34
    └─ kms:Decrypt on
       arn:aws:kms:eu-west-1:111122223333:key/c1787e25-41ef-4433-aef7-f165a480f90d
       │  implicitly denied: the key policy leaves kms:Decrypt to policies of IAM,
       │  and none of the role allows it
       ├─ identity-based policy: inline policy read-secrets
       │  └─ · Allow statement 1 covers secretsmanager:GetSecretValue
       ├─ key policy
       │  └─ ✓ statement Enable IAM User Permissions allows it: names its account,
       │       which leaves it to the account's own policies
       ├─ grant 1 to service rds.eu-west-1.amazonaws.com
       │  └─ · Allow grant of Decrypt, Encrypt, GenerateDataKey, DescribeKey,
       │       CreateGrant, RetireGrant is to somebody else
       ├─ SCP: FullAWSAccess of the root, unit Workloads and account 111122223333
       │  └─ ✓ statement 1 allows it
       ├─ RCP: RCPFullAWSAccess of the root, unit Workloads and account 111122223333
       │  └─ ✓ statement 1 allows it: names everybody
       └─ RCP: secrets-stay-inside of unit Workloads
          └─ · Deny statement 1 covers secretsmanager:GetSecretValue

    implicitly denied: no policy of the role allows secretsmanager:GetSecretValue
    ");
}

#[test]
fn why_a_statement_denies_it() {
    insta::assert_snapshot!(ask(["why", "report-exporter", "prod/treasury/bank-signing-key"]), @"
    exit: 0
    -- stdout --
    why role report-exporter cannot read prod/treasury/bank-signing-key
      principal  arn:aws:iam::111122223333:role/report-exporter
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/treasury/bank-signing-key-DmnEb8

    ├─ secretsmanager:GetSecretValue on the secret
    │  │  explicitly denied: statement OnlyTheSigner of the resource policy denies
    │  │  it
    │  ├─ identity-based policy: inline policy decrypt
    │  │  └─ · Allow statement 1 covers kms:Decrypt
    │  ├─ identity-based policy: AWS policy SecretsManagerReadWrite
    │  │  └─ ✓ statement BasicPermissions allows it
    │  ├─ resource-based policy
    │  │  └─ ✗ statement OnlyTheSigner denies it
    │  ├─ SCP: FullAWSAccess of the root, unit Workloads and account 111122223333
    │  │  └─ ✓ statement 1 allows it
    │  ├─ RCP: RCPFullAWSAccess of the root, unit Workloads and account 111122223333
    │  │  └─ ✓ statement 1 allows it: names everybody
    │  └─ RCP: secrets-stay-inside of unit Workloads
    │     └─ · Deny statement 1 needs aws:PrincipalOrgID StringNotEqualsIfExists
    │          o-h4rb0urt34, but it is o-h4rb0urt34
    └─ kms:Decrypt on
       arn:aws:kms:eu-west-1:111122223333:key/4ace3493-38f4-449f-a3cf-bb3b745dfed3
       │  implicitly denied: the key policy allows kms:Decrypt only to role
       │  bank-signer and role harbour-rotate-signing-key
       ├─ identity-based policy: inline policy decrypt
       │  └─ ✓ statement 1 allows it
       ├─ identity-based policy: AWS policy SecretsManagerReadWrite
       │  └─ · Allow statement BasicPermissions covers kms:DescribeKey,
       │       kms:ListAliases, kms:ListKeys, secretsmanager:* and 3 more
       ├─ key policy
       │  ├─ · Allow statement Administer covers kms:Create*, kms:Describe*,
       │  │    kms:Enable*, kms:List* and 6 more
       │  └─ · Allow statement Use through Secrets Manager names role bank-signer
       │       and role harbour-rotate-signing-key
       ├─ SCP: FullAWSAccess of the root, unit Workloads and account 111122223333
       │  └─ ✓ statement 1 allows it
       ├─ RCP: RCPFullAWSAccess of the root, unit Workloads and account 111122223333
       │  └─ ✓ statement 1 allows it: names everybody
       └─ RCP: secrets-stay-inside of unit Workloads
          └─ · Deny statement 1 covers secretsmanager:GetSecretValue

    explicitly denied: statement OnlyTheSigner of the resource policy denies it
    ");
}

#[test]
fn why_of_somebody_of_another_account() {
    insta::assert_snapshot!(ask(["why", "broker-sync", "prod/partners/sftp-Xk2f9Q", "--all"]), @"
    exit: 0
    -- stdout --
    why role broker-sync of account 999988887777 cannot read
      prod/partners/sftp-Xk2f9Q
      principal  arn:aws:iam::999988887777:role/broker-sync
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/partners/sftp-Xk2f9Q-4YPlIi

    ├─ secretsmanager:GetSecretValue on the secret
    │  │  implicitly denied: the secret has no resource policy, which alone could
    │  │  let account 999988887777 in
    │  ├─ identity-based policy, out of sight: account 999988887777 was not audited
    │  ├─ resource-based policy: none
    │  ├─ SCP, out of sight
    │  ├─ RCP: RCPFullAWSAccess of the root, unit Workloads and account 111122223333
    │  │  └─ ✓ statement 1 allows it: names everybody
    │  └─ RCP: secrets-stay-inside of unit Workloads
    │     └─ · Deny statement 1 needs aws:PrincipalAccount StringNotEqualsIfExists
    │          999988887777, but it is 999988887777
    └─ kms:Decrypt on
       arn:aws:kms:eu-west-1:111122223333:key/c1787e25-41ef-4433-aef7-f165a480f90d
       │  implicitly denied: the key policy allows kms:Decrypt only to account
       │  111122223333
       ├─ identity-based policy, out of sight: account 999988887777 was not audited
       ├─ key policy
       │  └─ · Allow statement Enable IAM User Permissions names account
       │       111122223333
       ├─ grant 1 to service rds.eu-west-1.amazonaws.com
       │  └─ · Allow grant of Decrypt, Encrypt, GenerateDataKey, DescribeKey,
       │       CreateGrant, RetireGrant is to somebody else
       ├─ SCP, out of sight
       ├─ RCP: RCPFullAWSAccess of the root, unit Workloads and account 111122223333
       │  └─ ✓ statement 1 allows it: names everybody
       └─ RCP: secrets-stay-inside of unit Workloads
          └─ · Deny statement 1 covers secretsmanager:GetSecretValue

    implicitly denied: the secret has no resource policy, which alone could let
      account 999988887777 in

    not seen:
      account 999988887777 was not audited: its own policies are out of sight
    ");
}

#[test]
fn what_a_role_can_reach() {
    insta::assert_snapshot!(ask(["reach", "payments-app"]), @"
    exit: 0
    -- stdout --
    what role payments-app can reach
      principal  arn:aws:iam::111122223333:role/payments-app
      answer     6 of the 51 secrets of account 111122223333 (11 %)

    read: 2 secrets
        secret by  resource policy, statement 1
        key by     inline policy read-secrets, statement 2 and key policy, statement
                   Enable IAM User Permissions
      prod/marketing/newsletter-token  (eu-west-1)
      prod/search/opensearch-master  (eu-west-1)

    read: 4 secrets
        secret by  inline policy read-secrets, statement 1
        key by     key policy, statement Use through Secrets Manager
      prod/payments/adyen-hmac-key  (eu-west-1)
      prod/payments/db  (eu-west-1)
      prod/payments/db-reader  (eu-west-1)
      prod/payments/db  (us-east-1)

    not seen:
      the resource policy of prod/gateway/jwt-signing-key is out of sight, so there
        may be more or fewer
      the policy of key
        arn:aws:kms:eu-west-1:131313131313:key/65d15b13-a0a1-42ae-a822-e06a953a3cf0
        is out of sight, so there may be more or fewer: kms:DescribeKey failed with
        AccessDeniedException; allow kms:DescribeKey
    ");
}

#[test]
fn narrow_pages_wrap_and_keep_names_whole() {
    let run = Command::new(["who-can", PAYMENTS, "--sample"]).env("COLUMNS", "48").run();
    insta::assert_snapshot!(run, @"
    exit: 0
    -- stdout --
    who can read prod/payments/db
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/db-dgW8Np
      key        arn:aws:kms:eu-west-1:111122223333:key/mrk-39a1f6a0548d4bab56e00d842ab67e6e
      answer     3 of 57 principals can
      trail      reads of 90 days are known

      principal              access       last read
      role harbour-rotate-api-token
                             read, write  not seen
        secret by  inline policy rotate, statement 1
        key by     key policy, statement Use through
                   Secrets Manager
      role harbour-rotate-postgres
                             read, write  2026-10-20
        secret by  inline policy rotate, statement 1
        key by     key policy, statement Use through
                   Secrets Manager
      role payments-app      read         2026-11-01
        secret by  inline policy read-secrets,
                   statement 1
        key by     key policy, statement Use through
                   Secrets Manager
    ");
}

#[test]
fn names_that_several_have() {
    insta::assert_snapshot!(ask(["who-can", "prod/payments/db"]), @"
    exit: 2
    -- stderr --
    error: `prod/payments/db` names 2 secrets:
      arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/db-dgW8Np
      arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/payments/db-dgW8Np
    help: give the ARN, or a part of it that only one has
    ");
    insta::assert_snapshot!(ask(["reach", "secrets-auditor"]), @"
    exit: 2
    -- stderr --
    error: `secrets-auditor` names 3 principals:
      arn:aws:iam::111122223333:role/secrets-auditor
      arn:aws:iam::444455556666:role/secrets-auditor
      arn:aws:iam::777788889999:role/secrets-auditor
    help: give the ARN, or a part of it that only one has
    ");
}

#[test]
fn names_that_nobody_has() {
    insta::assert_snapshot!(ask(["who-can", "prod/paymnets/db"]), @"
    exit: 2
    -- stderr --
    error: no secret `prod/paymnets/db`
    help: did you mean `prod/payments/db`?
    ");
    insta::assert_snapshot!(ask(["why", "payment-app", PAYMENTS]), @"
    exit: 2
    -- stderr --
    error: no principal `payment-app`
    help: did you mean `payments-app`?
    ");
    insta::assert_snapshot!(ask(["reach", "zzz"]), @"
    exit: 2
    -- stderr --
    error: no principal `zzz`
    help: give its name, its ARN, or a part of either; 73 were seen
    ");
    insta::assert_snapshot!(ask(["who-can", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/billing/dc"]), @"
    exit: 2
    -- stderr --
    error: no secret `arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/billing/dc`
    help: did you mean `arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/billing/db`?
    ");
}

#[test]
fn actions_that_there_are_not() {
    insta::assert_snapshot!(ask(["who-can", PAYMENTS, "--action", "DelteSecret"]), @"
    exit: 2
    -- stderr --
    error: no action of Secrets Manager on a secret is called `DelteSecret`
    help: did you mean `DeleteSecret`?
    ");
    insta::assert_snapshot!(ask(["who-can", PAYMENTS, "--action", "kms:Encrypt"]), @"
    exit: 2
    -- stderr --
    error: no action of Secrets Manager on a secret is called `kms:Encrypt`
    help: actions are GetSecretValue, PutSecretValue, UpdateSecret, DeleteSecret, PutResourcePolicy, DeleteResourcePolicy, DescribeSecret, GetResourcePolicy, ListSecretVersionIds, RestoreSecret, RotateSecret, CancelRotateSecret, TagResource, UntagResource, UpdateSecretVersionStage, ReplicateSecretToRegions, RemoveRegionsFromReplication, StopReplicationToReplica
    ");
}

#[test]
fn options_of_aws_have_no_meaning_with_the_sample() {
    insta::assert_snapshot!(ask(["reach", "payments-app", "--region", "eu-west-1"]), @"
    exit: 2
    -- stderr --
    error: `--region` has no meaning with `--sample`: AWS is not asked
    help: leave out `--region`, or leave out `--sample` to ask AWS
    ");
}

/// Every way of naming a secret names the same one.
#[test]
fn a_secret_by_name_arn_and_parts_of_them() {
    let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/db-dgW8Np";
    for text in [
        arn,
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/db",
        PAYMENTS,
        "eu-west-1:111122223333:secret:prod/payments/db-dgW8Np",
        "EU-WEST-1:111122223333:SECRET:PROD/PAYMENTS/DB-DGW8NP",
    ] {
        let run = ask(["who-can", text, "--format", "json"]);
        assert_eq!(run.json()["secret"], arn, "{text}: {run}");
    }
}

/// A copy of the sample in which one document is another one.
fn with(shard: &str, change: impl FnOnce(&mut Value)) -> TempDir {
    let copy = sample_copy();
    edit_shard(copy.path(), shard, change);
    copy
}

fn snapshot<const N: usize>(folder: &TempDir, arguments: [&str; N]) -> Run {
    Command::new(arguments).arg("--snapshot").arg(folder.path()).run()
}

const AUTHORIZATION: &str = "111122223333/global/authorization-0000.json";
const ORGANIZATION: &str = "111122223333/global/organization-0000.json";
const POLICIES: &str = "111122223333/eu-west-1/resource-policies-0000.json";
const KEYS: &str = "111122223333/eu-west-1/keys-0000.json";

/// The record of a list with this value in a field.
fn record<'a>(list: &'a mut Value, field: &str, value: &str) -> &'a mut Value {
    let list = list.as_array_mut().unwrap();
    list.iter_mut().find(|record| record[field].as_str().is_some_and(|text| text.contains(value))).unwrap()
}

/// Gives a role of the sample an inline policy.
fn give(root: &Path, role: &str, policy: &str, document: &str) {
    edit_shard(root, AUTHORIZATION, |shard| {
        let role = record(&mut shard["records"][0]["roles"], "name", role);
        role["inline"].as_array_mut().unwrap().push(json!({ "name": policy, "document": document }));
    });
}

/// Sets the policy of a secret of the sample.
fn attach(root: &Path, secret: &str, document: &str) {
    edit_shard(root, POLICIES, |shard| {
        record(&mut shard["records"], "arn", secret)["policy"] = json!(document)
    });
}

const FENCE: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Fence", "Effect": "Deny", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*",
   "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}, "BoolIfExists": {"aws:ViaAWSService": "false"}}}
]}"#;

/// The sample with a fence of a VPC endpoint around one secret.
fn fenced() -> TempDir {
    let copy = sample_copy();
    attach(copy.path(), "secret:prod/checkout/stripe-api-key", FENCE);
    copy
}

#[test]
fn what_depends_on_the_call_is_said_in_words() {
    let fenced = fenced();
    insta::assert_snapshot!(snapshot(&fenced, ["who-can", STRIPE]), @"
    exit: 0
    -- stdout --
    who can read prod/checkout/stripe-api-key
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/checkout/stripe-api-key-MwrpX4
      key        arn:aws:kms:eu-west-1:111122223333:key/mrk-39a1f6a0548d4bab56e00d842ab67e6e
      answer     2 of 73 principals can, only under conditions
      trail      reads of 90 days are known

      principal                      access       last read
      role checkout-app              read         2026-11-01
        only       through vpce-0a1b2c3d, or by way of an AWS service
        secret by  inline policy read-secrets, statement 1
        key by     key policy, statement Use through Secrets Manager
      role harbour-rotate-api-token  read, write  2026-10-01
        only       through vpce-0a1b2c3d, or by way of an AWS service
        secret by  inline policy rotate, statement 1
        key by     key policy, statement Use through Secrets Manager
    ");
    insta::assert_snapshot!(snapshot(&fenced, ["why", "checkout-app", STRIPE]), @"
    exit: 0
    -- stdout --
    why role checkout-app can read prod/checkout/stripe-api-key
      principal  arn:aws:iam::111122223333:role/checkout-app
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/checkout/stripe-api-key-MwrpX4

    ├─ secretsmanager:GetSecretValue on the secret
    │  │  allowed under conditions: statement 1 of inline policy read-secrets allows
    │  │  it, unless statement Fence of the resource policy denies it
    │  ├─ identity-based policy: inline policy read-secrets
    │  │  ├─ ✓ statement 1 allows it
    │  │  └─ · Allow statement 2 covers kms:Decrypt
    │  ├─ resource-based policy
    │  │  └─ ? statement Fence denies calls not through vpce-0a1b2c3d and without an
    │  │       AWS service in between
    │  ├─ SCP: FullAWSAccess of the root, unit Workloads and account 111122223333
    │  │  └─ ✓ statement 1 allows it
    │  ├─ RCP: RCPFullAWSAccess of the root, unit Workloads and account 111122223333
    │  │  └─ ✓ statement 1 allows it: names everybody
    │  └─ RCP: secrets-stay-inside of unit Workloads
    │     └─ · Deny statement 1 needs aws:PrincipalOrgID StringNotEqualsIfExists
    │          o-h4rb0urt34, but it is o-h4rb0urt34
    └─ kms:Decrypt on
       arn:aws:kms:eu-west-1:111122223333:key/mrk-39a1f6a0548d4bab56e00d842ab67e6e
       │  allowed: statement Use through Secrets Manager of the key policy allows it
       ├─ identity-based policy: inline policy read-secrets
       │  ├─ · Allow statement 1 covers secretsmanager:GetSecretValue and
       │  │    secretsmanager:DescribeSecret
       │  └─ ✓ statement 2 allows it
       ├─ key policy
       │  ├─ · Allow statement Administer covers kms:Create*, kms:Describe*,
       │  │    kms:Enable*, kms:List* and 6 more
       │  └─ ✓ statement Use through Secrets Manager allows it: names the role
       ├─ SCP: FullAWSAccess of the root, unit Workloads and account 111122223333
       │  └─ ✓ statement 1 allows it
       ├─ RCP: RCPFullAWSAccess of the root, unit Workloads and account 111122223333
       │  └─ ✓ statement 1 allows it: names everybody
       └─ RCP: secrets-stay-inside of unit Workloads
          └─ · Deny statement 1 covers secretsmanager:GetSecretValue

    allowed, only through vpce-0a1b2c3d, or by way of an AWS service: statement 1 of
      inline policy read-secrets allows it, unless statement Fence of the resource
      policy denies it; statement Use through Secrets Manager of the key policy
      allows it
    ");
    let run = snapshot(&fenced, ["reach", "checkout-app", "--format", "json"]);
    let secrets = run.json()["secrets"].as_array().unwrap().clone();
    let open: Vec<&Value> = secrets.iter().filter(|secret| secret["decision"] == "Conditional").collect();
    assert_eq!(open.len(), 1, "{run}");
    assert_eq!(open[0]["conditions"], json!(["through vpce-0a1b2c3d, or by way of an AWS service"]));
}

#[test]
fn long_runs_of_other_statements_are_folded() {
    let copy = sample_copy();
    let statement =
        |service: &str| json!({ "Effect": "Allow", "Action": format!("{service}:*"), "Resource": "*" });
    let many: Vec<Value> = ["s3", "sqs", "sns", "ec2"].into_iter().map(statement).collect();
    let document = json!({ "Version": "2012-10-17", "Statement": many }).to_string();
    give(copy.path(), "bank-signer", "work", &document);
    let run = snapshot(&copy, ["why", "bank-signer", "bank-signing-key"]);
    assert!(run.stdout.contains("· 4 statements cover other actions or resources"), "{run}");
    assert!(!run.stdout.contains("sqs"), "{run}");
    let run = snapshot(&copy, ["why", "bank-signer", "bank-signing-key", "--all"]);
    assert!(run.stdout.contains("· Allow statement 2 covers sqs:*"), "{run}");
}

/// Whatever is wrong with a policy: the answer says which and where, and the rest is judged.
#[test]
fn policies_that_cannot_be_read_are_named_with_the_place_of_the_mistake() {
    let wrong = [
        ("no JSON", "{\n  \"Version\": \"2012-10-17\",\n  oops"),
        (
            "an operator that AWS does not have",
            "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\",\n  \"Condition\": \
             {\"StringMatches\": {\"aws:username\": \"x\"}}}}",
        ),
        (
            "an ARN that is none",
            "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"*\",\n  \"Resource\": \
             \"arn:aws:secretsmanager\"}}",
        ),
    ];
    let mut told = Vec::new();
    for (what, document) in wrong {
        for place in ["role", "secret", "key"] {
            let copy = sample_copy();
            match place {
                "role" => give(copy.path(), "payments-app", "odd", document),
                "secret" => attach(copy.path(), "secret:prod/payments/db-dgW8Np", document),
                _ => edit_shard(copy.path(), KEYS, |shard| {
                    record(&mut shard["records"], "policy", "role/checkout-app")["policy"] = json!(document);
                }),
            }
            let run = snapshot(&copy, ["who-can", PAYMENTS, "--format", "json"]);
            assert_eq!(run.code, Some(0), "{what} {place}: {run}");
            let answer = run.json();
            let caveats: Vec<&str> =
                answer["caveats"].as_array().unwrap().iter().map(|caveat| caveat.as_str().unwrap()).collect();
            assert!(caveats.iter().any(|caveat| caveat.contains("line ")), "{what} {place}: {caveats:?}");
            let readers = answer["readers"].as_array().unwrap();
            assert!(!readers.is_empty(), "{what} {place}: the rest is judged");
            told.push(format!("{place}, {what}: {} readers; {}", readers.len(), caveats.join("; ")));
        }
    }
    insta::assert_snapshot!(told.join("\n"), @"
    role, no JSON: 3 readers; arn:aws:iam::111122223333:role/payments-app: inline policy odd: line 3, column 3: the name of an element must stand in double quotes
    secret, no JSON: 3 readers; the resource policy is out of sight, so there may be more or fewer: line 3, column 3: the name of an element must stand in double quotes
    key, no JSON: 10 readers; the policy of key arn:aws:kms:eu-west-1:111122223333:key/mrk-39a1f6a0548d4bab56e00d842ab67e6e is out of sight, so there may be more or fewer: line 3, column 3: the name of an element must stand in double quotes
    role, an operator that AWS does not have: 3 readers; arn:aws:iam::111122223333:role/payments-app: inline policy odd: line 2, column 31: unknown condition operator `StringMatches`
    secret, an operator that AWS does not have: 3 readers; the resource policy is out of sight, so there may be more or fewer: line 2, column 31: unknown condition operator `StringMatches`
    key, an operator that AWS does not have: 10 readers; the policy of key arn:aws:kms:eu-west-1:111122223333:key/mrk-39a1f6a0548d4bab56e00d842ab67e6e is out of sight, so there may be more or fewer: line 2, column 31: unknown condition operator `StringMatches`
    role, an ARN that is none: 3 readers; arn:aws:iam::111122223333:role/payments-app: inline policy odd: line 2, column 38: `arn:aws:secretsmanager` is no ARN, expected `*` or arn:partition:service:region:account:resource
    secret, an ARN that is none: 3 readers; the resource policy is out of sight, so there may be more or fewer: line 2, column 38: `arn:aws:secretsmanager` is no ARN, expected `*` or arn:partition:service:region:account:resource
    key, an ARN that is none: 10 readers; the policy of key arn:aws:kms:eu-west-1:111122223333:key/mrk-39a1f6a0548d4bab56e00d842ab67e6e is out of sight, so there may be more or fewer: line 2, column 38: `arn:aws:secretsmanager` is no ARN, expected `*` or arn:partition:service:region:account:resource
    ");
}

#[test]
fn why_says_which_policies_are_out_of_sight() {
    let copy = sample_copy();
    give(copy.path(), "payments-app", "odd", "{");
    insta::assert_snapshot!(snapshot(&copy, ["why", "payments-app", PAYMENTS]), @"
    exit: 0
    -- stdout --
    why role payments-app can read prod/payments/db
      principal  arn:aws:iam::111122223333:role/payments-app
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/db-dgW8Np

    ├─ secretsmanager:GetSecretValue on the secret
    │  │  allowed under conditions: statement 1 of inline policy read-secrets allows
    │  │  it, unless a policy that is out of sight denies it
    │  ├─ identity-based policy: inline policy read-secrets
    │  │  ├─ ✓ statement 1 allows it
    │  │  └─ · Allow statement 2 covers kms:Decrypt
    │  ├─ identity-based policy: inline policy odd, out of sight: line 1, column 1:
    │  │  the text ends within an object
    │  ├─ resource-based policy: none
    │  ├─ SCP: FullAWSAccess of the root, unit Workloads and account 111122223333
    │  │  └─ ✓ statement 1 allows it
    │  ├─ RCP: RCPFullAWSAccess of the root, unit Workloads and account 111122223333
    │  │  └─ ✓ statement 1 allows it: names everybody
    │  └─ RCP: secrets-stay-inside of unit Workloads
    │     └─ · Deny statement 1 needs aws:PrincipalOrgID StringNotEqualsIfExists
    │          o-h4rb0urt34, but it is o-h4rb0urt34
    └─ kms:Decrypt on
       arn:aws:kms:eu-west-1:111122223333:key/mrk-39a1f6a0548d4bab56e00d842ab67e6e
       │  allowed under conditions: statement Use through Secrets Manager of the key
       │  policy allows it, unless a policy that is out of sight denies it
       ├─ identity-based policy: inline policy read-secrets
       │  ├─ · Allow statement 1 covers secretsmanager:GetSecretValue and
       │  │    secretsmanager:DescribeSecret
       │  └─ ✓ statement 2 allows it
       ├─ identity-based policy: inline policy odd, out of sight: line 1, column 1:
       │  the text ends within an object
       ├─ key policy
       │  ├─ · Allow statement Administer covers kms:Create*, kms:Describe*,
       │  │    kms:Enable*, kms:List* and 6 more
       │  └─ ✓ statement Use through Secrets Manager allows it: names the role
       ├─ SCP: FullAWSAccess of the root, unit Workloads and account 111122223333
       │  └─ ✓ statement 1 allows it
       ├─ RCP: RCPFullAWSAccess of the root, unit Workloads and account 111122223333
       │  └─ ✓ statement 1 allows it: names everybody
       └─ RCP: secrets-stay-inside of unit Workloads
          └─ · Deny statement 1 covers secretsmanager:GetSecretValue

    allowed, unless a policy of its own, which is out of sight, denies it: statement
      1 of inline policy read-secrets allows it, unless a policy that is out of
      sight denies it; statement Use through Secrets Manager of the key policy
      allows it, unless a policy that is out of sight denies it

    not seen:
      arn:aws:iam::111122223333:role/payments-app: inline policy odd: line 1, column
        1: the text ends within an object
    ");
}

#[test]
fn principals_that_are_gone_are_told() {
    let named = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue",
        "Resource": "*", "Principal": {"AWS": ["AROAADMAYCCV63WDG6OXQ", "arn:aws:iam::111122223333:role/gone",
        "arn:aws:iam::111122223333:role/bank-signer"]}}}"#;
    let copy = sample_copy();
    attach(copy.path(), "secret:prod/checkout/stripe-api-key", named);
    let run = snapshot(&copy, ["who-can", STRIPE, "--format", "json"]);
    assert_eq!(
        run.json()["caveats"],
        json!([
            "the resource policy names AROAADMAYCCV63WDG6OXQ, a principal that was deleted: it lets nobody in",
            "the resource policy names arn:aws:iam::111122223333:role/gone, which does not exist: it lets nobody in",
        ])
    );
}

fn refused(call: &str) -> Value {
    json!({
        "call": call, "cause": "refused", "account": "111122223333", "region": null, "resource": null,
        "error": "AccessDeniedException", "message": "no", "permission": call,
    })
}

#[test]
fn policies_of_the_organization_that_were_refused() {
    let copy = with(ORGANIZATION, |shard| {
        shard["records"][0]["accounts"] = json!([]);
        shard["records"][0]["policies"] = json!([]);
        shard["gaps"] = json!([refused("organizations:ListPolicies")]);
    });
    let run = snapshot(&copy, ["who-can", PAYMENTS, "--format", "json"]);
    let answer = run.json();
    assert_eq!(answer["readers"].as_array().unwrap().len(), 3, "{run}");
    assert_eq!(
        answer["caveats"],
        json!([
            "this holds unless an SCP or RCP denies it: the organization's policies for account 111122223333 are out \
                of sight"
        ])
    );
    let run = snapshot(&copy, ["why", "payments-app", PAYMENTS]);
    assert!(run.stdout.contains("├─ SCP, out of sight\n"), "{run}");
}

#[test]
fn a_policy_of_the_organization_that_cannot_be_read() {
    let copy = with(ORGANIZATION, |shard| {
        record(&mut shard["records"][0]["policies"], "name", "secrets-stay-inside")["document"] = json!("[");
    });
    let run = snapshot(&copy, ["who-can", PAYMENTS, "--format", "json"]);
    let caveats = &run.json()["caveats"];
    assert!(
        caveats[0].as_str().is_some_and(|text| text.contains("RCP secrets-stay-inside: line 1")),
        "{run}"
    );
}

#[test]
fn users_and_roles_that_were_refused() {
    let copy = with(AUTHORIZATION, |shard| {
        shard["records"] = json!([]);
        shard["gaps"] = json!([refused("iam:GetAccountAuthorizationDetails")]);
    });
    insta::assert_snapshot!(snapshot(&copy, ["who-can", "prod/partners/sftp-Xk2f9Q"]), @r"
    exit: 0
    -- stdout --
    who can read prod/partners/sftp-Xk2f9Q
      secret     arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/partners/sftp-Xk2f9Q-4YPlIi
      key        arn:aws:kms:eu-west-1:111122223333:key/c1787e25-41ef-4433-aef7-f165a480f90d
      answer     nobody, as far as it was seen: no principal was seen
      trail      reads of 90 days are known

    read it and cannot by the policies of today:
      role harbour-rotate-api-token: 2 reads, last on 2026-08-23
      role shipping-app: 13 reads, last on 2026-10-28

    not seen:
      the users and roles of account 111122223333 are out of sight, so there may be
        more: iam:GetAccountAuthorizationDetails failed with AccessDeniedException;
        allow iam:GetAccountAuthorizationDetails
    ");
    insta::assert_snapshot!(snapshot(&copy, ["reach", "payments-app"]), @"
    exit: 2
    -- stderr --
    error: no principal `payments-app`
    help: give its name, its ARN, or a part of either; 16 were seen
    ");
}
