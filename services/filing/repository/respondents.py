"""Units in MongoDB as those of whom forms may be expected; only what stands in clear is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from services.filing.completeness.standing import Filed
from services.filing.ledger.reading import CONTRACT_FORM
from services.filing.model.periods import Period
from services.filing.model.respondents import Respondent, respondent_of
from services.filing.model.spells import Spell, Spells
from services.filing.model.states import State
from services.filing.model.units import Unit, UnitType
from services.filing.ports.respondents import Changed
from shared.mongo.client import Document, unavailable_when_down

UNITS, ACCOUNTS, FILINGS, RELIEFS = "units", "accounts", "filings", "reliefs"
PAGE = 500
"""So many units are looked at together, with what they filed."""

UNIT_INDEX = IndexModel([("listed", ASCENDING), ("_id", ASCENDING)], name="by_division")
MOVED_INDEX = IndexModel([("moved_at", ASCENDING)], name="moved", sparse=True)
ACCOUNT_INDEX = IndexModel(
    [("unit", ASCENDING), ("open_from", ASCENDING), ("open_to", ASCENDING)], name="open_in_month"
)

_FILED = dict.fromkeys(("unit", "item", "state", "in_force", "passed", "filed_on"), 1) | {"_id": 0}
_PROJECTION = {"division": 1, "path": 1, "since": 1, "registered": 1}


def respondent_fields(unit: Unit) -> Document:
    """Return what stands in clear of a unit, so that it is known what is expected of it."""
    respondent = respondent_of(unit)
    return {
        "since": {kind.value: day.isoformat() for kind, day in respondent.since.items()},
        "registered": {each: _written(spells) for each, spells in respondent.platforms.items() if spells},
    }


@dataclass(frozen=True)
class MongoRespondents:
    """The units of one database as respondents."""

    database: Database[Document]

    def pages(self, division: str, kind: UnitType | None, after: str = "") -> Iterator[Sequence[Respondent]]:
        """Yield the units of a division and of all below it by id, so many at a time; of one type where it is named."""
        yield from self._pages({"listed": _listed(division, kind), "_id": {"$gt": after}}, is_ordered=True)

    def pages_within(self, divisions: Collection[str], kind: UnitType | None) -> Iterator[Sequence[Respondent]]:
        """Yield the units of some divisions and of all below them, each once, in any order."""
        listed = [_listed(division, kind) for division in sorted(divisions)]
        yield from self._pages({"listed": {"$in": listed}}, is_ordered=False)

    def find_all(self, unit_ids: Collection[str]) -> Sequence[Respondent]:
        """Return the known ones of these units."""
        with unavailable_when_down():
            found = self.database[UNITS].find({"_id": {"$in": sorted(unit_ids)}}, _PROJECTION)
            return [_respondent(each) for each in found]

    def with_contract(self, unit_ids: Collection[str], month: Period) -> frozenset[str]:
        """Return which of these units had a contract open at any time in a month."""
        query = {
            "unit": {"$in": sorted(unit_ids)},
            "open_from": {"$lte": str(month)},
            "open_to": {"$gte": str(month)},
        }
        with unavailable_when_down():
            found = self.database[ACCOUNTS].find(query, {"unit": 1, "_id": 0})
            return frozenset(each["unit"] for each in found)

    def filed(self, unit_ids: Collection[str], form: str, period: str) -> Iterator[Filed]:
        """Yield what these units have submitted of a form for a period."""
        query = {"unit": {"$in": sorted(unit_ids)}, "form": form, "period": period, "revision": {"$gt": 0}}
        with unavailable_when_down():
            for each in self.database[FILINGS].find(query, _FILED):
                if each["state"] != State.DISCARDED and each["filed_on"]:
                    yield _filed(each)

    def changed_since(self, division: str, forms: Collection[str], period: str, since: datetime) -> Changed:
        """Return which units of a division may count otherwise since a moment."""
        late = {"updated_at": {"$gte": since}}
        states = {"state": {"$in": sorted(State)}}  # each state in its order: the index gives them merged
        found: set[str] = set()
        with unavailable_when_down():
            for form in forms:
                months = {} if form == CONTRACT_FORM else {"period": period}
                query = {"sight": division, "form": form, **months, **states, **late}
                found.update(each["unit"] for each in self.database[FILINGS].find(query, {"unit": 1}))
            listed = {"listed": _listed(division, None), **late}
            found.update(each["_id"] for each in self.database[UNITS].find(listed, {"_id": 1}))
            found.update(each["unit"] for each in self.database[RELIEFS].find(late, {"unit": 1}))
            moved = self.database[UNITS].find_one({"moved_at": {"$gte": since}}, {"_id": 1})
        return Changed(frozenset(found), moved is not None)

    def _pages(self, query: Mapping[str, Any], *, is_ordered: bool) -> Iterator[Sequence[Respondent]]:
        with unavailable_when_down():
            order = [("_id", ASCENDING)] if is_ordered else None
            found = self.database[UNITS].find(query, _PROJECTION, sort=order, batch_size=PAGE)
            while page := [_respondent(each) for each in islice(found, PAGE)]:
                yield page


def _listed(division: str, kind: UnitType | None) -> str:
    return f"{division}/{kind.value if kind else ''}"


def _filed(document: Any) -> Filed:  # Any: a document as pymongo gives it
    return Filed(
        unit_id=document["unit"],
        item=document["item"],
        state=State(document["state"]),
        in_force=document["in_force"],
        passed=tuple(document.get("passed", ())),
        filed_on=date.fromisoformat(document["filed_on"]),
    )


def _respondent(document: Any) -> Respondent:  # Any: a document as pymongo gives it
    return Respondent(
        unit_id=document["_id"],
        division=document["division"],
        path=tuple(document["path"]),
        since={UnitType(kind): date.fromisoformat(day) for kind, day in document.get("since", {}).items()},
        platforms={each: _read(spells) for each, spells in document.get("registered", {}).items()},
    )


def _written(spells: Spells) -> list[list[str | None]]:
    return [[each.since.isoformat(), each.until.isoformat() if each.until else None] for each in spells]


def _read(spells: Iterable[Sequence[str | None]]) -> Spells:
    days = ([date.fromisoformat(each) if each else None for each in pair] for pair in spells)
    return tuple(Spell(since, until) for since, until in days if since)
