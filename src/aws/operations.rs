//! The list of operations that the program may ask of AWS: what is not here is never sent.

/// What a client is made for; decides which operations it may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// `audit` and `collect`: metadata only.
    Audit,
    /// Reading CloudTrail archives from Amazon S3.
    S3,
    /// Asking CloudTrail archives through Amazon Athena.
    Athena,
    /// Handing findings to AWS Security Hub, on request.
    Publish,
    /// Reading list prices, which belong to nobody's account.
    Prices,
}

impl Purpose {
    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::S3 => "s3",
            Self::Athena => "athena",
            Self::Publish => "publish",
            Self::Prices => "prices",
        }
    }

    /// Whether a client of this purpose may send the operation; finding out who asks belongs to every purpose. Archives
    /// are read with the caller's own credentials.
    pub fn covers(self, operation: &Operation) -> bool {
        let takes_roles = matches!(self, Self::Audit | Self::Publish);
        operation.purpose == self
            || *operation == GET_CALLER_IDENTITY
            || (takes_roles && *operation == ASSUME_ROLE)
    }

    /// What AWS asks for beside the operations themselves.
    pub fn implied(self) -> &'static [Implied] {
        if self == Self::Athena { IMPLIED_BY_ATHENA } else { &[] }
    }

    /// The operations that a client of this purpose may send, in the order of the list.
    pub fn operations(self) -> impl Iterator<Item = &'static Operation> {
        OPERATIONS.iter().copied().filter(move |operation| self.covers(operation))
    }
}

/// A permission that AWS asks for when it does what an operation says, though the program itself never sends the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Implied {
    /// The IAM action.
    pub action: &'static str,
    /// What it is about.
    pub on: On,
}

/// What an action is about: `*`, or a thing whose name the reader of the policy puts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum On {
    /// Whatever there is.
    Everything,
    /// The bucket with the archive.
    TrailBucket,
    /// Its objects.
    TrailObjects,
    /// The catalog, database and table in AWS Glue.
    Table,
    /// Athena's catalog.
    Catalog,
    /// The workgroup in Athena.
    Workgroup,
    /// The bucket into which Athena writes answers.
    ResultBucket,
    /// Its objects.
    ResultObjects,
}

impl Implied {
    const fn new(action: &'static str, on: On) -> Self {
        Self { action, on }
    }
}

/// Source: Amazon Athena User Guide, "Access to databases and tables in the AWS Glue Data Catalog" and "Control access to
/// Amazon S3 from Athena".
static IMPLIED_BY_ATHENA: &[Implied] = &[
    Implied::new("glue:GetDatabase", On::Table),
    Implied::new("glue:GetPartition", On::Table),
    Implied::new("glue:GetPartitions", On::Table),
    Implied::new("glue:GetTable", On::Table),
    Implied::new("s3:ListBucket", On::TrailBucket),
    Implied::new("s3:GetObject", On::TrailObjects),
    Implied::new("s3:GetBucketLocation", On::ResultBucket),
    Implied::new("s3:ListBucket", On::ResultBucket),
    Implied::new("s3:GetObject", On::ResultObjects),
    Implied::new("s3:PutObject", On::ResultObjects),
];

/// One operation, the permission it needs and the rate that AWS grants.
#[derive(Debug, PartialEq)]
pub struct Operation {
    /// The prefix in IAM actions and endpoints, such as `secretsmanager`.
    pub service: &'static str,
    /// The name in the API, such as `ListSecrets`.
    pub name: &'static str,
    /// The IAM action, such as `secretsmanager:ListSecrets`.
    pub action: &'static str,
    /// Who may send it.
    pub purpose: Purpose,
    /// The quota that it draws from; operations that share one name the same bucket.
    pub bucket: &'static str,
    /// Requests per second that AWS grants an account in a Region.
    pub per_second: u32,
    /// What it is about.
    pub on: On,
    /// What a reader of the policy should know.
    pub note: Option<&'static str>,
}

impl Operation {
    const fn audit(service: &'static str, name: &'static str, action: &'static str, per_second: u32) -> Self {
        Self {
            service,
            name,
            action,
            purpose: Purpose::Audit,
            bucket: action,
            per_second,
            on: On::Everything,
            note: None,
        }
    }

    const fn of(
        purpose: Purpose,
        service: &'static str,
        name: &'static str,
        action: &'static str,
        per_second: u32,
    ) -> Self {
        Self { purpose, ..Self::audit(service, name, action, per_second) }
    }

