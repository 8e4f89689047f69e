#!/bin/sh
# As the official image does it: the first start makes a database cluster from POSTGRES_USER,
# POSTGRES_PASSWORD and POSTGRES_DB and runs what lies in /docker-entrypoint-initdb.d.
set -e

case "${1:-}" in
    -*) set -- postgres "$@" ;;
esac
[ "${1:-}" = postgres ] || exec "$@"

# NAME or the content of the file that NAME_FILE names, for secrets.
setting() {
    eval "file=\${$1_FILE:-}"
    if [ -n "$file" ]; then cat "$file"; else eval "printf '%s' \"\${$1:-}\""; fi
}

if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chmod 0700 "$PGDATA"
    find /var/lib/postgresql /run/postgresql ! -user postgres -exec chown postgres {} +
    exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    user=$(setting POSTGRES_USER)
    user=${user:-postgres}
    password=$(setting POSTGRES_PASSWORD)
    database=$(setting POSTGRES_DB)
    database=${database:-$user}

    if [ -z "$password" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
        echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
        echo '       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.' >&2
        exit 1
    fi

    mkdir -p "$PGDATA"
    secret=$(mktemp)
    printf '%s\n' "$password" >"$secret"
    initdb --username="$user" ${password:+--pwfile="$secret"} --locale=C.UTF-8 --encoding=UTF8 \
        ${POSTGRES_INITDB_ARGS:-}
    rm -f "$secret"
    printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
    printf "listen_addresses = '*'\n" >>"$PGDATA/postgresql.conf"

    # Only reachable through the socket until the scripts have run, so nobody meets a half-made database.
    pg_ctl start --wait --options="-c listen_addresses=''"
    export PGPASSWORD="$password"
    if [ "$database" != postgres ]; then
        psql --username="$user" --dbname=postgres --set=ON_ERROR_STOP=1 --set=db="$database" <<'SQL'
CREATE DATABASE :"db";
SQL
    fi
    for script in /docker-entrypoint-initdb.d/*; do
        case "$script" in
            *.sh) if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
            *.sql) psql --username="$user" --dbname="$database" --set=ON_ERROR_STOP=1 --file="$script" ;;
            *.sql.gz) gunzip -c "$script" |
                psql --username="$user" --dbname="$database" --set=ON_ERROR_STOP=1 ;;
        esac
    done
    unset PGPASSWORD
    pg_ctl stop --mode=fast --wait
    echo 'PostgreSQL init process complete; ready for start up.'
fi

exec "$@"
