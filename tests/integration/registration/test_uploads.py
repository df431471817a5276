"""Uploads in several requests, on the real stores: what was acknowledged is there, sealed, and once."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psutil
import pytest
import tusclient.client
from mypy_boto3_s3 import S3Client

from services.registration.wiring import UPLOADS_PREFIX
from shared.clock import FixedClock
from shared.storage.frames import HEADER_SIZE
from shared.uploads.body import PIECE
from shared.uploads.protocol import MEDIA_TYPE
from tests.support.bad_input_server import Served, served
from tests.support.bus import eventually
from tests.support.files import make_jpeg, make_pdf, make_png, make_zip
from tests.support.hostile_pdfs import PDFS
from tests.support.registration_site import Site
from tests.support.registration_wire import operator
from tests.support.tus import SPOKEN, begin, begun, carry_on, carrying, metadata, offset_of

MIB = 1024 * 1024
OWN = operator(1)
CANARY = b"confidential-canary-of-a-file"


def pictures(size: int) -> bytes:
    """A ZIP of stored pictures that don't pack, at least `size` bytes in all."""
    picture = make_jpeg(4000, 3000)
    noise = os.urandom(MIB)
    filled = picture[:2] + b"".join(b"\xff\xfe\xff\xff" + noise[:65533] for _ in range(15)) + picture[2:]
    count = size // len(filled) + 1
    return make_zip({f"{number}.jpg": filled for number in range(count)}, 0)


@pytest.fixture
def draft(shared_site: Site) -> str:
    return shared_site.create(OWN)


@pytest.fixture(scope="module")
def gunicorn(shared_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(shared_site, tmp_path_factory.mktemp("gunicorn") / "log") as running:
        yield running


def objects_of(s3: S3Client, site: Site, prefix: str = UPLOADS_PREFIX) -> list[bytes]:
    bucket = site.settings.s3_bucket
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]
    return [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys]


def pieces_of(s3: S3Client, site: Site, address: str) -> list[bytes]:
    return objects_of(s3, site, f"{UPLOADS_PREFIX}{address.rpartition('/')[2]}/")


def test_a_file_in_pieces_becomes_the_file_that_was_sent(shared_site: Site, s3: S3Client, draft: str) -> None:
    content = pictures(9 * MIB)
    digest = hashlib.sha256(content).hexdigest()
    address = begin(shared_site, OWN, draft, len(content), name="截图.zip", sha256=digest)

    for start in range(0, len(content), 3 * MIB):
        answer = carry_on(shared_site, OWN, address, start, content[start : start + 3 * MIB])
        assert (answer.status_code, answer.headers["Tus-Resumable"]) == (204, "1.0.0"), answer.text
    file = shared_site.call(OWN, "GET", address).get_json()["file"]

    assert (file["sha256"], file["size"], file["kind"]) == (digest, len(content), "zip")
    download = shared_site.call(OWN, "GET", f"/registrations/{draft}/files/{file['file_id']}")
    assert hashlib.sha256(download.data).hexdigest() == digest
    assert pieces_of(s3, shared_site, address) == []


def test_the_last_request_sent_again_tells_the_same_file(shared_site: Site, draft: str) -> None:
    content = make_png()
    address = begin(shared_site, OWN, draft, len(content))
    first = carry_on(shared_site, OWN, address, 0, content)
    made = shared_site.call(OWN, "GET", address).get_json()["file"]["file_id"]

    again = carry_on(shared_site, OWN, address, len(content), b"")

    assert (first.status_code, again.status_code) == (204, 204)
    assert shared_site.call(OWN, "GET", address).get_json()["file"]["file_id"] == made


