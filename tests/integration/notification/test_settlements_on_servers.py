"""From the broker: what a notice asked for is done, so that its mail stays and its notice is read."""

from __future__ import annotations

import pytest

from services.notification.model.mails import MailState
from services.notification.model.occasions import MailChoice
from services.notification.model.preferences import Preferences
from shared.clock import SystemClock
from shared.contracts.notification import NOTICE_SETTLED, Notice, of_unit
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from shared.messaging.envelope import encode
from shared.messaging.outgoing import Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.topology import EVENTS
from shared.mongo.aggregates import Event
from tests.support.bus import eventually
from tests.support.notification_site import UNIT, Site

OPERATOR = Actor("a" * 32, Role.OPERATOR, unit_id=UNIT)
REMINDER = "filing.reminder"


def reminder(once: str) -> Notice:
    """Return what a unit is told that has not filed."""
    values = {"count": "1", "items": "· 2025年《服务外包人力资源情况登记表》"}
    return Notice(REMINDER, once, of_unit(UNIT), values, "/tasks", UNIT)


def settle(site: Site, once: str, occasion: str = REMINDER, times: int = 1) -> None:
    """Publish that what was told is done with."""
    type_ = NOTICE_SETTLED["filing"].type
    event = Event(new_id(), type_, SystemClock().now(), once, {"occasion": occasion, "once": once})
    publisher = Publisher(site.amqp_url, "test")
    outcomes = publisher.publish([Outgoing(EVENTS, type_, encode(event, "filing"), event.id)] * times)
    publisher.close()
    assert set(outcomes) == {"confirmed"}


def by_digest(site: Site) -> None:
    """Have the person want one mail a day."""
    site.wired.deps.preferences.save(Preferences(OPERATOR.account_id, choices={"filing": MailChoice.DIGEST}))


def notices(site: Site) -> list[dict[str, object]]:
    """Return the inbox."""
    items: list[dict[str, object]] = site.ask(OPERATOR, "GET", "/notices").json["items"]  # type: ignore[index]
    return items


def unread(site: Site) -> int:
    """Return how many notices are unread."""
    return int(site.ask(OPERATOR, "GET", "/notices/unread").json["unread"])  # type: ignore[index]


def test_a_settled_notice_is_read_and_in_no_digest(site: Site) -> None:
    by_digest(site)
    other, done = new_id(), new_id()
    with site.worker():
        for once in (other, done):
            site.tell(reminder(once), "filing")
        eventually(lambda: unread(site) == 2)
        settle(site, done, times=2)
        eventually(lambda: unread(site) == 1)

    rows = {row["once"]: row for row in site.database["notices"].find()}
    assert rows[done]["digest"] == "settled"
    assert rows[other]["digest"] is None
    assert sorted(bool(each["settled_at"]) for each in notices(site)) == [False, True]
    assert site.parked() == []


def test_a_mail_that_waits_for_the_server_is_given_up_once_its_notice_is_settled(site: Site) -> None:
    once = new_id()
    site.box.refusal = "451 try again later"
    with site.worker():
        site.tell(reminder(once), "filing")
        eventually(lambda: site.states() == ["due"] and _attempts(site) > 0)
        settle(site, once)
        eventually(lambda: site.states() == [MailState.SETTLED.value])

    [mail] = site.database["mails"].find()
    assert "sealed" not in mail
    assert site.box.mails == []


def test_a_settlement_that_comes_before_its_notice_settles_it(site: Site) -> None:
    once = new_id()
    with site.worker():
        settle(site, once)
        eventually(lambda: site.database["settlements"].count_documents({}) == 1)
        site.tell(reminder(once), "filing")
        eventually(lambda: site.database["inbox"].count_documents({}) == 2)
        site.settled()

    assert notices(site) == []
    assert site.box.mails == []


def test_a_worker_killed_between_delivery_and_the_look_for_settlements_leaves_none_unsettled(site: Site) -> None:
    once = new_id()
    site.tell(reminder(once), "filing")
    with site.process("notice.delivered_not_done:kill") as killed:
        status = killed.wait(60)
    settle(site, once)
    with site.worker():
        eventually(lambda: not site.database["arrivals"].count_documents({}))
        eventually(lambda: site.states() == [MailState.SETTLED.value] or len(site.box.mails) == 1)
        eventually(lambda: [bool(each["settled_at"]) for each in notices(site)] == [True])

    assert status == -9
    assert unread(site) == 0


@pytest.mark.parametrize("occasion", ["registration.returned", "identity.code"])
def test_nobody_settles_what_another_service_told(site: Site, occasion: str) -> None:
    with site.worker():
        settle(site, new_id(), occasion)
        eventually(lambda: site.database["inbox"].count_documents({}) == 0 and bool(site.parked()))

    assert site.database["settlements"].count_documents({}) == 0


def _attempts(site: Site) -> int:
    return sum(int(row["attempts"]) for row in site.database["mails"].find())
