//! One event after the other.

use super::random::Random;
use super::{ACCOUNTS, Place};

const SOURCE: &str = "secretsmanager.amazonaws.com";

/// The fields of a record, each as JSON, in the order of CloudTrail.
#[derive(Clone)]
pub struct Event {
    pub fields: Vec<(&'static str, String)>,
    pub of_secrets_manager: bool,
}

/// What one event leaves for others.
pub struct World {
    /// Events that are delivered once more, in whatever file.
    again: Vec<Event>,
    /// Events that another account sees as well.
    shared: Vec<(&'static str, Event)>,
}

/// What differs between events: all of them JSON.
struct Call {
    source: &'static str,
    name: &'static str,
    identity: String,
    request: String,
    response: String,
    error: Option<(&'static str, String)>,
    read_only: bool,
    event_type: &'static str,
    address: String,
    extra: Vec<(&'static str, String)>,
}

const SERVICES: [(&str, &str, &str); 12] = [
    (
        "ec2.amazonaws.com",
        "DescribeInstances",
        r#"{"instancesSet":{},"filterSet":{"items":[{"name":"instance-id","valueSet":{"items":[{"value":"i-0################"}]}}]}}"#,
    ),
    (
        "ec2.amazonaws.com",
        "DescribeNetworkInterfaces",
        r#"{"networkInterfaceIdSet":{},"filterSet":{"items":[{"name":"group-id","valueSet":{"items":[{"value":"sg-0################"}]}}]}}"#,
    ),
    (
        "ec2.amazonaws.com",
        "DescribeSecurityGroups",
        r#"{"maxResults":1000,"securityGroupSet":{},"securityGroupIdSet":{},"filterSet":{}}"#,
    ),
    (
        "s3.amazonaws.com",
        "GetBucketAcl",
        r#"{"bucketName":"payments-artefacts","Host":"payments-artefacts.s3.eu-west-1.amazonaws.com","acl":""}"#,
    ),
    ("s3.amazonaws.com", "ListBuckets", r#"{"Host":"s3.eu-west-1.amazonaws.com"}"#),
    (
        "logs.amazonaws.com",
        "CreateLogStream",
        r#"{"logGroupName":"/aws/lambda/payments","logStreamName":"2026/07/01/[$LATEST]{}################\"quoted\\\""}"#,
    ),
    (
        "ssm.amazonaws.com",
        "UpdateInstanceInformation",
        r#"{"instanceId":"i-0################","agentVersion":"3.3.987.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","iPAddress":"10.0.12.7","computerName":"ip-10-0-#-#.eu-west-1.compute.internal"}"#,
    ),
    (
        "kms.amazonaws.com",
        "GenerateDataKey",
        r#"{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::payments-artefacts"},"keyId":"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab","keySpec":"AES_256"}"#,
    ),
    (
        "lambda.amazonaws.com",
        "GetFunction20150331v2",
        r#"{"functionName":"arn:aws:lambda:eu-west-1:111122223333:function:rotate-database"}"#,
    ),
    ("iam.amazonaws.com", "GetRole", r#"{"roleName":"payments-app"}"#),
    ("monitoring.amazonaws.com", "DescribeAlarms", r#"{"stateValue":"ALARM","maxRecords":100}"#),
    ("dynamodb.amazonaws.com", "DescribeTable", r#"{"tableName":"orders"}"#),
];

/// Events of others that quote the host name.
const QUOTING: [(&str, &str, &str); 4] = [
    (
        "iam.amazonaws.com",
        "UpdateAssumeRolePolicy",
        r#"{"roleName":"rotation","policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"secretsmanager.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"}"#,
    ),
    (
        "lambda.amazonaws.com",
        "AddPermission20150331v2",
        r#"{"functionName":"rotate-database","statementId":"rotation","action":"lambda:InvokeFunction","principal":"secretsmanager.amazonaws.com"}"#,
    ),
    (
        "servicequotas.amazonaws.com",
        "ListServiceQuotas",
        r#"{"serviceCode":"secretsmanager","note":"braces } ] in \\\" strings, secretsmanager.amazonaws.com {[\\"}"#,
    ),
    (
        "cloudtrail.amazonaws.com",
        "LookupEvents",
        r#"{"lookupAttributes":[{"attributeKey":"EventSource","attributeValue":"secretsmanager.amazonaws.com"}],"maxResults":50}"#,
    ),
];

const AGENTS: [&str; 6] = [
    "aws-sdk-java/2.2#.# Linux/6.1.84 OpenJDK_64-Bit_Server_VM/21.0.3 vendor/Amazon.com_Inc.",
    "Boto3/1.34.# md/Botocore 1.34.# ua/2.0 os/linux 6.1.#-99.169.amzn2023.x86_64 md/arch x86_64 lang/python 3.12.3",
    "aws-cli/2.15.50 Python/3.11.8 Linux/6.1.84 exe/x86_64.amzn.2023 prompt/off command/secretsmanager.get-secret-value",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/12#.0 Safari/537.36",
    "HashiCorp Terraform/1.8.2 (+https://www.terraform.io) terraform-provider-aws/5.49.0 aws-sdk-go-v2/1.2#.#",
    "größe \\\"agent\\\" {\\\\",
];

const SECRETS: [&str; 12] = [
    "prod/payments/db-a1B2c3",
    "prod/payments/stripe-Zx81Qw",
    "prod/orders/db-Kk29aP",
    "prod/mail/smtp-9sLmQe",
    "staging/payments/db-Yt65rE",
    "staging/orders/db-Bn44Vx",
    "dev/sandbox-Mm1lkJ",
    "shared/ci/token-Pq77Zz",
    "rds!db-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-Ghj8kL",
    "prod/legacy-api-Tr34Wq",
    "größe/schlüssel-Aa11Bb",
    "unused/old-Cc22Dd",
];

const ROLES: [&str; 8] = [
    "payments-app",
    "orders-app",
    "ci-deployer",
    "rotation",
    "report-exporter",
    "AWSReservedSSO_Admin_0123456789abcdef",
    "eks-mailer",
    "backup",
];

impl World {
    pub fn new() -> Self {
        Self { again: Vec::new(), shared: Vec::new() }
    }

    /// The next event in a file.
    pub fn event(&mut self, random: &mut Random, place: &Place, version: &str) -> Event {
        if random.chance(1)
            && let Some(event) = self.again.pop()
        {
            return event;
        }
        if random.chance(5)
            && let Some(at) = self.shared.iter().position(|(account, _)| *account == place.account)
        {
            return self.shared.swap_remove(at).1;
        }
        let event = match random.below(1_000) {
            0..18 => secrets_manager(random, place),
            18..30 => decrypt(random, place),
            30..33 => quoting(random, place),
            33..90 => sign_in(random, place),
            _ => other(random, place),
        };
        let event = event.record(random, place, version);
        let comes_again = event.of_secrets_manager && random.chance(80);
        let is_shared = event.of_secrets_manager && version != "1.05" && random.chance(20);
        let event = if is_shared { self.share(random, place, event) } else { event };
        // A copy is the same in every field.
        if comes_again {
            self.again.push(event.clone());
        }
        event
    }

    /// Lets another account see an event, under another identifier.
    fn share(&mut self, random: &mut Random, place: &Place, mut event: Event) -> Event {
        event.fields.push(("sharedEventID", quoted(&random.uuid())));
        let mut twin = event.clone();
        let account = random.pick(&ACCOUNTS);
        for (key, value) in &mut twin.fields {
            match *key {
                "eventID" => *value = quoted(&random.uuid()),
                "recipientAccountId" => *value = quoted(account),
                _ => {}
            }
        }
        if account != place.account {
            self.shared.push((account, twin));
        }
        event
    }
}

impl Call {
    fn new(source: &'static str, name: &'static str, identity: String, request: impl Into<String>) -> Self {
        Self {
            source,
            name,
            identity,
            request: request.into(),
            response: "null".to_owned(),
            error: None,
            read_only: true,
            event_type: "AwsApiCall",
            address: String::new(),
            extra: Vec::new(),
        }
    }

    fn record(self, random: &mut Random, place: &Place, version: &str) -> Event {
        let Place { account, region, day } = place;
        let second = random.below(86_400);
        let time = format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
        let agent = random.pick(&AGENTS);
        let agent = filled(random, agent);
        let address = if self.address.is_empty() { address(random) } else { self.address };
        let mut fields = vec![
            ("eventVersion", quoted(version)),
            ("userIdentity", self.identity),
            ("eventTime", format!("\"2026-07-{day:02}T{time}Z\"")),
            ("eventSource", quoted(self.source)),
            ("eventName", quoted(self.name)),
            ("awsRegion", quoted(region)),
            ("sourceIPAddress", quoted(&address)),
            ("userAgent", quoted(&agent)),
        ];
        if let Some((code, message)) = self.error {
            if !code.is_empty() {
                fields.push(("errorCode", quoted(code)));
            }
            fields.push(("errorMessage", quoted(&message)));
        }
        fields.push(("requestParameters", self.request));
        fields.push(("responseElements", self.response));
        fields.extend(self.extra);
        fields.push(("requestID", quoted(&random.uuid())));
        fields.push(("eventID", quoted(&random.uuid())));
        fields.push(("readOnly", self.read_only.to_string()));
        fields.push(("eventType", quoted(self.event_type)));
        if version != "1.05" {
            fields.push(("managementEvent", "true".to_owned()));
        }
        fields.push(("recipientAccountId", quoted(account)));
        if version != "1.05" {
            let category = if self.event_type == "AwsVpceEvent" { "NetworkActivity" } else { "Management" };
            fields.push(("eventCategory", quoted(category)));
            fields.push(("tlsDetails", format!(r#"{{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"{}.{region}.amazonaws.com"}}"#, self.source.split('.').next().unwrap_or_default())));
        }
        Event { of_secrets_manager: self.source == SOURCE, fields }
    }
}

/// A text with digits for `#`: those of one of three hundred things.
fn filled(random: &mut Random, text: &str) -> String {
    let mut thing = Random::new(random.below(300));
    text.chars().map(|sign| if sign == '#' { thing.digit() } else { sign }).collect()
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn address(random: &mut Random) -> String {
    match random.below(10) {
        0 => "secretsmanager.amazonaws.com"
            .replace("secretsmanager", random.pick(&["ec2", "config", "cloudtrail"])),
        1 => "AWS Internal".to_owned(),
        2 => format!("2001:db8::{:x}", random.below(1 << 16)),
        _ => format!("{}.0.{}.{}", random.pick(&[10, 198, 203]), random.below(16), random.below(256)),
    }
}

/// Who calls: any type that can sign a request.
fn identity(random: &mut Random, place: &Place) -> String {
    let account = place.account;
    let key = format!("ASIA{}", random.letters(16));
    let day = place.day;
    let attributes =
        format!(r#""attributes":{{"creationDate":"2026-07-{day:02}T00:10:00Z","mfaAuthenticated":"false"}}"#);
    match random.below(100) {
        0 => format!(
            r#"{{"type":"Root","principalId":"{account}","arn":"arn:aws:iam::{account}:root","accountId":"{account}","accessKeyId":"{key}","sessionContext":{{{attributes}}}}}"#
        ),
        1..12 => format!(
            r#"{{"type":"IAMUser","principalId":"AIDAEXAMPLEUSER00000A","arn":"arn:aws:iam::{account}:user/alice","accountId":"{account}","accessKeyId":"AKIAEXAMPLEKEY00000A","userName":"alice"}}"#
        ),
        12..16 => format!(
            r#"{{"type":"IAMUser","principalId":"AIDAEXAMPLEUSER00000B","arn":"arn:aws:iam::{account}:user/bob","accountId":"{account}","accessKeyId":"{key}","userName":"bob","sessionContext":{{"sessionIssuer":{{}},"webIdFederationData":{{}},{attributes}}}}}"#
        ),
        16 => format!(
            r#"{{"type":"FederatedUser","principalId":"{account}:carol","arn":"arn:aws:sts::{account}:federated-user/carol","accountId":"{account}","accessKeyId":"{key}","sessionContext":{{"sessionIssuer":{{"type":"IAMUser","principalId":"AIDAEXAMPLEUSER00000A","arn":"arn:aws:iam::{account}:user/alice","accountId":"{account}","userName":"alice"}},{attributes}}}}}"#
        ),
        17 => format!(
            r#"{{"type":"AWSAccount","principalId":"AROAEXAMPLEROLE00000X:other","accountId":"{}"}}"#,
            random.pick(&ACCOUNTS)
        ),
        18..26 => format!(
            r#"{{"type":"AWSService","invokedBy":"{}"}}"#,
            random.pick(&["ec2.amazonaws.com", "config.amazonaws.com", "delivery.logs.amazonaws.com"])
        ),
        26 => format!(
            r#"{{"type":"IdentityCenterUser","accountId":"{account}","onBehalfOf":{{"userId":"94482488-3041-7000-8000-0000000000aa","identityStoreArn":"arn:aws:identitystore::{account}:identitystore/d-1234567890"}},"credentialId":"{key}"}}"#
        ),
        27 => format!(r#"{{"type":"Unknown","principalId":"","accountId":"{account}"}}"#),
        _ => {
            let role = random.pick(&ROLES);
            let session =
                random.pick(&["i-0################", "botocore-session-17########", "alice@example.com"]);
            let session = filled(random, session);
            let federated = if role.starts_with("eks") {
                r#","webIdFederationData":{"federatedProvider":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE","attributes":{}}"#
            } else {
                ""
            };
            let source = if random.chance(50) { r#","sourceIdentity":"alice""# } else { "" };
            format!(
                r#"{{"type":"AssumedRole","principalId":"AROAEXAMPLEROLE00000A:{session}","arn":"arn:aws:sts::{account}:assumed-role/{role}/{session}","accountId":"{account}","accessKeyId":"{key}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"AROAEXAMPLEROLE00000A","arn":"arn:aws:iam::{account}:role/{role}","accountId":"{account}","userName":"{role}"}}{federated},{attributes}{source}}}}}"#
            )
        }
    }
}

fn other(random: &mut Random, place: &Place) -> Call {
    let (source, name, request) = random.pick(&SERVICES);
    let mut call = Call::new(source, name, identity(random, place), filled(random, request));
    if source == "s3.amazonaws.com" {
        call.extra = vec![(
            "additionalEventData",
            format!(
                r#"{{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"{}=","bytesTransferredOut":{}}}"#,
                random.letters(75),
                random.below(4_000)
            ),
        )];
    }
    if random.chance(40) {
        call.error = Some((
            "Client.UnauthorizedOperation",
            "You are not authorized to perform this operation.".into(),
        ));
    }
    call
}

fn quoting(random: &mut Random, place: &Place) -> Call {
    let (source, name, request) = random.pick(&QUOTING);
    Call::new(source, name, identity(random, place), request)
}

/// Calls of STS, some by those whom only STS knows.
fn sign_in(random: &mut Random, place: &Place) -> Call {
    let account = place.account;
    let role = format!("arn:aws:iam::{account}:role/{}", random.pick(&ROLES));
    let request = format!(
        r#"{{"roleArn":"{role}","roleSessionName":"session{}","durationSeconds":3600}}"#,
        random.below(1_000)
    );
    let (name, identity) = match random.below(10) {
        0 => ("AssumeRoleWithWebIdentity", r#"{"type":"WebIdentityUser","principalId":"accounts.example.com:app:1","userName":"1","identityProvider":"accounts.example.com"}"#.to_owned()),
        1 => ("AssumeRoleWithSAML", r#"{"type":"SAMLUser","principalId":"SampleUkh1i4:alice","userName":"alice","identityProvider":"SampleUkh1i4"}"#.to_owned()),
        2..5 => ("AssumeRole", r#"{"type":"AWSService","invokedBy":"lambda.amazonaws.com"}"#.to_owned()),
        _ => ("AssumeRole", identity(random, place)),
    };
    let mut call = Call::new("sts.amazonaws.com", name, identity, request);
    call.response = format!(
        r#"{{"credentials":{{"accessKeyId":"ASIA{}","sessionToken":"{}","expiration":"Jul 1, 2026, 12:00:00 PM"}},"assumedRoleUser":{{"assumedRoleId":"AROAEXAMPLEROLE00000A:session","arn":"{role}/session"}}}}"#,
        random.letters(16),
        random.letters(340)
    );
    call.extra = vec![(
        "resources",
        format!(r#"[{{"accountId":"{account}","type":"AWS::IAM::Role","ARN":"{role}"}}]"#),
    )];
    call
}

fn arn(place: &Place, secret: &str) -> String {
    format!("arn:aws:secretsmanager:{}:{}:secret:{secret}", place.region, place.account)
}

/// What KMS sees of a read.
fn decrypt(random: &mut Random, place: &Place) -> Call {
    let secret = arn(place, random.pick(&SECRETS));
    let identity =
        identity(random, place).replacen('{', r#"{"invokedBy":"secretsmanager.amazonaws.com","#, 1);
    let identity = if identity.matches("invokedBy").count() > 1 {
        r#"{"type":"AWSService","invokedBy":"secretsmanager.amazonaws.com"}"#.to_owned()
    } else {
        identity
    };
    let request = format!(
        r#"{{"encryptionContext":{{"SecretARN":"{secret}","SecretVersionId":"{}"}},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}}"#,
        random.uuid()
    );
    let mut call = Call::new(
        "kms.amazonaws.com",
        random.pick(&["Decrypt", "Decrypt", "GenerateDataKey"]),
        identity,
        request,
    );
    call.address = SOURCE.to_owned();
    call.extra = vec![(
        "resources",
        format!(
            r#"[{{"accountId":"{}","type":"AWS::KMS::Key","ARN":"arn:aws:kms:{}:{}:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}]"#,
            place.account, place.region, place.account
        ),
    )];
    call
}

fn secrets_manager(random: &mut Random, place: &Place) -> Call {
    let full = random.pick(&SECRETS);
    let secret = arn(place, full);
    let name = full.rsplit_once('-').map_or(full, |(name, _)| name);
    let identity = identity(random, place);
    let id = match random.below(10) {
        0..2 => name.to_owned(),
        2 => arn(place, name),
        _ => secret.clone(),
    };
    let request = format!(r#"{{"secretId":"{id}"}}"#);
    let call = |name, request: String| Call::new(SOURCE, name, identity.clone(), request);
    let done =
        |name, request: String, response: String| Call { response, read_only: false, ..call(name, request) };
    match random.below(100) {
        0..60 => call("GetSecretValue", request),
        60..64 => call(
            "GetSecretValue",
            format!(r#"{{"secretId":"{id}","versionId":"{}","versionStage":"AWSPREVIOUS"}}"#, random.uuid()),
        ),
        64..70 => {
            let message = format!(
                "User: arn:aws:sts::{}:assumed-role/orders-app/session is not authorized to perform: secretsmanager:GetSecretValue on resource: {id} because no identity-based policy allows the secretsmanager:GetSecretValue action",
                place.account
            );
            Call { error: Some(("AccessDenied", message)), ..call("GetSecretValue", "null".into()) }
        }
        70..72 => Call {
            error: Some((
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret.".into(),
            )),
            ..call("GetSecretValue", r#"{"secretId":"no/such"}"#.into())
        },
        72..74 => call("BatchGetSecretValue", format!(r#"{{"secretIdList":["{secret}","{name}"]}}"#)),
        74 => call("BatchGetSecretValue", r#"{"filters":[{"key":"name","values":["!neverExists"]}]}"#.into()),
        75..80 => call("DescribeSecret", request),
        80..84 => call("ListSecrets", r#"{"maxResults":100,"includePlannedDeletion":true}"#.into()),
        84..87 => done("PutSecretValue", request, format!(r#"{{"arn":"{secret}"}}"#)),
        87 => done(
            "CreateSecret",
            format!(r#"{{"name":"{name}","clientRequestToken":"{}"}}"#, random.uuid()),
            format!(r#"{{"arn":"{secret}"}}"#),
        ),
        88 => done(
            "DeleteSecret",
            request,
            format!(r#"{{"aRN":"{secret}","name":"{name}","deletionDate":"Jul 10, 2026, 12:07:59 PM"}}"#),
        ),
        89 => done(
            "PutResourcePolicy",
            format!(
                r#"{{"secretId":"{id}","resourcePolicy":"{{\"Version\":\"2012-10-17\",\"Statement\":[]}}","blockPublicPolicy":true}}"#
            ),
            format!(r#"{{"arn":"{secret}","name":"{name}"}}"#),
        ),
        90..92 => done(
            "UpdateSecretVersionStage",
            format!(
                r#"{{"secretId":"{id}","versionStage":"AWSCURRENT","moveToVersionId":"{}"}}"#,
                random.uuid()
            ),
            format!(r#"{{"arn":"{secret}","name":"{name}"}}"#),
        ),
        92 => Call {
            event_type: "AwsVpceEvent",
            error: Some(("VpceAccessDenied", "The request was denied due to a VPC endpoint policy".into())),
            extra: vec![
                ("vpcEndpointId", quoted("vpce-0a1b2c3d4e5f60718")),
                ("vpcEndpointAccountId", quoted(place.account)),
            ],
            ..call("GetSecretValue", "null".into())
        },
        _ => service_event(random, place, &secret, name),
    }
}

/// What Secrets Manager does by itself: there is no type of identity.
fn service_event(random: &mut Random, place: &Place, secret: &str, name: &str) -> Call {
    let identity = format!(r#"{{"accountId":"{}","invokedBy":"{SOURCE}"}}"#, place.account);
    let event = random.pick(&[
        "RotationStarted",
        "RotationSucceeded",
        "RotationSucceeded",
        "RotationFailed",
        "StartSecretVersionDelete",
        "EndSecretVersionDelete",
    ]);
    let details = if event.starts_with("Rotation") {
        format!(r#"{{"SecretId":"{secret}"}}"#)
    } else {
        format!(r#"{{"ARN":"{secret}","Name":"{name}"}}"#)
    };
    let error =
        (event == "RotationFailed").then(|| ("", "Failed to rotate: the function timed out".to_owned()));
    let call = Call::new(SOURCE, event, identity, "null");
    Call {
        event_type: "AwsServiceEvent",
        read_only: false,
        address: SOURCE.to_owned(),
        error,
        extra: vec![("additionalEventData", details)],
        ..call
    }
}
