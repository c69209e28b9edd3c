#!/usr/bin/env bash
# Measures Kontor as it is shipped, on SQLite and on a throw-away durable PostgreSQL, and writes the figures into
# docs/benchmarks.md. Takes about 15 minutes besides the builds; more arguments go to the program (see --help).
set -euo pipefail
cd "$(dirname "$0")/.."

nice cargo build --profile dist --locked --bin kontor
nice cargo build --profile dist --locked --package bench
target=${CARGO_TARGET_DIR:-target}/dist

# shellcheck disable=SC2016 # the inner shell knows the server's address and has its tools (pgbench) by then
KONTOR_PG_DURABLE=1 scripts/postgres.sh run -- bash -c '
    target=$1 && shift
    PATH=$(printf "%s\n" /usr/lib/postgresql/*/bin | sort -V | tail -n 1):$PATH
    exec "$target/bench" run --kontor "$target/kontor" --date "$(date -u +%F)" --page docs/benchmarks.md \
        ${KONTOR_TEST_POSTGRES_URL:+--postgres "$KONTOR_TEST_POSTGRES_URL"} "$@"
' bench "$target" "$@"
