"""The page of the upkeep of divisions: looked at first, proposed as it was looked at, decided by a second person."""

from __future__ import annotations

import html
import io
import json
import re
from typing import Any

import pytest

from shared.errors import Conflict, Invalid, Malformed, NotAllowed, Problem, StaleVersion
from shared.identity.actor import Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_people import CHANGE, SET_ID, make_change_set, make_preview

URL = "/divisions/changes"
ONE = {"kind": "merge", "code": "330105", "on": "2027-07-01", "successors": "330106、330108"}
SENT = {"kind": "merge", "code": "330105", "on": "2027-07-01", "successors": ["330106"]}
FAULT = {"line": 2, "field": "parent", "code": "level_mismatch", "message": "区划的级别不符。"}


def ministry() -> Portal:
    portal = make_portal()
    portal.sign_in(Role.MINISTRY)
    return portal


def send(portal: Portal, path: str, **fields: Any) -> Any:
    return portal.post(URL + path, key="k" * 32, **fields)


def send_file(portal: Portal, name: str, content: bytes, token: str = "") -> Any:
    fields = {"csrf_token": token or portal.csrf(), "file": (io.BytesIO(content), name)}
    return portal.browser.post(f"{URL}/preview-of-file", data=fields, content_type="multipart/form-data")


def test_one_change_is_looked_at_with_what_was_filled_in_only() -> None:
    portal = ministry()

    seen = send(portal, "/preview", name="", level="", parent="", **ONE)

    assert portal.upkeep.previewed == [[{**ONE, "successors": ["330106", "330108"]}]]
    assert "涉及有效权限 3 项、单位 12 家" in seen.text
    assert "330106 浙江省杭州市西湖区" in seen.text
    assert 'id="propose-document"' in seen.text


def test_what_is_wrong_with_the_one_change_stands_at_its_field() -> None:
    portal = ministry()
    portal.upkeep.seen = make_preview(faults=[FAULT])

    seen = send(portal, "/preview", **ONE)

    assert seen.status_code == 422
    assert 'id="parent-e">上级代码：区划的级别不符。' in seen.text
    assert 'value="330105"' in seen.text
    assert "提出，等待确认" not in seen.text


def test_what_can_not_be_read_of_the_one_change_stands_at_its_field() -> None:
    portal = ministry()
    portal.upkeep.unreadable = Invalid([Problem("/changes/0/on", "date_malformed", "应为日期。")])

    seen = send(portal, "/preview", **ONE)

    assert seen.status_code == 422
    assert 'id="on-e">生效日期：应为日期。' in seen.text


def test_a_table_out_of_a_spreadsheet_is_read_cell_by_cell() -> None:
    portal = ministry()

    seen = send(portal, "/preview-of-table", table="变更类型\t代码\t承接代码\r\n合并\t330105\t330106,330108\r\n")

    assert portal.upkeep.previewed == ['变更类型,代码,承接代码\r\n合并,330105,"330106,330108"\r\n'.encode()]
    assert seen.status_code == 200
    assert "提出，等待确认" in seen.text


def test_a_file_is_passed_on_as_it_is() -> None:
    portal = ministry()

    seen = send_file(portal, "变更.xlsx", b"PK\x03\x04...")

    assert portal.upkeep.previewed == [b"PK\x03\x04..."]
    assert seen.status_code == 200


def test_a_file_of_another_site_or_none_is_not_looked_at() -> None:
    portal = ministry()

    forged = send_file(portal, "变更.xlsx", b"PK", token="of-another-site")
    missing = send_file(portal, "", b"")

    assert forged.status_code == 403
    assert missing.status_code == 422
    assert 'id="file-e">请先选择文件。' in missing.text
    assert portal.upkeep.previewed == []


@pytest.mark.parametrize("control", ["table", "file"])
def test_what_is_no_table_is_told_at_its_field(control: str) -> None:
    portal = ministry()
    portal.upkeep.unreadable = Malformed("首行应为：变更类型。")

    pasted = control == "table"
    seen = send(portal, "/preview-of-table", table="x") if pasted else send_file(portal, "变更.csv", b"x")

    assert seen.status_code == 422
    assert f'id="{control}-e">首行应为：变更类型。' in seen.text


