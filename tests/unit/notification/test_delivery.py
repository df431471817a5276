"""Telling recipients: who, over which channel, and only once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.notification.model.mails import WAITS, MailState
from services.notification.model.notices import Contact
from services.notification.model.occasions import MailChoice
from services.notification.model.preferences import Preferences
from services.notification.operations.delivery import deliver_arrivals
from services.notification.operations.inbox import count_unread, list_notices, mark_all_read, mark_read
from services.notification.operations.mailing import find_broken_off, send_due_mails
from services.notification.operations.preferences import set_preferences
from shared.errors import Invalid, NotFound, StaleVersion, Unavailable
from shared.identity.actor import Actor, Role
from shared.mail import MailRefused, MailUncertain
from tests.support.notification import COLLEAGUE, OPERATOR, PERSON, UNIT, Desk, call_of, make_arrival, make_desk


def with_a_due_mail() -> Desk:
    desk = make_desk()
    desk.arrivals.add(make_arrival())
    deliver_arrivals(desk.deps)
    return desk


def only_mail(desk: Desk) -> tuple[MailState, int, str]:
    [mail] = desk.mails.rows.values()
    return mail.state, mail.attempts, mail.code


def test_every_person_of_the_unit_gets_a_notice_and_a_mail():
    desk = make_desk(PERSON, COLLEAGUE)
    desk.arrivals.add(make_arrival())

    deliver_arrivals(desk.deps)
    send_due_mails(desk.deps)

    assert {notice.account_id for notice in desk.notices.rows.values()} == {PERSON.account_id, COLLEAGUE.account_id}
    assert {to for to, *_ in desk.mailer.sent} == {PERSON.email, COLLEAGUE.email}
    assert desk.arrivals.rows == {}


def test_the_same_occasion_told_twice_is_told_once():
    desk = make_desk()
    for id in ("1" * 32, "2" * 32):
        desk.arrivals.add(make_arrival(id=id))
        deliver_arrivals(desk.deps)

    send_due_mails(desk.deps)

    assert len(desk.notices.rows) == 1
    assert len(desk.mailer.sent) == 1


def test_the_notice_holds_the_reason_and_the_mail_does_not():
    desk = with_a_due_mail()

    send_due_mails(desk.deps)

    [notice] = desk.notices.rows.values()
    [(_, subject, text, _)] = desk.mailer.sent
    assert "请重新上传营业执照" in notice.text
    assert "云采平台" in notice.text
    assert "请重新上传营业执照" not in subject + text
    assert "云采平台" not in subject + text
    assert f"https://tongbao.example.cn/registrations/{'r' * 32}" in text


def test_without_an_answer_of_identity_an_arrival_waits_and_is_told_later():
    desk = make_desk()
    desk.contacts.error = Unavailable()
    desk.arrivals.add(make_arrival())
    assert deliver_arrivals(desk.deps) == 0

    desk.contacts.error = None
    desk.clock.advance(timedelta(minutes=1))

    assert deliver_arrivals(desk.deps) == 1
    assert len(desk.notices.rows) == 1


def test_a_code_goes_to_its_address_without_an_account_and_into_no_inbox():
    desk = make_desk()
    values = {"address": "new@example.cn", "code": "12345678", "minutes": "30"}
    desk.arrivals.add(make_arrival("identity.activation", to={"address": True}, values=values, about=""))

    deliver_arrivals(desk.deps)
    send_due_mails(desk.deps)

    [(to, _, text, _)] = desk.mailer.sent
    assert to == "new@example.cn"
    assert "12345678" in text
    assert desk.notices.rows == {}
    assert desk.contacts.asked == []


def test_a_code_that_is_no_longer_valid_is_not_sent():
    desk = make_desk()
    values = {"address": "new@example.cn", "code": "12345678"}
    desk.arrivals.add(make_arrival("identity.activation", to={"address": True}, values=values, about=""))
    deliver_arrivals(desk.deps)
    desk.clock.advance(timedelta(minutes=31))

    send_due_mails(desk.deps)

    assert desk.mailer.sent == []
    assert only_mail(desk) == (MailState.GIVEN_UP, 1, "no_longer_valid")


def test_a_person_without_an_address_gets_the_notice_alone():
    desk = make_desk(Contact(PERSON.account_id, ""))
    desk.arrivals.add(make_arrival())

    deliver_arrivals(desk.deps)

    assert len(desk.notices.rows) == 1
    assert desk.mails.rows == {}


@pytest.mark.parametrize(
    ("occasion", "choice", "mails"),
    [
        ("registration.submitted", MailChoice.NONE, 0),
        ("registration.submitted", MailChoice.DIGEST, 0),
        ("registration.submitted", MailChoice.AT_ONCE, 1),
        ("registration.returned", MailChoice.NONE, 1),
        ("registration.returned", MailChoice.DIGEST, 1),
    ],
)
def test_preferences_hold_but_for_mandatory_occasions(occasion: str, choice: MailChoice, mails: int):
    desk = make_desk()
    desk.preferences.save(Preferences(PERSON.account_id, choices={"registration": choice}))
    desk.arrivals.add(make_arrival(occasion))

    deliver_arrivals(desk.deps)

    assert len(desk.notices.rows) == 1
    assert len(desk.mails.rows) == mails


def test_choices_change_one_by_one_and_never_behind_one_s_back():
    desk = make_desk()

    set_preferences(desk.deps, call_of(OPERATOR, 1), {"registration": MailChoice.DIGEST})
    set_preferences(desk.deps, call_of(OPERATOR, 2), {"directory": MailChoice.NONE})

    assert desk.preferences.get(OPERATOR.account_id).choices == {
        "registration": MailChoice.DIGEST,
        "directory": MailChoice.NONE,
    }
    with pytest.raises(StaleVersion):
        set_preferences(desk.deps, call_of(OPERATOR, 1), {"registration": MailChoice.NONE})
    with pytest.raises(Invalid):
        set_preferences(desk.deps, call_of(OPERATOR, 3), {"nothing": MailChoice.NONE})


def test_a_server_that_is_away_is_tried_again_until_the_ladder_ends():
    desk = with_a_due_mail()
    desk.mailer.error = Unavailable()

    for wait in (*WAITS, WAITS[-1]):
        send_due_mails(desk.deps)
        desk.clock.advance(wait)

    assert only_mail(desk) == (MailState.GIVEN_UP, len(WAITS) + 1, "not_taken")


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [(MailRefused("answer 550"), MailState.REFUSED, "refused"), (MailUncertain(), MailState.UNCERTAIN, "no_answer")],
)
def test_what_the_server_refuses_or_may_have_is_never_sent_again(error: Exception, state: MailState, code: str):
    desk = with_a_due_mail()
    desk.mailer.error = error
    send_due_mails(desk.deps)

    desk.mailer.error = None
    desk.clock.advance(timedelta(days=2))
    send_due_mails(desk.deps)

    assert only_mail(desk) == (state, 1, code)
    assert desk.mailer.sent == []


def test_a_mail_whose_worker_died_is_uncertain_after_a_while_and_not_sent_again():
    desk = with_a_due_mail()
    [mail_id] = desk.mails.rows
    desk.mails.claim(mail_id, desk.clock.now())

    desk.clock.advance(timedelta(minutes=1))
    early = find_broken_off(desk.deps)
    desk.clock.advance(timedelta(minutes=10))
    late = find_broken_off(desk.deps)
    send_due_mails(desk.deps)

    assert (early, late) == (0, 1)
    assert only_mail(desk) == (MailState.UNCERTAIN, 1, "broken_off")
    assert desk.mailer.sent == []


def test_a_notice_to_a_unit_is_seen_by_those_who_act_for_it_now():
    desk = with_a_due_mail()
    elsewhere = Actor(PERSON.account_id, Role.OPERATOR, unit_id="v" * 32)
    stranger = Actor("s" * 32, Role.OPERATOR, unit_id=UNIT)

    seen = [len(list_notices(desk.deps, call_of(actor), "", 20).items) for actor in (OPERATOR, elsewhere, stranger)]

    assert seen == [1, 0, 0]


def test_reading_counts_down_and_only_one_s_own_can_be_read():
    desk = with_a_due_mail()
    [notice_id] = desk.notices.rows
    with pytest.raises(NotFound):
        mark_read(desk.deps, call_of(Actor("s" * 32, Role.OPERATOR, unit_id=UNIT)), notice_id)
    before = count_unread(desk.deps, call_of(OPERATOR))

    mark_read(desk.deps, call_of(OPERATOR), notice_id)

    assert (before, count_unread(desk.deps, call_of(OPERATOR))) == (1, 0)
    assert mark_all_read(desk.deps, call_of(OPERATOR)) == 0
