"""What was done with before it was told or read: taken back, in whichever order things come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.notification.model.mails import MailState
from services.notification.model.occasions import MailChoice
from services.notification.model.preferences import Preferences
from services.notification.operations.delivery import deliver_arrivals
from services.notification.operations.digests import send_digests
from services.notification.operations.inbox import count_unread
from services.notification.operations.mailing import send_due_mails
from tests.support.notification import COLLEAGUE, MORNING, OPERATOR, PERSON, Desk, call_of, make_arrival, make_desk

REMINDER = "filing.reminder"
ONCE = "e" * 64


def reminded(*people: object) -> Desk:
    """Return a desk at which a unit was told what it has not filed; nothing was mailed yet."""
    desk = make_desk(*people)  # type: ignore[arg-type]  # contacts
    arrive(desk)
    deliver_arrivals(desk.deps)
    return desk


def arrive(desk: Desk) -> None:
    desk.arrivals.add(make_arrival(REMINDER, once=ONCE, values={"count": "1", "items": "· 某表"}))


def settle(desk: Desk, once: str = ONCE, occasion: str = REMINDER) -> None:
    desk.deps.settlements.settle(occasion, once, desk.clock.now())


def test_a_notice_that_is_settled_counts_as_read_and_its_mail_does_not_leave():
    desk = reminded(PERSON, COLLEAGUE)

    settle(desk)
    send_due_mails(desk.deps)

    assert count_unread(desk.deps, call_of(OPERATOR)) == 0
    assert {row.settled_at for row in desk.notices.rows.values()} == {MORNING}
    assert {row.state for row in desk.mails.rows.values()} == {MailState.SETTLED}
    assert desk.mailer.sent == []


def test_a_mail_that_left_before_stays_sent():
    desk = reminded()
    send_due_mails(desk.deps)

    settle(desk)

    assert [row.state for row in desk.mails.rows.values()] == [MailState.SENT]


def test_a_digest_does_not_tell_of_what_was_settled():
    desk = make_desk()
    desk.preferences.rows[PERSON.account_id] = Preferences(PERSON.account_id, choices={"filing": MailChoice.DIGEST})
    arrive(desk)
    deliver_arrivals(desk.deps)

    settle(desk)
    desk.clock.advance(timedelta(days=1))

    assert send_digests(desk.deps) == 0


@pytest.mark.parametrize("comes_first", [True, False])
def test_an_arrival_that_was_not_delivered_yet_is_told_to_nobody(comes_first: bool):
    desk = make_desk()
    if comes_first:
        arrive(desk)
    settle(desk)
    if not comes_first:
        arrive(desk)

    deliver_arrivals(desk.deps)

    assert desk.notices.rows == {}
    assert desk.arrivals.rows == {}


def test_what_is_settled_while_it_is_delivered_is_settled_for_everybody():
    desk = make_desk(PERSON, COLLEAGUE)
    arrive(desk)
    told = desk.contacts.of

    def settled_on_the_way(to):
        settle(desk)
        return told(to)

    desk.contacts.of = settled_on_the_way  # type: ignore[method-assign]  # the moment that the test is about
    deliver_arrivals(desk.deps)
    send_due_mails(desk.deps)

    assert len(desk.notices.rows) == 2
    assert count_unread(desk.deps, call_of(OPERATOR)) == 0
    assert desk.mailer.sent == []


@pytest.mark.parametrize(("once", "occasion"), [("f" * 64, REMINDER), (ONCE, "filing.urged")])
def test_another_occasion_stays_as_it_is(once: str, occasion: str):
    desk = reminded()

    settle(desk, once, occasion)
    send_due_mails(desk.deps)

    assert count_unread(desk.deps, call_of(OPERATOR)) == 1
    assert len(desk.mailer.sent) == 1
