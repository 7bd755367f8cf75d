//! Events of Secrets Manager that somebody should hear of, as CloudTrail records them and EventBridge delivers them.
//!
//! They are about a secret, and by a role, that no pattern names: what narrows itself to some secrets or callers raises
//! no alarm about the others.
//!
//! Source: Secrets Manager User Guide, "Secrets Manager CloudTrail entries", "Match AWS Secrets Manager events with
//! Amazon EventBridge" and "Monitor when AWS Secrets Manager secrets scheduled for deletion are accessed".

use serde_json::{Map, Value, json};

use crate::model::{AccountId, Partition, Region};
use crate::trail::SECRETS_MANAGER;
use crate::trail::selectors::{ManagementEvent, READ};

/// The event of a trail that says that a rotation failed.
pub(super) const ROTATION_FAILED: Sample = Sample::service("RotationFailed", "RotationFailed");

/// All events that are tried, in the order in which they are named.
pub(super) const SAMPLES: [Sample; 6] = [
    ROTATION_FAILED,
    Sample::service("RotationAbandoned", "RotationAbandoned"),
    DELETED,
    DELETED_READ,
    POLICY_PUT,
    Sample::call("DeleteResourcePolicy", "DeleteResourcePolicy", ""),
];

/// A deletion is asked for.
pub(super) const DELETED: Sample = Sample::call("DeleteSecret", "DeleteSecret", "");

/// A secret is asked for that is scheduled for deletion.
pub(super) const DELETED_READ: Sample = Sample {
    words: "GetSecretValue of a deleted secret",
    event: READ,
    refusal: "You can't perform this operation on the secret because it was marked for deletion.",
};

/// A resource policy is attached.
pub(super) const POLICY_PUT: Sample = Sample::call("PutResourcePolicy", "PutResourcePolicy", "");

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    /// How it is named in a list.
    pub(super) words: &'static str,
    /// What trails know it by.
    pub(super) event: ManagementEvent,
    /// Why the call failed; the empty text where it did not.
    refusal: &'static str,
}

/// One event in its two forms.
pub(super) struct Event {
    /// As CloudTrail writes it into a log group.
    pub(super) record: Value,
    /// As EventBridge delivers it.
    pub(super) envelope: Value,
}

/// Where events happen.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) partition: Partition,
    pub(super) account: &'a AccountId,
    pub(super) region: &'a Region,
}

impl Sample {
    const fn call(words: &'static str, name: &'static str, refusal: &'static str) -> Self {
        Self { words, event: ManagementEvent { name, read_only: false, kind: "AwsApiCall" }, refusal }
    }

    const fn service(words: &'static str, name: &'static str) -> Self {
        Self {
            words,
            event: ManagementEvent { name, read_only: false, kind: "AwsServiceEvent" },
            refusal: "",
        }
    }

    /// The event in each form in which callers may name the secret: an alarm that waits for only one is none.
    pub(super) fn events(self, place: Place<'_>) -> Vec<Event> {
        let Place { partition, account, region } = place;
        let arn = format!("arn:{partition}:secretsmanager:{region}:{account}:secret:kestrel/ledger-Qx7LpT");
        let named: &[&str] = if self.is_call() { &[&arn, "kestrel/ledger"] } else { &[&arn] };
        let records = named.iter().map(|secret| self.record(place, secret));
        records.map(|record| Event { envelope: self.envelope(place, &record), record }).collect()
    }

    fn is_call(self) -> bool {
        self.event.kind == "AwsApiCall"
    }

    fn record(self, place: Place<'_>, secret: &str) -> Value {
        let mut fields = Map::new();
        let common = json!({
            "eventVersion": "1.11",
            "eventTime": "2026-01-15T10:20:30Z",
            "eventSource": SECRETS_MANAGER,
            "eventName": self.event.name,
            "awsRegion": place.region,
            "eventID": "5f0d3c1e-6b7a-4c2d-9e8f-0a1b2c3d4e5f",
            "readOnly": self.event.read_only,
            "eventType": self.event.kind,
            "managementEvent": true,
            "recipientAccountId": place.account,
            "eventCategory": "Management",
        });
        let own =
            if self.is_call() { self.of_a_call(place, secret) } else { self.of_the_service(place, secret) };
        for part in [common, own] {
            fields.extend(part.as_object().cloned().unwrap_or_default());
        }
        if !self.refusal.is_empty() {
            fields.insert("errorCode".to_owned(), json!("InvalidRequestException"));
            fields.insert("errorMessage".to_owned(), json!(self.refusal));
        }
        Value::Object(fields)
    }

    fn of_a_call(self, place: Place<'_>, secret: &str) -> Value {
        let Place { partition, account, region } = place;
        json!({
            "userIdentity": {
                "type": "AssumedRole",
                "principalId": "AROAEXAMPLEEXAMPLEID1:kestrel-session",
                "arn": format!("arn:{partition}:sts::{account}:assumed-role/kestrel/kestrel-session"),
                "accountId": account,
                "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
                "sessionContext": {
                    "sessionIssuer": {
                        "type": "Role",
                        "principalId": "AROAEXAMPLEEXAMPLEID1",
                        "arn": format!("arn:{partition}:iam::{account}:role/kestrel"),
                        "accountId": account,
                        "userName": "kestrel",
                    },
                    "attributes": {"creationDate": "2026-01-15T10:00:00Z", "mfaAuthenticated": "false"},
                },
            },
            "sourceIPAddress": "198.51.100.17",
            "userAgent": "aws-cli/2.22.0 exec-env/none command/secretsmanager",
            "requestParameters": {"secretId": secret},
            "responseElements": null,
            "requestID": "0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9",
            "tlsDetails": {
                "tlsVersion": "TLSv1.3",
                "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": format!("secretsmanager.{region}.amazonaws.com"),
            },
        })
    }

    fn of_the_service(self, place: Place<'_>, secret: &str) -> Value {
        json!({
            "userIdentity": {"accountId": place.account, "invokedBy": SECRETS_MANAGER},
            "sourceIPAddress": SECRETS_MANAGER,
            "userAgent": SECRETS_MANAGER,
            "requestParameters": null,
            "responseElements": null,
            "requestID": format!("Rotation-{secret}-1a2b3c4d-5e6f-4708-9192-a3b4c5d6e7f8"),
            "errorMessage": "A Lambda function invoked by Secrets Manager failed.",
            "additionalEventData": {"SecretId": secret},
        })
    }

    /// Source: EventBridge User Guide, "AWS service events delivered via AWS CloudTrail".
    fn envelope(self, place: Place<'_>, record: &Value) -> Value {
        let kind =
            if self.is_call() { "AWS API Call via CloudTrail" } else { "AWS Service Event via CloudTrail" };
        json!({
            "version": "0",
            "id": "36eb8523-97d0-4518-b33d-ee3579ff19f0",
            "detail-type": kind,
            "source": "aws.secretsmanager",
            "account": place.account,
            "time": "2026-01-15T10:20:30Z",
            "region": place.region,
            "resources": [],
            "detail": record,
        })
    }
}
