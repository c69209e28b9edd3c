#!/usr/bin/env bash
# Holds openapi/openapi.json against linters, and against clients that are generated of it: compiled in their strict
# modes, and run against a server with the demo data. Installs what it needs under tests/contract, by its lock file.
set -euo pipefail
cd "$(dirname "$0")/.."
document=$PWD/openapi/openapi.json

cargo build --bin kontor --locked
(cd tests/contract && npm ci --ignore-scripts --no-audit --no-fund --silent)
bin=$PWD/tests/contract/node_modules/.bin

echo "spectral"
"$bin/spectral" lint --fail-severity=hint --ruleset openapi/.spectral.yaml "$document"
echo "redocly"
"$bin/redocly" lint --extends=recommended-strict "$document"

scratch=$(mktemp -d)
server=
# The server is ours alone: it is ended by its id.
trap '[ -z "$server" ] || kill "$server"; rm -rf "$scratch"' EXIT
KONTOR_DATABASE_URL="sqlite:$scratch/demo.db" KONTOR_BIND=127.0.0.1:0 \
  target/debug/kontor serve --demo >"$scratch/out" 2>"$scratch/log" &
server=$!
url=
for _ in $(seq 300); do
  url=$(grep -om1 'http://127.0.0.1:[0-9]*' "$scratch/out" || true)
  [ -z "$url" ] || break
  kill -0 "$server" || { cat "$scratch/log"; exit 1; }
  sleep 0.2
done
[ -n "$url" ] || { echo "the server did not come up"; exit 1; }

cd tests/contract
echo "openapi-typescript"
rm -rf fetch/generated built
mkdir -p fetch/generated
"$bin/openapi-typescript" "$document" --output fetch/generated/schema.ts
"$bin/tsc" --project .
node built/fetch/client.js "$url"
