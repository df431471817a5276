"""Integration tests run against the embedded servers."""

from tests.support.stack import amqp_url, bucket, database, mongo, peer_amqp_url, s3, stack, started, vhost

__all__ = ["amqp_url", "bucket", "database", "mongo", "peer_amqp_url", "s3", "stack", "started", "vhost"]
