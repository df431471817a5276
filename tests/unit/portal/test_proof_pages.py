"""The pages of the journal and of the statements: how the chains stand, what differs, and who signs."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import cast
from zipfile import ZipFile

import pytest

from services.exchange.journal.container import FILES, MANIFEST
from services.exchange.ports.journal import Arrival
from shared.identity.actor import Role
from tests.support.exchange_journal import make_crossing
from tests.support.portal import Portal, make_portal
from tests.support.portal_proof import FakeProof

SHEET = "/statements/directory-2026-03-02"
DAYS = "partner=directory&since=2026-03-01&until=2026-03-03"
LOST = make_crossing(2).message_id


def at_desk(role: str = Role.DIRECTORY_DESK) -> tuple[Portal, FakeProof]:
    """Return a portal with somebody at it, after a day on which the directory lost one of three messages."""
    portal = make_portal()
    portal.sign_in(role)
    proof = cast(FakeProof, portal.app.extensions["deps"].proof)
    proof.live_a_day()
    return portal, proof


def test_the_journal_shows_its_chains_entries_and_anchors() -> None:
    portal, _ = at_desk()

    page = portal.browser.get(f"/journal?{DAYS}").text

    assert "尚未核验" in page
    assert page.count("单位变动情况反馈") == 5
    assert "新增单位" in page
    assert '<th scope="row">2026-03-02</th>' in page
    assert "基本单位名录库 5" in page


def test_the_journal_is_narrowed_to_a_message() -> None:
    portal, _ = at_desk()

    page = portal.browser.get(f"/journal?{DAYS}&message_id={LOST}").text

    assert page.count("单位变动情况反馈") == 1


def test_days_are_checked_on_demand_and_a_break_is_named() -> None:
    portal, proof = at_desk()

    whole = portal.browser.get(f"/journal/check?{DAYS}").text
    proof.tamper(4)
    broken = portal.browser.get(f"/journal/check?{DAYS}").text

    assert "核验通过，至第 5 条" in whole
    assert "第 4 条不符：内容与其哈希不符，登记后被改动" in broken


def test_a_container_is_given_out_to_who_may_take_it() -> None:
    portal, proof = at_desk()

    answer = portal.browser.get(f"/journal/container?{DAYS}")

    assert proof.exported == [("directory", "2026-03-01", "2026-03-03")]
    assert set(ZipFile(io.BytesIO(answer.data)).namelist()) == {*FILES, MANIFEST}


@pytest.mark.parametrize(("role", "may"), [("auditor", True), ("ministry", False), ("statistics_head", False)])
def test_the_button_for_a_container_is_there_for_who_may_take_it(role: str, may: bool) -> None:
    portal, _ = at_desk(role)

    page = portal.browser.get("/journal").text

    assert ("导出证明容器" in page) is may
    assert portal.browser.get(f"/journal/container?{DAYS}").status_code == (200 if may else 403)


@pytest.mark.parametrize("path", ["/journal", "/journal/check", "/journal/container"])
@pytest.mark.parametrize("days", ["since=2026-03-09&until=2026-03-01", "since=x&until=2026-03-01"])
def test_days_that_are_none_are_told_and_nothing_else_happens(path: str, days: str) -> None:
    portal, _ = at_desk()

    answer = portal.browser.get(f"{path}?{days}")

    assert answer.status_code == 422
    assert "先后有序" in answer.text


def test_a_journal_that_cannot_be_written_is_shouted_about() -> None:
    portal, proof = at_desk()

    proof.deps.journal.note(Arrival(make_crossing(9)), proof.deps.clock.now() - timedelta(minutes=5))

    assert "日志无法登记，已停止发送" in portal.browser.get("/journal").text


def test_the_list_of_statements_says_where_to_begin() -> None:
    portal, _ = at_desk()

    page = portal.browser.get("/statements").text

    assert f'href="{SHEET}"' in page
    assert "有差异（1 项）" in page
    assert "待我方签核" in page
    assert "还没有对账单" in portal.browser.get("/statements?partner=nbs").text


def test_the_sheet_names_the_message_that_was_lost_and_leads_to_it() -> None:
    portal, _ = at_desk()

    page = portal.browser.get(SHEET).text

    differences = page[page.index('id="differences"') : page.index('id="groups"')]
    assert f'href="/messages/{LOST}"' in differences
    assert "我方已发，对方没有收到" in differences
    assert differences.count("/messages/") == 1
    assert "请逐项查看下面的差异" in page


def test_lines_are_narrowed_by_how_they_stand_and_show_their_age() -> None:
    portal, _ = at_desk()

    page = portal.browser.get(f"{SHEET}?standing=unanswered").text

    lines = page[page.index('id="lines"') :]
    assert LOST in lines
    assert make_crossing(1).message_id not in lines
    assert "15 小时" in lines


def test_an_auditor_sees_the_sheet_without_ways_into_messages_or_a_signature() -> None:
    portal, _ = at_desk(Role.AUDITOR)

    page = portal.browser.get(SHEET).text

    assert LOST in page
    assert "/messages/" not in page[page.index('id="differences"') :]
    assert portal.post(f"{SHEET}/sign-off", version="3", name="审计").status_code == 403


def test_the_desk_signs_with_a_name_and_a_remark_on_what_differs() -> None:
    portal, _ = at_desk()

    nameless = portal.post(f"{SHEET}/sign-off", version="3", name="", remark="已重发")
    unexplained = portal.post(f"{SHEET}/sign-off", version="3", name="李明", remark="")
    stale = portal.post(f"{SHEET}/sign-off", version="2", name="李明", remark="已重发")
    signed = portal.post(f"{SHEET}/sign-off", version="3", name="李明", remark="已重发")
    page = portal.browser.get(f"{SHEET}?done=statement_signed").text

    assert [answer.status_code for answer in (nameless, unexplained, stale, signed)] == [422, 422, 409, 303]
    assert "请填写签核人姓名" in nameless.text
    assert "请说明差异" in unexplained.text
    assert 'value="李明"' in unexplained.text
    assert "对账单刚有变化" in stale.text
    assert "李明" in page
    assert "签核本日账目</button>" not in page
    assert "本日账目已签核。" in page


def test_a_workbook_is_given_out() -> None:
    portal, _ = at_desk()

    assert portal.browser.get(f"{SHEET}/workbook").data == b"PK"
