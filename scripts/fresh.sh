#!/usr/bin/env bash
# Proves that both commands of the README work on a bare machine: makes a minimal Debian with exactly the packages that
# the README names, puts this machine's Rust toolchain and a clone of the last commit into it, and runs `make run` and
# `make test` there. Needs root, debootstrap, git and a Rust of rustup's; takes a good half hour and 10 GB.
#
#   scripts/fresh.sh [ARG...]     more arguments go to the tests, as in `make test ARGS=...`
#
#   KONTOR_FRESH_MIRROR=URL       the archive to install from (default: the one that apt uses here)
#   KONTOR_FRESH_SUITE=NAME       the release to make (default: the one that runs here)
#   TMPDIR                        where the root is made, and deleted again (default: /tmp)
#
# The crates are those of Cargo.lock, fetched outside with this machine's settings: inside there is no registry.
# Packages are fetched inside, with apt's settings for the network and the usual proxy variables of outside.
set -euo pipefail
cd "$(dirname "$0")/.."

base='' root='' server='' doing='' handed_on=()

fail() {
    cat >&2 <<TEXT

######################################################################
##  make fresh has NOT shown that the README is true:
##    $1
######################################################################

TEXT
    exit 1
}

suite() {
    # shellcheck disable=SC1091 # a file of the machine
    (. /etc/os-release && echo "${VERSION_CODENAME:-}")
}

# The archive of a release that apt uses.
mirror() {
    # shellcheck disable=SC2016 # apt's own placeholders
    apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk -v suite="$1" '$1 == suite && $2 == "main" && !found { print $3; found = 1 }'
}

