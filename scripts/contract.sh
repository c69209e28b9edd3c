#!/usr/bin/env bash
# Holds the API document against linters, against clients that are generated of it (compiled in their strict modes, and
# run against a server with the demo data), and the server against what can be made up from the document. Installs what
# it needs: tools of Debian where they are missing, all else under tests/contract by its lock files.
#
#   ONLY="lint clients made-up"   some parts of it
#   EXAMPLES=100                  how many requests are made up for each operation (5 at most, if nothing is said)
set -euo pipefail
cd "$(dirname "$0")/.."
only=${ONLY:-lint clients made-up}
kontor=$(realpath -m "${CARGO_TARGET_DIR:-target}/debug/kontor")
here=$PWD/tests/contract
npm_bin=$here/node_modules/.bin
python_bin=$here/.venv/bin

SECONDS=0
step() {
    printf '\n== %s (%d:%02d)\n' "$1" $((SECONDS / 60)) $((SECONDS % 60))
}

# Installs packages of Debian where a command fails.
need() {
    local packages=$1 root=(env)
    shift
    "$@" >/dev/null 2>&1 && return
    [[ $EUID == 0 ]] || root=(sudo -n)
    echo "scripts/contract.sh: installing $packages" >&2
    "${root[@]}" apt-get -qq update >&2 || true
    # shellcheck disable=SC2086 # several packages
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $packages >&2
    "$@" >/dev/null
}

install() {
    need "nodejs npm" npm --version
    need python3-venv python3 -c "import ensurepip, venv"
    (cd "$here" && npm ci --ignore-scripts --no-audit --no-fund --silent)
    if ! cmp -s "$here/requirements.txt" "$here/.venv/installed"; then
        rm -rf "$here/.venv"
        python3 -m venv "$here/.venv"
        "$python_bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
        cp "$here/requirements.txt" "$here/.venv/installed"
    fi
}

scratch=$(mktemp -d)
server=
stop() {
    # It is ours alone, and ended by its id.
    [[ -z $server ]] || { kill "$server" && wait "$server"; } 2>/dev/null || true
    server=
}
trap 'stop; rm -rf "$scratch"' EXIT

# Starts a server with fresh demo data; its address is in `url`.
serve() {
    stop
    rm -rf "$scratch/demo" && mkdir "$scratch/demo"
    # More is asked at once than anybody may otherwise ask.
    env KONTOR_LIMIT_READ=off KONTOR_LIMIT_WRITE=off KONTOR_LIMIT_LOGIN=off KONTOR_LIMIT_EXPORT=off \
        KONTOR_LIMIT_LINKS=100000 KONTOR_OPEN_CARTS=100000 KONTOR_LOG_LEVEL=error \
        KONTOR_DATABASE_URL="sqlite:$scratch/demo/kontor.db" KONTOR_BIND=127.0.0.1:0 \
        "$kontor" serve --demo >"$scratch/out" 2>"$scratch/log" &
    server=$!
    for _ in $(seq 300); do
        url=$(sed -nE 's|^kontor is ready: API (http://[^/]*)/v1 .*|\1|p' "$scratch/out")
        [[ -z $url ]] || return 0
        kill -0 "$server" || break
        sleep 0.2
    done
    cat "$scratch/out" "$scratch/log" >&2
    return 1
}

lint() {
    step "spectral"
    "$python_bin/python" tests/contract/once.py "$document" >"$scratch/once.json"
    "$npm_bin/spectral" lint --quiet --fail-severity=hint --ruleset openapi/.spectral.yaml "$scratch/once.json"
    step "redocly"
    "$npm_bin/redocly" lint --extends=recommended-strict "$document"
}

# A client of openapi-generator, into a directory; more arguments go to the generator. Says nothing but what fails.
generate() {
    local language=$1 into=$2
    shift 2
    rm -rf "$into"
    "$python_bin/openapi-generator-cli" generate -g "$language" -i "$document" -o "$into" "$@" \
        >"$scratch/$language.log" 2>&1 || { cat "$scratch/$language.log" && return 1; }
}

# Its JVM needs half of the machine; two at a time are the fastest.
generate_all() {
    generate python "$scratch/python" --additional-properties=packageName=generated &
    local first=$!
    generate typescript-fetch "$here/typescript-fetch/generated" --additional-properties=importFileExtension=.js
    wait "$first"
    generate rust "$here/rust/generated" &
    first=$!
    generate go "$scratch/go"
    wait "$first"
    # No other manifest than the locked one.
    rm "$here/rust/generated/Cargo.toml"
    generate java "$scratch/java" &
    first=$!
    generate csharp "$scratch/csharp"
    wait "$first"
    rm -rf "$here/python/generated"
    mv "$scratch/python/generated" "$here/python/generated"
}

clients() {
    cd "$here"
    step "openapi-typescript, hey-api, openapi-python-client"
    rm -rf built {fetch,hey,python-client}/generated
    "$npm_bin/openapi-typescript" "$document" --output fetch/generated/schema.ts
    "$npm_bin/openapi-ts" --silent -i "$document" -o hey/generated
    "$python_bin/openapi-python-client" generate --path "$document" --output-path python-client/generated \
        --meta none --config python-client/config.yaml --fail-on-warning
    step "openapi-generator: python, typescript-fetch, rust, go, java, csharp"
    generate_all
    "$python_bin/python" complete.py "$document" {fetch,hey,typescript-fetch,python-client,python,rust}/generated \
        "$scratch"/{go,java,csharp}
    step "compile: TypeScript, Python, Rust"
    for client in fetch hey typescript-fetch; do
        "$npm_bin/tsc" --project "$client"
    done
    (cd python-client && "$python_bin/mypy" --strict client.py generated)
    (cd python && "$python_bin/mypy" client.py)
    cargo check --quiet --locked --manifest-path rust/Cargo.toml
    step "run against the demo"
    serve
    for client in fetch hey typescript-fetch; do
        node "built/$client/client.js" "$url"
    done
    for client in python-client python; do
        "$python_bin/python" "$client/client.py" "$url"
    done
    cd ../..
}

# The access token of somebody of the demo.
token() {
    case $1 in
    *@*) curl -fsS "$url/v1/auth/login" --json "{\"email\":\"$1\",\"password\":\"Kontor-demo-1!\"}" ;;
    *) curl -fsS "$url/v1/oauth/token" -u "$1:kontor-demo-secret" -d grant_type=client_credentials ;;
    esac | sed -E 's/.*"access_token":"([^"]*)".*/\1/'
}

made_up() {
    local failed=0 client
    client=$(sed -nE 's/.*"client_id": "(key_0000\w+)",?/\1/p' "$document" | head -n 1)
    need curl curl --version
    for who in provider@terra.example admin@kunde.terra.example admin@reseller1.terra.example "$client"; do
        step "schemathesis as $who"
        serve
        CALLER_TOKEN=$(token "$who")
        export CALLER_TOKEN
        # It looks for its own checks where it is run.
        (cd "$here" && "$python_bin/schemathesis" --config-file schemathesis.toml run "$document" --url "$url" \
            --max-examples "${EXAMPLES:-5}" --workers 1 --seed 13 --no-shrink) || failed=1
    done
    return $failed
}

step "install"
install
cargo build --bin kontor --locked
"$kontor" openapi "$scratch"
document=$scratch/openapi.json
for part in $only; do
    case $part in
    lint) lint ;;
    clients) clients ;;
    made-up) made_up ;;
    *) echo "no part $part" >&2 && exit 2 ;;
    esac
done
step "done"
