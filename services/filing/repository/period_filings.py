"""The filings of a period in MongoDB: how many stand where, and those that a closing settles, names and freezes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from services.filing.model.closings import LeftOut
from services.filing.model.states import State
from services.filing.ports.closings import Due, Frozen, Group, KeyOf, Narrowed
from services.filing.repository.records import COLLECTION, Records
from shared.crypto.errors import CryptoError
from shared.identity.actor import COUNTRY
from shared.mongo.client import Document, unavailable_when_down

INDEXES = (IndexModel([("period", ASCENDING), ("state", ASCENDING), ("_id", ASCENDING)], name="of_period"),)

NOT_APPROVED = (State.DRAFT, State.RETURNED, State.SUBMITTED)
UNSETTLED = (*NOT_APPROVED, State.APPROVED)
SETTLED = (State.APPROVED, State.FINAL)
LISTED = (*UNSETTLED, State.FINAL)

_SUBMITTED = {"revision": {"$gt": 0}}
_ORDER = [("_id", ASCENDING)]
_IN_CLEAR = dict.fromkeys(("unit", "form", "period", "division", "state", "reviewer", "revision", "in_force"), 1)


@dataclass(frozen=True)
class MongoPeriodFilings:
    """The filings of one database, by their periods."""

    database: Database[Document]
    records: Records

    def standings(self, periods: Sequence[str]) -> Sequence[Group]:
        """Return how many filings that were ever submitted stand where."""
        province = {"$arrayElemAt": ["$path", -2]}
        key = {"form": "$form", "state": "$state", "reviewer": "$reviewer", "province": province}
        steps: list[dict[str, Any]] = [
            {"$match": {**_of(periods, LISTED), **_SUBMITTED}},
            {"$group": {"_id": key, "count": {"$sum": 1}}},
        ]
        with unavailable_when_down():
            found = list(self.database[COLLECTION].aggregate(steps))
        groups = (
            Group(
                each["_id"]["form"],
                State(each["_id"]["state"]),
                each["_id"]["reviewer"],
                each["_id"]["province"],
                each["count"],
            )
            for each in found
        )
        return sorted(groups, key=lambda each: (each.form, each.state, each.reviewer, each.province))

    def not_approved(self, periods: Sequence[str], narrowed: Narrowed, after: str, limit: int) -> Sequence[LeftOut]:
        """Return filings that were submitted once and are neither approved nor final, those behind `after`."""
        query = {**_of(periods, (narrowed.state,) if narrowed.state else NOT_APPROVED), **_SUBMITTED}
        if narrowed.form:
            query["form"] = narrowed.form
        if narrowed.province:
            query["path"] = narrowed.province
        return self._named(query, after, limit)

    def names_of_not_approved(self, periods: Sequence[str]) -> Iterator[str]:
        """Yield what tells each filing that is not approved, and how it stands, apart from any other."""
        query = {**_of(periods, NOT_APPROVED), **_SUBMITTED}
        with unavailable_when_down():
            for each in self.database[COLLECTION].find(query, {"state": 1, "revision": 1}, sort=_ORDER):
                yield f"{each['_id']}/{each['state']}/{each['revision']}"

    def to_settle(self, periods: Sequence[str], after: str, limit: int, keys: KeyOf) -> Sequence[Due]:
        """Return what is approved, or was settled under a key of `keys`, behind `after`, up to `limit` looked at."""
        query = {**_of(periods, SETTLED), "_id": {"$gt": after}}
        wanted = {"v": 1, "state": 1, "history.key": 1}
        with unavailable_when_down():
            found = list(self.database[COLLECTION].find(query, wanted, sort=_ORDER, limit=limit))
        return [Due(each["_id"], each["v"], _was_settled(each, keys)) for each in found]

    def unsettled(self, periods: Sequence[str], after: str, limit: int) -> Sequence[LeftOut]:
        """Return what was submitted once and is not final, behind `after`; also what is approved."""
        return self._named({**_of(periods, UNSETTLED), **_SUBMITTED}, after, limit)

    def in_force(self, periods: Sequence[str], after: str, limit: int) -> Sequence[Frozen]:
        """Return the filings that have a version in force, behind `after`."""
        query = {**_of(periods, LISTED), "in_force": {"$gt": 0}, "_id": {"$gt": after}}
        with unavailable_when_down():
            return [self._frozen(each) for each in self.database[COLLECTION].find(query, sort=_ORDER, limit=limit)]

    def find_all(self, filing_ids: Sequence[str]) -> Mapping[str, Frozen]:
        """Return those of these filings that are there, by id."""
        with unavailable_when_down():
            found = self.database[COLLECTION].find({"_id": {"$in": list(filing_ids)}})
            return {each["_id"]: self._frozen(each) for each in found}

    def _frozen(self, document: Document) -> Frozen:
        try:
            filing = self.records.filing(document)
        except CryptoError:
            filing = None
        known = (document["unit"], document["form"], document["period"], document["in_force"])
        return Frozen(document["_id"], *known, filing)

    def _named(self, query: Mapping[str, Any], after: str, limit: int) -> list[LeftOut]:
        behind = {**query, "_id": {"$gt": after}}
        with unavailable_when_down():
            return [
                _left_out(each) for each in self.database[COLLECTION].find(behind, _IN_CLEAR, sort=_ORDER, limit=limit)
            ]


def _of(periods: Sequence[str], states: Iterable[State]) -> dict[str, Any]:
    """Return the query of the filings of these periods in these states; the index gives each in its order, merged."""
    return {"period": {"$in": list(periods)}, "state": {"$in": sorted(each.value for each in states)}}


def _was_settled(document: Document, keys: KeyOf) -> bool:
    key = keys(document["_id"])
    return any(entry.get("key") == key for entry in document["history"])


def _left_out(document: Document) -> LeftOut:
    return LeftOut(
        filing_id=document["_id"],
        unit_id=document["unit"],
        form=document["form"],
        period=document["period"],
        division=document["division"],
        state=State(document["state"]),
        reviewer=document["reviewer"] or COUNTRY,
        revision=document["revision"],
        is_correction=document["in_force"] > 0,
    )
