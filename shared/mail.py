"""Sending plain text mails by SMTP (RFC 5321), so that it is always known whether the server has a mail."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol

from shared.clock import Clock, SystemClock
from shared.errors import Unavailable

TIMEOUT_SECONDS = 10.0


class MailRefused(Exception):
    """The server will never take this mail; the message holds its answer's code only."""


class MailUncertain(Exception):
    """The connection ended after the mail was on its way and before the answer: the server may have it or not."""


class Mailer(Protocol):
    """Sends mails."""

    def send(self, to: str, subject: str, text: str, id: str) -> None:
        """Hand a mail to the server; `id` becomes its Message-ID, so that one sent twice can be told to be one.

        Raises `MailRefused`, `MailUncertain`, or `Unavailable` where the server has not got it and waiting may help.
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

        Raises `MailRefused`, `MailUncertain`, or `Unavailable` where the server has not got it and waiting may help.
        """
        message = self._message(to, subject, text, id)
        server: smtplib.SMTP | None = None
        # Not chained: the texts of these errors quote addresses.
        try:
            server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
            self._announce(server, to)
            code = _content(server, message.as_bytes())
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code) from None
        except (smtplib.SMTPException, OSError):
            raise Unavailable from None
        finally:
            if server is not None:
                server.close()  # without QUIT: whatever it would answer, the mail's fate is known
        if code != 250:
            raise _answered(code)

    def _announce(self, server: smtplib.SMTP, to: str) -> None:
        """Say everything before the content; the server has nothing yet. Raises smtplib's errors."""
        server.ehlo_or_helo_if_needed()
        if self._tls is not None:
            server.starttls(context=self._tls)
            server.ehlo_or_helo_if_needed()
        for code, answer in (server.mail(parseaddr(self._sender)[1]), server.rcpt(to), server.docmd("DATA")):
            if code not in (250, 251, 354):
                raise smtplib.SMTPResponseException(code, answer)

    def _message(self, to: str, subject: str, text: str, id: str) -> EmailMessage:
        if not to.isascii():
            raise MailRefused("address beyond ASCII")
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


def _content(server: smtplib.SMTP, content: bytes) -> int:
    """Send the content with its end, and return the code of the answer. Raises `MailUncertain` without one."""
    lines = content.replace(b"\r\n.", b"\r\n..")
    try:
        server.send(lines + (b".\r\n" if lines.endswith(b"\r\n") else b"\r\n.\r\n"))
        code, _ = server.getreply()
    except (smtplib.SMTPException, OSError):
        raise MailUncertain from None
    return code


def _answered(code: int) -> Exception:
    return MailRefused(f"answer {code}") if code >= 500 else Unavailable()
