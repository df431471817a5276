"""A unit of the survey as the exchange knows it: what it itself last told, field by field, and on what ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from services.exchange.comparing.comparison import Record
from services.exchange.comparing.fields import Field
from services.exchange.comparing.verdicts import Said

IN_FORCE, CEASED = "in_force", "ceased"
"""What `Field.STANDING` says."""


class Source(StrEnum):
    """Where a value comes from: an approved registration or 企业1表, or the 名录库 by a decision of the desk."""

    REGISTRATION = "registration"
    FILING = "filing"
    DIRECTORY = "directory"


@dataclass(frozen=True)
class Ground:
    """On what a value rests: the approved revision with that id (of a case where the desk took the directory's)."""

    source: Source
    id: str
    revision: int
    at: datetime


@dataclass(frozen=True)
class Fact:
    """A value with its ground."""

    said: Said = field(repr=False)
    ground: Ground


@dataclass(frozen=True)
class SurveyUnit:
    """The unit; `sequence` is that of the last message in it, 0 before the first; `platform` as told with that one."""

    id: str
    version: int
    division: str
    updated_at: datetime
    sequence: int = 0
    facts: Mapping[Field, Fact] = field(default_factory=dict, repr=False)

    @property
    def record(self) -> Record:
        """What the unit says, as one side of a comparison."""
        return {name: fact.said for name, fact in self.facts.items()}

    def value(self, name: Field) -> str:
        """Return a value, empty where it is not known."""
        return self.facts[name].said.value if name in self.facts else ""

    def values_of(self, *sources: Source) -> dict[str, str]:
        """Return the values that come from there, by their names in the record at the border."""
        return {
            name.value: fact.said.value
            for name, fact in self.facts.items()
            if fact.ground.source in sources and name is not Field.STANDING
        }

    def with_facts(self, facts: Mapping[Field, Fact], at: datetime) -> SurveyUnit:
        """Return the unit with these facts in place of what it had."""
        return replace(self, facts={**self.facts, **facts}, updated_at=at)
