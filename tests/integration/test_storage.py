"""Sealed objects on the real S3 store."""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from shared.crypto.errors import KeyDestroyed
from shared.crypto.keyring import Keyring
from shared.crypto.suites import Suite
from shared.errors import TooLarge, Unavailable
from shared.storage.errors import ObjectBroken, ObjectMissing, SourceEndedEarly
from shared.storage.objects import SealedObjects, StoredObject
from shared.storage.s3 import connect
from shared.storage.sweep import FileRow, sweep
from tests.support.keys import make_keyring

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MIB = 1024 * 1024
LIMIT = 64 * MIB


@pytest.fixture
def keyring() -> Keyring:
    return make_keyring()


@pytest.fixture
def objects(s3: "S3Client", bucket: str, keyring: Keyring) -> SealedObjects:
    return SealedObjects(s3, bucket, keyring)


def keys_in(s3: "S3Client", bucket: str) -> set[str]:
    return {entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}


def uploads_in(s3: "S3Client", bucket: str) -> set[str]:
    try:
        return {entry["Key"] for entry in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])}
    except s3.exceptions.NoSuchUpload:  # what this store says of a bucket that never had an upload
        return set()


def raw(s3: "S3Client", bucket: str, key: str) -> bytes:
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


@pytest.mark.parametrize("suite", list(Suite))
@pytest.mark.parametrize("size", [0, 1, MIB, 5 * MIB - 1, 5 * MIB, 11 * MIB + 77])
def test_what_is_stored_comes_back(s3: "S3Client", bucket: str, suite: Suite, size: int) -> None:
    objects = SealedObjects(s3, bucket, make_keyring(suite))
    plain = os.urandom(size)

    stored = objects.put("files/a", "u1", io.BytesIO(plain), LIMIT, expected=size)

    assert b"".join(objects.stream(stored)) == plain
    assert objects.open(stored).read() == plain
    assert stored.sha256 == hashlib.sha256(plain).hexdigest()
    assert stored.sealed_sha256 == hashlib.sha256(raw(s3, bucket, "files/a")).hexdigest()
    assert StoredObject.from_document(stored.to_document()) == stored
    objects.check(stored)


def test_nothing_of_the_file_is_readable_in_the_store(s3: "S3Client", bucket: str, objects: SealedObjects) -> None:
    canary = b"canary of a confidential file "

    objects.put("files/a", "u1", io.BytesIO(canary * 300_000), LIMIT)

    assert canary not in raw(s3, bucket, "files/a")


def test_a_reader_takes_the_ranges_it_needs(objects: SealedObjects) -> None:
    plain = os.urandom(7 * MIB + 5)
    stored = objects.put("files/a", "u1", io.BytesIO(plain), LIMIT)

    with objects.open(stored) as reader:
        for position, length in ((-100, 100), (3 * MIB - 10, 20), (0, 4)):
            reader.seek(position, io.SEEK_END if position < 0 else io.SEEK_SET)
            start = reader.tell()
            assert reader.read(length) == plain[start : start + length]


@pytest.mark.parametrize("size", [101, 2 * MIB, 12 * MIB])
def test_a_file_over_the_limit_leaves_nothing(s3: "S3Client", bucket: str, objects: SealedObjects, size: int) -> None:
    with pytest.raises(TooLarge):
        objects.put("files/a", "u1", io.BytesIO(bytes(size)), size - 1)

    assert keys_in(s3, bucket) == set()
    assert uploads_in(s3, bucket) == set()


