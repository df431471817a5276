"""Writing one object: in one request where it fits a part, part by part where not; nothing stays visible on an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING

from shared.errors import Unavailable
from shared.storage.errors import ObjectMissing
from shared.storage.s3 import translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_SIZE = 5 * 1024 * 1024  # bytes; the least that S3 takes for a part that isn't the last
CONTENT_TYPE = "application/octet-stream"


def upload(client: S3Client, bucket: str, key: str, pieces: Iterable[bytes], part_size: int = PART_SIZE) -> None:
    """Write the pieces one after another as one object; at most one part and one piece are in memory.

    Whatever the pieces raise is raised here, after the upload was aborted. Raises `Unavailable` where the store fails;
    should even the clean-up fail then, the sweeper takes what is left.
    """
    parts = _parts(pieces, part_size)
    first = next(parts)
    if len(first) < part_size:  # only the last part is that short
        _put(client, bucket, key, first)
    else:
        every = chain((first,), parts)
        del first  # or it would stay in memory until the last part is sent
        _put_in_parts(client, bucket, key, every)


def _parts(pieces: Iterable[bytes], part_size: int) -> Iterator[bytes]:
    gathered: list[bytes] = []
    size = 0
    for piece in pieces:
        if size >= part_size:
            part = b"".join(gathered)
            gathered.clear()
            yield part
            del part
            size = 0
        gathered.append(piece)
        size += len(piece)
    yield b"".join(gathered)


def _put(client: S3Client, bucket: str, key: str, body: bytes) -> None:
    try:
        with translated(key):
            client.put_object(Bucket=bucket, Key=key, Body=body, ContentType=CONTENT_TYPE)
    except BaseException:
        _remove(client, bucket, key)  # no answer is not a "no": it may have been stored
        raise


def _put_in_parts(client: S3Client, bucket: str, key: str, parts: Iterator[bytes]) -> None:
    with translated(key):
        upload_id = client.create_multipart_upload(Bucket=bucket, Key=key, ContentType=CONTENT_TYPE)["UploadId"]
    try:
        done = [_put_part(client, bucket, key, upload_id, number, part) for number, part in enumerate(parts, start=1)]
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


def _put_part(
    client: S3Client, bucket: str, key: str, upload_id: str, number: int, body: bytes
) -> CompletedPartTypeDef:
    with translated(key):
        answer = client.upload_part(Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=body)
    return {"ETag": answer["ETag"], "PartNumber": number}


def _abort(client: S3Client, bucket: str, key: str, upload_id: str) -> None:
    with suppress(Unavailable, ObjectMissing), translated(key):
        client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id)


def _remove(client: S3Client, bucket: str, key: str) -> None:
    with suppress(Unavailable, ObjectMissing), translated(key):
        client.delete_object(Bucket=bucket, Key=key)
