# The role that secrets-auditor reads an account with. It may do what `secrets-auditor permissions` prints, and is denied
# to read a value. One of each account that is audited.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "read by secrets-auditor: metadata of secrets, keys and policies, never a value"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = var.max_session_duration
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  lifecycle {
    precondition {
      condition     = length(var.audit_principals) > 0 || var.oidc != null
      error_message = "nobody could assume the role: give audit_principals, oidc, or both"
    }
  }
}

resource "aws_iam_policy" "audit" {
  name        = "${var.role_name}-audit"
  description = "what secrets-auditor asks"
  policy      = file("${path.module}/policy.json")
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "audit" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.audit.arn
}

data "aws_iam_policy_document" "trust" {
  # The principals of the account from which is audited.
  dynamic "statement" {
    for_each = length(var.audit_principals) > 0 ? [1] : []

    content {
      sid     = "AuditAccount"
      actions = ["sts:AssumeRole"]

      principals {
        type        = "AWS"
        identifiers = var.audit_principals
      }

      dynamic "condition" {
        for_each = var.external_id == null ? [] : [var.external_id]

        content {
          test     = "StringEquals"
          variable = "sts:ExternalId"
          values   = [condition.value]
        }
      }
    }
  }

  # Jobs of GitHub, GitLab or another provider of tokens.
  dynamic "statement" {
    for_each = var.oidc == null ? [] : [var.oidc]

    content {
      sid     = "Pipelines"
      actions = ["sts:AssumeRoleWithWebIdentity"]

      principals {
        type        = "Federated"
        identifiers = [statement.value.provider_arn]
      }

      condition {
        test     = "StringEquals"
        variable = "${statement.value.issuer}:aud"
        values   = [statement.value.audience]
      }

      condition {
        test     = "StringLike"
        variable = "${statement.value.issuer}:sub"
        values   = statement.value.subjects
      }
    }
  }
}
