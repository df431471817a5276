"""What is known of the classes of an edition: facts of the code list, and words, cues and questions of our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.filing.classification.paths import Path
from services.filing.classification.texts import Description
from shared.codes.classes import BusinessClass, Exclusion, ShareKind


@dataclass(frozen=True)
class Cue:
    """When something speaks: one word of each group stands in a description, and none of `unless`; all in plain form."""

    when: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...] = ()

    def hits(self, description: Description) -> tuple[str, ...]:
        """Return the words that made it speak, one of each group; none where it does not."""
        if any(description.affirms(word) for word in self.unless):
            return ()
        found = [next((word for word in group if description.affirms(word)), "") for group in self.when]
        return tuple(found) if all(found) else ()


@dataclass(frozen=True)
class Move:
    """An exclusion of the code list with its cue: `source` leaves it out, it belongs to `targets`."""

    source: str
    exclusion: Exclusion
    targets: tuple[str, ...]
    cue: Cue


@dataclass(frozen=True)
class Hint:
    """An answer that a description suggests to a question of the scope path."""

    question: str
    value: str
    cue: Cue


@dataclass(frozen=True)
class Above:
    """A 大类 or 中类."""

    code: str
    name: str


@dataclass(frozen=True)
class KnownClass:
    """A 小类: what the code list says of it, what it stands under, and how filers call its businesses."""

    listed: BusinessClass
    main: Above
    group: Above
    shares: tuple[ShareKind, ...]
    strong: tuple[str, ...]
    words: tuple[str, ...]
    aliases: tuple[str, ...]

    @property
    def code(self) -> str:
        """Return the code."""
        return self.listed.code


class Verdict(StrEnum):
    """What a contract comes to: filed, filed in part, or not."""

    IN = "in"
    PART = "part"
    OUT = "out"


@dataclass(frozen=True)
class Coded:
    """A coded reason or kind of deduction with its words."""

    code: str
    label: str
    text: str
    listed: tuple[str, ...] = ()
    """The entries of the code list that stand behind it."""


@dataclass(frozen=True)
class Knowledge:
    """Everything of one edition; `scope` asks whether a contract counts, `mixed` which class names it."""

    edition: str
    classes: Mapping[str, KnownClass]
    moves: tuple[Move, ...]
    hints: tuple[Hint, ...]
    scope: Path
    mixed: Path
    reasons: Mapping[str, Coded]
    deductions: Mapping[str, Coded]
