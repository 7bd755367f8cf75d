#!/usr/bin/env bash
# How long whole commands take, beside a process that does nothing and one that starts an interpreter.
# Needs hyperfine and a release build: cargo build --release && benches/commands.sh
set -euo pipefail
cd "$(dirname "$0")/.."
program=target/release/secrets-auditor
ls -l "$program" | awk '{ printf "binary: %.1f MB\n", $5 / 1e6 }'
hyperfine --warmup 5 --ignore-failure --shell=none --export-markdown "${1:-/dev/stdout}" \
    "true" \
    "python3 -c pass" \
    "$program --help" \
    "$program audit --sample" \
    "$program audit --sample --format json"
