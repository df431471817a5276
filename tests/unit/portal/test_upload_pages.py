"""Files from the browser: in several requests by the page's script, or as a plain form; never whole in memory."""

from __future__ import annotations

import tempfile
from base64 import b64encode
from collections.abc import Mapping

import pytest
from werkzeug.test import TestResponse

from shared.errors import Conflict, Invalid, Problem, TooLarge
from shared.uploads.protocol import MEDIA_TYPE
from tests.support.portal import Portal, make_portal
from tests.support.portal_answers import make_registration

UPLOADS = "/registrations/r1/materials/2/uploads"
PLAIN = "/registrations/r1/materials/2/files"
BOUNDARY = "----boundary"


@pytest.fixture
def portal() -> Portal:
    portal = make_portal(make_registration(id="r1"))
    portal.sign_in()
    return portal


def said(name: str = "营业执照.pdf") -> str:
    return f"filename {b64encode(name.encode()).decode()}"


def ask(
    portal: Portal, method: str, url: str, headers: Mapping[str, str] | None = None, data: bytes = b""
) -> TestResponse:
    sent = {"Tus-Resumable": "1.0.0", "X-CSRF-Token": portal.csrf(), "X-Requested-With": "fetch", **(headers or {})}
    return portal.browser.open(url, method=method, headers=sent, data=data)


def begun(portal: Portal, length: int) -> str:
    answer = ask(portal, "POST", UPLOADS, {"Upload-Length": str(length), "Upload-Metadata": said()})
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def carry_on(portal: Portal, url: str, offset: int, data: bytes) -> TestResponse:
    return ask(portal, "PATCH", url, {"Upload-Offset": str(offset), "Content-Type": MEDIA_TYPE}, data)


def form(portal: Portal, name: str, content: bytes, token: str | None = None, end: bool = True) -> bytes:
    token = portal.csrf() if token is None else token
    parts = [
        f"--{BOUNDARY}",
        'Content-Disposition: form-data; name="csrf_token"',
        "",
        token,
        f"--{BOUNDARY}",
        f'Content-Disposition: form-data; name="file"; filename="{name}"',
        "Content-Type: application/pdf",
        "",
        "",
    ]
    tail = f"\r\n--{BOUNDARY}--\r\n" if end else ""
    return "\r\n".join(parts).encode() + content + tail.encode()


def post_form(portal: Portal, body: bytes) -> TestResponse:
    return portal.browser.post(PLAIN, data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}")


def test_a_file_in_pieces_gets_into_its_material_once(portal: Portal) -> None:
    url = begun(portal, 10)

    first = carry_on(portal, url, 0, b"%PDF-1")
    last = carry_on(portal, url, 6, b".7 x")
    again = carry_on(portal, url, 10, b"")

    assert [answer.status_code for answer in (first, last, again)] == [204, 204, 204]
    assert (first.headers["Upload-Offset"], first.headers["Tus-Resumable"]) == ("6", "1.0.0")
    assert portal.uploads.content["u1"] == b"%PDF-1.7 x"
    files = portal.registrations.items["r1"]["materials"]["2"]
    assert [file["file_id"] for file in files] == ["f-u1"]


def test_how_far_an_upload_is_can_be_asked(portal: Portal) -> None:
    url = begun(portal, 10)
    carry_on(portal, url, 0, b"%PDF-1")

    head = ask(portal, "HEAD", url)
    listed = ask(portal, "GET", "/registrations/r1/uploads").get_json()["items"]

    assert (head.status_code, head.headers["Upload-Offset"], head.headers["Upload-Length"]) == (200, "6", "10")
    assert [(one["slot"], one["name"], one["offset"], one["url"]) for one in listed] == [("2", "营业执照.pdf", 6, url)]


def test_an_upload_can_be_given_up(portal: Portal) -> None:
    url = begun(portal, 10)

    answer = ask(portal, "DELETE", url)

    assert answer.status_code == 204
    assert ask(portal, "HEAD", url).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Metadata": said("a.exe")}, 422),
        ({"Upload-Metadata": said("")}, 400),
        ({"Upload-Metadata": "filename ="}, 400),
        ({"Upload-Length": "x"}, 400),
        ({"Upload-Length": str(30 * 1024 * 1024)}, 413),
        ({"Tus-Resumable": "0.2"}, 412),
        ({"X-CSRF-Token": "wrong"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
    ],
)
def test_an_upload_that_would_be_refused_is_refused_at_once(
    portal: Portal, headers: dict[str, str], status: int
) -> None:
    answer = ask(portal, "POST", UPLOADS, {"Upload-Length": "10", "Upload-Metadata": said(), **headers})

    assert answer.status_code == status
    assert answer.is_json
    assert portal.uploads.items == {}


