"""What tells of a unit whether a form is expected of it: nothing but ids, divisions, types and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.filing.model.spells import Spells
from services.filing.model.units import Unit, UnitType, city_unit_id
from shared.clock import local_date


@dataclass(frozen=True)
class Respondent:
    """A unit, or a demonstration city, as one of whom forms may be expected.

    `since` says from which day it has been known as what, `platforms` when each of its platforms was registered, by id.
    """

    unit_id: str
    division: str
    path: tuple[str, ...]
    since: Mapping[UnitType, date]
    platforms: Mapping[str, Spells] = field(default_factory=dict)

    def is_known_as(self, kind: UnitType, on: date) -> bool:
        """Tell whether it was known as a unit of a type by a day."""
        return kind in self.since and self.since[kind] <= on


@dataclass(frozen=True)
class Slot:
    """One form that one unit files for one period; `item` names the platform where it is about one."""

    unit_id: str
    division: str
    path: tuple[str, ...]
    form: str
    period: str
    item: str = ""


def respondent_of(unit: Unit) -> Respondent:
    """Return what tells of a unit whether forms are expected of it."""
    first = local_date(unit.created_at)
    since = {kind: unit.since.get(kind, first) for kind in unit.types}
    platforms = {each.id: unit.registered(each) for each in unit.platforms}
    return Respondent(unit.id, unit.division, unit.path, since, platforms)


def city_respondent(division: str, path: tuple[str, ...], since: date) -> Respondent:
    """Return a demonstration city as one of whom forms may be expected."""
    return Respondent(city_unit_id(division), division, path, {UnitType.CITY: since})
