"""Addresses, queries and files that are wrong are refused, and nothing that is stored changes."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest

from services.filing.routes.workbooks import LIMITS
from shared.ids import new_id
from shared.paging import encode_cursor
from tests.support.bad_input import refusal
from tests.support.bad_input_filing import Desk
from tests.support.good_files import pdf_of_a_scan
from tests.support.rights_filing import OWN, PEOPLE, Ground

COUNTY = PEOPLE["county"]

STRANGE = (
    "0", "-1", "x", "null", "undefined", "$ne", '{"$ne":null}', "[$ne]", "%00", "%0d%0aX-A:1", "..%2f..%2fetc%2fpasswd",
    "%2e%2e", "%ff%fe", "%E2%80%AE", "😀", "x" * 3000, "0" * 33, "A" * 32, "' or '1'='1", "<script>", "%25%30%30",
)  # fmt: skip

QUERIES = (
    *(f"/filings?limit={quote(text)}" for text in ("", "0", "-1", "101", "1.5", "1e1", "１", "NaN", "9" * 4000)),
    "/filings?limit[$gt]=1", "/filings?limit=1&limit=2", "/filings?$where=1", "/filings?path=330106", "/filings?%00=1",
    *(f"/filings?state={quote(text)}" for text in ("", "DRAFT", "draft\x00", '{"$ne": null}', "$ne", "draft,approved")),
    "/filings?state[$ne]=draft", "/filings?state[]=draft", "/filings?state=draft&state=approved",
    *(f"/filings?form={quote(text)}" for text in ("$ne", "platform-1\n", "PLATFORM-1", "platform-1,city-1", ".*", "x" * 99)),
    *(f"/filings?period={quote(text)}" for text in ("25", "2025-13-1", "１９９９", "2025\n", "$gt", "20255")),
    *(f"/filings?waiting={quote(text)}" for text in ("1", "True", "yes", "false")),
    "/filings?unit=" + "x" * 41, "/filings?unit=a&unit=b", "/filings?unit[$ne]=a",
    *(f"/filings?cursor={quote(text)}" for text in ("!", "\x00", "a", "x" * 201, '{"$gt": ""}', "%ff")),
    f"/filings?cursor={encode_cursor('a')}", f"/filings?cursor={encode_cursor('a', 'b')}",
    f"/filings?cursor={encode_cursor('2026-03-02T01:30:00', 'b')}",
    f"/filings?cursor={encode_cursor('0001-01-01T00:00:00+23:59', 'b')}",
    f"/filings?cursor={urlsafe_b64encode(bytes([255, 31, 255])).decode()}",
    "/units?type=PLATFORM", "/units?type=", "/units?limit=0", "/units?cursor=!", "/units?x=1", "/units?type[$ne]=city",
    "/lists/training_kind/2022?q=" + "x" * 51, "/lists/training_kind/2022?q=a&q=b", "/lists/training_kind/2022?p=a",
)  # fmt: skip
"""Addresses with one wrong parameter."""

POINTERS = ("", "/", "601", "//", "/601//2", "/" + "x" * 61, "/1/2/3/4/5/6", "/601/2\n", "$ne")
ODD_POINTERS = ("/~0~1", "/601/２", "/601/99999999999", "/__proto__", "/601/-1", "/%00", "/601/2/3/4", "/.", "/\u202e")
"""Pointers that are no pointers, and such as lead nowhere."""


@pytest.fixture(scope="module")
def desk(filing_ground: Ground) -> Desk:
    return Desk(filing_ground)


@pytest.mark.parametrize("address", QUERIES)
def test_a_wrong_query_is_refused(desk: Desk, address: str) -> None:
    before = desk.stores.documents()

    answer = desk.ground.site.call(COUNTY, "GET", address)

    assert refusal(answer) == ""
    assert desk.stores.documents() == before


@pytest.mark.parametrize(
    ("tail", "pointer"),
    [
        ("versions/1/changes", "/against"),
        *((f"versions/1/changes?against={text}", "/against") for text in ("", "-1", "1.0", "10001", "x", "[1]")),
        ("versions/1/changes?against[$gt]=0", "/against"),
        ("versions/1/changes?against=1&against=1", "/against"),
        ("versions/1/changes?against=1&x=1", "/x"),
        *((f"versions/1/print?section={text}", "/section") for text in ("", "0", "10001", "1e1", "%00")),
        *((f"rows?first={text}", "/first") for text in ("", "-1", "1000001", "NaN")),
        *((f"rows?limit={text}", "/limit") for text in ("0", "1001", "1.5")),
        *((f"rows?version={text}", "/version") for text in ("-1", "10001", "a")),
        *((f"field-history?pointer={quote(text)}", "/pointer") for text in POINTERS),
        ("field-history", "/pointer"),
    ],
)
def test_a_wrong_parameter_is_named(desk: Desk, tail: str, pointer: str) -> None:
    target = desk.ground.targets["approved"]
    before = desk.stores.documents()

    answer = desk.ground.site.call(COUNTY, "GET", f"/filings/{target.id}/{tail}")

    assert refusal(answer, pointer, frozenset({422})) == ""
    assert desk.stores.documents() == before


@pytest.mark.parametrize("pointer", ODD_POINTERS)
def test_a_pointer_that_leads_nowhere_finds_nothing_and_opens_nothing(desk: Desk, pointer: str) -> None:
    submitted, approved = desk.ground.targets["submitted"], desk.ground.targets["approved"]
    body = {"reason_code": "other", "reason": "请核实", "signatory": "张审核", "pointers": [pointer]}
    before = desk.stores.documents()

    history = desk.ground.site.call(COUNTY, "GET", f"/filings/{approved.id}/field-history?pointer={quote(pointer)}")
    returned = desk.ground.site.call(
        COUNTY, "POST", f"/filings/{submitted.id}/return", submitted.document["v"], json=body
    )

    assert history.status_code in {200, 422}
    assert history.status_code == 422 or history.get_json() == {"items": []}
    assert refusal(returned, "/pointers/0", frozenset({422})) == ""
    assert {k: v for k, v in desk.stores.documents().items() if k != "reads"} == {
        k: v for k, v in before.items() if k != "reads"
    }


@pytest.mark.parametrize("strange", STRANGE)
def test_a_strange_id_in_the_address_is_not_found(desk: Desk, strange: str) -> None:
    one = f"/filings/{desk.ground.targets['approved'].id}"
    reads = [f"/filings/{strange}", f"{one}/files/{strange}", f"{one}/versions/{strange}", f"{one}/imports/{strange}"]
    reads += [f"{one}/versions/{strange}/{tail}" for tail in ("receipt", "receipt.pdf", "content")]
    reads += [f"/units/{strange}", f"/editions/{strange}", f"/editions/2022/forms/{strange}", f"/lists/{strange}/2022"]
    reads += [f"/lists/training_kind/{strange}", f"/editions/2022/forms/{strange}/template"]
    writes = [("PUT", f"/filings/{strange}/content"), ("POST", f"/filings/{strange}/withdrawal")]
    writes += [("PUT", f"{one}/rows/{strange}"), ("POST", f"/editions/2022/forms/{strange}/check")]
    before = desk.stores.documents()

    answers = {path: desk.ground.site.call(OWN, "GET", path) for path in reads}
    for method, path in writes:
        body = {"row": None} if "rows" in path else {"period": "2025", "answers": {}} if "check" in path else {}
        answers[path] = desk.ground.site.call(OWN, method, path, 1, json=body)

    gone = frozenset({404, 405, 308, 412, 409})  # 405 where the id looks like no part of an address, 412 for row 0
    assert {path: refusal(answer, statuses=gone) for path, answer in answers.items()} == dict.fromkeys(answers, "")
    assert desk.stores.documents() == before


@pytest.mark.parametrize("route", ["files", "workbook", "workbook/marked", "imports"])
@pytest.mark.parametrize(
    ("content", "name", "media"),
    [
        (b"", "a.xlsx", "application/octet-stream"),
        (b"x", "a.xlsx", "application/octet-stream"),
        (b"PK\x03\x04" + b"\x00" * 100, "a.xlsx", "application/octet-stream"),
        (b"%PDF-1.7", "a.xlsx", "application/octet-stream"),
        (pdf_of_a_scan(), "a.xlsx", "application/octet-stream"),
        (pdf_of_a_scan(), "%00.pdf", "application/octet-stream"),
        (pdf_of_a_scan(), "..%2fa.pdf", "application/octet-stream"),
        (pdf_of_a_scan(), "", "application/octet-stream"),
        (pdf_of_a_scan(), "a.exe", "application/octet-stream"),
        (pdf_of_a_scan(), "a.pdf", "multipart/form-data; boundary=x"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(
    desk: Desk, route: str, content: bytes, name: str, media: str
) -> None:
    is_list = route == "imports"
    target = desk.ground.targets["list_draft" if is_list else "draft"]
    headers = {"Content-Type": media, "X-File-Name": name, "Idempotency-Key": new_id()}
    method = "PUT" if route == "workbook" else "POST"
    before = desk.stores.documents()

    answer = desk.ground.site.call(
        PEOPLE["firm" if is_list else "own"],
        method,
        f"/filings/{target.id}/{route}",
        target.document["v"],
        headers,
        data=content,
    )

    assert refusal(answer) == ""
    assert {k: v for k, v in desk.stores.documents().items() if k != "keys"} == {
        k: v for k, v in before.items() if k != "keys"
    }


def test_a_file_that_is_too_large_is_refused(desk: Desk) -> None:
    target = desk.ground.targets["draft"]
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": "a.xlsx"}
    path = f"/filings/{target.id}/workbook"

    answer = desk.ground.site.call(OWN, "PUT", path, target.document["v"], headers, data=b"x" * (LIMITS.bytes + 1))

    assert refusal(answer, statuses=frozenset({413})) == ""
