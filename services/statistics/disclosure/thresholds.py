"""The dated thresholds of the primary rules, by set, from one versioned file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("thresholds.toml")
WHOLE = Decimal(100)


class ThresholdsFaulty(Exception):
    """The thresholds are not usable; the text names the place."""


class Zeros(StrEnum):
    """What becomes of a zero to which enough contribute."""

    SHOW = "show"
    WITHHOLD = "withhold"


class Insiders(StrEnum):
    """Which contributors attack with what they know of their own."""

    ALL = "all"
    ALONE = "alone"


@dataclass(frozen=True)
class Dominance:
    """The n largest holdings may have k percent of a cell, and no more."""

    n: int
    k: Decimal


@dataclass(frozen=True)
class RuleSet:
    """What makes a cell unsafe, and how far an unsafe one is protected."""

    least_units: int
    least_holdings: int
    dominance: tuple[Dominance, ...]
    p_percent: Decimal
    coalition: int
    range_percent: Decimal
    zeros: Zeros
    insiders: Insiders

    @property
    def depth(self) -> int:
        """How many of the largest contributions the rules have to know."""
        p_rule = 1 + self.coalition if self.p_percent else 0
        return max((p_rule, *(each.n for each in self.dominance)), default=0)


@dataclass(frozen=True)
class Thresholds:
    """An edition of the thresholds: its id, its first day, and its sets by name."""

    id: str
    valid_from: date
    sets: Mapping[str, RuleSet]

    def of(self, name: str) -> RuleSet:
        """Return the set of a name. Raises `ThresholdsFaulty`: a table with an unknown set is not judged at all."""
        if name not in self.sets:
            raise ThresholdsFaulty(f"no set of rules named {name}")
        return self.sets[name]


def load_thresholds(on: date, path: Path = FILE) -> Thresholds:
    """Return the edition in force on a day. Raises `ThresholdsFaulty`, also where none is in force."""
    editions = read_thresholds(path.read_text(encoding="utf-8"))
    found = [each for each in editions if each.valid_from <= on]
    if not found:
        raise ThresholdsFaulty(f"{path.name}: nothing in force on {on}")
    return found[-1]


def read_thresholds(text: str) -> tuple[Thresholds, ...]:
    """Return the editions of a text, the earliest first. Raises `ThresholdsFaulty`."""
    try:
        read = tomllib.loads(text, parse_float=Decimal)
        editions = tuple(_edition(each) for each in read.pop("editions"))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise ThresholdsFaulty(f"thresholds: {type(error).__name__} {error}") from error
    days = [each.valid_from for each in editions]
    ids = {each.id for each in editions}
    if read or not editions or days != sorted(set(days)) or len(ids) != len(editions):
        raise ThresholdsFaulty("thresholds: editions stand in the order of their days, each with an id of its own")
    return editions


def _edition(read: Mapping[str, Any]) -> Thresholds:
    sets = {name: _set(name, found) for name, found in read["sets"].items()}
    if type(read["valid_from"]) is not date or not isinstance(read["id"], str) or not sets or len(read) != 3:
        raise ThresholdsFaulty("thresholds: an edition has an id, valid_from and sets")
    return Thresholds(read["id"], read["valid_from"], sets)


def _set(name: str, read: Mapping[str, Any]) -> RuleSet:
    dominance = tuple(Dominance(int(n), Decimal(k)) for n, k in read["dominance"])
    found = RuleSet(
        **{
            **read,
            "dominance": dominance,
            "p_percent": Decimal(read["p_percent"]),
            "range_percent": Decimal(read["range_percent"]),
            "zeros": Zeros(read["zeros"]),
            "insiders": Insiders(read["insiders"]),
        }
    )
    counts = (found.least_units, found.least_holdings, found.coalition)
    is_sound = (
        all(type(each) is int and each >= 1 for each in counts)
        and all(each.n >= 1 and 0 < each.k < WHOLE for each in dominance)
        and found.p_percent >= 0
        and found.range_percent > 0
    )
    if not is_sound:
        raise ThresholdsFaulty(f"thresholds: set {name} has a number out of its range")
    return found
