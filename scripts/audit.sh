#!/usr/bin/env bash
# Holds all dependencies against deny.toml (cargo-deny): licences, bans and sources always; known weaknesses where the
# database of advisories is at hand, which `target/tools/bin/cargo-deny fetch db` gets. Nothing is fetched here but the
# tool itself, once.
#
#   KONTOR_REQUIRE_ADVISORIES=1  no database is a failure, not a notice (CI=true says the same)
set -euo pipefail
cd "$(dirname "$0")/.."

tools=target/tools
if [[ ! -x $tools/bin/cargo-deny ]]; then
    cargo install --quiet --locked --root "$tools" cargo-deny
fi

"$tools/bin/cargo-deny" --locked check --disable-fetch --hide-inclusion-graph licenses bans sources

databases=${CARGO_HOME:-$HOME/.cargo}/advisory-dbs
if [[ -n $(find "$databases" -mindepth 1 -maxdepth 1 -type d 2>/dev/null) ]]; then
    "$tools/bin/cargo-deny" --locked check --disable-fetch advisories
    exit
fi

cat >&2 <<TEXT

######################################################################
##  Known weaknesses were NOT looked for:
##    no database of advisories in $databases
##    (to get it: $tools/bin/cargo-deny fetch db)
######################################################################

TEXT
[[ -z ${KONTOR_REQUIRE_ADVISORIES:-} && ${CI:-} != true ]]
