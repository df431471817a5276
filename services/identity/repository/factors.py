"""Second factors as documents: state and the newest used step in clear, secret and recovery codes sealed."""

from __future__ import annotations

from dataclasses import replace

from pymongo.database import Database

from services.identity.errors import FactorExists
from services.identity.model.factors import Factor, FactorState
from services.identity.repository.indexes import FACTORS
from services.identity.repository.vault import Vault
from shared.errors import NotFound
from shared.history import HistoryEntry
from shared.mongo.aggregates import Aggregates, Duplicate
from shared.mongo.client import Document


class MongoFactors:
    """The second factors; `ports.sign_ins.Factors`."""

    def __init__(self, database: Database[Document], vault: Vault) -> None:
        self._collection = database[FACTORS]
        self._vault = vault

    def find(self, account_id: str) -> Factor | None:
        """Return the second factor of an account."""
        try:
            return self._factor(Aggregates(self._collection).get(account_id))
        except NotFound:
            return None

    def add(self, factor: Factor, entry: HistoryEntry) -> Factor:
        """Store a new one. Raises `FactorExists`."""
        try:
            Aggregates(self._collection).insert(factor.account_id, self._fields(factor, 1), entry)
        except Duplicate:
            raise FactorExists from None
        return replace(factor, version=1)

    def save(self, factor: Factor, entry: HistoryEntry | None) -> Factor:
        """Store the next version. Raises `StaleVersion`."""
        fields = self._fields(factor, factor.version + 1)
        return self._factor(Aggregates(self._collection).save(factor.account_id, factor.version, fields, (), entry))

    def _fields(self, factor: Factor, version: int) -> Document:
        owner = f"account:{factor.account_id}"
        sealed = {"secret": factor.secret, "recovery": " ".join(sorted(factor.recovery))}
        return {
            "state": factor.state.value,
            "last_step": factor.last_step,
            "confirmed_at": factor.confirmed_at,
            "sealed": self._vault.seal(sealed, owner, FACTORS, factor.account_id, version),
        }

    def _factor(self, document: Document) -> Factor:
        opened = self._vault.open(document, FACTORS)
        return Factor(
            account_id=document["_id"],
            version=document["v"],
            state=FactorState(document["state"]),
            secret=opened["secret"],
            last_step=document["last_step"],
            recovery=frozenset(opened["recovery"].split()),
            confirmed_at=document["confirmed_at"],
        )
