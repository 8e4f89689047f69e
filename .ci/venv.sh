#!/bin/sh
# Makes .venv and installs the pinned requirements into it. Exit status 2: something is missing, and one
# sentence says what to install. INSTALL=0 forbids to install anything with apt.
set -eu

say() { printf '%s\n' "$*" >&2; }

python=${PYTHON:-python3}

if ! command -v "$python" >/dev/null; then
    say "Python is missing: install Python 3.11 or newer (on Debian and Ubuntu: apt-get install python3 python3-venv)."
    exit 2
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "$("$python" --version) is too old: install Python 3.11 or newer and name it, as in 'make html PYTHON=python3.13'."
    exit 2
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    # Debian ships the module in a package of its own, named after the version
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "${INSTALL:-1}" = 0 ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        say "Python's venv module is missing: install it (on Debian and Ubuntu: apt-get install $package)."
        exit 2
    fi
    say "Installing $package with apt-get, because Python's venv module is missing (INSTALL=0 forbids it)."
    if ! { apt-get update -q && apt-get install -y -q --no-install-recommends "$package"; } >&2; then
        say "apt-get could not install $package: install Python's venv module yourself."
        exit 2
    fi
fi

if [ -L .venv ]; then
    say ".venv is a link, and what it leads to would be emptied: remove the link."
    exit 2
fi

say "Making .venv and installing requirements.txt into it."
"$python" -m venv --clear .venv
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
touch .venv/requirements.stamp
