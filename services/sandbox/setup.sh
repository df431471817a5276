#!/bin/sh
# Makes a bare Debian 12 (or alike) machine ready: Debian packages, a virtual environment, the locked Python packages.
#   services/sandbox/setup.sh [run|test]     `test` also wants a browser and git
# Does nothing that is done already. As root it installs what is missing; as another user it says what an administrator
# has to install. Where packages come from is the machine's own setting (apt, pip, uv); nothing here names a server.
set -eu
cd "$(dirname "$0")/../.."

purpose=${1:-run}
venv=.venv
stamp=$venv/.tongbao-setup
base_python=${PYTHON:-python3}

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# --- the machine ------------------------------------------------------------------------------------------------------
[ "$(uname -s)-$(uname -m)" = "Linux-x86_64" ] || fail "mongod comes for Linux on x86-64 only; this is $(uname -s) on $(uname -m)"
command -v dpkg-query > /dev/null 2>&1 || fail "this needs Debian 12 or a system alike: dpkg-query was not found"

packages="ca-certificates fontconfig fonts-noto-cjk libcurl4 libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 rabbitmq-server"
# libatomic1 is for the browser's driver: Playwright brings a Node.js that is linked with it.
[ "$purpose" = run ] || packages="$packages chromium libatomic1"
# The tests about the house ask git which files belong to it; any git will do.
[ "$purpose" = run ] || command -v git > /dev/null 2>&1 || packages="$packages git"

has_python() { "$base_python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; }
has_venv() { [ -x "$venv/bin/python" ] || "$base_python" -c 'import ensurepip, venv' 2> /dev/null; }

has_python || packages="python3 $packages"
has_venv || packages="$packages python3-venv"

missing=
for package in $packages; do
    case $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2> /dev/null || true) in
        ii*) ;;
        *) missing="$missing $package" ;;
    esac
done

# Debian starts a server when its package is installed; we start a broker of our own, so the package's one stays off.
policy=/usr/sbin/policy-rc.d
made_policy=
no_services_from_packages() {
    [ ! -e "$policy" ] || return 0
    made_policy=yes
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
}
clean_up() { [ -z "$made_policy" ] || rm -f "$policy"; }
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

install_packages() {
    say "installing Debian packages:$missing"
    log=$(mktemp)
    no_services_from_packages
    # shellcheck disable=SC2086  # a list of words
    if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing; } \
        > "$log" 2>&1 < /dev/null; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        fail "apt-get could not install:$missing (its last lines are above)"
    fi
    rm -f "$log"
    clean_up
    made_policy=
    case "$missing" in
        *rabbitmq-server*)
            if [ -d /run/systemd/system ]; then
                systemctl disable --quiet rabbitmq-server.service epmd.service epmd.socket 2> /dev/null || true
            fi
            ;;
    esac
}

if [ -n "$missing" ]; then
    if [ "$(id -u)" -ne 0 ]; then
        fail "these Debian packages are missing; an administrator installs them with
    apt-get install --no-install-recommends$missing"
    fi
    command -v apt-get > /dev/null 2>&1 || fail "apt-get was not found; install by hand:$missing"
    install_packages
fi
has_python || fail "Python 3.11 or newer is needed; $base_python is $("$base_python" --version 2>&1 || echo not there). Set PYTHON to another one."

# --- the virtual environment ------------------------------------------------------------------------------------------
wanted="$(sha256sum < dev.lock | cut -c 1-64) $(readlink -f "$(command -v "$base_python")")"
if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2> /dev/null)" = "$wanted" ]; then
    exit 0
fi

if ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
    say "making the virtual environment $venv"
    rm -rf "$venv"
    "$base_python" -m venv "$venv"
fi
"$venv/bin/python" -c 'import pip' 2> /dev/null || "$venv/bin/python" -m ensurepip > /dev/null

count=$(grep -c '^[A-Za-z0-9]' dev.lock)
say "installing $count Python packages by hash from dev.lock (a few minutes the first time)"
if ! "$venv/bin/python" -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("uv") is None)'; then
    only_uv=$(mktemp)
    awk '/^uv==/ { on = 1 } on { print } on && !/\\$/ { exit }' dev.lock > "$only_uv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$only_uv" \
        || say "uv could not be installed; going on with pip"
    rm -f "$only_uv"
fi
# The machine's own certificates: apt and pip work with those, so uv shall too.
if UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true} "$venv/bin/python" -m uv pip sync -q --require-hashes --python "$venv/bin/python" dev.lock; then
    :
else
    # uv does not read pip's settings: a machine that knows its index from them alone ends up here.
    say "uv did not succeed; trying with pip"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r dev.lock \
        || fail "the Python packages could not be installed (see above)"
fi
printf '%s' "$wanted" > "$stamp"
say "ready"