def test_what_was_acknowledged_outlives_a_killed_process(
    shared_site: Site, gunicorn: Served, draft: str, s3: S3Client
) -> None:
    content = pictures(18 * MIB)
    address = begin(shared_site, OWN, draft, len(content), name="截图.zip")
    headers = {**carrying(0), **shared_site.issuer.headers(OWN), "Content-Length": str(len(content))}
    halted = threading.Event()

    def trickle() -> Iterator[bytes]:
        for start in range(0, 10 * MIB, MIB):
            yield content[start : start + MIB]
        halted.wait(30)
        raise ConnectionAbortedError

    def send() -> None:
        with suppress(httpx.TransportError, ConnectionAbortedError), httpx.Client(trust_env=False) as client:
            client.patch(f"http://127.0.0.1:{gunicorn.port}{address}", headers=headers, content=trickle())

    sender = threading.Thread(target=send)
    sender.start()
    eventually(lambda: offset_of(shared_site, OWN, address) == 2 * PIECE)
    for worker in psutil.Process(gunicorn.process.pid).children():
        worker.kill()
    halted.set()
    sender.join()

    offset = _offset_over_http(gunicorn, shared_site, address)
    assert offset == 2 * PIECE
    with httpx.Client(trust_env=False, timeout=60) as client:
        url = f"http://127.0.0.1:{gunicorn.port}{address}"
        rest = {**carrying(offset), **shared_site.issuer.headers(OWN)}
        answer = client.patch(url, headers=rest, content=content[offset:])
        file = client.get(url, headers=shared_site.issuer.headers(OWN)).json()["file"]
    assert answer.status_code == 204, answer.text
    assert file["sha256"] == hashlib.sha256(content).hexdigest()


def _offset_over_http(gunicorn: Served, site: Site, address: str) -> int:
    headers = {**SPOKEN, **site.issuer.headers(OWN)}
    answers: list[httpx.Response] = []

    def asked() -> bool:
        with suppress(httpx.TransportError):
            answers.append(httpx.head(f"http://127.0.0.1:{gunicorn.port}{address}", headers=headers, trust_env=False))
        return bool(answers) and answers[-1].status_code == 200

    eventually(asked)
    return int(answers[-1].headers["Upload-Offset"])


@pytest.mark.parametrize("way", ["closed", "reset"])
def test_what_came_before_the_line_broke_is_not_sent_again(
    shared_site: Site, gunicorn: Served, draft: str, way: str
) -> None:
    content = pictures(6 * MIB)
    address = begin(shared_site, OWN, draft, len(content), name="截图.zip")
    headers = {**carrying(0), **shared_site.issuer.headers(OWN), "Content-Length": str(len(content))}

    gunicorn.send(f"PATCH {address} HTTP/1.1", headers, [content[: 5 * MIB + 7]], cut=way)
    offset = offset_of(shared_site, OWN, address)
    answer = carry_on(shared_site, OWN, address, offset, content[offset:])

    assert offset == 5 * MIB + 7 if way == "closed" else PIECE <= offset <= 5 * MIB + 7
    assert answer.status_code == 204, answer.text
    digest = shared_site.call(OWN, "GET", address).get_json()["file"]["sha256"]
    assert digest == hashlib.sha256(content).hexdigest()


def test_bytes_that_were_stored_and_not_recorded_never_share_a_key_with_those_sent_again(
    shared_site: Site, s3: S3Client, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = begin(shared_site, OWN, draft, 3 * MIB, name="a.pdf")
    monkeypatch.setenv("TONGBAO_FAILPOINTS", "upload.piece_not_recorded:raise:1")
    lost = carry_on(shared_site, OWN, address, 0, b"a" * MIB)
    monkeypatch.delenv("TONGBAO_FAILPOINTS")

    offset = offset_of(shared_site, OWN, address)
    carry_on(shared_site, OWN, address, 0, b"b" * MIB)

    headers = [sealed[:HEADER_SIZE] for sealed in pieces_of(s3, shared_site, address)]
    assert (lost.status_code, offset) == (500, 0)
    assert len(headers) == len({header[8:] for header in headers}) == 2  # key id, salt, prefix and commitment


def test_nothing_of_a_piece_is_readable_where_it_is_kept(shared_site: Site, s3: S3Client, draft: str) -> None:
    address = begin(shared_site, OWN, draft, 2 * MIB, name="机密的文件名.pdf")
    carry_on(shared_site, OWN, address, 0, CANARY * 1000)

    kept = b"".join(pieces_of(s3, shared_site, address))
    row = str(shared_site.wired.database["uploads"].find_one({"_id": address.rpartition("/")[2]})).encode()

    assert len(kept) > 1000 * len(CANARY)
    assert CANARY not in kept
    assert b"confidential" not in row
    assert b64encode("机密的文件名".encode()) not in row


def test_of_two_requests_at_one_place_one_counts(shared_site: Site, s3: S3Client, draft: str) -> None:
    uploads = shared_site.wired.uploads
    address = begin(shared_site, OWN, draft, 3 * MIB, name="a.pdf")
    seen = uploads.get(address.rpartition("/")[2], OWN.account_id)
    uploads.receive(seen, io.BytesIO(b"a" * MIB), None)

    answer = carry_on(shared_site, OWN, address, 0, b"b" * MIB)
    with pytest.raises(Exception, match="upload_offset"):
        uploads.receive(seen, io.BytesIO(b"b" * MIB), None)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "upload_offset")
    assert len(pieces_of(s3, shared_site, address)) == 1


