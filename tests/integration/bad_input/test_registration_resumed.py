"""Uploads in several requests that state wrong things are refused, and what has arrived stays as it was."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping

import pytest
from mypy_boto3_s3 import S3Client
from werkzeug.test import TestResponse

from shared.uploads.protocol import MEDIA_TYPE
from tests.support.bad_input import Stores, objects_in, refusal
from tests.support.rights_registration import OWN, PEOPLE, Ground
from tests.support.tus import SPOKEN, begin, begun, carrying, metadata

GOOD = {"Upload-Length": "1000", "Upload-Metadata": metadata("a.pdf", "2")}
DIGEST = b64encode(bytes(20)).decode()

BEGINNINGS: Mapping[str, tuple[Mapping[str, str], int]] = {
    "no version": ({"Tus-Resumable": ""}, 412),
    "another version": ({"Tus-Resumable": "0.2.2"}, 412),
    "two versions": ({"Tus-Resumable": "1.0.0, 0.2.2"}, 412),
    "no length": ({"Upload-Length": ""}, 400),
    "a negative length": ({"Upload-Length": "-1"}, 400),
    "a length with a sign": ({"Upload-Length": "+5"}, 400),
    "a fraction": ({"Upload-Length": "1.5"}, 400),
    "a wide digit": ({"Upload-Length": "１"}, 400),
    "an operator": ({"Upload-Length": '{"$gt": 0}'}, 400),
    "an exabyte": ({"Upload-Length": "9" * 18}, 400),
    "a petabyte": ({"Upload-Length": "9" * 15}, 413),
    "a byte over the slot's limit": ({"Upload-Length": str(20 * 1024 * 1024 + 1)}, 413),
    "an empty file": ({"Upload-Length": "0"}, 422),
    "a length to be told later": ({"Upload-Length": "", "Upload-Defer-Length": "1"}, 400),
    "no metadata": ({"Upload-Metadata": ""}, 400),
    "no material": ({"Upload-Metadata": f"filename {b64encode(b'a.pdf').decode()}"}, 400),
    "an unknown material": ({"Upload-Metadata": metadata("a.pdf", "6")}, 400),
    "an operator for a material": ({"Upload-Metadata": metadata("a.pdf", '{"$ne": null}')}, 400),
    "an unknown key": ({"Upload-Metadata": metadata("a.pdf", "2", unit_id="x")}, 400),
    "a doubled key": ({"Upload-Metadata": f"{metadata('a.pdf', '2')},material Mg=="}, 400),
    "no Base64": ({"Upload-Metadata": "filename a.pdf,material 2"}, 400),
    "no UTF-8": ({"Upload-Metadata": "filename //4=,material Mg=="}, 400),
    "empty pairs": ({"Upload-Metadata": ",,,"}, 400),
    "too much of it": ({"Upload-Metadata": metadata("a" * 4000, "2")}, 400),
    "a digest that is none": ({"Upload-Metadata": metadata("a.pdf", "2", sha256="x" * 64)}, 400),
    "no name": ({"Upload-Metadata": metadata("", "2")}, 422),
    "a path for a name": ({"Upload-Metadata": metadata("../a.pdf", "2")}, 422),
    "a line break in the name": ({"Upload-Metadata": metadata("a\r\nX: 1.pdf", "2")}, 422),
    "bidi in the name": ({"Upload-Metadata": metadata("a\u202efdp.exe.pdf", "2")}, 422),
    "a kind that the slot does not take": ({"Upload-Metadata": metadata("a.docx", "2")}, 422),
    "a program": ({"Upload-Metadata": metadata("a.pdf.exe", "2")}, 422),
}

CONTINUATIONS: Mapping[str, tuple[Mapping[str, str], int]] = {
    "no version": ({"Tus-Resumable": ""}, 412),
    "no offset": ({"Upload-Offset": ""}, 400),
    "a negative offset": ({"Upload-Offset": "-5"}, 400),
    "an operator for an offset": ({"Upload-Offset": '{"$gt": 0}'}, 400),
    "an offset before what has come": ({"Upload-Offset": "0"}, 409),
    "an offset beyond what has come": ({"Upload-Offset": "9"}, 409),
    "an offset beyond the end": ({"Upload-Offset": "9" * 15}, 409),
    "another media type": ({"Content-Type": "application/octet-stream"}, 415),
    "JSON": ({"Content-Type": "application/json"}, 415),
    "a form": ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
    "an unknown digest": ({"Upload-Checksum": f"md5 {DIGEST}"}, 400),
    "a digest that is no Base64": ({"Upload-Checksum": "sha1 %%%"}, 400),
    "a digest that is too short": ({"Upload-Checksum": "sha1 AAAA"}, 400),
    "a digest without its name": ({"Upload-Checksum": DIGEST}, 400),
    "a digest of something else": ({"Upload-Checksum": f"sha1 {DIGEST}"}, 460),
}


@pytest.fixture
def kept(ground: Ground, s3: S3Client) -> Iterator[Stores]:
    """Look that nothing of what a test sends stays."""
    stores = Stores(ground.site.wired.database)
    before = stores.documents(), objects_in(s3, ground.site.settings.s3_bucket)
    yield stores
    assert (stores.documents(), objects_in(s3, ground.site.settings.s3_bucket)) == before


@pytest.fixture
def half(ground: Ground) -> Iterator[str]:
    """The address of an upload in which five bytes have arrived."""
    address = begin(ground.site, OWN, ground.targets["draft"].id, 1000, name="a.pdf", material="2")
    assert _patch(ground, address, {"Upload-Offset": "0"}, b"%PDF-").status_code == 204
    yield address
    ground.site.call(OWN, "DELETE", address, headers=SPOKEN)


def _patch(ground: Ground, address: str, headers: Mapping[str, str], data: bytes = b"x") -> TestResponse:
    sent = {name: value for name, value in {**carrying(5), **headers}.items() if value}
    return ground.site.call(OWN, "PATCH", address, headers=sent, data=data)


@pytest.mark.parametrize("fault", BEGINNINGS)
def test_a_wrong_beginning_is_refused(ground: Ground, kept: Stores, fault: str) -> None:
    headers, status = BEGINNINGS[fault]
    sent = {name: value for name, value in {**SPOKEN, **GOOD, **headers}.items() if value}

    path = f"/registrations/{ground.targets['draft'].id}/uploads"
    answer = ground.site.call(OWN, "POST", path, headers=sent)

    assert refusal(answer, statuses=frozenset({status})) == ""


def test_a_beginning_with_content_is_refused(ground: Ground, kept: Stores) -> None:
    path = f"/registrations/{ground.targets['draft'].id}/uploads"

    answer = ground.site.call(OWN, "POST", path, headers={**SPOKEN, **GOOD, "Content-Type": MEDIA_TYPE}, data=b"x")

    assert refusal(answer, statuses=frozenset({400})) == ""


@pytest.mark.parametrize("fault", CONTINUATIONS)
def test_a_wrong_continuation_is_refused_and_changes_nothing(
    ground: Ground, half: str, kept: Stores, fault: str
) -> None:
    headers, status = CONTINUATIONS[fault]

    answer = _patch(ground, half, headers)

    assert refusal(answer, statuses=frozenset({status})) == ""


@pytest.mark.parametrize(
    ("person", "target", "status"),
    [("own", "submitted", 409), ("own", "approved", 409), ("rival", "draft", 404), ("county", "draft", 403)],
)
def test_an_upload_begins_only_where_a_file_is_expected(
    ground: Ground, kept: Stores, person: str, target: str, status: int
) -> None:
    actor = PEOPLE[person]
    assert actor is not None

    answer = begun(ground.site, actor, ground.targets[target].id, GOOD)

    assert refusal(answer, statuses=frozenset({status})) == ""


def test_a_part_that_was_not_reopened_takes_no_upload(ground: Ground, kept: Stores) -> None:
    answer = begun(ground.site, OWN, ground.targets["returned"].id, GOOD)

    assert refusal(answer, statuses=frozenset({409})) == ""


def test_nobody_opens_uploads_without_end(ground: Ground) -> None:
    registration_id = ground.site.create(OWN)
    for _ in range(20):
        begin(ground.site, OWN, registration_id, 1000, name="a.pdf", material="2")

    answer = begun(ground.site, OWN, registration_id, GOOD)

    assert refusal(answer, statuses=frozenset({409})) == ""
    assert answer.get_json()["code"] == "too_many_uploads"
