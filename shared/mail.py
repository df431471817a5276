"""Sending plain text mails by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol

from shared.clock import Clock, SystemClock
from shared.errors import Unavailable

TIMEOUT_SECONDS = 10.0


class MailRefused(Exception):
    """The server will never take this mail; the message holds its answer's code only."""


class Mailer(Protocol):
    """Sends mails."""

    def send(self, to: str, subject: str, text: str, id: str) -> None:
        """Hand a mail to the server; `id` becomes its Message-ID, so that one sent twice can be told to be one.

        Raises `MailRefused`, or `Unavailable` where waiting may help.
        """
        ...


class SmtpMailer:
    """Hands mails to an SMTP server; with `tls` only over STARTTLS with a checked certificate."""

    def __init__(self, host: str, port: int, sender: str, *, tls: bool = False, clock: Clock | None = None) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._tls = ssl.create_default_context() if tls else None
        self._clock = clock or SystemClock()

    def send(self, to: str, subject: str, text: str, id: str) -> None:
        """Hand a mail to the server; `id` becomes its Message-ID, so that one sent twice can be told to be one.

        Raises `MailRefused`, or `Unavailable` where waiting may help.
        """
        message = self._message(to, subject, text, id)
        try:
            with smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS) as server:
                if self._tls is not None:
                    server.starttls(context=self._tls)
                server.send_message(message)
        # Not chained: the texts of these errors quote addresses.
        except smtplib.SMTPRecipientsRefused as error:
            raise _answered(max((code for code, _ in error.recipients.values()), default=0)) from None
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code) from None
        except (smtplib.SMTPException, OSError):
            raise Unavailable from None

    def _message(self, to: str, subject: str, text: str, id: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        try:
            message["From"] = self._sender
            message["To"] = to
            message["Subject"] = subject
        except ValueError:  # a line break in a header
            raise MailRefused("malformed header") from None
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{id}@{self._sender.rpartition('@')[2].strip('>')}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text, charset="utf-8", cte="base64")
        return message


def _answered(code: int) -> Exception:
    return MailRefused(f"answer {code}") if code >= 500 else Unavailable()