    const fn sharing(self, bucket: &'static str) -> Self {
        Self { bucket, ..self }
    }

    const fn on(self, on: On) -> Self {
        Self { on, ..self }
    }

    const fn note(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }
}

// Quotas of Secrets Manager: AWS General Reference, "AWS Secrets Manager endpoints and quotas"; ListSecrets: What's New
// of 2022-11-11. The row of ListSecretVersionIds could not be read; 50 a second is what its neighbours have.

/// Lists secrets.
pub static LIST_SECRETS: Operation =
    Operation::audit("secretsmanager", "ListSecrets", "secretsmanager:ListSecrets", 100);
/// Lists the versions of a secret.
pub static LIST_SECRET_VERSION_IDS: Operation =
    Operation::audit("secretsmanager", "ListSecretVersionIds", "secretsmanager:ListSecretVersionIds", 50);
/// Reads a secret's resource policy; the bucket is shared by Get, Put, Delete and ValidateResourcePolicy.
pub static GET_RESOURCE_POLICY: Operation =
    Operation::audit("secretsmanager", "GetResourcePolicy", "secretsmanager:GetResourcePolicy", 50)
        .sharing("secretsmanager resource policies");
/// Reads a secret's replicas; the bucket is shared with GetSecretValue, so production depends on it.
pub static DESCRIBE_SECRET: Operation =
    Operation::audit("secretsmanager", "DescribeSecret", "secretsmanager:DescribeSecret", 10_000)
        .sharing("secretsmanager describe and get value");

// Quotas of KMS: AWS KMS Developer Guide, "Request quotas" (2023).

/// Reads a key's metadata.
pub static DESCRIBE_KEY: Operation = Operation::audit("kms", "DescribeKey", "kms:DescribeKey", 2_000);
/// Reads a key policy.
pub static GET_KEY_POLICY: Operation = Operation::audit("kms", "GetKeyPolicy", "kms:GetKeyPolicy", 1_000);
/// Reads whether a key's material rotates.
pub static GET_KEY_ROTATION_STATUS: Operation =
    Operation::audit("kms", "GetKeyRotationStatus", "kms:GetKeyRotationStatus", 1_000);
/// Lists the grants on a key.
pub static LIST_GRANTS: Operation = Operation::audit("kms", "ListGrants", "kms:ListGrants", 100);

// IAM publishes no rates; AWS Security Blog, "How to query IAM resources at scale (part 2)", speaks of one token bucket
// per API that is easily emptied.

/// Reads users, groups, roles and policies.
pub static GET_ACCOUNT_AUTHORIZATION_DETAILS: Operation =
    Operation::audit("iam", "GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails", 5);
/// Has IAM make the credential report.
pub static GENERATE_CREDENTIAL_REPORT: Operation =
    Operation::audit("iam", "GenerateCredentialReport", "iam:GenerateCredentialReport", 5)
        .note("makes a report inside IAM, changes nothing else");
/// Reads the credential report.
pub static GET_CREDENTIAL_REPORT: Operation =
    Operation::audit("iam", "GetCredentialReport", "iam:GetCredentialReport", 5);

// Organizations publishes only some rates, the lowest of which is 1 to 5 a second for the calls that list.

/// Reads the organization.
pub static DESCRIBE_ORGANIZATION: Operation =
    Operation::audit("organizations", "DescribeOrganization", "organizations:DescribeOrganization", 5);
/// Lists member accounts.
pub static LIST_ACCOUNTS: Operation =
    Operation::audit("organizations", "ListAccounts", "organizations:ListAccounts", 5);
/// Lists roots.
pub static LIST_ROOTS: Operation =
    Operation::audit("organizations", "ListRoots", "organizations:ListRoots", 5);
/// Lists the units below a root or unit.
pub static LIST_ORGANIZATIONAL_UNITS_FOR_PARENT: Operation = Operation::audit(
    "organizations",
    "ListOrganizationalUnitsForParent",
    "organizations:ListOrganizationalUnitsForParent",
    5,
);
/// Lists the accounts below a root or unit.
pub static LIST_ACCOUNTS_FOR_PARENT: Operation =
    Operation::audit("organizations", "ListAccountsForParent", "organizations:ListAccountsForParent", 5);
/// Lists control policies.
pub static LIST_POLICIES: Operation =
    Operation::audit("organizations", "ListPolicies", "organizations:ListPolicies", 5);
/// Reads a control policy.
pub static DESCRIBE_POLICY: Operation =
    Operation::audit("organizations", "DescribePolicy", "organizations:DescribePolicy", 5);
