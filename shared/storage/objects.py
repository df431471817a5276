"""Sealed objects: what goes to the store is ciphertext, what comes back is verified, whoever else writes to the bucket.

Keys of objects are random ids and are written once. The owner keeps the `StoredObject` among its sealed data.
"""

from __future__ import annotations

import hashlib
import io
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from botocore.exceptions import ClientError

from shared.crypto.keyring import Keyring
from shared.errors import Unavailable
from shared.storage.errors import ObjectBroken, ObjectMissing
from shared.storage.frames import FRAME_SIZE, HEADER_SIZE, Decryptor, Encryptor
from shared.storage.reader import SealedReader
from shared.storage.s3 import translated
from shared.storage.stored import StoredObject
from shared.storage.streams import SealingSource, plain_frames, read_fully
from shared.storage.upload import PART_SIZE, upload

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

__all__ = ["SealedObjects", "StoredObject"]


class SealedObjects:
    """The objects of one bucket, sealed with the units' keys of a keyring. Safe for threads.

    Every method raises `Unavailable` where the store does not answer. `frame_size` and `part_size` are bytes.
    """

    def __init__(
        self,
        s3_client: S3Client,
        bucket: str,
        keyring: Keyring,
        *,
        frame_size: int = FRAME_SIZE,
        part_size: int = PART_SIZE,
    ) -> None:
        self._client = s3_client
        self._bucket = bucket
        self._keyring = keyring
        self._frame_size = frame_size
        self._part_size = part_size

    def put(self, key: str, unit_id: str, stream: BinaryIO, limit: int, *, expected: int | None = None) -> StoredObject:
        """Seal a stream of at most `limit` bytes and store it; memory stays within a part and a few frames.

        `expected` is the length that the sender announced, where it did. Raises `TooLarge`, `SourceEndedEarly`,
        `KeyDestroyed`, or what the stream raises; nothing is visible in the store then.
        """
        dek = self._keyring.key_for(unit_id)
        encryptor = Encryptor(dek, self._keyring.suite, key, self._frame_size)
        source = SealingSource(stream, encryptor, self._frame_size, limit, expected)
        sent = upload(self._client, self._bucket, key, source.pieces(), self._part_size)
        self._check_size(key, sent.size)
        return StoredObject(
            key=key,
            key_id=dek.key_id,
            plain_size=source.plain_size,
            sha256=source.sha256,
            sealed_size=sent.size,
            sealed_sha256=sent.sha256,
            header=b64encode(encryptor.header).decode(),
        )

    def open(self, stored: StoredObject) -> io.RawIOBase:
        """Return a seekable reader. Raises `ObjectMissing`, `ObjectBroken`, `KeyDestroyed`; the reader `ObjectBroken`."""
        decryptor = self._decryptor(stored)
        with closing(self._get(stored, 0, HEADER_SIZE)) as body:
            self._check_header(stored, read_fully(_reading(body, stored.key), HEADER_SIZE))
        return SealedReader(
            lambda offset, length: self._fetch(stored, offset, length), decryptor, stored.layout, stored.key
        )

    def stream(self, stored: StoredObject) -> Iterator[bytes]:
        """Yield the plain content in one pass, each frame verified before any of it is given out. Raises as `open`."""
        decryptor = self._decryptor(stored)
        with closing(self._get(stored, 0, stored.sealed_size)) as body:
            read = _reading(body, stored.key)
            self._check_header(stored, read_fully(read, HEADER_SIZE))
            yield from plain_frames(read, decryptor, stored.layout, stored.key)

    def check(self, stored: StoredObject) -> None:
        """Read the whole object and compare both digests; for reconciling. Raises as `open`."""
        plain = hashlib.sha256()
        sealed = hashlib.sha256()
        for frame in self.stream(stored):
            plain.update(frame)
        with closing(self._get(stored, 0, stored.sealed_size)) as body:
            read = _reading(body, stored.key)
            while piece := read(self._frame_size):
                sealed.update(piece)
        if (plain.hexdigest(), sealed.hexdigest()) != (stored.sha256, stored.sealed_sha256):
            raise ObjectBroken(stored.key)

    def delete(self, key: str) -> None:
        """Remove an object; it is no error when there is none."""
        with translated(key):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def list_older_than(self, prefix: str, before: datetime) -> Iterator[tuple[str, datetime]]:
        """Yield key and moment of every object under a prefix that was last written before `before`."""
        with translated(prefix):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                for entry in page.get("Contents", []):
                    if entry["LastModified"] < before:
                        yield entry["Key"], entry["LastModified"]

    def abort_older_than(self, prefix: str, before: datetime) -> int:
        """Abort the uploads in parts that were begun before `before` and never ended; return how many."""
        aborted = 0
        pages = self._client.get_paginator("list_multipart_uploads")
        with translated(prefix), _none_when_gone():
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                for entry in page.get("Uploads", []):
                    if entry["Initiated"] < before:
                        aborted += self._abort(entry["Key"], entry["UploadId"])
        return aborted

    def prepare(self) -> None:
        """Make the bucket where there is none yet."""
        with translated(self._bucket):
            try:
                self._client.head_bucket(Bucket=self._bucket)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                    raise
                self._client.create_bucket(Bucket=self._bucket)

    def check_ready(self) -> None:
        """Return where the bucket can be reached. Raises `Unavailable`."""
        try:
            with translated(self._bucket):
                self._client.head_bucket(Bucket=self._bucket)
        except ObjectMissing as error:
            raise Unavailable(code="storage_unavailable") from error

    def _abort(self, key: str, upload_id: str) -> bool:
        with _none_when_gone():
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
            return True
        return False

    def _decryptor(self, stored: StoredObject) -> Decryptor:
        layout = stored.layout
        if layout.sealed_size != stored.sealed_size:
            raise ObjectBroken(stored.key)
        return Decryptor(self._keyring.key(stored.key_id), stored.header_bytes, stored.key)

    def _fetch(self, stored: StoredObject, offset: int, length: int) -> bytes:
        with closing(self._get(stored, offset, length)) as body:
            return read_fully(_reading(body, stored.key), length)

    def _get(self, stored: StoredObject, offset: int, length: int) -> StreamingBody:
        """Ask for a range of the object; refuse an object whose size isn't the one that was stored."""
        wanted = f"bytes={offset}-{offset + length - 1}"
        with translated(stored.key):
            answer = self._client.get_object(Bucket=self._bucket, Key=stored.key, Range=wanted)
        if _total(answer.get("ContentRange", "")) != stored.sealed_size:
            answer["Body"].close()
            raise ObjectBroken(stored.key)
        return answer["Body"]

    def _check_header(self, stored: StoredObject, header: bytes) -> None:
        if header != stored.header_bytes:
            raise ObjectBroken(stored.key)

    def _check_size(self, key: str, sealed_size: int) -> None:
        with translated(key):
            size = self._client.head_object(Bucket=self._bucket, Key=key)["ContentLength"]
        if size != sealed_size:
            self.delete(key)
            raise Unavailable(code="storage_unavailable")


def _total(content_range: str) -> int:
    """Return the size of the whole object from `bytes a-b/size`; -1 where the store gave no range."""
    _, _, size = content_range.rpartition("/")
    return int(size) if size.isdigit() else -1


@contextmanager
def _none_when_gone() -> Iterator[None]:
    """Pass over an upload that ended meanwhile; some stores answer so too where a bucket never had an upload."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "NoSuchUpload":
            raise


def _reading(body: StreamingBody, key: str) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        with translated(key):
            return body.read(size)

    return read
