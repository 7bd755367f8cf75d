//! What the error codes of AWS mean for us.

/// Codes that say "too much".
///
/// Source: AWS SDKs and Tools Reference Guide, "Retry behavior".
const THROTTLING: [&str; 14] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// Codes that say "you may not".
const REFUSING: [&str; 5] = [
    "AuthorizationError",
    "AuthorizationErrorException",
    "NotAuthorized",
    "UnauthorizedException",
    "UnauthorizedOperation",
];

/// Codes that say "there is no such thing".
const MISSING: [&str; 9] = [
    "ConfigRuleNotFoundException",
    "EventDataStoreNotFoundException",
    "NoSuchBucket",
    "NoSuchConfigRuleException",
    "NoSuchKey",
    "NotFoundException",
    "PolicyNotFoundException",
    "ResourceNotFoundException",
    "TrailNotFoundException",
];

/// Codes with which a Region that the account has not switched on rejects valid credentials.
const SWITCHED_OFF: [&str; 4] =
    ["AuthFailure", "InvalidClientTokenId", "OptInRequired", "UnrecognizedClientException"];

/// Codes that say "these credentials were good once".
const EXPIRED: [&str; 3] = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

/// Codes that say "nobody knows these credentials".
const UNKNOWN_CREDENTIALS: [&str; 7] = [
    "AuthFailure",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// Whether the service asks to slow down.
pub fn is_throttling(code: &str) -> bool {
    THROTTLING.contains(&code)
}

/// Whether a permission is missing.
pub fn is_refusal(code: &str) -> bool {
    code.starts_with("AccessDenied") || REFUSING.contains(&code)
}

/// Whether the thing that was asked about does not exist.
pub fn is_missing(code: &str) -> bool {
    MISSING.contains(&code)
}

/// Whether a Region that is switched off answers so.
pub fn is_switched_off(code: &str) -> bool {
    SWITCHED_OFF.contains(&code)
}

/// Whether the credentials have run out.
pub fn is_expired(code: &str) -> bool {
    EXPIRED.contains(&code)
}

/// Whether nobody knows the credentials.
pub fn is_unknown_credentials(code: &str) -> bool {
    UNKNOWN_CREDENTIALS.contains(&code)
}

/// The error code of a response, from its header, its JSON or its XML.
///
/// Source: Smithy, "AWS JSON 1.1 protocol" and "AWS query protocol", sections on error codes.
pub(super) fn of_response(header: Option<&str>, body: &[u8]) -> Option<String> {
    let raw = header.map(str::to_owned).or_else(|| of_json(body)).or_else(|| of_xml(body))?;
    let name = raw.split(':').next()?;
    Some(name.rsplit('#').next().unwrap_or(name).to_owned())
}

fn of_json(body: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let code = value.get("__type").or_else(|| value.get("code")).or_else(|| value.get("Code"))?;
    code.as_str().map(str::to_owned)
}

fn of_xml(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("<Code>")?;
    Some(rest.split_once("</Code>")?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_code_wherever_the_protocol_puts_it() {
        let xml = "<ErrorResponse><Error><Code>Throttling</Code><Message>m</Message></Error></ErrorResponse>";
        let cases: [(Option<&str>, &str, Option<&str>); 6] = [
            (None, r#"{"__type":"ThrottlingException","message":"m"}"#, Some("ThrottlingException")),
            (None, r#"{"__type":"com.amazonaws.kms#NotFoundException"}"#, Some("NotFoundException")),
            (Some("TooManyRequestsException:http://x/"), "{}", Some("TooManyRequestsException")),
            (None, xml, Some("Throttling")),
            (None, "<html>oops</html>", None),
            (None, "", None),
        ];
        for (header, body, expected) in cases {
            assert_eq!(of_response(header, body.as_bytes()).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn codes_have_their_meanings() {
        assert!(is_refusal("AccessDenied") && is_refusal("AccessDeniedException"));
        assert!(!is_refusal("UnrecognizedClientException"));
        assert!(is_throttling("ThrottlingException") && !is_throttling("AccessDenied"));
        assert!(is_missing("NotFoundException"));
    }
}
