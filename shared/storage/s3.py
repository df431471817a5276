"""The S3 client and what its errors mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from shared.errors import Unavailable
from shared.storage.errors import ObjectBroken, ObjectMissing

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECT_SECONDS = 3
READ_SECONDS = 30
CONNECTIONS = 32

_MISSING = frozenset({"NoSuchKey", "404"})


def connect(endpoint: str, access_key: str, secret_key: str, region: str = "cn-north-1") -> S3Client:
    """Return a client of an S3 store; connecting happens at the first request.

    Checksums of the client library are off: the frames carry their own proof, and not every store checks them.
    """
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=CONNECTIONS,
        retries={"mode": "standard", "max_attempts": 3},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path", "payload_signing_enabled": False},
    )
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        region_name=region,
        config=config,
    )


@contextmanager
def translated(key: str) -> Iterator[None]:
    """Turn errors of the client into `ObjectMissing`, `ObjectBroken`, `Unavailable`; the outcome of a write is then unknown."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        if code in _MISSING:
            raise ObjectMissing(key) from error
        if code == "InvalidRange":  # the object ends before a byte that it must have
            raise ObjectBroken(key) from error
        raise Unavailable(code="storage_unavailable") from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise Unavailable(code="storage_unavailable") from error
