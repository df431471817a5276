#!/bin/sh
# Starts mongod as a one-member replica set with authentication. The members' shared key must belong to the user that
# mongod runs as, whoever owns the mounted file, so it is copied first.
set -eu
install -m 0400 -o mongodb -g mongodb /run/secrets/mongo/keyfile /data/configdb/keyfile
exec docker-entrypoint.sh mongod --replSet tongbao --bind_ip_all --keyFile /data/configdb/keyfile \
    --slowms 60000 --setParameter diagnosticDataCollectionEnabled=false \
    --setParameter transactionLifetimeLimitSeconds=10
