"""Mails by SMTP, against a server in this process."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from shared.clock import FixedClock
from shared.errors import Unavailable
from shared.mail import MailRefused, SmtpMailer
from tests.support.keys import MOMENT
from tests.support.mail import MailBox, mail_server

TO, SUBJECT, TEXT = "zhang@example.com", "统报：激活码", "您好：\n\n激活码：00000000\n"


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_server() as found:
        yield found


def make_mailer(box: MailBox, *, tls: bool = False) -> SmtpMailer:
    return SmtpMailer("127.0.0.1", box.port, "tongbao@example.com", tls=tls, clock=FixedClock(MOMENT))


def test_a_mail_arrives_as_it_was_written(box: MailBox) -> None:
    make_mailer(box).send(TO, SUBJECT, TEXT, "m1")

    [mail] = box.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (TO, "tongbao@example.com", SUBJECT)
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == ("<m1@example.com>", "auto-generated")
    assert mail.get_content().splitlines() == TEXT.splitlines()


@pytest.mark.parametrize("field", [0, 1])
def test_a_line_break_makes_no_second_header(box: MailBox, field: int) -> None:
    values = [TO, SUBJECT]
    values[field] += "\r\nBcc: other@example.com"

    with pytest.raises(MailRefused):
        make_mailer(box).send(values[0], values[1], TEXT, "m1")

    assert box.mails == []


@pytest.mark.parametrize(
    ("refusal", "error"), [("451 try later", Unavailable), ("550 no such user", MailRefused), ("554 no", MailRefused)]
)
def test_the_servers_answer_says_whether_waiting_helps(box: MailBox, refusal: str, error: type[Exception]) -> None:
    box.refusal = refusal

    with pytest.raises(error) as caught:
        make_mailer(box).send(TO, SUBJECT, TEXT, "m1")

    assert TO not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_server_without_encryption_gets_no_mail_where_encryption_is_asked_for(box: MailBox) -> None:
    with pytest.raises(Unavailable):
        make_mailer(box, tls=True).send(TO, SUBJECT, TEXT, "m1")

    assert box.mails == []


def test_a_server_that_is_away_may_be_there_later() -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    with pytest.raises(Unavailable):
        SmtpMailer("127.0.0.1", port, "tongbao@example.com").send(TO, SUBJECT, TEXT, "m1")
