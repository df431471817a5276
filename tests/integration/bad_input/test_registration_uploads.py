"""Files that are wrong, too large, badly named or cut off are refused, and nothing of them stays."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from mypy_boto3_s3 import S3Client

from tests.support.bad_input import PROBLEM, Stores, objects_in, refusal
from tests.support.bad_input_server import Served, served
from tests.support.files import make_jpeg, make_pdf, make_png
from tests.support.hostile_packages import PACKAGES
from tests.support.hostile_pdfs import PDFS, PICTURES
from tests.support.registration_site import Site
from tests.support.rights_registration import OWN, PEOPLE, Ground

MIB = 1024 * 1024
PDF = make_pdf("营业执照")

NAMES = {
    "path": "../../etc/passwd.pdf", "absolute path": "/etc/a.pdf", "Windows path": "C:\\a.pdf", "folder": "a/b.pdf",
    "full-width slash": "a／b.pdf", "line break": "a\r\nX-A: 1.pdf", "zero": "a\x00.pdf", "escape": "\x1b[31m.pdf",
    "bidi": "a\u202efdp.exe.pdf", "device": "CON.pdf", "dots": "..", "only blanks": "  ", "blank at the end": "a.pdf ",
    "300 characters": "长" * 300 + ".pdf", "no extension": "licence", "symbols": 'a<b>|"?*.pdf', "operator": '{"$ne": null}',
    "two extensions": "a.pdf.exe", "line separator": "a\u2028.pdf", "noncharacter": "a\ufffe.pdf",
}  # fmt: skip

CONTENTS: dict[str, tuple[str, bytes]] = {
    "0 bytes": ("a.pdf", b""),
    "text": ("a.pdf", b"hello"),
    "HTML": ("a.pdf", b"<html><script>alert(1)</script></html>"),
    "SVG": ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "a program": ("a.pdf", b"MZ\x90\x00" * 100),
    "a picture as PDF": ("a.pdf", make_png()),
    "a PDF as picture": ("a.png", PDF),
    "a JPEG as PNG": ("a.png", make_jpeg()),
    "a PDF cut off": ("a.pdf", PDF[: len(PDF) // 2]),
    "a picture cut off": ("a.png", make_png()[:-20]),
    "data after it": ("a.pdf", PDF + b"x" * 5000),
    "the mark alone": ("a.pdf", b"%PDF-1.7"),
    "a kind that the slot does not take": ("a.docx", PACKAGES["a Word file with macros"][1]()),
}
HOSTILE = {**PDFS, **PICTURES, **PACKAGES}
SOME_HOSTILE = sorted(HOSTILE)[::5]

CUTS = {
    "no byte": 0,
    "a file by itself": len(PDF),
    "one byte": 1,
    "within the first frame": 300_000,
    "after the first part": 6 * MIB,
    "late": 12 * MIB,
}


@pytest.fixture
def kept(ground: Ground, s3: S3Client) -> Iterator[Stores]:
    """Look that nothing of what a test sends stays."""
    stores = Stores(ground.site.wired.database)
    before = stores.documents(), objects_in(s3, ground.site.settings.s3_bucket)
    yield stores
    assert (stores.documents(), objects_in(s3, ground.site.settings.s3_bucket)) == before


@pytest.fixture(scope="module")
def gunicorn(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with served(ground.site, log) as running:
        yield running
    text = log.read_text()
    assert [line for line in text.splitlines() if '"status": 5' in line or "Traceback" in line] == []


def _draft(ground: Ground) -> str:
    return f"/registrations/{ground.targets['draft'].id}/files"


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_file_name_is_refused(ground: Ground, kept: Stores, name: str) -> None:
    answer = ground.site.upload(OWN, ground.targets["draft"].id, "2", quote(NAMES[name], safe=""), PDF)

    assert refusal(answer, statuses=frozenset({400, 422})) == ""


@pytest.mark.parametrize("content", CONTENTS)
def test_wrong_content_is_refused(ground: Ground, kept: Stores, content: str) -> None:
    name, data = CONTENTS[content]

    answer = ground.site.upload(OWN, ground.targets["draft"].id, "2", name, data)

    assert refusal(answer, "/file", frozenset({422})) == ""


@pytest.mark.parametrize("hostile", SOME_HOSTILE)
def test_a_hostile_file_is_refused(ground: Ground, kept: Stores, hostile: str) -> None:
    name, build, code = HOSTILE[hostile]

    answer = ground.site.upload(OWN, ground.targets["draft"].id, "3", name, build())

    assert refusal(answer, "/file", frozenset({422})) == ""
    assert code in {error["code"] for error in answer.get_json()["errors"]}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-File-Name": ""}, 400),
        ({"X-File-Name": "%ff%fe.pdf"}, 400),
        ({"X-File-Name": "x" * 2001}, 400),
        ({"X-Material": ""}, 400),
        ({"X-Material": "6"}, 400),
        ({"X-Material": '{"$ne": null}'}, 400),
        ({"Content-Type": "application/pdf"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Content-Type": "application/json"}, 415),
    ],
)
def test_an_upload_states_what_it_is(ground: Ground, kept: Stores, headers: dict[str, str], status: int) -> None:
    right = {"Content-Type": "application/octet-stream", "X-File-Name": "a.pdf", "X-Material": "2"}

    answer = ground.site.call(OWN, "POST", _draft(ground), headers={**right, **headers}, data=PDF)

    assert refusal(answer, statuses=frozenset({status})) == ""


@pytest.mark.parametrize(
    ("person", "target", "status"),
    [("own", "submitted", 409), ("own", "approved", 409), ("rival", "draft", 404), ("county", "draft", 403)],
)
def test_a_file_is_taken_only_where_one_is_expected(
    ground: Ground, kept: Stores, person: str, target: str, status: int
) -> None:
    actor = PEOPLE[person]
    assert actor is not None

    answer = ground.site.upload(actor, ground.targets[target].id, "2", "a.pdf", PDF)

    assert refusal(answer, statuses=frozenset({status})) == ""


def test_a_part_that_was_not_reopened_takes_no_file(ground: Ground, kept: Stores) -> None:
    answer = ground.site.upload(OWN, ground.targets["returned"].id, "2", "a.pdf", PDF)

    assert refusal(answer, statuses=frozenset({409})) == ""


def _upload_headers(site: Site, **headers: str) -> dict[str, str]:
    right = {"Content-Type": "application/octet-stream", "X-File-Name": "a.pdf", "X-Material": "2"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return right | site.issuer.headers(OWN) | named


@pytest.mark.parametrize("way", ["closed", "reset"])
@pytest.mark.parametrize("cut", CUTS)
def test_an_upload_that_is_cut_off_leaves_nothing(
    ground: Ground, gunicorn: Served, kept: Stores, cut: str, way: str
) -> None:
    headers = _upload_headers(ground.site, Content_Length=str(15 * MIB))
    content = (PDF + b"\n" * 15 * MIB)[: CUTS[cut]]

    answer = gunicorn.send(f"POST {_draft(ground)} HTTP/1.1", headers, [content], cut=way)

    assert (answer.status, answer.media_type) == ((400, PROBLEM) if way == "closed" else (None, "")), answer.body


def test_a_body_whose_chunks_break_off_leaves_nothing(ground: Ground, gunicorn: Served, kept: Stores) -> None:
    headers = _upload_headers(ground.site, Transfer_Encoding="chunked")

    answer = gunicorn.send(f"POST {_draft(ground)} HTTP/1.1", headers, [b"100000\r\n" + PDF], cut="closed")

    assert (answer.status, answer.media_type) == (400, PROBLEM), answer.body


def test_a_good_upload_gets_through_gunicorn(ground: Ground, gunicorn: Served) -> None:
    headers = _upload_headers(ground.site, Content_Length=str(len(PDF)))

    answer = gunicorn.send(f"POST {_draft(ground)} HTTP/1.1", headers, [PDF])

    assert answer.status == 201, answer.body


@pytest.mark.parametrize(
    ("headers", "size"),
    [
        ({"Content_Length": str(21 * MIB)}, 21 * MIB),
        ({"Content_Length": str(51 * MIB)}, 51 * MIB),
        ({"Content_Length": "9" * 18}, 1 * MIB),
        ({"Transfer_Encoding": "chunked"}, 60 * MIB),
    ],
    ids=["over the slot's limit", "over every limit", "claims an exabyte", "states no size"],
)
def test_a_file_that_is_too_large_is_refused_without_being_held(
    ground: Ground, gunicorn: Served, kept: Stores, headers: dict[str, str], size: int
) -> None:
    before = gunicorn.highest_memory()
    piece = PDF + b"\n" * (MIB - len(PDF))
    chunk = b"100000\r\n" + piece + b"\r\n" if "Transfer_Encoding" in headers else piece
    sent = _upload_headers(ground.site, **headers)

    answer = gunicorn.send(f"POST {_draft(ground)} HTTP/1.1", sent, (chunk for _ in range(size // MIB)))

    assert answer.status in (413, None), answer.body  # None: the answer was lost with the connection
    assert gunicorn.highest_memory() - before < 40 * MIB
