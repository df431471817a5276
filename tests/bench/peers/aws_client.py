"""`python -m tests.bench.peers.aws_client`: storing with the AWS S3 encryption client for Python, its KMS at hand."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import boto3
from botocore.config import Config
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from s3_encryption import S3EncryptionClient, S3EncryptionClientConfig
from s3_encryption.materials.kms_keyring import KmsKeyring

from tests.bench.transfers import CHUNK, answer

BUCKET = "bench"


WRAPPING_KEY = bytes(range(32))


def generate_data_key(**_: object) -> dict[str, bytes]:
    """Return a new data key, plain and wrapped."""
    plain = os.urandom(32)
    return {"Plaintext": plain, "CiphertextBlob": aes_key_wrap(WRAPPING_KEY, plain)}


def decrypt(**request: object) -> dict[str, bytes]:
    """Return the plain data key."""
    wrapped = request["CiphertextBlob"]
    if not isinstance(wrapped, bytes):
        raise TypeError("a wrapped key was expected")
    return {"Plaintext": aes_key_unwrap(WRAPPING_KEY, wrapped)}


def kms_at_hand(access_key: str, secret_key: str) -> object:
    """Return a client of KMS whose two calls that matter need no network: KMS is no part of the comparison."""
    client = boto3.client(
        "kms", aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name="cn-north-1"
    )
    client.generate_data_key = generate_data_key
    client.decrypt = decrypt
    return client


def _lower_metadata(parsed: dict[str, dict[str, str]], **_: object) -> None:
    """Undo what the embedded S3 server does to the names of metadata; AWS answers in small letters."""
    if "Metadata" in parsed:
        parsed["Metadata"] = {name.lower(): value for name, value in parsed["Metadata"].items()}


class AwsClient:
    """upload_fileobj and get_object of the encryption client."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str) -> None:
        plain = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            region_name="cn-north-1",
            config=Config(s3={"addressing_style": "path"}),
        )
        plain.meta.events.register_first("after-call.s3.GetObject", _lower_metadata)
        keyring = KmsKeyring(kms_at_hand(access_key, secret_key), "arn:aws-cn:kms:cn-north-1:000000000000:key/bench")
        self._client = S3EncryptionClient(plain, S3EncryptionClientConfig(keyring=keyring))

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


if __name__ == "__main__":
    access = (os.environ["BENCH_S3_ENDPOINT"], os.environ["BENCH_S3_ACCESS_KEY"], os.environ["BENCH_S3_SECRET_KEY"])
    answer(AwsClient(*access), Path(sys.argv[1]))
