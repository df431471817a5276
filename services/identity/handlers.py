"""One function per type of message that identity takes: only its own mails."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from services.identity.presenters import mail_text
from services.identity.repository.mails import MailEvents
from shared.contracts.identity import MAIL_DUE
from shared.errors import Unavailable
from shared.mail import Mailer, MailRefused
from shared.messaging.effects import Outward
from shared.messaging.envelope import Message
from shared.messaging.errors import Poison, Transient

log = structlog.get_logger()


def handlers(mails: MailEvents, mailer: Mailer, portal_url: str) -> Mapping[str, Outward]:
    """Return the handler of each type."""

    def on_mail_due(message: Message) -> None:
        """Hand a mail to the server. After a crash it may be sent a second time, with the same Message-ID."""
        due = mails.read(message.data)
        subject, text = mail_text(due, portal_url)
        try:
            mailer.send(due.to, subject, text, message.id)
        except Unavailable as error:
            raise Transient("mail_server_unavailable") from error
        except MailRefused as error:
            raise Poison("mail_refused") from error
        log.info("mail_sent", kind=due.kind, sign_up_id=message.subject)

    return {MAIL_DUE.type: Outward(on_mail_due)}
