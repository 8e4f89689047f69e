#!/bin/sh
# As the official image does it: scripts in /docker-entrypoint.d run before the server starts.
set -e

if [ "$1" = nginx ]; then
    for script in /docker-entrypoint.d/*.sh; do
        if [ -x "$script" ]; then "$script"; fi
    done
fi

exec "$@"
