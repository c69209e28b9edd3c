#!/usr/bin/env bash
# Runs a command beside a private, throw-away PostgreSQL, and passes on its exit code:
#
#   scripts/postgres.sh run -- CMD...
#
# CMD finds the server in KONTOR_TEST_POSTGRES_URL (loopback, no password, superuser). The server is installed where it
# is missing (Debian), started in a temporary directory, and gone afterwards, also after INT, TERM and HUP.
# CMD runs in a process group of its own and cannot read from the terminal; a pipe or a file as its input is fine.
#
#   KONTOR_PG_DURABLE=1        fsync and synchronous_commit on, as in production (default: off, for speed)
#   KONTOR_REQUIRE_POSTGRES=1  no PostgreSQL is a failure, not a notice (CI=true says the same)
set -euo pipefail

if [[ $# -lt 3 || $1 != run || $2 != -- ]]; then
    echo "usage: scripts/postgres.sh run -- CMD..." >&2
    exit 2
fi
shift 2
unset KONTOR_TEST_POSTGRES_URL

dir='' bin='' server='' child='' why=''

notice() {
    cat >&2 <<TEXT

######################################################################
##  PostgreSQL tests were LEFT OUT:
##    ${why//$'\n'/$'\n'##    }
######################################################################

TEXT
}

# The newest complete set of server binaries; PATH goes first.
find_binaries() {
    local candidate
    bin=''
    while read -r candidate; do
        if [[ -x $candidate/initdb && -x $candidate/postgres ]]; then
            bin=$candidate
        fi
    done < <(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V; dirname "$(command -v initdb || echo /none/initdb)")
    [[ -n $bin ]]
}

install_server() {
    local root=(env) conf=/etc/postgresql-common/createcluster.conf
    if ! command -v apt-get >/dev/null; then
        why="no PostgreSQL server (initdb, postgres) in PATH or /usr/lib/postgresql, and no apt-get to install it"
        return 1
    fi
    if [[ $EUID != 0 ]]; then
        root=(sudo -n)
        if ! sudo -n true 2>/dev/null; then
            why="no PostgreSQL server found; install it: apt-get install postgresql (neither root nor password-less sudo here)"
            return 1
        fi
    fi
    echo "scripts/postgres.sh: no PostgreSQL server found, installing Debian's package postgresql" >&2
    # Only the binaries are wanted, not a server that runs all the time.
    # shellcheck disable=SC2016 # $1 is for the inner shell
    "${root[@]}" sh -c '[ -e "$1" ] || { mkdir -p "${1%/*}" && echo "create_main_cluster = false" >"$1"; }' sh "$conf" || true
    "${root[@]}" apt-get -qq update >&2 || true # the install says what is really missing
    if ! "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 \
        install -y --no-install-recommends postgresql >&2 || ! find_binaries; then
        why="no PostgreSQL server found, and apt-get could not install it (see its messages above)"
        return 1
    fi
}

start_server() {
    local as=(env) tmp=${TMPDIR:-/tmp} initdb_flags=(--no-sync) durable=off port
    if [[ ${KONTOR_PG_DURABLE:-} == 1 ]]; then
        initdb_flags=(--data-checksums) durable=on
    fi
    if [[ $EUID == 0 ]]; then # PostgreSQL refuses to run as root
        local user=postgres
        id -u "$user" >/dev/null 2>&1 || user=nobody
        as=(setpriv "--reuid=$(id -u "$user")" "--regid=$(id -g "$user")" --clear-groups --)
        tmp=/tmp # root's own TMPDIR may be closed to others
    fi
    if ! dir=$(mktemp -d "$tmp/kontor-postgres.XXXXXX"); then
        why="no temporary directory in $tmp"
        return 1
    fi
    if [[ $EUID == 0 ]]; then
        chown "$user" "$dir"
    fi
    if ! (cd "$dir" && "${as[@]}" "$bin/initdb" -D data -U kontor -A trust -E UTF8 --locale=C.UTF-8 "${initdb_flags[@]}") \
        >"$dir/log" 2>&1 </dev/null; then
        why="initdb failed: $(tail -n 5 "$dir/log")"
        return 1
    fi
    # As a server is installed, but for what a crash may cost, and more connections: many tests run at once.
    cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
fsync = $durable
full_page_writes = $durable
synchronous_commit = $durable
CONF
    for _ in {1..5}; do # a port somebody else has taken ends the server at once: try the next one
        port=$((20000 + RANDOM % 12000))
        set -m # a process group of its own: Ctrl-C reaches this script, not the server
        (cd "$dir" && exec "${as[@]}" "$bin/postgres" -D data -p "$port") >>"$dir/log" 2>&1 </dev/null &
        server=$!
        set +m
        for _ in {1..600}; do
            if grep -qs '^ready' "$dir/data/postmaster.pid"; then
                export KONTOR_TEST_POSTGRES_URL=postgres://kontor@127.0.0.1:$port/postgres
                return 0
            fi
            kill -0 "$server" 2>/dev/null || break
            sleep 0.1
        done
        stop_server
    done
    why="the server did not start: $(tail -n 5 "$dir/log")"
    return 1
}

# shellcheck disable=SC2317 # reached from the traps
stop_server() {
    if [[ -n $server ]]; then
        kill -QUIT "$server" 2>/dev/null || true # PostgreSQL's "immediate": nothing in it is to be kept
        wait "$server" 2>/dev/null || true
        server=''
    fi
}

# shellcheck disable=SC2317
on_exit() {
    trap '' INT TERM HUP
    stop_server
    if [[ -n $dir ]]; then
        rm -rf "$dir"
    fi
    if [[ -n $why ]]; then
        notice
    fi
}

# NAME NUMBER: hands the signal to CMD and all it started, then ends what does not end by itself
# shellcheck disable=SC2317
on_signal() {
    trap '' INT TERM HUP
    if [[ -n $child ]]; then
        kill "-$1" -- "-$child" 2>/dev/null || true
        for _ in {1..50}; do
            kill -0 "$child" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$child" 2>/dev/null || true
    fi
    exit $((128 + $2))
}

trap on_exit EXIT
trap 'on_signal INT 2' INT
trap 'on_signal TERM 15' TERM
trap 'on_signal HUP 1' HUP

if ! { find_binaries || install_server; } || ! start_server; then
    if [[ ${KONTOR_REQUIRE_POSTGRES:-} == 1 || ${CI:-} == true ]]; then
        why+=$'\nPostgreSQL is required here (KONTOR_REQUIRE_POSTGRES=1 or CI=true): nothing was run'
        exit 1
    fi
    why+=$'\nWhat passes here has been tried on SQLite only'
    notice
fi

if [[ -t 0 ]]; then
    exec </dev/null # a background group that reads the terminal would be stopped for ever
fi
set -m # its own process group, so that a signal reaches everything it started
"$@" &
child=$!
set +m
code=0
wait "$child" 2>/dev/null || code=$?
child=''
exit "$code"
