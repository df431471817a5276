"""Clients of the provider as documents, all in clear: names, addresses and public keys; and the proofs they spent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.identity.errors import ClientExists
from services.identity.model.clients import Client, ClientState, PublicKey
from services.identity.repository.indexes import CLIENTS, SPENT_PROOFS
from shared.errors import NotFound
from shared.history import HistoryEntry
from shared.identity.actor import Role
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document, unavailable_when_down


class MongoClients:
    """The clients; `ports.clients.Clients`."""

    def __init__(self, database: Database[Document]) -> None:
        self._collection = database[CLIENTS]

    def get(self, client_id: str) -> Client:
        """Return the client. Raises `NotFound`."""
        return _client(Aggregates(self._collection).get(client_id))

    def find(self, client_id: str) -> Client | None:
        """Return the client."""
        try:
            return self.get(client_id)
        except NotFound:
            return None

    def list_all(self) -> Sequence[Client]:
        """Return all clients, by their ids; there are few."""
        return [_client(each) for each in Aggregates(self._collection).find({}, sort=[("_id", 1)], limit=0)]

    def add(self, client: Client, entry: HistoryEntry) -> Client:
        """Store a new client. Raises `ClientExists`."""
        try:
            Aggregates(self._collection).insert(client.id, _fields(client), entry)
        except Duplicate:
            raise ClientExists from None
        return replace(client, version=1, history=(entry,))

    def save(self, client: Client, entry: HistoryEntry) -> Client:
        """Store the next version. Raises `StaleVersion`."""
        return _client(Aggregates(self._collection).save(client.id, client.version, _fields(client), (), entry))


class MongoProofs:
    """The ids of spent proofs of clients, kept as long as the proofs would hold; `ports.clients.Proofs`."""

    def __init__(self, database: Database[Document]) -> None:
        self._collection = database[SPENT_PROOFS]

    def spend(self, client_id: str, proof_id: str, until: datetime) -> bool:
        """Whether this proof was not used before; it is from now on."""
        id = hashlib.sha256(f"{client_id}\n{proof_id}".encode()).hexdigest()
        with unavailable_when_down():
            try:
                self._collection.insert_one({"_id": id, "until": until})
            except DuplicateKeyError:
                return False
        return True


def _fields(client: Client) -> Document:
    return {
        "name": client.name,
        "state": client.state.value,
        "keys": [{"kid": key.kid, "x": key.x} for key in client.keys],
        "role": client.role.value if client.role else None,
        "redirect_uris": list(client.redirect_uris),
        "sign_out_uris": list(client.sign_out_uris),
        "created_at": client.created_at,
    }


def _client(document: Document) -> Client:
    return Client(
        id=document["_id"],
        version=document["v"],
        name=document["name"],
        state=ClientState(document["state"]),
        keys=tuple(PublicKey(key["kid"], key["x"]) for key in document["keys"]),
        created_at=document["created_at"],
        role=Role(document["role"]) if document["role"] else None,
        redirect_uris=tuple(document["redirect_uris"]),
        sign_out_uris=tuple(document["sign_out_uris"]),
        history=history_of(document),
    )
