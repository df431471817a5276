"""Writing one object: in one request where it fits a part, part by part where not; nothing stays visible on an error."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING

from shared import failpoints
from shared.errors import Unavailable
from shared.storage.errors import ObjectMissing
from shared.storage.s3 import translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_SIZE = 5 * 1024 * 1024  # bytes; the least that S3 takes for a part that isn't the last
CONTENT_TYPE = "application/octet-stream"


class Sent:
    """Size in bytes and digest of all that was sent."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """The digest in hexadecimal."""
        return self._digest.hexdigest()

    def add(self, body: bytearray) -> None:
        """Count what is about to be sent."""
        self._digest.update(body)
        self.size += len(body)


def upload(client: S3Client, bucket: str, key: str, pieces: Iterable[bytes], part_size: int = PART_SIZE) -> Sent:
    """Write the pieces one after another as one object and return what was sent.

    At most two parts and a few pieces are in memory.

    Whatever the pieces raise is raised here, after the upload was aborted. Raises `Unavailable` where the store fails;
    should even the clean-up fail then, the sweeper takes what is left.
    """
    parts = _parts(pieces, part_size)
    first = next(parts)
    sent = Sent()
    if len(first) < part_size:  # only the last part is that short
        sent.add(first)
        _put(client, bucket, key, first)
    else:
        every = chain((first,), parts)
        del first  # or it would stay in memory until the last part is sent
        _put_in_parts(client, bucket, key, every, sent)
    return sent


def _parts(pieces: Iterable[bytes], part_size: int) -> Iterator[bytearray]:
    """Yield parts of `part_size` or a piece more, each in a buffer of its own: joining pieces would hold it twice."""
    gathered = bytearray()
    for piece in pieces:
        if len(gathered) >= part_size:
            part, gathered = gathered, bytearray()
            yield part
            del part
        gathered += piece
    yield gathered


def _put(client: S3Client, bucket: str, key: str, body: bytearray) -> None:
    try:
        with translated(key):
            client.put_object(
                Bucket=bucket,
                Key=key,
                Body=body,  # type: ignore[arg-type]  # as in `_put_part`
                ContentType=CONTENT_TYPE,
            )
    except BaseException:
        _remove(client, bucket, key)  # no answer is not a "no": it may have been stored
        raise


def _put_in_parts(client: S3Client, bucket: str, key: str, parts: Iterator[bytearray], sent: Sent) -> None:
    with translated(key):
        upload_id = client.create_multipart_upload(Bucket=bucket, Key=key, ContentType=CONTENT_TYPE)["UploadId"]
    try:
        done = _put_each(client, bucket, key, upload_id, parts, sent)
    except BaseException:
        _abort(client, bucket, key, upload_id)
        raise
    try:
        with translated(key):
            client.complete_multipart_upload(
                Bucket=bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": done}
            )
    except BaseException:
        _abort(client, bucket, key, upload_id)
        _remove(client, bucket, key)
        raise


def _put_each(
    client: S3Client, bucket: str, key: str, upload_id: str, parts: Iterator[bytearray], sent: Sent
) -> list[CompletedPartTypeDef]:
    """Send the parts in order; while one is on its way, the next one is read and sealed.

    When this is left, on an error too, no request is on its way any more: an abort would miss a part that arrives late.
    """
    done: list[CompletedPartTypeDef] = []
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="upload") as sender:
        on_its_way: Future[CompletedPartTypeDef] | None = None
        for number, part in enumerate(parts, start=1):
            if on_its_way is not None:
                done.append(on_its_way.result())
            on_its_way = sender.submit(_put_part, client, bucket, key, upload_id, number, part, sent)
            del part  # it belongs to the sender now; kept here it would outlive its sending
        if on_its_way is not None:
            done.append(on_its_way.result())
    return done


def _put_part(
    client: S3Client, bucket: str, key: str, upload_id: str, number: int, body: bytearray, sent: Sent
) -> CompletedPartTypeDef:
    sent.add(body)  # here, so that it takes no time of the reading side
    with translated(key):
        answer = client.upload_part(
            Bucket=bucket,
            Key=key,
            UploadId=upload_id,
            PartNumber=number,
            Body=body,  # type: ignore[arg-type]  # botocore takes a bytearray, its stubs don't say so
        )
    failpoints.hit("upload.part_k")
    return {"ETag": answer["ETag"], "PartNumber": number}


def _abort(client: S3Client, bucket: str, key: str, upload_id: str) -> None:
    with suppress(Unavailable, ObjectMissing), translated(key):
        client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id)


def _remove(client: S3Client, bucket: str, key: str) -> None:
    with suppress(Unavailable, ObjectMissing), translated(key):
        client.delete_object(Bucket=bucket, Key=key)