/// Lists what a control policy is attached to.
pub static LIST_TARGETS_FOR_POLICY: Operation =
    Operation::audit("organizations", "ListTargetsForPolicy", "organizations:ListTargetsForPolicy", 5);

// CloudTrail User Guide, "Quotas in AWS CloudTrail": 10 a second for the calls that describe and get.

/// Reads the trails that are visible in a Region.
pub static DESCRIBE_TRAILS: Operation =
    Operation::audit("cloudtrail", "DescribeTrails", "cloudtrail:DescribeTrails", 10);
/// Reads whether a trail runs.
pub static GET_TRAIL_STATUS: Operation =
    Operation::audit("cloudtrail", "GetTrailStatus", "cloudtrail:GetTrailStatus", 10);
/// Reads what a trail records.
pub static GET_EVENT_SELECTORS: Operation =
    Operation::audit("cloudtrail", "GetEventSelectors", "cloudtrail:GetEventSelectors", 10);

// CloudTrail API Reference, "LookupEvents": 2 a second for each account and Region.

/// Reads Event history: the management events of 90 days.
pub static LOOKUP_EVENTS: Operation =
    Operation::audit("cloudtrail", "LookupEvents", "cloudtrail:LookupEvents", 2)
        .note("not with `--trail none`");

// The rates of the calls about event data stores could not be read; 10 a second is what their neighbours have.

/// Lists the event data stores of a Region.
pub static LIST_EVENT_DATA_STORES: Operation =
    Operation::audit("cloudtrail", "ListEventDataStores", "cloudtrail:ListEventDataStores", 10);
/// Reads what an event data store records.
pub static GET_EVENT_DATA_STORE: Operation =
    Operation::audit("cloudtrail", "GetEventDataStore", "cloudtrail:GetEventDataStore", 10);

// CloudWatch Events User Guide, "CloudWatch Events Limits": 50 a second for each operation but PutEvents.

/// Lists the rules of the default event bus.
pub static LIST_EVENT_RULES: Operation = Operation::audit("events", "ListRules", "events:ListRules", 50);
/// Lists what an event rule hands its events to.
pub static LIST_TARGETS_BY_RULE: Operation =
    Operation::audit("events", "ListTargetsByRule", "events:ListTargetsByRule", 50);

// The rates of these could not be read; 5 and 9 a second are cautious guesses.

/// Reads the metric filters of a log group.
pub static DESCRIBE_METRIC_FILTERS: Operation =
    Operation::audit("logs", "DescribeMetricFilters", "logs:DescribeMetricFilters", 5);
/// Reads alarms.
pub static DESCRIBE_ALARMS: Operation =
    Operation::audit("cloudwatch", "DescribeAlarms", "cloudwatch:DescribeAlarms", 9);

// AWS Config publishes no rates for these; 10 a second is a cautious guess.

/// Reads Config rules.
pub static DESCRIBE_CONFIG_RULES: Operation =
    Operation::audit("config", "DescribeConfigRules", "config:DescribeConfigRules", 10);
/// Reads a Config rule's verdicts.
pub static GET_COMPLIANCE_DETAILS_BY_CONFIG_RULE: Operation = Operation::audit(
    "config",
    "GetComplianceDetailsByConfigRule",
    "config:GetComplianceDetailsByConfigRule",
    10,
);
/// Asks Config's inventory of a Region.
pub static SELECT_RESOURCE_CONFIG: Operation =
    Operation::audit("config", "SelectResourceConfig", "config:SelectResourceConfig", 10)
        .note("only for `--inventory config`");
/// Asks an aggregator's inventory.
pub static SELECT_AGGREGATE_RESOURCE_CONFIG: Operation =
    Operation::audit("config", "SelectAggregateResourceConfig", "config:SelectAggregateResourceConfig", 10)
        .note("only for `--config-aggregator`");

// AWS Lambda Developer Guide, "Lambda quotas": GetPolicy 15 a second, the rest of the control plane but GetFunction 15.

/// Reads a function's state.
pub static GET_FUNCTION_CONFIGURATION: Operation =
    Operation::audit("lambda", "GetFunctionConfiguration", "lambda:GetFunctionConfiguration", 15)
        .sharing("lambda control plane");
/// Reads a function's resource policy.
pub static GET_FUNCTION_POLICY: Operation = Operation::audit("lambda", "GetPolicy", "lambda:GetPolicy", 15);

/// Lists the Regions that an account has switched on; publishes no rate.
pub static LIST_REGIONS: Operation = Operation::audit("account", "ListRegions", "account:ListRegions", 5);