class _Broken(io.RawIOBase):
    """A stream whose sender goes away after `size` bytes."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._left = size

    def read(self, size: int = -1) -> bytes:
        if not self._left:
            raise ConnectionResetError
        taken = min(size, self._left)
        self._left -= taken
        return bytes(taken)


@pytest.mark.parametrize("size", [0, 100, 3 * MIB, 12 * MIB])
def test_a_sender_that_goes_away_leaves_nothing(s3: "S3Client", bucket: str, objects: SealedObjects, size: int) -> None:
    with pytest.raises(ConnectionResetError):
        objects.put("files/a", "u1", _Broken(size), LIMIT)  # type: ignore[arg-type]
    with pytest.raises(SourceEndedEarly):
        objects.put("files/b", "u1", io.BytesIO(bytes(size)), LIMIT, expected=size + 1)

    assert keys_in(s3, bucket) == set()
    assert uploads_in(s3, bucket) == set()


def _flip(sealed: bytes, position: int) -> bytes:
    changed = bytearray(sealed)
    changed[position] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("fault", ["header", "first frame", "last frame", "cut", "cut to nothing", "longer"])
def test_an_object_that_was_changed_in_the_store_is_refused(
    s3: "S3Client", bucket: str, objects: SealedObjects, fault: str
) -> None:
    plain = os.urandom(3 * MIB)
    stored = objects.put("files/a", "u1", io.BytesIO(plain), LIMIT)
    sealed = raw(s3, bucket, "files/a")
    faulty = {
        "header": _flip(sealed, 30),
        "first frame": _flip(sealed, 500),
        "last frame": _flip(sealed, len(sealed) - 1),
        "cut": sealed[: -MIB - 16],
        "cut to nothing": b"",
        "longer": sealed + sealed[-MIB - 16 :],
    }[fault]
    s3.put_object(Bucket=bucket, Key="files/a", Body=faulty)

    released: list[bytes] = []
    with pytest.raises(ObjectBroken):
        released.extend(objects.stream(stored))
    with pytest.raises(ObjectBroken):
        objects.open(stored).read()

    assert plain.startswith(b"".join(released))


def test_an_object_that_was_swapped_or_rolled_back_is_refused(
    s3: "S3Client", bucket: str, objects: SealedObjects
) -> None:
    first = objects.put("files/a", "u1", io.BytesIO(b"first version "), LIMIT)
    old = raw(s3, bucket, "files/a")
    second = objects.put("files/a", "u1", io.BytesIO(b"second version"), LIMIT)
    other = objects.put("files/b", "u1", io.BytesIO(b"other file    "), LIMIT)

    for stored, body in ((second, old), (second, raw(s3, bucket, "files/b")), (other, old)):
        s3.put_object(Bucket=bucket, Key=stored.key, Body=body)
        with pytest.raises(ObjectBroken):
            objects.open(stored)
        with pytest.raises(ObjectBroken):
            next(objects.stream(stored))

    assert first.layout == second.layout


def test_a_missing_object_is_missing_and_deleting_it_is_no_error(objects: SealedObjects) -> None:
    stored = objects.put("files/a", "u1", io.BytesIO(b"x"), LIMIT)

    objects.delete("files/a")
    objects.delete("files/a")

    with pytest.raises(ObjectMissing):
        objects.open(stored)
    with pytest.raises(ObjectMissing):
        next(objects.stream(stored))


def test_files_of_a_unit_do_not_open_after_its_key_was_destroyed(objects: SealedObjects, keyring: Keyring) -> None:
    stored = objects.put("files/a", "u1", io.BytesIO(b"x"), LIMIT)

    keyring.destroy("u1")

    with pytest.raises(KeyDestroyed):
        objects.open(stored)
    with pytest.raises(KeyDestroyed):
        objects.put("files/b", "u1", io.BytesIO(b"x"), LIMIT)


class _Rows:
    def __init__(self, *rows: FileRow) -> None:
        self.rows = set(rows)

    def list_older_than(self, before: datetime) -> Iterator[FileRow]:
        return iter(self.rows.copy())

    def has_key(self, key: str) -> bool:
        return any(row.key == key for row in self.rows)

    def forget(self, row: FileRow) -> bool:
        self.rows.remove(row)
        return True


def test_the_sweep_takes_both_halves_and_uploads_that_never_ended(
    s3: "S3Client", bucket: str, objects: SealedObjects
) -> None:
    for name in ("claimed", "unclaimed", "orphan"):
        objects.put(f"files/{name}", "u1", io.BytesIO(b"x"), LIMIT)
    objects.put("elsewhere/orphan", "u1", io.BytesIO(b"x"), LIMIT)
    s3.create_multipart_upload(Bucket=bucket, Key="files/never-ended")
    rows = _Rows(*(FileRow(name, f"files/{name}") for name in ("claimed", "unclaimed")))
    soon = datetime.now(UTC) + timedelta(minutes=1)

    early = sweep(objects, _Rows(), lambda _: False, soon - timedelta(days=1), "files/")
    swept = sweep(objects, rows, lambda row: row.id == "claimed", soon, "files/")

    assert (early.rows, early.objects, early.uploads) == (0, 0, 0)
    assert (swept.rows, swept.objects, swept.uploads) == (1, 1, 1)
    assert keys_in(s3, bucket) == {"files/claimed", "elsewhere/orphan"}
    assert uploads_in(s3, bucket) == set()


def test_a_sweep_finds_nothing_in_a_bucket_that_never_had_an_upload(objects: SealedObjects) -> None:
    assert objects.abort_older_than("files/", datetime.now(UTC)) == 0


def test_a_bucket_is_made_once(s3: "S3Client", bucket: str, keyring: Keyring) -> None:
    objects = SealedObjects(s3, f"{bucket}-more", keyring)
    with pytest.raises(Unavailable):
        objects.check_ready()

    objects.prepare()
    objects.prepare()

    objects.check_ready()


def test_a_store_that_does_not_answer_is_unavailable(keyring: Keyring) -> None:
    nowhere = connect("http://127.0.0.1:9", "key", "secret")
    objects = SealedObjects(nowhere, "bucket", keyring)

    with pytest.raises(Unavailable):
        objects.put("files/a", "u1", io.BytesIO(b"x"), LIMIT)
    with pytest.raises(Unavailable):
        objects.check_ready()


MEMORY_PROBE = """
import io, sys
from shared.storage.objects import SealedObjects
from shared.storage.s3 import connect
from tests.support.keys import make_keyring

