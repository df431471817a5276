"""The keys that sign access tokens, sealed in the database; the newest signs.

An older key stays in the published set until every token that it signed is over, so changing keys is seen by nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

from joserfc.jwk import KeySetSerialization, OKPKey
from pymongo.database import Database

from services.identity.repository.indexes import TOKEN_KEYS
from services.identity.repository.vault import Vault
from shared.clock import Clock
from shared.identity.actor import Actor
from shared.identity.issuers import ALGORITHM
from shared.identity.tokens import LIFETIME, Issuer
from shared.mongo.client import Document, unavailable_when_down

OWNER = "service:identity"
READ_AGAIN_AFTER = timedelta(seconds=30)
OVERLAP = 2 * LIFETIME


class NoTokenKey(Exception):
    """No key was made yet; `cli prepare` makes one."""


class TokenKeys:
    """The keys; `ports.clients.Tokens` and the published set. Safe for threads."""

    def __init__(self, database: Database[Document], vault: Vault, issuer: str, clock: Clock) -> None:
        self._collection = database[TOKEN_KEYS]
        self._vault = vault
        self._issuer = issuer
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[OKPKey, ...] = ()
        self._read_at: datetime | None = None

    def issue(self, actor: Actor, token_id: str, client_id: str = "", sign_in_id: str = "") -> str:
        """Return a token that stands for `actor` for a short while. Raises `NoTokenKey`."""
        return self._signer().issue(actor, token_id, client_id, sign_in_id)

    def sign(self, claims: Mapping[str, object], typ: str) -> str:
        """Return a JWT of this type over the claims, named as from this issuer. Raises `NoTokenKey`."""
        return self._signer().sign({"iss": self._issuer, **claims}, typ)

    def public_set(self) -> KeySetSerialization:
        """Return the keys that tokens of now may be signed with, without their private parts."""
        return {"keys": [key.as_dict(private=False) for key in self._keys()]}

    def prepare(self) -> None:
        """Make the first key; does nothing where there is one."""
        with unavailable_when_down():
            if self._collection.find_one({}, {"_id": 1}) is None:
                self.add()

    def add(self) -> str:
        """Make a new key that signs from now on, and return its id."""
        fresh = OKPKey.generate_key("Ed25519")
        id = f"identity-token-{fresh.thumbprint()[:16]}"
        private = {**fresh.as_dict(private=True), "kid": id, "use": "sig", "alg": ALGORITHM}
        with unavailable_when_down():
            self._collection.insert_one(
                {
                    "_id": id,
                    "v": 1,
                    "created_at": self._clock.now(),
                    "sealed": self._vault.seal(private, OWNER, TOKEN_KEYS, id, 1),
                }
            )
        return id

    def drop_all_but(self, key_id: str) -> int:
        """Forget all keys but this one at once, after a theft; return how many."""
        with unavailable_when_down():
            return self._collection.delete_many({"_id": {"$ne": key_id}}).deleted_count

    def _signer(self) -> Issuer:
        keys = self._keys()
        if not keys:
            raise NoTokenKey
        return Issuer(self._issuer, keys[0], self._clock)

    def _keys(self) -> tuple[OKPKey, ...]:
        with self._lock:
            now = self._clock.now()
            if not self._kept or self._read_at is None or now >= self._read_at + READ_AGAIN_AFTER:
                self._kept = self._read(now)
                self._read_at = now
            return self._kept

    def _read(self, now: datetime) -> tuple[OKPKey, ...]:
        with unavailable_when_down():
            rows = list(self._collection.find({}, sort=[("created_at", -1), ("_id", 1)]))
        live = [row for row, newer in zip(rows, [None, *rows], strict=False) if _is_live(newer, now)]
        return tuple(OKPKey.import_key(dict(self._vault.open(row, TOKEN_KEYS))) for row in live)


def _is_live(newer: Document | None, now: datetime) -> bool:
    """Whether a key that was followed by `newer` may still have signed a token that holds."""
    return newer is None or now < newer["created_at"] + OVERLAP