// STS grants 600 a second in sum (AWS General Reference); the two calls number one per account.

/// Says who asks; needs no permission, and no policy can refuse it but an explicit deny.
pub static GET_CALLER_IDENTITY: Operation =
    Operation::audit("sts", "GetCallerIdentity", "sts:GetCallerIdentity", 20);
/// Takes on a role in an audited account.
pub static ASSUME_ROLE: Operation = Operation::audit("sts", "AssumeRole", "sts:AssumeRole", 20)
    .note("only for `--assume-role` and `--organization`: name the roles instead of the pattern");

// Amazon S3 User Guide, "Best practices design patterns: optimizing Amazon S3 performance": 5,500 a second for each
// prefix, to read. What lists is not named there, and gets no more than a tenth.

/// Lists keys.
pub static LIST_OBJECTS: Operation =
    Operation::of(Purpose::S3, "s3", "ListObjectsV2", "s3:ListBucket", 550).on(On::TrailBucket);
/// Reads an object.
pub static GET_OBJECT: Operation = Operation::of(Purpose::S3, "s3", "GetObject", "s3:GetObject", 5_500)
    .on(On::TrailObjects)
    .note("logs under a key of KMS also need kms:Decrypt on that key");

// Amazon Athena User Guide, "Service Quotas", calls for each account. GetTableMetadata is not named there; 5 a second is
// the least that any call has.

/// Reads what a table looks like.
pub static GET_TABLE_METADATA: Operation =
    Operation::of(Purpose::Athena, "athena", "GetTableMetadata", "athena:GetTableMetadata", 5)
        .on(On::Catalog);
/// Has a query run.
pub static START_QUERY_EXECUTION: Operation =
    Operation::of(Purpose::Athena, "athena", "StartQueryExecution", "athena:StartQueryExecution", 20)
        .on(On::Workgroup)
        .note("the query only reads; Athena writes its answer to the workgroup's place for results");
/// Asks how a query is doing.
pub static GET_QUERY_EXECUTION: Operation =
    Operation::of(Purpose::Athena, "athena", "GetQueryExecution", "athena:GetQueryExecution", 100)
        .on(On::Workgroup);
/// Reads the rows of a query.
pub static GET_QUERY_RESULTS: Operation =
    Operation::of(Purpose::Athena, "athena", "GetQueryResults", "athena:GetQueryResults", 100)
        .on(On::Workgroup);
/// Stops a query of this program that takes too long.
pub static STOP_QUERY_EXECUTION: Operation =
    Operation::of(Purpose::Athena, "athena", "StopQueryExecution", "athena:StopQueryExecution", 20)
        .on(On::Workgroup);

// Source: AWS Security Hub API Reference, "BatchImportFindings" and "GetFindings" under "Rate limits".
/// Hands findings to AWS Security Hub: the one operation that writes.
pub static BATCH_IMPORT_FINDINGS: Operation = Operation::of(
    Purpose::Publish,
    "securityhub",
    "BatchImportFindings",
    "securityhub:BatchImportFindings",
    10,
)
.note("the one action that writes: it puts findings into the Security Hub of the account");
/// Reads back which findings of ours are there.
pub static GET_FINDINGS: Operation =
    Operation::of(Purpose::Publish, "securityhub", "GetFindings", "securityhub:GetFindings", 3);
// The Price List API publishes no rate; 10 a second is a cautious guess.

/// Reads list prices.
pub static GET_PRODUCTS: Operation =
    Operation::of(Purpose::Prices, "pricing", "GetProducts", "pricing:GetProducts", 10);

