"""Reads the evaluation sets: descriptions of contracts with the class or the outcome that they should come to."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "cases"
FILES = ("classes.toml", "gate.toml", "rules.toml")
LATER = "later.toml"


class Split(StrEnum):
    """Whether a case was looked at while words and weights were chosen."""

    TUNING = "tuning"
    HELD_OUT = "held_out"


@dataclass(frozen=True)
class ClassCase:
    """A description and the class that it belongs to; `source` is what wrote it: classes, exclusion or mixed."""

    text: str
    code: str
    split: Split
    source: str


@dataclass(frozen=True)
class GateCase:
    """A description, and whether it is to be filed: in, out for a coded reason, or part with kinds of deductions."""

    text: str
    outcome: str
    split: Split
    reason: str = ""
    deductions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sets:
    """All cases: for the search over the classes, and for the gate before it."""

    classes: tuple[ClassCase, ...]
    gate: tuple[GateCase, ...]
    later: tuple[ClassCase, ...]
    """Written when the first words stood, for the search alone."""


def digest(*names: str) -> str:
    """Return the SHA-256 over files of cases, each with its name before it, in hex; without names, of the first set."""
    made = hashlib.sha256()
    for name in names or FILES:
        made.update(name.encode() + b"\n" + (FOLDER / name).read_bytes())
    return made.hexdigest()


@cache
def read_sets() -> Sets:
    """Return all cases."""
    by_class, gate, rules, later = (tomllib.loads((FOLDER / name).read_text("utf-8")) for name in (*FILES, LATER))
    classes = _by_class(by_class, "classes")
    judged = [
        GateCase(
            each["text"],
            each["outcome"],
            Split(each["split"]),
            each.get("reason", ""),
            frozenset(each.get("deductions", ())),
        )
        for each in gate["case"]
    ]
    for each in rules["case"]:
        if each["expected"] == "none":
            judged.append(GateCase(each["text"], "out", Split(each["split"]), each["reason"]))
        else:
            classes.append(ClassCase(each["text"], each["expected"], Split(each["split"]), each["kind"]))
    return Sets(tuple(classes), tuple(judged), tuple(_by_class(later, "later")))


def _by_class(found: dict[str, dict[str, list[str]]], source: str) -> list[ClassCase]:
    return [
        ClassCase(text, code, split, source)
        for code, splits in found.items()
        for split in Split
        for text in splits[split]
    ]
