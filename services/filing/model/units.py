"""Units of the survey: who they are, of which types, and where each of their basic facts comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.filing.model.spells import Spell, Spells
from shared.clock import local_date
from shared.history import HistoryEntry


class UnitType(StrEnum):
    """What a unit is to the survey; a unit may be several at once (企业类型)."""

    ENTERPRISE = "enterprise"
    PLATFORM = "platform"
    TRAINING = "training"
    CITY = "city"


class Source(StrEnum):
    """Where a basic fact of a unit comes from."""

    REGISTRATION = "registration"
    DIRECTORY = "directory"
    UNIT = "unit"
    FILING = "filing"


class UnitAction(StrEnum):
    """What happens to a unit, for its history."""

    REGISTER = "register"
    TAKE_REGISTRATION = "take_registration"
    TAKE_DIRECTORY = "take_directory"
    TAKE_FILING = "take_filing"
    JOIN = "join"
    RELOCATE = "relocate"


@dataclass(frozen=True)
class Basic:
    """One basic fact: its value, where it comes from, and when that said so."""

    value: str
    source: Source
    at: datetime


@dataclass(frozen=True)
class Platform:
    """A platform that the unit operates, as registration knows it; `id` is that of the registration.

    `told_at` is when registration said so, so that news which come late don't undo newer ones. `spells` are the times for
    which it was registered; of one stored before they were kept there are none.
    """

    id: str
    name: str
    english_name: str = ""
    is_registered: bool = True
    told_at: datetime | None = None
    spells: Spells = ()


Basics = Mapping[str, Basic]
"""Basic facts by name: `name`, `english_name`, `uscc`, `organisation_code`, `legal_representative`, …"""


@dataclass(frozen=True)
class Unit:
    """A unit with its division and the divisions above it, whose departments see what it files.

    `placed_at` is when the division was told, so that news which come late don't bring an older one back. `since` says
    from which day it has been known as a unit of a type; without a day for one that is the day on which it came.
    """

    id: str
    version: int
    types: frozenset[UnitType]
    division: str
    path: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    basics: Basics = field(default_factory=dict)
    platforms: tuple[Platform, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    placed_at: datetime | None = None
    since: Mapping[UnitType, date] = field(default_factory=dict)

    def basic(self, name: str) -> str:
        """Return a basic fact, empty where it is not known."""
        found = self.basics.get(name)
        return found.value if found else ""

    def platform(self, platform_id: str) -> Platform | None:
        """Return a platform of the unit, None where it has no such one."""
        return next((each for each in self.platforms if each.id == platform_id), None)

    def registered(self, platform: Platform) -> Spells:
        """Return when a platform was registered; of one stored before that was kept, since it was told of."""
        if platform.spells or not platform.is_registered:
            return platform.spells
        return (Spell(local_date(platform.told_at or self.created_at)),)


CITY_UNIT = "city-"
"""What the ids of demonstration cities begin with."""


def city_unit_id(division: str) -> str:
    """Return the id of a demonstration city as a unit that reports 城市1–3表."""
    return f"{CITY_UNIT}{division}"
