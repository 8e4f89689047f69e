#!/bin/sh
# As the official image does it: options or a configuration file alone mean redis-server, root gives way to
# the user redis, and a server in a container of its own listens without a password.
set -e

case "${1:-}" in
    -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "$1" = redis-server ]; then
    shift
    case " $* " in
        *' --protected-mode '*) ;;
        *) set -- "$@" --protected-mode no ;;
    esac
    set -- redis-server "$@"
    umask 0077
    if [ "$(id -u)" = 0 ]; then
        find . ! -user redis -exec chown redis {} +
        exec setpriv --reuid=redis --regid=redis --clear-groups "$@"
    fi
fi

exec "$@"
