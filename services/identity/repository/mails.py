"""Mails on their way from the outbox to the worker: what they say is encrypted for identity itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import orjson
from joserfc.jwk import KeySetSerialization

from services.identity.model.mails import MailDue, MailKind
from shared.contracts.identity import MAIL_DUE
from shared.crypto import jose
from shared.mongo.aggregates import Event
from shared.observability import correlation_id

READER = "identity"


class MailEvents:
    """Makes the event of a mail, and reads it again."""

    def __init__(self, keys: KeySetSerialization, new_id: Callable[[], str]) -> None:
        """`keys` is the service's private set."""
        self._private = keys
        self._public = jose.public_part(keys)
        self._new_id = new_id

    def event(self, mail: MailDue, sign_up_id: str, at: datetime) -> Event:
        """Return the event that has a mail sent."""
        content = orjson.dumps({"kind": mail.kind.value, "to": mail.to, "facts": dict(mail.facts)})
        sealed = jose.seal_for(self._public, content, typ=MAIL_DUE.type)
        return Event(
            id=self._new_id(),
            type=MAIL_DUE.type,
            time=at,
            subject=sign_up_id,
            data={"sign_up_id": sign_up_id, "reader": READER, "sealed": sealed},
            correlation_id=correlation_id(),
        )

    def read(self, data: Mapping[str, object]) -> MailDue:
        """Return the mail of an event's data. Raises `CannotDecrypt` and other errors of `shared.crypto`."""
        content = orjson.loads(jose.open_sealed(self._private, str(data["sealed"]), typ=MAIL_DUE.type))
        return MailDue(MailKind(content["kind"]), content["to"], content["facts"])
