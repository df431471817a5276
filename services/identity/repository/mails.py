"""Mails on their way to the notification service: what they say is encrypted for it alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from joserfc.jwk import KeySetSerialization

from services.identity.model.mails import MailDue
from shared.contracts.notification import ADDRESS, NOTICE_DUE, TO_ADDRESS, Notice, seal_notice
from shared.mongo.aggregates import Event
from shared.observability import correlation_id

OWNER = "identity"


class MailEvents:
    """Makes the event of a mail."""

    def __init__(self, reader: KeySetSerialization, new_id: Callable[[], str]) -> None:
        """`reader` is the notification service's public set."""
        self._reader = reader
        self._new_id = new_id

    def event(self, mail: MailDue, subject: str, at: datetime) -> Event:
        """Return the event that has a mail sent; `subject` is the id of what it is about."""
        id = self._new_id()
        notice = Notice(
            occasion=f"{OWNER}.{mail.kind.value}",
            once=id,
            to=TO_ADDRESS,
            values={**mail.facts, ADDRESS: mail.to},
            link=mail.link,
        )
        return Event(
            id=id,
            type=NOTICE_DUE[OWNER].type,
            time=at,
            subject=subject,
            data=seal_notice(OWNER, notice, self._reader),
            correlation_id=correlation_id(),
        )