# What can be known before anything is made.
prepare() {
    local tool name
    [[ $EUID == 0 ]] || fail "debootstrap and chroot want root, and this is $(id -un)"
    for tool in debootstrap chroot unshare git cargo rustc; do
        command -v "$tool" >/dev/null ||
            fail "$tool is not installed (Debian: apt-get install debootstrap git; Rust: rustup.rs)"
    done
    unshare --mount --pid --fork true || fail "namespaces for mounts and processes cannot be made here (unshare)"
    suite=${KONTOR_FRESH_SUITE:-$(suite)} || fail "no /etc/os-release: name a release in KONTOR_FRESH_SUITE"
    mirror=${KONTOR_FRESH_MIRROR:-$(mirror "$suite")} || fail "no apt here: name an archive in KONTOR_FRESH_MIRROR"
    [[ -n $suite && -n $mirror ]] ||
        fail "apt names no archive of \"$suite\": set KONTOR_FRESH_SUITE and KONTOR_FRESH_MIRROR"
    # shellcheck disable=SC2016 # the backticks of Markdown
    read -ra packages < <(sed -nE 's/.*\(Debian: `([^`]*)`.*/\1/p' README.md)
    [[ ${#packages[@]} -gt 0 ]] || fail "README.md names no packages any more: (Debian: \`...\`"
    toolchain=$(rustc --print sysroot)
    [[ $toolchain != /usr ]] || fail "Rust lies in /usr: only a toolchain of its own, as rustup's, can be bound in"
    for name in {http,https,all,no}_proxy {HTTP,HTTPS,ALL,NO}_PROXY; do
        [[ -z ${!name:-} ]] || handed_on+=("$name=${!name}")
    done
}

# TITLE COMMAND...: does a step and notes how long it took.
step() {
    local since=$SECONDS
    doing=$1
    echo "== $doing" >&2
    shift
    "$@"
    printf '%3d:%02d  %s\n' $(((SECONDS - since) / 60)) $(((SECONDS - since) % 60)) "$doing" >>"$base/times"
    doing=''
}

inside() {
    chroot "$root" /usr/bin/env -i PATH=/opt/rust/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive CARGO_NET_OFFLINE=true "${handed_on[@]}" "$@"
}

# LOG COMMAND...: shows the end of what a command said where it failed.
quietly() {
    local log=$base/$1
    shift
    "$@" >"$log" 2>&1 || {
        tail -n 30 "$log" >&2
        return 1
    }
}

bootstrap() {
    quietly debootstrap.log debootstrap --variant=minbase "$suite" "$root" "$mirror"
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    apt-config dump | grep -E '^Acquire::(https?|Check)[^ ]* ".+";$' >"$root/etc/apt/apt.conf.d/90outside" || true
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
}

install() {
    quietly apt.log inside apt-get -q update
    quietly apt.log inside apt-get -q install -y --no-install-recommends "${packages[@]}"
}

# The last commit, Rust, and the crates of Cargo.lock; the latter two are read only.
furnish() {
    git clone --quiet --no-checkout "$PWD" "$root/root/kontor"
    git -C "$root/root/kontor" checkout --quiet --detach "$(git rev-parse HEAD)"
    mkdir -p "$root/opt/rust" "$root/opt/crates" "$root/root/.cargo"
    quietly vendor.log cargo vendor --locked --versioned-dirs "$base/crates"
    printf '%s\n' '[source.crates-io]' 'replace-with = "fetched"' '[source.fetched]' 'directory = "/opt/crates"' \
        >"$root/root/.cargo/config.toml"
    mount --bind -o ro "$toolchain" "$root/opt/rust"
    mount --bind -o ro "$base/crates" "$root/opt/crates"
}

run() {
    inside env KONTOR_BIND=127.0.0.1:0 make -C /root/kontor run >"$base/run.log" 2>&1 &
    server=$!
    until grep -q '^kontor is ready' "$base/run.log"; do
        kill -0 "$server" 2>/dev/null || {
            tail -n 30 "$base/run.log" >&2
            return 1
        }
        sleep 0.2
    done
    grep '^kontor is ready' "$base/run.log" >&2
}

# GET /healthz, without a tool that would have to be installed.
healthy() {
    local address answer
    address=$(sed -nE 's|^kontor is ready: API http://([^/]*)/.*|\1|p' "$base/run.log")
    exec 3<>"/dev/tcp/${address%:*}/${address#*:}"
    printf 'GET /healthz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$address" >&3
    read -r answer <&3
    exec 3>&-
    echo "${answer%$'\r'}" >&2
    [[ $answer == 'HTTP/1.1 200 '* ]]
}

stop() {
    local process
    for process in "$root"/proc/[0-9]*; do # only those of the namespace
        if [[ $(readlink "$process/exe") == */kontor/target/release/kontor ]]; then
            kill -TERM "${process##*/}"
        fi
    done
    wait "$server"
}

# What the binary asks of the machine that it runs on.
alone() {
    inside readelf -d /root/kontor/target/release/kontor | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/needs \1/p' >"$base/needed"
    cat "$base/needed" >&2
    if [[ ! -s $base/needed ]] || grep -qE 'lib(ssl|crypto|pq|sqlite3)\.' "$base/needed"; then
        return 1
    fi
}

tests() {
    inside env KONTOR_REQUIRE_POSTGRES=1 make -C /root/kontor test ARGS="$*"
}

# shellcheck disable=SC2317 # reached from the trap
on_exit() {
    [[ -z $doing ]] || fail "\"$doing\" failed: see above"
}

# Inside its own namespaces: mounts and processes end with it.
if [[ ${1:-} == --in ]]; then
    base=$2 root=$2/root
    shift 2
    prepare
    trap on_exit EXIT
    step "debootstrap --variant=minbase $suite" bootstrap
    step "apt-get install ${packages[*]}" install
    step "a clone, Rust and the crates" furnish
    step "make run, until it is ready" run
    step "GET /healthz" healthy
    step "SIGTERM, until it is gone" stop
    step "its shared libraries" alone
    step "make test${*:+ ARGS=\"$*\"}" tests "$@"
    echo "== commit $(git rev-parse --short HEAD) on a bare $suite with ${packages[*]}: both commands work"
    cat "$base/times"
    exit
fi

prepare
[[ -z $(git status --porcelain) ]] || echo "scripts/fresh.sh: what is not committed is left out" >&2
base=$(mktemp -d "${TMPDIR:-/tmp}/kontor-fresh.XXXXXX")
trap 'rm -rf --one-file-system "$base"' EXIT
unshare --mount --pid --fork --kill-child --propagation private "$0" --in "$base" "$@"
