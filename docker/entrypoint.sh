#!/bin/sh
# What a container of the service $SERVICE may be: `web`, `worker`, `cli <command>`.
set -eu

# Mounted secrets belong to root and are readable by a group. Key files that others can read are refused, so each process
# works on copies of its own, in a tmpfs.
if [ -d /run/secrets/mounted ]; then
    (umask 077 && cp -fL /run/secrets/mounted/* /run/secrets/tongbao/)
fi

role=${1:-web}
[ "$#" -eq 0 ] || shift

case "$role" in
    web)
        exec gunicorn -c /app/docker/gunicorn.conf.py --bind 0.0.0.0:8000 --worker-tmp-dir /tmp --no-control-socket \
            "services.${SERVICE}.app:from_environment()" "$@"
        ;;
    worker) exec python -m "services.${SERVICE}.worker" "$@" ;;
    cli) exec python -m "services.${SERVICE}.cli" "$@" ;;
    *)
        echo "unknown role: $role (web, worker, cli)" >&2
        exit 64
        ;;
esac
