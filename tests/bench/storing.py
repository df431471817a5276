"""`python -m tests.bench.storing plain|sealed`: storing with bare boto3, and with our sealed objects."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import boto3
from botocore.config import Config

from shared.storage.objects import SealedObjects, StoredObject
from shared.storage.s3 import connect
from tests.bench.transfers import CHUNK, answer
from tests.support.keys import make_keyring

BUCKET = "bench"
LIMIT = 1 << 40


class Plain:
    """boto3 as it comes: upload_fileobj and get_object."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str) -> None:
        self._client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            region_name="cn-north-1",
            config=Config(s3={"addressing_style": "path"}),
        )

    def put(self, key: str, path: Path) -> None:
        """Store the file."""
        with path.open("rb") as stream:
            self._client.upload_fileobj(stream, BUCKET, key)

    def get(self, key: str) -> int:
        """Read the file in chunks."""
        body = self._client.get_object(Bucket=BUCKET, Key=key)["Body"]
        return sum(map(len, iter(lambda: body.read(CHUNK), b"")))

    def delete(self, key: str) -> None:
        """Remove it."""
        self._client.delete_object(Bucket=BUCKET, Key=key)


class Sealed:
    """Our sealed objects, with a data key that is at hand."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str) -> None:
        self._objects = SealedObjects(connect(endpoint, access_key, secret_key), BUCKET, make_keyring())
        self._stored: dict[str, StoredObject] = {}

    def put(self, key: str, path: Path) -> None:
        """Store the file."""
        with path.open("rb") as stream:
            self._stored[key] = self._objects.put(key, "u" * 32, stream, LIMIT)

    def get(self, key: str) -> int:
        """Read the file frame by frame."""
        return sum(map(len, self._objects.stream(self._stored[key])))

    def delete(self, key: str) -> None:
        """Remove it."""
        self._objects.delete(key)


WAYS: dict[str, type[Plain] | type[Sealed]] = {"plain": Plain, "sealed": Sealed}

if __name__ == "__main__":
    access = (os.environ["BENCH_S3_ENDPOINT"], os.environ["BENCH_S3_ACCESS_KEY"], os.environ["BENCH_S3_SECRET_KEY"])
    answer(WAYS[sys.argv[1]](*access), Path(sys.argv[2]))
