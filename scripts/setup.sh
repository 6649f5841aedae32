#!/bin/sh
# Makes .venv: `setup.sh demo` with what the demo needs, `setup.sh dev` with everything.
#
# On Debian and Ubuntu, as root or where sudo asks nothing, it first installs the missing packages
# of scripts/debian-packages.txt, and for dev of debian-packages-test.txt, and prints each of them. SYSTEM=no never installs; it prints the
# line to type. PYTHON=... chooses the interpreter. Running it again changes nothing that is right.
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in
    demo) extras=demo stamps=".ready-demo" lists="scripts/debian-packages.txt" ;;
    dev)
        extras=dev,demo,fast stamps=".ready-demo .ready-dev"
        lists="scripts/debian-packages.txt scripts/debian-packages-test.txt"
        ;;
    *) echo "usage: setup.sh demo|dev" >&2; exit 2 ;;
esac
venv=.venv

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

wanted_packages() {
    # shellcheck disable=SC2086  # a list of files
    sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' $lists
}

missing_packages() {
    for package in $(wanted_packages); do
        status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || printf '%s ' "$package"
    done
}

# Drops what this system has no package of, such as Chromium on Ubuntu: tests that need it say so.
without_unknown() {
    # Before its first update, apt knows nothing.
    ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 || { printf '%s ' "$@"; return 0; }
    for package in "$@"; do
        if apt-cache show "$package" 2>/dev/null | grep -q .; then printf '%s ' "$package"
        else say "this system has no package $package" >&2
        fi
    done
}

# Prints the prefix that makes a command run as root, or fails where that would ask for a password.
as_root() {
    if [ "$(id -u)" = 0 ]; then echo "env"
    elif sudo -n true 2>/dev/null; then echo "sudo -n env"
    else return 1
    fi
}

install_packages() {
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    line="apt-get install --no-install-recommends $missing"
    if [ "${SYSTEM:-yes}" = no ]; then
        say "SYSTEM=no, so nothing is installed. As root, type: $line"
        return 0
    fi
    if ! root=$(as_root); then
        say "not root, and sudo would ask for a password. As root, type: $line"
        return 0
    fi
    say "installing system packages:"
    for package in $missing; do printf '  %s\n' "$package"; done
    log=$(mktemp)
    apt="$root DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120"
    # shellcheck disable=SC2086  # all are lists of words
    if ! { $apt update && $apt install -y --no-install-recommends $(without_unknown $missing); } \
        >"$log" 2>&1; then
        cat "$log" >&2
        die "apt-get failed. As root, type: $line"
    fi
    rm -f "$log"
}

# The first interpreter that is new enough and can make an environment with pip in it.
find_python() {
    for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 /usr/bin/python3}; do
        if "$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
            2>/dev/null; then
            command -v "$python"
            return 0
        fi
    done
    return 1
}

missing=
if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
    install_packages
    # shellcheck disable=SC2046  # a list of words
    missing=$(without_unknown $(missing_packages))
else
    say "not Debian or Ubuntu; this machine needs its own packages for:"
    wanted_packages | sed 's/^/  /'
fi

if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    python=$(find_python) || die "needs Python 3.11 or newer that can make a virtual environment" \
        "(Debian: apt-get install python3-venv); PYTHON=/path/to/python3 names another one"
    say "making $venv with $python"
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi
say "installing device-agent[$extras] into $venv"
# Twice quiet: errors only. Some desktop libraries still come as old source distributions.
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --use-pep517 \
    --constraint requirements/newest.txt --editable ".[$extras]"
# While packages are missing there is no stamp, so that the next `make` tries again.
[ -n "$missing" ] || (cd "$venv" && touch $stamps)
say "ready"