/// Every operation that the program may send, by service and name.
pub static OPERATIONS: &[&Operation] = &[
    &LIST_REGIONS,
    &GET_QUERY_EXECUTION,
    &GET_QUERY_RESULTS,
    &GET_TABLE_METADATA,
    &START_QUERY_EXECUTION,
    &STOP_QUERY_EXECUTION,
    &DESCRIBE_TRAILS,
    &GET_EVENT_DATA_STORE,
    &GET_EVENT_SELECTORS,
    &GET_TRAIL_STATUS,
    &LIST_EVENT_DATA_STORES,
    &LOOKUP_EVENTS,
    &DESCRIBE_ALARMS,
    &DESCRIBE_CONFIG_RULES,
    &GET_COMPLIANCE_DETAILS_BY_CONFIG_RULE,
    &SELECT_AGGREGATE_RESOURCE_CONFIG,
    &SELECT_RESOURCE_CONFIG,
    &LIST_EVENT_RULES,
    &LIST_TARGETS_BY_RULE,
    &GENERATE_CREDENTIAL_REPORT,
    &GET_ACCOUNT_AUTHORIZATION_DETAILS,
    &GET_CREDENTIAL_REPORT,
    &DESCRIBE_KEY,
    &GET_KEY_POLICY,
    &GET_KEY_ROTATION_STATUS,
    &LIST_GRANTS,
    &GET_FUNCTION_CONFIGURATION,
    &GET_FUNCTION_POLICY,
    &DESCRIBE_METRIC_FILTERS,
    &DESCRIBE_ORGANIZATION,
    &DESCRIBE_POLICY,
    &LIST_ACCOUNTS,
    &LIST_ACCOUNTS_FOR_PARENT,
    &LIST_ORGANIZATIONAL_UNITS_FOR_PARENT,
    &LIST_POLICIES,
    &LIST_ROOTS,
    &LIST_TARGETS_FOR_POLICY,
    &GET_PRODUCTS,
    &GET_OBJECT,
    &LIST_OBJECTS,
    &DESCRIBE_SECRET,
    &GET_RESOURCE_POLICY,
    &LIST_SECRETS,
    &LIST_SECRET_VERSION_IDS,
    &BATCH_IMPORT_FINDINGS,
    &GET_FINDINGS,
    &ASSUME_ROLE,
    &GET_CALLER_IDENTITY,
];

/// The prefix that IAM uses for a service which the SDK calls `Secrets Manager`, `Config Service` and so on.
pub(super) fn prefix(service_id: &str) -> String {
    match service_id {
        "CloudWatch Logs" => "logs".to_owned(),
        "Config Service" => "config".to_owned(),
        "EventBridge" => "events".to_owned(),
        other => other.to_ascii_lowercase().replace(' ', ""),
    }
}

/// The operation with this prefix and name, where it is on the list.
pub(super) fn find(service: &str, name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().copied().find(|operation| operation.service == service && operation.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_has_no_doubles() {
        let names: Vec<_> = OPERATIONS.iter().map(|op| (op.service, op.name.to_ascii_lowercase())).collect();
        let mut sorted = names.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(names, sorted);
    }

    #[test]
    fn an_action_is_of_its_service() {
        for operation in OPERATIONS {
            assert_eq!(operation.action.split(':').next(), Some(operation.service), "{operation:?}");
            assert!(operation.per_second > 0, "{operation:?}");
        }
    }

    #[test]
    fn the_audit_only_reads_and_never_reads_a_value() {
        let makes_a_report = "GenerateCredentialReport";
        for operation in Purpose::Audit.operations() {
            let reads = ["List", "Get", "Describe", "Select", "Lookup", "AssumeRole"];
            assert!(
                reads.iter().any(|verb| operation.name.starts_with(verb)) || operation.name == makes_a_report,
                "{operation:?}"
            );
            assert!(!operation.name.ends_with("SecretValue"), "{operation:?}");
        }
    }

    #[test]
    fn one_operation_writes_and_only_on_request() {
        let reads =
            |operation: &&&Operation| operation.name.starts_with("Get") || operation.name == "AssumeRole";
        let writes: Vec<&str> =
            Purpose::Publish.operations().filter(|operation| !reads(&operation)).map(|op| op.name).collect();
        assert_eq!(writes, ["BatchImportFindings"]);
        for purpose in [Purpose::Audit, Purpose::S3, Purpose::Athena] {
            assert!(!purpose.covers(&BATCH_IMPORT_FINDINGS), "{purpose:?}");
        }
    }

    #[test]
    fn archives_are_read_and_never_written() {
        for operation in Purpose::S3.operations().chain(Purpose::Athena.operations()) {
            let reads = ["List", "Get", "StartQuery", "StopQuery", "AssumeRole"];
            assert!(reads.iter().any(|verb| operation.name.starts_with(verb)), "{operation:?}");
        }
    }

    #[test]
    fn service_ids_of_the_sdk_have_prefixes() {
        let cases = [
            ("Secrets Manager", "secretsmanager"),
            ("Config Service", "config"),
            ("KMS", "kms"),
            ("CloudTrail", "cloudtrail"),
            ("CloudWatch", "cloudwatch"),
            ("CloudWatch Logs", "logs"),
            ("EventBridge", "events"),
            ("SecurityHub", "securityhub"),
        ];
        for (id, expected) in cases {
            assert_eq!(prefix(id), expected);
        }
    }
}
