#!/bin/sh
# What a container of the service $SERVICE may be: `web`, `worker`, `cli <command>`.
set -eu

role=${1:-web}
[ "$#" -eq 0 ] || shift

case "$role" in
    web)
        exec gunicorn -c /app/docker/gunicorn.conf.py --bind 0.0.0.0:8000 --worker-tmp-dir /tmp \
            "services.${SERVICE}.app:from_environment()" "$@"
        ;;
    worker) exec python -m "services.${SERVICE}.worker" "$@" ;;
    cli) exec python -m "services.${SERVICE}.cli" "$@" ;;
    *)
        echo "unknown role: $role (web, worker, cli)" >&2
        exit 64
        ;;
esac
