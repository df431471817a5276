"""From the broker to inbox and mail server: once, to everybody, whatever is killed on the way."""

from __future__ import annotations

import signal
import time

import pytest

from services.notification.model.mails import MailState
from shared.contracts.notification import TO_ADDRESS, in_role
from shared.identity.actor import Actor, Role
from tests.support.bus import eventually
from tests.support.notification_site import UNIT, Site, make_due

SENT, UNCERTAIN = MailState.SENT, MailState.UNCERTAIN
OPERATOR = Actor("a" * 32, Role.OPERATOR, unit_id=UNIT)


def inbox(site: Site, actor: Actor = OPERATOR) -> list[dict[str, object]]:
    items: list[dict[str, object]] = site.ask(actor, "GET", "/notices").json["items"]  # type: ignore[index]
    return items


def test_a_message_that_comes_three_times_is_one_notice_and_one_mail(site: Site) -> None:
    with site.worker():
        site.tell(make_due(), times=3)
        site.settled(SENT)

    assert [notice["title"] for notice in inbox(site)] == ["注册信息被退回修改"]
    assert len(site.box.mails) == 1
    assert site.parked() == []


def test_the_mail_is_a_proper_one_and_leads_to_the_field(site: Site) -> None:
    with site.worker():
        site.tell(make_due())
        site.settled(SENT)

    [mail] = site.box.mails
    [row] = site.database["mails"].find()
    assert mail["To"] == "first@example.cn"
    assert mail["Subject"] == "【统报】注册信息被退回修改"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<{row['_id']}@example.cn>"
    assert f"https://tongbao.example.cn/registrations/{'2' * 32}#website" in mail.get_content()
    assert "云采平台" not in mail.as_string() + mail.get_content()
    assert "sealed" not in row


def test_all_reviewers_of_the_division_are_told(site: Site) -> None:
    site.identity.people = [("a" * 32, "one@example.cn"), ("b" * 32, "two@example.cn")]
    reviewer = Actor("b" * 32, Role.COUNTY_REVIEWER, division="330106")
    elsewhere = Actor("b" * 32, Role.COUNTY_REVIEWER, division="330108")
    due = make_due(
        occasion="exchange.refused", to=in_role("county_reviewer", "330106"), values={"reason": "信用代码不符"}
    )

    with site.worker():
        site.tell(due, "exchange")
        site.settled(SENT, SENT)

    assert {mail["To"] for mail in site.box.mails} == {"one@example.cn", "two@example.cn"}
    assert len(inbox(site, reviewer)) == 1
    assert inbox(site, elsewhere) == []
    assert site.identity.queries[0]["role"] == ["county_reviewer"]
    assert site.identity.queries[0]["division"] == ["330106"]


@pytest.mark.parametrize(
    ("point", "mails", "states"),
    [
        ("cons.delivered:kill", 1, (SENT,)),
        ("cons.effect_committed_no_ack:kill", 1, (SENT,)),
        ("notice.stored_no_mail:kill", 1, (SENT,)),
        ("notice.delivered_not_done:kill", 1, (SENT,)),
        ("mail.handing_over:kill", 0, (UNCERTAIN,)),
        ("mail.accepted_not_noted:kill", 1, (UNCERTAIN,)),
    ],
)
def test_a_worker_that_is_killed_loses_no_notice_and_doubles_no_mail(
    site: Site, point: str, mails: int, states: tuple[MailState, ...]
) -> None:
    site.tell(make_due())
    with site.process(point) as killed:
        status = killed.wait(30)
    with site.worker():
        site.settled(*states)

    assert status == -signal.SIGKILL
    assert len(inbox(site)) == 1
    assert len(site.box.mails) == mails
    assert site.parked() == []


def test_a_worker_that_is_killed_while_the_server_thinks_does_not_send_again(site: Site) -> None:
    site.box.seconds = 2.0
    site.tell(make_due())
    with site.process() as killed:
        eventually(lambda: site.states() == ["handing_over"], 20)
        time.sleep(0.5)
        killed.kill()
        killed.wait(20)
    with site.worker():
        site.settled(UNCERTAIN)

    assert len(site.box.mails) <= 1
    assert len(inbox(site)) == 1


def test_two_workers_do_not_double_anything(site: Site) -> None:
    with site.worker(), site.worker():
        for _ in range(20):
            site.tell(make_due())
        site.settled(*[SENT] * 20, seconds=30)

    assert len(inbox(site)) == 20
    assert len(site.box.mails) == 20


@pytest.mark.parametrize(("refusal", "state"), [("550 never", MailState.REFUSED), ("451 later", MailState.DUE)])
def test_what_the_server_answers_decides(site: Site, refusal: str, state: MailState) -> None:
    site.box.refusal = refusal

    with site.worker():
        site.tell(make_due())
        eventually(lambda: site.database["mails"].count_documents({"state": state.value, "attempts": 1}) == 1)

    assert site.box.mails == []


def test_while_identity_is_away_nothing_is_lost(site: Site) -> None:
    site.identity.is_away = True
    with site.worker():
        site.tell(make_due())
        eventually(lambda: site.database["arrivals"].count_documents({}) == 1)
        site.identity.is_away = False
        site.settled(SENT)

    assert len(inbox(site)) == 1


def test_an_activation_code_needs_no_account_and_leaves_nothing_behind(site: Site) -> None:
    values = {"address": "new@example.cn", "code": "40718265", "minutes": "30"}
    due = make_due(occasion="identity.activation", to=TO_ADDRESS, values=values, link="/signups/x", about="")

    with site.worker():
        site.tell(due, "identity")
        site.settled(SENT)

    [mail] = site.box.mails
    assert mail["To"] == "new@example.cn"
    assert "40718265" in mail.get_content()
    assert site.identity.queries == []
    assert all("sealed" not in row for row in site.database["mails"].find())


@pytest.mark.parametrize(
    ("changes", "owner", "reason"),
    [
        ({"occasion": "registration.unheard_of"}, "registration", "unknown_occasion"),
        ({"occasion": "identity.activation"}, "registration", "foreign_occasion"),
        ({"to": TO_ADDRESS}, "registration", "contract_broken"),
        ({"link": "//evil.example/"}, "registration", "contract_broken"),
    ],
)
def test_what_can_never_be_told_is_parked(site: Site, changes: dict[str, object], owner: str, reason: str) -> None:
    found: list[str] = []

    with site.worker():
        site.tell(make_due(**changes), owner)
        eventually(lambda: bool(found.extend(site.parked()) or found))

    assert found == [reason]
    assert site.database["arrivals"].count_documents({}) == 0


def test_a_unit_that_was_erased_leaves_an_inbox_that_says_so(site: Site) -> None:
    with site.worker():
        site.tell(make_due())
        site.settled(SENT)

    site.wired.keyring.destroy(UNIT)

    assert [notice["title"] for notice in inbox(site)] == ["内容已销毁"]