def test_a_piece_that_was_put_elsewhere_is_not_taken(shared_site: Site, draft: str) -> None:
    first = begin(shared_site, OWN, draft, 2 * MIB, name="a.pdf")
    second = begin(shared_site, OWN, draft, 2 * MIB, name="a.pdf")
    for address in (first, second):
        carry_on(shared_site, OWN, address, 0, b"x" * MIB)
    rows = shared_site.wired.database["uploads"]
    moved = rows.find_one({"_id": first.rpartition("/")[2]})
    rows.update_one({"_id": second.rpartition("/")[2]}, {"$set": {"pieces": moved["pieces"]}})

    answer = shared_site.call(OWN, "GET", second)

    assert answer.status_code == 500
    rows.delete_one({"_id": second.rpartition("/")[2]})


def test_a_checksum_decides_over_all_of_a_request(shared_site: Site, s3: S3Client, draft: str) -> None:
    data = os.urandom(5 * MIB)
    address = begin(shared_site, OWN, draft, 8 * MIB, name="a.pdf")
    right = "sha1 " + b64encode(hashlib.sha1(data).digest()).decode()  # noqa: S324  # the protocol's own

    wrong = carry_on(shared_site, OWN, address, 0, data[:-1] + b"?", Upload_Checksum=right)
    stayed = offset_of(shared_site, OWN, address), len(pieces_of(s3, shared_site, address))
    good = carry_on(shared_site, OWN, address, 0, data, Upload_Checksum=right)

    assert (wrong.status_code, wrong.get_json()["code"], stayed) == (460, "checksum_mismatch", (0, 0))
    assert (good.status_code, good.headers["Upload-Offset"]) == (204, str(5 * MIB))


def test_a_refused_file_leaves_nothing(shared_site: Site, s3: S3Client, draft: str) -> None:
    name, build, code = next(iter(PDFS.values()))
    content = build()
    address = begin(shared_site, OWN, draft, len(content), name=name)

    answer = carry_on(shared_site, OWN, address, 0, content)

    assert answer.status_code == 422
    assert code in {error["code"] for error in answer.get_json()["errors"]}
    assert shared_site.call(OWN, "GET", address).status_code == 404
    assert pieces_of(s3, shared_site, address) == []


def test_a_file_that_is_not_the_one_that_was_announced_is_refused(shared_site: Site, draft: str) -> None:
    content = make_png()
    address = begin(shared_site, OWN, draft, len(content), sha256=hashlib.sha256(b"other").hexdigest())

    answer = carry_on(shared_site, OWN, address, 0, content)

    assert [error["code"] for error in answer.get_json()["errors"]] == ["file_not_as_sent"]


def test_an_upload_given_up_is_gone(shared_site: Site, s3: S3Client, draft: str) -> None:
    address = begin(shared_site, OWN, draft, 2 * MIB, name="a.pdf")
    carry_on(shared_site, OWN, address, 0, b"x" * MIB)
    listed = shared_site.call(OWN, "GET", f"/registrations/{draft}/uploads").get_json()["items"]

    answer = shared_site.call(OWN, "DELETE", address, headers=SPOKEN)

    assert [(item["name"], item["offset"], item["length"]) for item in listed] == [("a.pdf", MIB, 2 * MIB)]
    assert answer.status_code == 204
    assert shared_site.call(OWN, "HEAD", address, headers=SPOKEN).status_code == 404
    assert pieces_of(s3, shared_site, address) == []


