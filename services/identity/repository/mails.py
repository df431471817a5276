"""Mails and news on their way to the notification service: what they say is encrypted for it alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from joserfc.jwk import KeySetSerialization

from services.identity.model.mails import Due, MailDue
from shared.contracts.notification import (
    ADDRESS,
    NOTICE_DUE,
    TO_ADDRESS,
    Notice,
    Recipient,
    in_role,
    of_account,
    seal_notice,
)
from shared.mongo.aggregates import Event
from shared.observability import correlation_id

OWNER = "identity"


class MailEvents:
    """Makes the event of a mail, or of news."""

    def __init__(self, reader: KeySetSerialization, new_id: Callable[[], str]) -> None:
        """`reader` is the notification service's public set."""
        self._reader = reader
        self._new_id = new_id

    def event(self, due: Due, subject: str, at: datetime) -> Event:
        """Return the event that has somebody told; `subject` is the id of what it is about."""
        id = self._new_id()
        values = {**due.facts, ADDRESS: due.to} if isinstance(due, MailDue) else due.facts
        notice = Notice(f"{OWNER}.{due.kind.value}", id, _recipient(due), values, due.link)
        return Event(
            id=id,
            type=NOTICE_DUE[OWNER].type,
            time=at,
            subject=subject,
            data=seal_notice(OWNER, notice, self._reader),
            correlation_id=correlation_id(),
        )


def _recipient(due: Due) -> Recipient:
    if isinstance(due, MailDue):
        return TO_ADDRESS
    return in_role(due.role.value, due.division) if due.role else of_account(due.account_id)
