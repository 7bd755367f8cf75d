output "role_arn" {
  description = "ARN of the role, for `--assume-role` and for pipelines."
  value       = aws_iam_role.this.arn
}
