"""Counts of attempts, by the blind index of whose they are; they survive a restart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.identity.errors import TooManyAttempts
from services.identity.model.attempts import RULES, Attempts, Rule, Subject
from services.identity.repository.indexes import ATTEMPTS, FAMILIAR
from services.identity.repository.vault import Vault
from shared.mongo.client import Document, unavailable_when_down

MOST_RACES = 20
"""So many others at once on one subject are an attack by themselves."""


class MongoAttempts:
    """The counts; `ports.sign_ins.AttemptCounts`."""

    def __init__(self, database: Database[Document], vault: Vault) -> None:
        self._counts = database[ATTEMPTS]
        self._familiar = database[FAMILIAR]
        self._vault = vault

    def take(self, subjects: Sequence[Subject], now: datetime) -> None:
        """Count one attempt on each subject. Raises `TooManyAttempts` where one of them is blocked."""
        for subject in subjects:
            rule = RULES[subject.kind]

            def count(before: Attempts | None, rule: Rule = rule) -> Attempts:
                return (before or Attempts(since=now)).counted(now, rule)

            _refuse_blocked(self._change(subject, now, count), now)

    def check(self, subject: Subject, now: datetime) -> None:
        """Count nothing. Raises `TooManyAttempts` where the subject is blocked."""
        with unavailable_when_down():
            document = self._counts.find_one({"_id": self._id(subject)})
        if document is not None:
            _refuse_blocked(_attempts(document), now)

    def forget(self, subject: Subject) -> None:
        """Begin the count of a subject anew, after a good attempt."""
        with unavailable_when_down():
            self._counts.delete_one({"_id": self._id(subject)})

    def give_back(self, subject: Subject) -> None:
        """Take a good attempt out of the count of a subject."""
        with unavailable_when_down():
            self._counts.update_one({"_id": self._id(subject), "count": {"$gt": 0}}, {"$inc": {"count": -1, "v": 1}})

    def is_familiar(self, username: str, address: str) -> bool:
        """Whether this user name was signed in from this address not long ago."""
        with unavailable_when_down():
            return self._familiar.find_one({"_id": self._place(username, address)}) is not None

    def make_familiar(self, username: str, address: str, now: datetime) -> None:
        """Remember a good sign-in."""
        with unavailable_when_down():
            self._familiar.update_one({"_id": self._place(username, address)}, {"$set": {"at": now}}, upsert=True)

    def _change(self, subject: Subject, now: datetime, change: Callable[[Attempts | None], Attempts]) -> Attempts:
        id = self._id(subject)
        for _ in range(MOST_RACES):
            with unavailable_when_down():
                document = self._counts.find_one({"_id": id})
                before = None if document is None else _attempts(document)
                after = change(before)
                if after == before or self._store(id, document, after, now):
                    return after
        raise TooManyAttempts

    def _store(self, id: str, document: Document | None, after: Attempts, now: datetime) -> bool:
        if document is None:
            try:
                self._counts.insert_one({"_id": id, "v": 1, **_fields(after, now)})
            except DuplicateKeyError:
                return False
            return True
        version = document["v"]
        change = {"$set": {"v": version + 1, **_fields(after, now)}}
        return self._counts.update_one({"_id": id, "v": version}, change).matched_count == 1

    def _id(self, subject: Subject) -> str:
        return f"{subject.kind.value}:{self._vault.index(f'attempts.{subject.kind.value}', subject.value).hex()}"

    def _place(self, username: str, address: str) -> str:
        return self._vault.index("familiar_place", f"{username}\n{address}").hex()


def _refuse_blocked(attempts: Attempts, now: datetime) -> None:
    if attempts.blocked_until is not None and attempts.is_blocked(now):
        raise TooManyAttempts(retry_after=int((attempts.blocked_until - now).total_seconds()) + 1)


def _fields(attempts: Attempts, now: datetime) -> Document:
    return {
        "since": attempts.since,
        "count": attempts.count,
        "blocks": attempts.blocks,
        "blocked_until": attempts.blocked_until,
        "at": now,
    }


def _attempts(document: Document) -> Attempts:
    return Attempts(
        since=document["since"],
        count=document["count"],
        blocks=document["blocks"],
        blocked_until=document["blocked_until"],
    )
