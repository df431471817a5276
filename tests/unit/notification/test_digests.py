"""The daily digest: at its hour, once a day, over what was not mailed at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.notification.model.occasions import MailChoice
from services.notification.model.preferences import Preferences
from services.notification.operations.delivery import deliver_arrivals
from services.notification.operations.digests import next_digest, send_digests
from services.notification.operations.mailing import send_due_mails
from shared.errors import Unavailable
from tests.support.notification import MORNING, PERSON, Desk, make_arrival, make_desk

EVENING = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NEXT_HOUR = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
"""Eight in the morning of the next day in Shanghai."""


def with_notices(*occasions: str) -> Desk:
    desk = make_desk()
    desk.preferences.save(Preferences(PERSON.account_id, choices={"registration": MailChoice.DIGEST}))
    desk.clock.moment = EVENING
    for number, occasion in enumerate(occasions):
        desk.arrivals.add(make_arrival(occasion, id=f"{number:032}", once=f"{number}"))
    deliver_arrivals(desk.deps)
    return desk


def test_nothing_leaves_before_its_hour_in_shanghai():
    desk = with_notices("registration.submitted")

    desk.clock.moment = NEXT_HOUR - timedelta(seconds=1)

    assert send_digests(desk.deps) == 0
    assert next_digest(desk.deps, desk.clock.now()) == NEXT_HOUR


def test_one_mail_tells_of_all_of_them_without_their_content():
    desk = with_notices("registration.submitted", "registration.submitted", "registration.approved")
    desk.clock.moment = NEXT_HOUR

    made = send_digests(desk.deps)
    send_due_mails(desk.deps)

    [(to, subject, text, _)] = desk.mailer.sent
    assert (made, to, subject) == (1, PERSON.email, "【统报】3 条新消息")
    assert "· 注册信息已提交（2 条）\n· 平台注册审核通过" in text
    assert "云采平台" not in text


def test_it_leaves_once_a_day_however_often_it_is_asked_for():
    desk = with_notices("registration.submitted")
    desk.clock.moment = NEXT_HOUR

    made = [send_digests(desk.deps) for _ in range(3)]
    desk.clock.advance(timedelta(days=1))

    assert made == [1, 0, 0]
    assert send_digests(desk.deps) == 0


def test_what_comes_after_the_hour_waits_for_the_next_day():
    desk = with_notices("registration.submitted")
    desk.clock.moment = NEXT_HOUR + timedelta(minutes=1)
    send_digests(desk.deps)
    desk.arrivals.add(make_arrival("registration.approved", id="9" * 32, once="9"))
    deliver_arrivals(desk.deps)

    same_day = send_digests(desk.deps)
    desk.clock.advance(timedelta(days=1))

    assert (same_day, send_digests(desk.deps)) == (0, 1)
    assert len(desk.mails.rows) == 2


def test_a_day_without_a_worker_is_made_up_for():
    desk = with_notices("registration.submitted")

    desk.clock.moment = NEXT_HOUR + timedelta(days=3)

    assert send_digests(desk.deps) == 1


def test_a_mandatory_notice_is_not_in_it():
    desk = with_notices("registration.returned")
    desk.clock.moment = NEXT_HOUR

    assert send_digests(desk.deps) == 0
    assert len(desk.mails.rows) == 1


def test_without_an_answer_of_identity_it_is_made_later_the_same_day():
    desk = with_notices("registration.submitted")
    desk.clock.moment = NEXT_HOUR
    desk.contacts.error = Unavailable()
    away = send_digests(desk.deps)

    desk.contacts.error = None

    assert (away, send_digests(desk.deps)) == (0, 1)
    assert desk.clock.now() > MORNING
