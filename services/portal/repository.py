"""Sessions in MongoDB: ids, times and a version in clear, everything else sealed in one blob."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import cast

from pymongo import IndexModel
from pymongo.database import Database

from services.portal.model.session import Account, Session, Tokens
from shared.crypto.sealing import Place, Sealer
from shared.errors import StaleVersion
from shared.identity.actor import Role
from shared.mongo.client import Document, unavailable_when_down

COLLECTION = "sessions"
KEY_OWNER = "portal"
"""The owner of the data key that sessions are sealed with."""

INDEXES = {
    # Rows that are over are only swept here; whether a session is over is decided when it is read.
    COLLECTION: (IndexModel([("expires_at", 1)], name="sessions_over", expireAfterSeconds=3600),),
}


class MongoSessions:
    """`ports.Sessions` on the portal's own database."""

    def __init__(self, database: Database[Document], sealer: Sealer) -> None:
        self._database = database
        self._rows = database[COLLECTION]
        self._sealer = sealer

    def add(self, session: Session) -> None:
        """Store a new session."""
        with unavailable_when_down():
            self._rows.insert_one(self._to_document(session))

    def find(self, identifier: str) -> Session | None:
        """Return the session with this id, over or not."""
        with unavailable_when_down():
            document = self._rows.find_one({"_id": identifier})
        return None if document is None else self._from_document(document)

    def replace(self, session: Session) -> Session:
        """Store the session as its next version and end any claim on it. Raises `StaleVersion`."""
        following = dataclasses.replace(session, version=session.version + 1)
        with unavailable_when_down():
            result = self._rows.replace_one({"_id": session.id, "v": session.version}, self._to_document(following))
        if result.matched_count == 0:
            raise StaleVersion
        return following

    def touch(self, session: Session) -> None:
        """Note when the session was last used."""
        change = {"seen_at": session.seen_at, "expires_at": session.expires_at}
        with unavailable_when_down():
            self._rows.update_one({"_id": session.id}, {"$set": change})

    def claim_refresh(self, session: Session, now: datetime, until: datetime) -> bool:
        """Whether this caller, as the only one until then, may renew the tokens of this version."""
        unclaimed = {"$or": [{"refreshing_until": None}, {"refreshing_until": {"$lte": now}}]}
        selector = {"_id": session.id, "v": session.version, **unclaimed}
        with unavailable_when_down():
            result = self._rows.update_one(selector, {"$set": {"refreshing_until": until}})
        return result.modified_count == 1

    def remove(self, identifier: str) -> None:
        """Forget a session; one that is not there is forgotten already."""
        with unavailable_when_down():
            self._rows.delete_one({"_id": identifier})

    def ping(self) -> None:
        """Return when the database answers. Raises `Unavailable`."""
        with unavailable_when_down():
            self._database.command("ping")

    def _place(self, identifier: str, version: int) -> Place:
        return Place(self._database.name, COLLECTION, identifier, version)

    def _to_document(self, session: Session) -> Document:
        account, tokens = session.account, session.tokens
        payload: dict[str, object] = {
            "csrf": session.csrf,
            "pending": dict(session.pending),
            "account": dataclasses.asdict(account) if account else None,
            "tokens": dataclasses.asdict(tokens) if tokens else None,
        }
        return {
            "_id": session.id,
            "v": session.version,
            "created_at": session.created_at,
            "seen_at": session.seen_at,
            "expires_at": session.expires_at,
            "refreshing_until": None,
            "sealed": self._sealer.seal(payload, KEY_OWNER, self._place(session.id, session.version)),
        }

    def _from_document(self, document: Document) -> Session:
        opened = self._sealer.open(bytes(document["sealed"]), self._place(document["_id"], document["v"]))
        payload = cast("dict[str, dict[str, str] | None]", opened)
        return Session(
            id=document["_id"],
            csrf=str(payload["csrf"]),
            created_at=document["created_at"],
            seen_at=document["seen_at"],
            version=document["v"],
            account=_account(payload["account"]),
            tokens=_tokens(payload["tokens"]),
            pending=payload["pending"] or {},
        )


def _account(values: dict[str, str] | None) -> Account | None:
    return None if values is None else Account(**{**values, "role": Role(values["role"])})  # type: ignore[arg-type]


def _tokens(values: dict[str, str] | None) -> Tokens | None:
    if values is None:
        return None
    return Tokens(values["access"], values["refresh"], cast(datetime, values["expires_at"]))