def test_a_faulty_table_is_told_by_line_and_column_and_can_not_be_proposed() -> None:
    portal = ministry()
    portal.upkeep.seen = make_preview(faults=[FAULT])

    seen = send(portal, "/preview-of-table", table="x")

    assert seen.status_code == 422
    assert "第 2 行　上级代码：区划的级别不符。" in seen.text
    assert "提出，等待确认" not in seen.text


def test_exactly_what_was_looked_at_is_proposed() -> None:
    portal = ministry()
    seen = send(portal, "/preview", **ONE)
    held = html.unescape(re.findall(r'name="changes" value="([^"]+)"', seen.text)[0])

    done = send(portal, "", changes=held, document="国函〔2027〕18号")

    assert done.location.endswith("done=changes_proposed")
    assert portal.upkeep.sent == [("propose", "国函〔2027〕18号", [SENT])]


def test_a_missing_document_is_told_at_its_field_and_the_preview_stays() -> None:
    portal = ministry()
    portal.upkeep.error = Invalid([Problem("/document", "empty", "此项不能为空。")])

    answer = send(portal, "", changes=json.dumps([SENT]), document="")

    assert answer.status_code == 422
    assert 'id="propose-document-e">批准文件：此项不能为空。' in answer.text
    assert "预览的变更" in answer.text
    assert portal.upkeep.previewed == [[SENT]]


def test_what_the_tree_no_longer_allows_is_shown_as_the_preview_says_it_now() -> None:
    portal = ministry()
    portal.upkeep.error = Invalid([Problem("/changes/0/code", "division_unknown", "当日没有这个行政区划。")])
    portal.upkeep.seen = make_preview(faults=[{**FAULT, "line": 1, "field": "code", "message": "没有这个区划。"}])

    answer = send(portal, "", changes=json.dumps([SENT]), document="国函")

    assert answer.status_code == 422
    assert "第 1 行　代码：没有这个区划。" in answer.text
    assert "提出，等待确认" not in answer.text


@pytest.mark.parametrize("changes", ["", "{", "[]", '{"kind": "merge"}', '["merge"]'])
def test_a_preview_that_was_meddled_with_is_asked_for_again(changes: str) -> None:
    portal = ministry()

    answer = send(portal, "", changes=changes, document="国函")

    assert answer.status_code == 400
    assert "请重新预览" in answer.text
    assert portal.upkeep.sent == []


@pytest.mark.parametrize(
    ("act", "told"), [("confirm", "changes_confirmed"), ("refuse", "refused"), ("withdraw", "taken_back")]
)
def test_each_step_is_sent_on_its_version(act: str, told: str) -> None:
    portal = ministry()

    answer = send(portal, f"/{SET_ID}", act=act, version="1")

    assert answer.location.endswith(f"done={told}")
    assert portal.upkeep.sent == [(act, SET_ID, 1)]


def test_a_step_that_there_is_not_is_not_found() -> None:
    portal = ministry()

    answer = send(portal, f"/{SET_ID}", act="", version="1")

    assert answer.status_code == 404
    assert portal.upkeep.sent == []


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (StaleVersion(), 412, "刚被他人办理"),
        (NotAllowed("只能由另一人确认。"), 409, "只能由另一人确认"),
        (Conflict("这些变更不再适用。"), 409, "这些变更不再适用"),
    ],
)
def test_what_can_not_be_decided_is_told_above_the_list(error: Any, status: int, text: str) -> None:
    portal = ministry()
    portal.upkeep.error = error

    answer = send(portal, f"/{SET_ID}", act="confirm", version="1")

    assert answer.status_code == status
    assert text in answer.text
    assert "国函〔2027〕18号" in answer.text


def test_only_open_steps_are_offered_and_an_empty_list_says_so() -> None:
    portal = ministry()
    portal.upkeep.sets = [make_change_set(is_proposed_by_me=True, open_actions=["withdraw"])]
    own = portal.browser.get(URL).text
    portal.upkeep.sets = []

    empty = portal.browser.get(URL).text

    assert re.findall(r'name="act" value="(\w+)"', own) == ["withdraw"]
    assert "（本人）" in own
    assert CHANGE["code"] in own
    assert "尚无变更" in empty
