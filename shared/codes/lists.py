"""The one door to the code lists: `find`, `entries`, `children`, `path`, `members`, `search`, with the date asked for.

A list has versions. Without `version` the newest one in use on the date answers; a form that prints a version
(107: GB/T 4754-2011, 212: GB/T 4754-2017) names it. A list is read when it is first asked for and then kept.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypedDict

from shared.codes import search as searching
from shared.codes.entries import Entry, Fact, Version
from shared.codes.schemes import Scheme

_FOLDER = Path(__file__).parent / "data" / "lists"


class UnknownVersion(LookupError):
    """The list has no version of this name; the argument is the name."""


class _Head(TypedDict):
    key: str
    title: str
    valid_from: str | None
    valid_to: str | None
    source: str
    licence: str
    published: list[int]
    gaps: list[str]
    are_codes_ours: bool


@dataclass(frozen=True)
class _List:
    """One version of a list, indexed."""

    version: Version
    rows: tuple[Entry, ...]
    by_code: Mapping[str, tuple[Entry, ...]]
    by_parent: Mapping[str, tuple[Entry, ...]]
    index: searching.Index


def versions(scheme: Scheme) -> tuple[Version, ...]:
    """Return the versions of a list, the newest first."""
    return tuple(one.version for one in _read(scheme))


def version_on(scheme: Scheme, on: date) -> Version | None:
    """Return the newest version in use on the date; None before the first."""
    return next((one for one in versions(scheme) if one.is_valid(on)), None)


def find(scheme: Scheme, code: str, on: date, *, version: str | None = None) -> Entry | None:
    """Return what a code means on the date; None where it means nothing. Raises UnknownVersion."""
    found = _choose(scheme, on, version)
    return None if found is None else _on(found.by_code.get(code, ()), on)


def find_last(scheme: Scheme, code: str, version: str) -> Entry | None:
    """Return the last meaning of a code in a version, ended or not: for showing what was written down once."""
    meanings = _of(scheme, version).by_code.get(code, ())
    return meanings[-1] if meanings else None


def entries(scheme: Scheme, on: date, *, version: str | None = None, level: int | None = None) -> tuple[Entry, ...]:
    """Return the entries in force on the date, in the order of the source; all levels, or one. Raises UnknownVersion."""
    found = _choose(scheme, on, version)
    rows = found.rows if found else ()
    return tuple(entry for entry in rows if entry.is_valid(on) and level in (None, entry.level))


def children(scheme: Scheme, code: str, on: date, *, version: str | None = None) -> tuple[Entry, ...]:
    """Return the entries directly below a code, or the topmost for an empty code. Raises UnknownVersion."""
    found = _choose(scheme, on, version)
    return tuple(entry for entry in (found.by_parent.get(code, ()) if found else ()) if entry.is_valid(on))


def path(scheme: Scheme, code: str, on: date, *, version: str | None = None) -> tuple[Entry, ...]:
    """Return the entry of a code and those above it, the topmost last; empty where the code means nothing."""
    steps: list[Entry] = []
    step = find(scheme, code, on, version=version)
    while step is not None:
        steps.append(step)
        step = find(scheme, step.parent, on, version=version) if step.parent else None
    return tuple(steps)


def members(scheme: Scheme, group: str, on: date) -> frozenset[str]:
    """Return the codes of divisions or countries that belong to a group on the date (lists of groups only)."""
    return frozenset(str(entry.facts["member"]) for entry in children(scheme, group, on))


def search(
    scheme: Scheme, text: str, on: date, *, limit: int = 20, version: str | None = None, level: int | None = None
) -> tuple[Entry, ...]:
    """Return the entries that fit what a person typed (a code or its start, parts of names), the best first."""
    found = _choose(scheme, on, version)
    if found is None:
        return ()
    hits = (found.rows[place] for place in found.index.ranked(text))
    fitting = (entry for entry in hits if entry.is_valid(on) and level in (None, entry.level))
    return tuple(entry for entry, _ in zip(fitting, range(limit), strict=False))


def _choose(scheme: Scheme, on: date, version: str | None) -> _List | None:
    if version is not None:
        return _of(scheme, version)
    return next((one for one in _read(scheme) if one.version.is_valid(on)), None)


def _of(scheme: Scheme, version: str) -> _List:
    found = next((one for one in _read(scheme) if one.version.key == version), None)
    if found is None:
        raise UnknownVersion(version)
    return found


def _on(meanings: Iterable[Entry], on: date) -> Entry | None:
    return next((entry for entry in meanings if entry.is_valid(on)), None)


@cache
def _read(scheme: Scheme) -> tuple[_List, ...]:
    document = json.loads((_FOLDER / f"{scheme}.json").read_text(encoding="utf-8"))
    made = (_list(scheme, head, document[head["key"]]) for head in document["versions"])
    return tuple(sorted(made, key=lambda one: one.version.valid_from or date.min, reverse=True))


def _list(scheme: Scheme, head: _Head, rows: list[list[object]]) -> _List:
    version = Version(
        scheme=scheme,
        key=head["key"],
        title=head["title"],
        valid_from=_day(head["valid_from"]),
        valid_to=_day(head["valid_to"]),
        source=head["source"],
        licence=head["licence"],
        published=tuple(head["published"]),
        gaps=tuple(head["gaps"]),
        are_codes_ours=head["are_codes_ours"],
    )
    made = _entries(version, rows)
    by_code: dict[str, list[Entry]] = defaultdict(list)
    by_parent: dict[str, list[Entry]] = defaultdict(list)
    for entry in made:
        by_code[entry.code].append(entry)
        by_parent[entry.parent].append(entry)
    return _List(
        version=version,
        rows=made,
        by_code={code: tuple(found) for code, found in by_code.items()},
        by_parent={code: tuple(found) for code, found in by_parent.items()},
        index=searching.Index(tuple((entry.code, entry.name, *_other_words(entry)) for entry in made)),
    )


def _entries(version: Version, rows: list[list[object]]) -> tuple[Entry, ...]:
    parents = {str(row[2]) for row in rows}
    levels: dict[str, int] = {"": 0}
    made: list[Entry] = []
    for row in rows:
        code, name, parent, first, last, facts = (*row, None, None, None)[:6]
        levels[str(code)] = levels[str(parent)] + 1  # the generator puts a parent before what lies below it
        made.append(
            Entry(
                scheme=version.scheme,
                version=version.key,
                code=str(code),
                name=str(name),
                parent=str(parent),
                level=levels[str(code)],
                is_leaf=code not in parents,
                valid_from=_day(first),
                valid_to=_day(last),
                facts=_facts(facts),
            )
        )
    return tuple(made)


def _other_words(entry: Entry) -> tuple[str, ...]:
    return (*entry.words("aliases"), *entry.words("businesses"))


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None


def _facts(found: object) -> dict[str, Fact]:
    return found if isinstance(found, dict) else {}
