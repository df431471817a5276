"""Decisions of the ministry in MongoDB; they concern no unit and stay in clear."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from pymongo import DESCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.filing.model.decisions import CollectionDecision
from shared.calls import Call
from shared.errors import Conflict
from shared.history import HistoryEntry, was_done
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import CREATED_KEY_INDEX

COLLECTION = "collection_decisions"

INDEXES = (CREATED_KEY_INDEX, IndexModel([("decided_at", DESCENDING)], name="newest"))


@dataclass(frozen=True)
class MongoDecisions:
    """The decisions of one database."""

    database: Database[Document]

    def add(self, decision: CollectionDecision, call: Call) -> CollectionDecision:
        """Store a decision; a request that made one before returns that one. Raises `KeyReused`."""
        fields = asdict(decision)
        document: Document = {"_id": fields.pop("id"), **fields}
        if call.request is not None:
            document |= {"created_key": call.request.key, "digest": call.request.digest}
        with unavailable_when_down():
            try:
                self.database[COLLECTION].insert_one(document)
            except DuplicateKeyError:
                return self._made_before(call)
        return decision

    def list_all(self) -> tuple[CollectionDecision, ...]:
        """Return all decisions, the newest first."""
        with unavailable_when_down():
            return tuple(map(_decision, self.database[COLLECTION].find({}, sort=[("decided_at", -1)])))

    def _made_before(self, call: Call) -> CollectionDecision:
        key = call.request.key if call.request else None
        found = self.database[COLLECTION].find_one({"created_key": key}) if key else None
        if found is None:
            raise Conflict
        act = HistoryEntry(found["decided_at"], found["decided_by"], "", None, None, key, found["digest"])
        was_done((act,), call.request)
        return _decision(found)


def _decision(document: Document) -> CollectionDecision:
    names = ("edition", "from_period", "to_period", "document", "ground", "decided_by", "decided_at")
    return CollectionDecision(id=document["_id"], **{name: document[name] for name in names})
