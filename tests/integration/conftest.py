"""Integration tests run against the embedded servers."""

from tests.support.registration_site import shared_site
from tests.support.rights_filing import filing_ground
from tests.support.rights_registration import ground
from tests.support.stack import amqp_url, bucket, database, mongo, peer_amqp_url, s3, stack, started, vhost

__all__ = [
    "amqp_url",
    "bucket",
    "database",
    "filing_ground",
    "ground",
    "mongo",
    "peer_amqp_url",
    "s3",
    "shared_site",
    "stack",
    "started",
    "vhost",
]
