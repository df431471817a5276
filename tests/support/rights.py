"""Verdicts that are written down: tables of who may do what, and the check that a service answers as they say.

A table is a Markdown grid: a row per method, route and thing that is asked for, a column per person. Its cells are
written from the rules of the survey and of the house, never computed from the code under test:

- `ok`: permitted. The answer may still be a conflict or a fault of the content, but not 401, 403 or 404.
- `401`: nobody is signed in; `403`: the role may not, or this person may not do it with a thing that they see;
  `404`: the thing does not exist for this person; `409`: the thing's state does not know the act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

CELLS = frozenset({"ok", "401", "403", "404", "409"})
_REFUSALS = frozenset({401, 403, 404})


@dataclass(frozen=True)
class Row:
    """One route asked for one thing, and the verdict for each person."""

    method: str
    route: str
    target: str
    verdicts: Mapping[str, str]


Ask = Callable[[str, Row], TestResponse]
"""Sends the request of a row as a person."""


def read_table(path: Path) -> tuple[Row, ...]:
    """Return the rows of a table. Raises `ValueError` for a cell that is not one of `CELLS`."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line.startswith("|")]
    head, _, *rows = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    return tuple(_row(head[3:], cells) for cells in rows)


def _row(people: Sequence[str], cells: Sequence[str]) -> Row:
    method, route, target, *verdicts = cells
    if len(verdicts) != len(people) or not CELLS.issuperset(verdicts):
        raise ValueError(f"a row of the table is not complete: {method} {route} {target}")
    return Row(method, route, target, dict(zip(people, verdicts, strict=True)))


def routes_of(app: Flask) -> set[tuple[str, str]]:
    """Return method and rule of everything that an app answers."""
    silent = {"HEAD", "OPTIONS"}
    return {(method, rule.rule) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - silent}


def routes_in(table: Sequence[Row]) -> set[tuple[str, str]]:
    """Return method and rule of everything that a table decides."""
    return {(row.method, row.route) for row in table}


def differences(table: Sequence[Row], ask: Ask) -> Iterator[str]:
    """Ask for every cell of the table, and yield what came out otherwise."""
    for row in table:
        for person, expected in row.verdicts.items():
            status = ask(person, row).status_code
            if not _agrees(status, expected):
                yield f"{row.method} {row.route} on {row.target} as {person}: {status} instead of {expected}"


def count(table: Sequence[Row]) -> int:
    """Return how many cells a table has."""
    return sum(len(row.verdicts) for row in table)


def _agrees(status: int, expected: str) -> bool:
    if expected == "ok":
        return status < 500 and status not in _REFUSALS
    return status == int(expected)
