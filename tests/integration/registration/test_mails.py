"""Notices on their way to the mail server, on the real database and a mail server in this process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pymongo.client_session import ClientSession

from services.registration.ports import Notice
from services.registration.wiring import Wired
from services.registration.worker import LEAST_WAIT, send_due_mails
from shared.clock import FixedClock
from shared.mail import SmtpMailer
from shared.mongo.transactions import in_transaction
from tests.support.mail import MailBox, mail_server
from tests.support.registration import NOW
from tests.support.registration_site import Site

UNITS = {"first": "1" * 32, "second": "2" * 32}


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_server() as found:
        yield found


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def wired(site: Site, box: MailBox, clock: FixedClock) -> Wired:
    """Return registration with this mail server and a clock that a test moves."""
    mailer = SmtpMailer("127.0.0.1", box.port, "tongbao@example.com")
    return replace(site.wired, mailer=mailer, deps=replace(site.wired.deps, clock=clock))


def make_notice(name: str) -> Notice:
    return Notice(
        id=name,
        at=NOW,
        unit_id=UNITS[name],
        registration_id="3" * 32,
        kind="submitted",
        title="注册信息已提交",
        text="等待审核。",
        email=f"{name}@example.com",
    )


def test_each_notice_is_mailed_once(wired: Wired, box: MailBox) -> None:
    wired.notices.add(make_notice("first"))

    taken = [send_due_mails(wired) for _ in range(2)]

    assert taken == [1, 0]
    assert [mail["To"] for mail in box.mails] == ["first@example.com"]
    assert "https://portal.example/registrations/" in box.mails[0].get_content()


def test_an_address_that_is_not_taken_now_does_not_hold_up_the_others(
    wired: Wired, box: MailBox, clock: FixedClock
) -> None:
    wired.notices.add(make_notice("first"))
    wired.notices.add(make_notice("second"))
    box.refused = "first@example.com"

    while_refused = [send_due_mails(wired) for _ in range(3)]
    box.refused = ""
    clock.advance(LEAST_WAIT + timedelta(seconds=1))
    afterwards = send_due_mails(wired)

    assert (while_refused, afterwards) == ([0, 1, 0], 1)
    assert [mail["To"] for mail in box.mails] == ["second@example.com", "first@example.com"]


def test_a_notice_whose_key_was_destroyed_does_not_hold_up_the_others(wired: Wired, box: MailBox) -> None:
    wired.notices.add(make_notice("first"))
    wired.notices.add(make_notice("second"))
    wired.keyring.destroy(UNITS["first"])

    sent = send_due_mails(wired)

    assert sent == 1
    assert [mail["To"] for mail in box.mails] == ["second@example.com"]


def test_a_notice_that_is_there_already_leaves_its_transaction_whole(wired: Wired) -> None:
    wired.notices.add(make_notice("first"))

    def add_both(session: ClientSession) -> None:
        for name in UNITS:
            wired.notices.within(session).add(make_notice(name))

    in_transaction(wired.client, add_both)

    assert wired.database["notices"].count_documents({}) == 2
