"""Mails on their way. Address and text are sealed, and destroyed as soon as nothing more is done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from pymongo import ASCENDING, IndexModel, MongoClient, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.notification.model.mails import Letter, Mail, MailState
from services.notification.ports import DigestLetter
from services.notification.repository import notices
from shared.clock import local_date
from shared.crypto.sealing import Place, Sealer
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.pages import Newest
from shared.mongo.transactions import in_transaction
from shared.paging import Page

COLLECTION = "mails"

NEWEST = Newest("at")

INDEXES = (
    IndexModel([("due_at", ASCENDING)], name="due", partialFilterExpression={"state": MailState.DUE.value}),
    IndexModel([("state", 1), *NEWEST.sort], name="of_state"),
    IndexModel(NEWEST.sort, name="newest"),
)


@dataclass(frozen=True)
class MongoMails:
    """The mails of one database; `ports.Mails`."""

    client: MongoClient[Document]
    database: Database[Document]
    sealer: Sealer

    def add(self, mail: Mail, letter: Letter) -> None:
        """Store a mail once per id."""
        with unavailable_when_down():
            self._rows.update_one({"_id": mail.id}, {"$setOnInsert": self._row(mail, letter)}, upsert=True)

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """Return the ids of mails to hand over by now, the one that is due longest first."""
        query = {"state": MailState.DUE.value, "due_at": {"$lte": now}}
        with unavailable_when_down():
            return tuple(
                row["_id"] for row in self._rows.find(query, {"_id": 1}).sort("due_at", ASCENDING).limit(limit)
            )

    def claim(self, mail_id: str, now: datetime) -> tuple[Mail, Letter] | None:
        """Note that a due mail is being handed over, and return it; None where another worker was faster.

        Raises `CryptoError` where it can't be read; it is noted as being handed over then, too.
        """
        with unavailable_when_down():
            row = self._rows.find_one_and_update(
                {"_id": mail_id, "state": MailState.DUE.value, "due_at": {"$lte": now}},
                {"$set": {"state": MailState.HANDING_OVER.value, "changed_at": now}, "$inc": {"attempts": 1}},
                return_document=ReturnDocument.AFTER,
            )
        if row is None:
            return None
        sealed = cast("dict[str, str]", self.sealer.open(row["sealed"], self._place(mail_id)))
        return _mail(row), Letter(**sealed)

    def settle(
        self, mail_id: str, state: MailState, now: datetime, *, code: str = "", due_at: datetime | None = None
    ) -> None:
        """Note what became of a mail that was being handed over; the letter is destroyed unless it is due again.

        A worker that was only slow may still tell what became of a mail that counts as uncertain already.
        """
        under_way = [MailState.HANDING_OVER.value, MailState.UNCERTAIN.value]
        if state is MailState.DUE:
            change: Document = {"$set": {"state": state.value, "changed_at": now, "code": code, "due_at": due_at}}
            under_way = [MailState.HANDING_OVER.value]
        else:
            change = {"$set": {"state": state.value, "changed_at": now, "code": code}, "$unset": {"sealed": ""}}
        with unavailable_when_down():
            self._rows.update_one({"_id": mail_id, "state": {"$in": under_way}}, change)

    def broken_off(self, before: datetime) -> Sequence[str]:
        """Return the ids of mails that have been in handing over since before that moment."""
        query = {"state": MailState.HANDING_OVER.value, "changed_at": {"$lt": before}}
        with unavailable_when_down():
            return tuple(row["_id"] for row in self._rows.find(query, {"_id": 1}))

    def count_of(self, state: MailState) -> int:
        """Return how many mails are in a state."""
        with unavailable_when_down():
            return int(self._rows.count_documents({"state": state.value}))

    def list_of(self, state: MailState | None, cursor: str, limit: int) -> Page[Mail]:
        """Return a page of mails, newest first. Raises `Malformed`."""
        query = {**({} if state is None else {"state": state.value}), **NEWEST.after(cursor)}
        with unavailable_when_down():
            found = self._rows.find(query, {"sealed": 0}).sort(NEWEST.sort).limit(limit + 1)
            rows, following = NEWEST.page(found, limit)
        return Page(tuple(_mail(row) for row in rows), following)

    def add_digest(self, mail: Mail, make: DigestLetter, before: datetime) -> bool:
        """Store the digest of a day and note it in the notices that it tells of, all or nothing.

        A transaction, since a digest without the marks would be told of again, and marks without it never.
        """
        told = self.database[notices.COLLECTION]
        query = {**notices.WAITING, "account": mail.account_id, "at": {"$lt": before}}

        def work(session: ClientSession) -> bool:
            found = list(told.find(query, {"occasion": 1}, session=session).sort("at", ASCENDING))
            if not found:
                return False
            row = self._row(mail, make([each["occasion"] for each in found]))
            self._rows.insert_one({"_id": mail.id, **row}, session=session)
            mark = {"$set": {"digest": local_date(mail.at).isoformat()}}
            told.update_many({"_id": {"$in": [each["_id"] for each in found]}}, mark, session=session)
            return True

        with unavailable_when_down():
            try:
                return in_transaction(self.client, work)
            except DuplicateKeyError:  # the digest of this day is made already; what came later waits for the next
                return False

    @property
    def _rows(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]

    def _place(self, mail_id: str) -> Place:
        return Place(self.database.name, COLLECTION, mail_id, 1)

    def _row(self, mail: Mail, letter: Letter) -> Document:
        owner = f"account:{mail.account_id}" if mail.account_id else f"mails:{mail.at:%Y-%m}"
        sealed = {"to": letter.to, "subject": letter.subject, "text": letter.text}
        return {
            "at": mail.at,
            "account": mail.account_id,
            "occasion": mail.occasion,
            "template_version": mail.template_version,
            "state": mail.state.value,
            "due_at": mail.due_at,
            "attempts": mail.attempts,
            "changed_at": mail.changed_at,
            "code": mail.code,
            "valid_until": mail.valid_until,
            "correlation_id": mail.correlation_id,
            "sealed": self.sealer.seal(sealed, owner, self._place(mail.id)),
        }


def _mail(row: Document) -> Mail:
    return Mail(
        id=row["_id"],
        at=row["at"],
        account_id=row["account"],
        occasion=row["occasion"],
        template_version=row["template_version"],
        due_at=row["due_at"],
        state=MailState(row["state"]),
        attempts=row["attempts"],
        changed_at=row["changed_at"],
        code=row["code"],
        valid_until=row["valid_until"],
        correlation_id=row["correlation_id"],
    )
