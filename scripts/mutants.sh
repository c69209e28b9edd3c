#!/bin/sh
# Changes the rules of money and time one by one (cargo-mutants): a test of the domain must notice each. Takes hours;
# a part of it: scripts/mutants.sh --shard 0/8
set -eu
cd "$(dirname "$0")/.."
tools=target/tools
if [ ! -x "$tools/bin/cargo-mutants" ]; then
    cargo install --quiet --locked --root "$tools" cargo-mutants
fi
exec "$tools/bin/cargo-mutants" mutants --package domain --test-package domain --output target \
    --file 'crates/domain/src/subscription/**/*.rs' --file 'crates/domain/src/billing/**/*.rs' \
    --file crates/domain/src/proration.rs --file crates/domain/src/cycles.rs "$@"
