variable "role_name" {
  description = "Name of the role; the same in all accounts, so that `--organization --role-name` finds it."
  type        = string
  default     = "secrets-auditor"
}

variable "audit_principals" {
  description = "ARNs of those who may assume the role, such as a role of the account from which is audited."
  type        = list(string)
  default     = []
}

variable "external_id" {
  description = "External id that they must give (`--external-id`); none where nothing is said."
  type        = string
  default     = null
}

variable "oidc" {
  description = "Whose tokens may assume the role: the provider in IAM, its issuer without https://, audience and subjects."
  type = object({
    provider_arn = string
    issuer       = string
    audience     = string
    subjects     = list(string)
  })
  default = null

  validation {
    condition     = var.oidc == null ? true : length(var.oidc.subjects) > 0 && !contains(var.oidc.subjects, "*")
    error_message = "name the subjects, such as repo:OWNER/NAME:ref:refs/heads/main: `*` lets in every repository there is"
  }
}

variable "max_session_duration" {
  description = "Longest session in seconds."
  type        = number
  default     = 3600
}

variable "permissions_boundary" {
  description = "ARN of a permissions boundary; none where nothing is said."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the role and its policy."
  type        = map(string)
  default     = {}
}