def test_what_is_not_ended_in_time_is_swept(shared_site: Site, s3: S3Client, draft: str) -> None:
    address = begin(shared_site, OWN, draft, 2 * MIB, name="a.pdf")
    carry_on(shared_site, OWN, address, 0, b"x" * MIB)
    unknown = f"{UPLOADS_PREFIX}{'0' * 32}/{'1' * 32}"
    s3.put_object(Bucket=shared_site.settings.s3_bucket, Key=unknown, Body=b"orphan")
    s3.create_multipart_upload(Bucket=shared_site.settings.s3_bucket, Key=unknown)
    tomorrow = replace(shared_site.wired.uploads, clock=FixedClock(datetime.now(UTC) + timedelta(hours=25)))

    kept = shared_site.wired.uploads.sweep()
    swept = tomorrow.sweep()

    assert (kept.rows, kept.objects, kept.uploads) == (0, 0, 0)
    assert swept.rows >= 1
    assert swept.objects >= 1
    assert swept.uploads == 1
    assert objects_of(s3, shared_site, unknown) == []
    assert pieces_of(s3, shared_site, address) == []
    assert shared_site.call(OWN, "GET", address).status_code == 404


def test_a_file_over_the_limit_is_refused_before_any_of_it_comes(shared_site: Site, draft: str) -> None:
    headers = {"Upload-Length": str(50 * MIB + 1), "Upload-Metadata": metadata("a.pdf", "3")}

    answer = begun(shared_site, OWN, draft, headers)

    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_large")


def test_more_bytes_than_announced_are_refused(shared_site: Site, draft: str) -> None:
    address = begin(shared_site, OWN, draft, 1000, name="a.pdf")

    answer = carry_on(shared_site, OWN, address, 0, b"x" * 1001)

    assert answer.status_code == 413


def test_a_server_says_what_it_speaks(shared_site: Site, draft: str) -> None:
    answer = shared_site.call(OWN, "OPTIONS", f"/registrations/{draft}/uploads")
    stranger = shared_site.call(OWN, "POST", f"/registrations/{draft}/uploads", headers={"Tus-Resumable": "0.2.2"})

    assert answer.headers["Tus-Extension"] == "creation,checksum,expiration,termination"
    assert (answer.headers["Tus-Version"], answer.headers["Tus-Max-Size"]) == ("1.0.0", str(50 * MIB))
    assert (stranger.status_code, stranger.headers["Tus-Version"]) == (412, "1.0.0")


def test_a_client_that_others_wrote_is_understood(
    shared_site: Site, gunicorn: Served, draft: str, tmp_path: Path
) -> None:
    content = pictures(6 * MIB)
    headers = dict(shared_site.issuer.headers(OWN))
    client = tusclient.client.TusClient(f"http://127.0.0.1:{gunicorn.port}/registrations/{draft}/uploads", headers)
    said = {"filename": "截图.zip", "material": "3"}

    broken = client.uploader(file_stream=io.BytesIO(content), metadata=said, chunk_size=MIB, upload_checksum=True)
    broken.upload(stop_at=2 * MIB)
    resumed = client.uploader(file_stream=io.BytesIO(content), url=broken.url, chunk_size=MIB, upload_checksum=True)
    resumed.upload()

    answer = httpx.get(str(broken.url), headers=headers, trust_env=False).json()
    assert answer["file"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_memory_stays_small_while_a_large_file_comes_in(shared_site: Site, gunicorn: Served, draft: str) -> None:
    content = make_pdf() + b"\n" * (45 * MIB)
    address = begin(shared_site, OWN, draft, 49 * MIB, name="a.pdf")
    headers = {**carrying(0), **shared_site.issuer.headers(OWN), "Content-Length": str(len(content))}
    gunicorn.send(f"PATCH {address} HTTP/1.1", headers | {"Content-Length": "1"}, [content[:1]])
    before = gunicorn.highest_memory()

    answer = gunicorn.send(
        f"PATCH {address} HTTP/1.1",
        headers | {"Upload-Offset": "1", "Content-Length": str(len(content) - 1), "Content-Type": MEDIA_TYPE},
        (content[start : start + MIB] for start in range(1, len(content), MIB)),
    )

    assert answer.status == 204, answer.body
    assert gunicorn.highest_memory() - before <= 25 * MIB
