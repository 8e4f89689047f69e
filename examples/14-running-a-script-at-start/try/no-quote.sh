#!/bin/sh
set -e

echo "docker-entrypoint.sh: setting up web2"
export WEB2_MESSAGE="${WEB2_MESSAGE:-Visits to this project:}

exec "$@"
