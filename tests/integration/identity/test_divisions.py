"""Keeping the tree of divisions: previewed, proposed by one, confirmed by another, and then there for everybody."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import Workbook
from werkzeug.test import TestResponse

from services.identity.repository.indexes import CHANGE_SETS
from shared.codes import divisions
from shared.identity.actor import COUNTRY, Actor, Role
from shared.ids import new_id
from tests.support.identity import CITY, make_grant
from tests.support.identity_office import Office

MINISTRY = Actor("1" * 32, Role.MINISTRY, division=COUNTRY)
ADMINISTRATOR = Actor("2" * 32, Role.ADMINISTRATOR)
OPENED = {
    "kind": "open",
    "code": "330190",
    "on": "2026-03-01",
    "name": "钱江区",
    "level": "county",
    "parent": "330100",
}
MERGED = {"kind": "merge", "code": "330106", "on": "2026-03-01", "successors": ["330190"]}
TOLD_OF_PROPOSAL = ["tongbao.identity.notice_due.v1"] * 2
BODY: dict[str, Any] = {"document": "国函〔2026〕1号", "changes": [OPENED, MERGED]}
HEAD = "变更类型,代码,名称,级别,上级代码,生效日期,承接代码\n"
GOOD = HEAD + "设立,330190,钱江区,县级,330100,2026-03-01,\n合并,330106,,,,2026-03-01,330190\n"


@pytest.fixture(autouse=True)
def _as_listed() -> Iterator[None]:
    yield
    divisions.use(())


def made(answer: TestResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def outbox(office: Office) -> list[dict[str, Any]]:
    return list((office.database[CHANGE_SETS].find_one({}) or {})["outbox"])


def send_table(office: Office, content: bytes, actor: Actor = MINISTRY) -> TestResponse:
    headers = {
        "Authorization": f"Bearer {office.wired.token_keys.issue(actor, new_id())}",
        "Content-Type": "application/octet-stream",
    }
    return office.client.post("/division-changes/table", data=content, headers=headers)


def confirmed(office: Office) -> dict[str, Any]:
    proposed = made(office.ask(MINISTRY, "POST", "/division-changes", BODY), 201)
    path = f"/division-changes/{proposed['id']}/confirmation"
    return made(office.ask(ADMINISTRATOR, "POST", path, {}, version=1), 200)


def test_a_proposal_changes_nothing_until_a_second_person_confirms(office: Office) -> None:
    proposed = made(office.ask(MINISTRY, "POST", "/division-changes", BODY), 201)
    path = f"/division-changes/{proposed['id']}/confirmation"
    before = divisions.changes_in_use()
    own = office.ask(MINISTRY, "POST", path, {}, version=1)

    done = made(office.ask(ADMINISTRATOR, "POST", path, {}, version=1), 200)

    assert (before, own.status_code, done["state"]) == ((), 403, "confirmed")
    assert (proposed["open_actions"], done["open_actions"]) == (["withdraw"], [])
    names = {row["code"]: row["name"] for row in made(office.ask(None, "GET", "/divisions"), 200)["items"]}
    assert names["330190"] == "钱江区"
    assert "330106" not in names
    assert [entry["type"] for entry in outbox(office)] == [*TOLD_OF_PROPOSAL, "tongbao.identity.divisions_changed.v1"]
    assert outbox(office)[-1]["data"]["changes"][1]["successors"] == ["330190"]


def test_a_proposal_is_told_to_the_ministry_and_the_administrators_and_no_secret_of_it_lies_in_clear(
    office: Office,
) -> None:
    made(office.ask(MINISTRY, "POST", "/division-changes", BODY), 201)

    told = [entry["data"] for entry in outbox(office)]

    assert [entry["to"] for entry in told] == [
        {"role": "ministry", "division": COUNTRY},
        {"role": "administrator"},
    ]
    assert {entry["link"] for entry in told} == {"/divisions/changes"}
    assert all(BODY["document"] not in str(entry) for entry in told)


def test_the_tree_of_an_earlier_day_is_as_it_was(office: Office) -> None:
    confirmed(office)

    earlier = made(office.ask(None, "GET", "/divisions?on=2026-02-28"), 200)

    codes = {row["code"] for row in earlier["items"]}
    assert "330106" in codes
    assert "330190" not in codes


def test_a_new_county_gets_its_reviewer_and_a_merged_one_is_to_be_settled(office: Office) -> None:
    office.add(5, make_grant())
    confirmed(office)

    rows = made(office.ask(CITY, "GET", "/accounts"), 200)["items"]
    new = {"username": "p5@example.com", "role": "county_reviewer", "division": "330190"}
    appointed = office.ask(CITY, "POST", "/appointments", new)
    closed = office.ask(CITY, "POST", "/appointments", new | {"division": "330106"})

    assert rows[0]["grants"][0]["successors"] == ["330190"]
    assert rows[0]["grants"][0]["division_name"] == "浙江省杭州市西湖区"
    assert (appointed.status_code, closed.status_code) == (201, 422), appointed.text


def test_a_preview_tells_faults_and_whom_it_touches_and_stores_nothing(office: Office) -> None:
    office.add(5, make_grant())
    office.add_unit(1)
    wrong = {"kind": "close", "code": "330105", "on": "2026-03-01"}

    seen = made(office.ask(MINISTRY, "POST", "/division-changes/preview", {"changes": [OPENED, MERGED, wrong]}), 200)

    assert [(fault["line"], fault["field"], fault["code"]) for fault in seen["faults"]] == [
        (3, "successors", "successor_missing")
    ]
    assert [(each["code"], each["grants"], each["units"]) for each in seen["impacts"]] == [
        ("330106", 1, 1),
        ("330105", 0, 0),
    ]
    assert office.database[CHANGE_SETS].count_documents({}) == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_with_what_it_would_do(office: Office, encoding: str) -> None:
    seen = made(send_table(office, GOOD.encode(encoding)), 200)

    assert [(change["kind"], change["code"], change["name"]) for change in seen["changes"]] == [
        ("open", "330190", "钱江区"),
        ("merge", "330106", ""),
    ]
    assert seen["faults"] == []


def test_a_workbook_is_read_like_a_table(office: Office) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in GOOD.splitlines():
        sheet.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    content = io.BytesIO()
    book.save(content)

    seen = made(send_table(office, content.getvalue()), 200)

    assert [change["code"] for change in seen["changes"]] == ["330190", "330106"]
    assert seen["faults"] == []


def test_every_fault_of_a_table_is_told_with_its_line(office: Office) -> None:
    rows = "搬家,33019,名,乡级,33,昨天,甲\n\n撤销,330106,,,,2026-03-01,330106\n"

    seen = made(send_table(office, (HEAD + rows).encode()), 200)

    assert [(fault["line"], fault["field"]) for fault in seen["faults"]] == [
        *((2, column) for column in ("变更类型", "代码", "上级代码", "承接代码", "级别", "生效日期")),
        (4, "successors"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04broken",
        "甲,乙\n".encode(),
        b'"' + b"a" * 200_000,
        HEAD.encode() + b"x\n" * 501,
    ],
)
def test_what_is_no_table_of_ours_is_refused(office: Office, content: bytes) -> None:
    answer = send_table(office, content)

    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"


def test_a_table_too_large_is_refused(office: Office) -> None:
    answer = send_table(office, b"x" * (1024 * 1024 + 1))

    assert answer.status_code == 413


def test_faulty_changes_are_not_proposed(office: Office) -> None:
    answer = office.ask(MINISTRY, "POST", "/division-changes", BODY | {"changes": [MERGED]})

    assert made(answer, 422)["errors"][0]["pointer"] == "/changes/0/successors"


def test_a_proposal_that_no_longer_fits_is_not_confirmed(office: Office) -> None:
    first, second = (made(office.ask(MINISTRY, "POST", "/division-changes", BODY), 201) for _ in range(2))
    paths = [f"/division-changes/{each['id']}/confirmation" for each in (first, second)]

    statuses = [office.ask(ADMINISTRATOR, "POST", path, {}, version=1).status_code for path in paths]

    assert statuses == [200, 409]


def test_the_same_confirmation_twice_is_one(office: Office) -> None:
    proposed = made(office.ask(MINISTRY, "POST", "/division-changes", BODY), 201)
    headers = {
        "Authorization": f"Bearer {office.wired.token_keys.issue(ADMINISTRATOR, new_id())}",
        "Idempotency-Key": new_id(),
        "If-Match": '"1"',
    }
    path = f"/division-changes/{proposed['id']}/confirmation"

    statuses = [office.client.post(path, json={}, headers=headers).status_code for _ in range(2)]

    assert statuses == [200, 200]
    assert [entry["type"] for entry in outbox(office)] == [*TOLD_OF_PROPOSAL, "tongbao.identity.divisions_changed.v1"]


def test_a_reader_that_has_the_list_gets_it_not_again(office: Office) -> None:
    first = office.client.get("/divisions/changes")

    again = office.client.get("/divisions/changes", headers={"If-None-Match": first.headers["ETag"]})
    confirmed(office)
    newer = office.client.get("/divisions/changes", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, newer.status_code) == (200, 304, 200)
    assert "max-age" in first.headers["Cache-Control"]
