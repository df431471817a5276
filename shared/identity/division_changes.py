"""Changes to the divisions as identity told them, one document per set; public, so in clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.database import Database

from shared.codes.division_changes import Change
from shared.contracts.identity import change_data, changes_of
from shared.mongo.client import Document, unavailable_when_down

COLLECTION = "division_changes"


class MongoDivisionChanges:
    """The sets of changes that were confirmed."""

    def __init__(self, database: Database[Document]) -> None:
        self._collection = database[COLLECTION]

    def note(self, data: Mapping[str, Any], session: ClientSession) -> None:
        """Keep the set of an event's checked data; keeping it twice does no harm."""
        changes = [change_data(change) for change in changes_of(data["changes"])]
        fields = {"document": data["document"], "changes": changes}
        self._collection.replace_one({"_id": data["change_set_id"]}, fields, upsert=True, session=session)

    def confirmed(self) -> Sequence[Change]:
        """Return all changes."""
        with unavailable_when_down():
            found = list(self._collection.find({}, {"changes": 1}, sort=[("_id", 1)]))
        return tuple(change for document in found for change in changes_of(document["changes"]))
