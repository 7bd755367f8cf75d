//! The names by which answers call the key that Secrets Manager uses where none is named.

/// The alias of the key that Secrets Manager uses where none is named.
pub const DEFAULT_ALIAS: &str = "alias/aws/secretsmanager";

/// The name of that key among the keys of a version.
///
/// Source: Secrets Manager API Reference, `SecretVersionsListEntry`, `KmsKeyIds`.
const DEFAULT_OF_VERSION: &str = "DefaultEncryptionKey";

/// Whether a name means `aws/secretsmanager` without asking KMS: its alias, alias ARN, or the word of a version.
pub fn is_default_name(name: &str) -> bool {
    name == DEFAULT_ALIAS || name == DEFAULT_OF_VERSION || name.ends_with(":alias/aws/secretsmanager")
}
