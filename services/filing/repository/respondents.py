"""Units in MongoDB as those of whom forms may be expected; only what stands in clear is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from services.filing.model.periods import Period
from services.filing.model.respondents import Respondent, respondent_of
from services.filing.model.spells import Spell, Spells
from services.filing.model.units import Unit, UnitType
from shared.mongo.client import Document, unavailable_when_down

UNITS, ACCOUNTS = "units", "accounts"
PAGE = 500
"""So many units are looked at together, with what they filed."""

UNIT_INDEX = IndexModel([("listed", ASCENDING), ("_id", ASCENDING)], name="by_division")
ACCOUNT_INDEX = IndexModel(
    [("unit", ASCENDING), ("open_from", ASCENDING), ("open_to", ASCENDING)], name="open_in_month"
)

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

    def pages(self, division: str, kind: UnitType | None) -> Iterator[Sequence[Respondent]]:
        """Yield the units of a division and of all below it by id, so many at a time; of one type where it is named."""
        listed = f"{division}/{kind.value if kind else ''}"
        with unavailable_when_down():
            found = self.database[UNITS].find({"listed": listed}, _PROJECTION, sort=[("_id", 1)], batch_size=PAGE)
            while page := [_respondent(each) for each in islice(found, PAGE)]:
                yield page

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
