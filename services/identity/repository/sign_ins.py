"""Sign-ins and authorization codes as documents: ids, dates, digests and coarse words; nothing personal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from pymongo.database import Database

from services.identity.model.codes import Code, CodeRequest
from services.identity.model.sign_ins import Proof, SignIn
from services.identity.repository.indexes import CODES, SIGN_INS
from shared.errors import StaleVersion
from shared.mongo.client import Document, unavailable_when_down

MOST_LISTED = 50


class MongoSignIns:
    """The sign-ins; `ports.sign_ins.SignIns`."""

    def __init__(self, database: Database[Document]) -> None:
        self._collection = database[SIGN_INS]

    def find(self, sign_in_id: str) -> SignIn | None:
        """Return the sign-in."""
        return self._find({"_id": sign_in_id})

    def find_by_cookie(self, cookie: str) -> SignIn | None:
        """Return the sign-in of a cookie's digest."""
        return self._find({"cookie": cookie})

    def add(self, sign_in: SignIn) -> None:
        """Store a new sign-in."""
        with unavailable_when_down():
            self._collection.insert_one({"_id": sign_in.id, "v": 1, **_fields(sign_in)})

    def save(self, sign_in: SignIn) -> SignIn:
        """Store the next version. Raises `StaleVersion`."""
        change = {"$set": _fields(sign_in), "$inc": {"v": 1}}
        with unavailable_when_down():
            done = self._collection.update_one({"_id": sign_in.id, "v": sign_in.version}, change)
        if done.matched_count != 1:
            raise StaleVersion
        return replace(sign_in, version=sign_in.version + 1)

    def touch(self, sign_in_id: str, at: datetime) -> None:
        """Note that the sign-in was used."""
        with unavailable_when_down():
            self._collection.update_one({"_id": sign_in_id}, {"$max": {"seen_at": at}})

    def end(self, sign_in_id: str) -> None:
        """End a sign-in, whoever else works on it."""
        with unavailable_when_down():
            self._collection.update_one({"_id": sign_in_id}, {"$set": {"ended": True}, "$inc": {"v": 1}})

    def list_of_account(self, account_id: str, since: datetime) -> Sequence[SignIn]:
        """Return the sign-ins of an account that were used since then and not ended, newest first."""
        query = {"account_id": account_id, "seen_at": {"$gt": since}, "ended": False, "is_complete": True}
        with unavailable_when_down():
            found = self._collection.find(query).sort([("started_at", -1), ("_id", -1)]).limit(MOST_LISTED)
            return [_sign_in(document) for document in found]

    def _find(self, query: Document) -> SignIn | None:
        with unavailable_when_down():
            document = self._collection.find_one(query)
        return None if document is None else _sign_in(document)


class MongoCodes:
    """The authorization codes; `ports.clients.Codes`."""

    def __init__(self, database: Database[Document]) -> None:
        self._collection = database[CODES]

    def add(self, code: Code) -> None:
        """Store a new code."""
        with unavailable_when_down():
            self._collection.insert_one({"_id": code.digest, **_code_fields(code)})

    def find(self, digest: str) -> Code | None:
        """Return the code."""
        with unavailable_when_down():
            document = self._collection.find_one({"_id": digest})
        return None if document is None else _code(document)

    def claim(self, digest: str, session_id: str, now: datetime) -> bool:
        """Whether this caller alone may use the code, for this session; nobody else may from now on."""
        unused = {"_id": digest, "session_id": "", "expires_at": {"$gt": now}}
        with unavailable_when_down():
            return self._collection.update_one(unused, {"$set": {"session_id": session_id}}).matched_count == 1

    def mark_replayed(self, digest: str) -> None:
        """Remember that the code came a second time."""
        with unavailable_when_down():
            self._collection.update_one({"_id": digest}, {"$set": {"was_replayed": True}})


def _fields(sign_in: SignIn) -> Document:
    return {
        "cookie": sign_in.cookie,
        "account_id": sign_in.account_id,
        "started_at": sign_in.started_at,
        "seen_at": sign_in.seen_at,
        "authenticated_at": sign_in.authenticated_at,
        "proofs": sorted(proof.value for proof in sign_in.proofs),
        "device": sign_in.device,
        "place": sign_in.place,
        "grant_id": sign_in.grant_id,
        "is_complete": sign_in.is_complete,
        "ended": sign_in.ended,
    }


def _sign_in(document: Document) -> SignIn:
    fields = {name: value for name, value in document.items() if name not in ("_id", "v", "proofs")}
    proofs = frozenset(Proof(proof) for proof in document["proofs"])
    return SignIn(id=document["_id"], version=document["v"], proofs=proofs, **fields)


def _code_fields(code: Code) -> Document:
    return {
        "request": asdict(code.request),
        "sign_in_id": code.sign_in_id,
        "expires_at": code.expires_at,
        "session_id": code.session_id,
        "was_replayed": code.was_replayed,
    }


def _code(document: Document) -> Code:
    fields = {name: value for name, value in document.items() if name not in ("_id", "request")}
    return Code(digest=document["_id"], request=CodeRequest(**document["request"]), **fields)
