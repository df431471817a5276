"""Sessions as documents: ids, dates and digests of tokens; nothing personal."""

from __future__ import annotations

from pymongo.database import Database

from services.identity.model.sessions import Session
from services.identity.repository.indexes import SESSIONS
from shared.errors import StaleVersion
from shared.mongo.client import Document, unavailable_when_down


class MongoSessions:
    """The sessions; `ports.sign_ins.Sessions`."""

    def __init__(self, database: Database[Document]) -> None:
        self._collection = database[SESSIONS]

    def find(self, session_id: str) -> Session | None:
        """Return the session."""
        with unavailable_when_down():
            document = self._collection.find_one({"_id": session_id})
        return None if document is None else _session(document)

    def add(self, session: Session) -> None:
        """Store a new session."""
        with unavailable_when_down():
            self._collection.insert_one({"_id": session.id, "v": 1, **_fields(session)})

    def save(self, session: Session) -> None:
        """Store the next version. Raises `StaleVersion`."""
        change = {"$set": _fields(session), "$inc": {"v": 1}}
        with unavailable_when_down():
            done = self._collection.update_one({"_id": session.id, "v": session.version}, change)
        if done.matched_count != 1:
            raise StaleVersion


def _fields(session: Session) -> Document:
    return {
        "account_id": session.account_id,
        "started_at": session.started_at,
        "renewed_at": session.renewed_at,
        "expires_at": session.expires_at,
        "digest": session.digest,
        "spent": list(session.spent),
        "ended": session.ended,
        "grant_id": session.grant_id,
        "client_id": session.client_id,
        "sign_in_id": session.sign_in_id,
        "scope": session.scope,
    }


def _session(document: Document) -> Session:
    return Session(
        id=document["_id"],
        version=document["v"],
        account_id=document["account_id"],
        started_at=document["started_at"],
        renewed_at=document["renewed_at"],
        expires_at=document["expires_at"],
        digest=document["digest"],
        spent=tuple(document["spent"]),
        ended=document["ended"],
        grant_id=document["grant_id"],
        client_id=document["client_id"],
        sign_in_id=document["sign_in_id"],
        scope=document["scope"],
    )