def test_bytes_for_another_material_are_refused(portal: Portal) -> None:
    url = begun(portal, 10).replace("/materials/2/", "/materials/5/")

    answer = carry_on(portal, url, 0, b"%PDF-1.7 x")

    assert answer.status_code == 404
    assert portal.registrations.items["r1"]["materials"] == {}


def test_the_script_is_told_what_is_wrong_with_a_file(portal: Portal) -> None:
    url = begun(portal, 10)
    portal.uploads.error = Invalid([Problem("/file", "file_broken", "文件已损坏。")])

    answer = carry_on(portal, url, 0, b"%PDF-1.7 x")

    assert answer.status_code == 422
    assert answer.get_json()["problems"] == [{"pointer": "/file", "message": "文件已损坏。"}]


def test_the_script_is_told_to_ask_where_to_go_on(portal: Portal) -> None:
    url = begun(portal, 10)

    answer = carry_on(portal, url, 4, b"x")

    assert (answer.status_code, answer.get_json()["code"]) == (409, "upload_offset")


def test_a_plain_form_works_without_scripts_and_writes_nothing_to_disk(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", None)  # calling it would fail
    content = b"%PDF-1.7 " + bytes(range(256)) * 4000

    answer = post_form(portal, form(portal, "营业执照.pdf", content))

    assert (answer.status_code, answer.headers["Location"]) == (303, "/registrations/r1/steps/5?done=stored#material-2")
    assert portal.registrations.uploads == [("2", "营业执照.pdf", len(content))]
    assert portal.registrations.items["r1"]["materials"]["2"][0]["name"] == "营业执照.pdf"


@pytest.mark.parametrize(
    ("error", "text", "status"),
    [
        (Invalid([Problem("/file", "file_broken", "文件已损坏。")]), "文件已损坏。", 422),
        (TooLarge(), "内容超过大小限制。", 413),
        (Conflict("退回后只能修改指出的部分。"), "退回后只能修改指出的部分。", 409),
    ],
)
def test_what_is_wrong_with_the_file_of_a_plain_form_is_shown_at_its_material(
    portal: Portal, error: Exception, text: str, status: int
) -> None:
    portal.registrations.upload_error = error

    answer = post_form(portal, form(portal, "a.pdf", b"%PDF-"))

    section = answer.text.partition('id="material-2"')[2].partition("</section>")[0]
    assert answer.status_code == status
    assert f'role="alert" data-focus tabindex="-1">{text}' in section


@pytest.mark.parametrize(("name", "text"), [("a.exe", "此处只接受"), ("", "请先选择文件")])
def test_a_plain_form_without_a_fitting_file_is_refused(portal: Portal, name: str, text: str) -> None:
    answer = post_form(portal, form(portal, name, b"x"))

    assert answer.status_code == 422
    assert text in answer.text
    assert portal.registrations.uploads == []


def test_a_plain_form_needs_the_token_of_the_page(portal: Portal) -> None:
    answer = post_form(portal, form(portal, "a.pdf", b"%PDF-", token="wrong"))

    assert answer.status_code == 403
    assert portal.registrations.uploads == []


def test_a_plain_form_that_breaks_off_is_not_kept(portal: Portal) -> None:
    answer = post_form(portal, form(portal, "a.pdf", b"%PDF- half of it", end=False))

    assert answer.status_code == 400
    assert portal.registrations.items["r1"]["materials"] == {}


def test_no_other_page_reads_a_form_with_a_file(portal: Portal) -> None:
    body = form(portal, "a.pdf", b"%PDF-")

    answer = portal.browser.post(
        "/registrations/r1/submission", data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}"
    )

    assert answer.status_code == 415


def test_a_body_that_is_no_form_is_refused(portal: Portal) -> None:
    kinds = ("multipart/form-data", "multipart/form-data; boundary=" + "x" * 71, "application/octet-stream")

    statuses = [portal.browser.post(PLAIN, data=b"x" * 100, content_type=kind).status_code for kind in kinds]

    assert statuses == [400, 400, 415]