MIB = 1024 * 1024

class Zeros(io.RawIOBase):
    left = int(sys.argv[4]) * MIB
    def read(self, size=-1):
        taken = min(size, self.left)
        self.left -= taken
        return bytes(taken)

def peak():
    # Of this program only: `ru_maxrss` would begin with that of the process that started it.
    lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return int(lines["VmHWM"].split()[0]) / 1024

objects = SealedObjects(connect(*sys.argv[1:4]), sys.argv[5], make_keyring())
warm = objects.put("files/warm", "u1", io.BytesIO(b"x"), MIB)
list(objects.stream(warm))
before = peak()
stored = objects.put("files/large", "u1", Zeros(), 10**12)
up = peak()
assert sum(map(len, objects.stream(stored))) == stored.plain_size
reader = objects.open(stored)
while reader.read(300_000):
    pass
print(up - before, peak() - before)
"""

STEADY = {"MALLOC_MMAP_THRESHOLD_": str(128 * 1024)}
"""The C library's own threshold, kept where it begins: it would rise when the first part is freed, and then it is chance
how many holes of a part's size the heap gets, which counts as memory although the program holds nothing in them."""

MOST_MIB = 20
"""Three parts of 5 MiB, one of them growing, and a few frames; a fourth part would be noticed."""


def test_memory_stays_small_however_large_the_file(s3: "S3Client", bucket: str) -> None:
    credentials = s3._request_signer._credentials  # type: ignore[attr-defined]  # the fixture's, for another process
    arguments = [s3.meta.endpoint_url, credentials.access_key, credentials.secret_key, "150", bucket]

    probe = subprocess.run(
        [sys.executable, "-c", MEMORY_PROBE, *arguments],
        env={**os.environ, **STEADY},
        capture_output=True,
        text=True,
        check=True,
    )

    up, down = (float(growth) for growth in probe.stdout.split())
    assert up <= MOST_MIB
    assert down <= MOST_MIB
