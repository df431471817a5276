"""How the forms of an edition lie on paper, as data: one file per edition; a form without an entry lies plainly."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from services.filing.forms.model import Form, Indicator, Layout, Part

_FOLDER = Path(__file__).parent
_CELL = re.compile(r"\{([a-z0-9_]*)(?::([a-z]+))?\}")
_MOST_COLUMNS_UPRIGHT = 6
_FEW = 6


@dataclass(frozen=True)
class Words:
    """Words between cells; a line feed begins a new line."""

    text: str


@dataclass(frozen=True)
class Spot:
    """The place of a cell, and the manner in which it is drawn, empty where its kind says it."""

    key: str
    manner: str = ""


Pattern = tuple[tuple[Words | Spot, ...], ...]
"""What stands in an indicator's field: columns side by side, each of words and cells."""


@dataclass(frozen=True)
class Paper:
    """How one form lies on paper. `groups` are the headings of options by the beginning of their codes."""

    is_wide: bool = False
    lines: tuple[tuple[str, ...], ...] = ()
    head: tuple[tuple[str, ...], ...] = ()
    patterns: Mapping[str, Pattern] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


def paper_of(edition_id: str, form: Form) -> Paper:
    """Return how a form lies on paper: as the edition's file says, and for what it doesn't say, one below the other."""
    found: Mapping[str, Any] = _read(edition_id).get(form.key, {})
    printed = tuple(one for one in form.indicators if one.is_printed)
    written = found.get("patterns", {})
    lines = [tuple(line) for line in found.get("lines", ())]
    heads = [tuple(line) for line in found.get("head", ())]
    named, headed = {code for line in lines for code in line}, {key for line in heads for key in line}
    return Paper(
        is_wide=found.get("is_wide", _is_wide(form)),
        lines=(*lines, *((one.code,) for one in printed if one.code not in named)),
        head=(*heads, *((line.key,) for line in form.head if line.key not in headed)),
        patterns={one.code: _pattern(one, written.get(one.code)) for one in printed},
        groups=found.get("groups", {}),
    )


def printed_parts(indicator: Indicator) -> tuple[Part, ...]:
    """Return the cells that have a place on paper."""
    return tuple(part for part in indicator.parts if part.is_printed)


@cache
def _read(edition_id: str) -> Mapping[str, Any]:
    path = _FOLDER / f"{edition_id}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def _is_wide(form: Form) -> bool:
    most = max(len(one.parts) for one in form.indicators)
    return form.layout is Layout.ROWS and most > _MOST_COLUMNS_UPRIGHT


def _pattern(indicator: Indicator, written: str | list[str] | None) -> Pattern:
    """Return the pattern as written, with the cells that it leaves out behind it; a plain one where none is written."""
    texts = [written] if isinstance(written, str) else written or [indicator.name]
    columns = [tuple(_pieces(text.strip("\n"))) for text in texts]
    spots = {piece.key for column in columns for piece in column if isinstance(piece, Spot)}
    if indicator.is_rows:
        rest: list[Words | Spot] = [] if spots else [Words("\n"), Spot("", "rows")]
    else:
        rest = [piece for part in printed_parts(indicator) if part.key not in spots for piece in _plain(part)]
    return (*columns[:-1], (*columns[-1], *rest))


def _pieces(text: str) -> list[Words | Spot]:
    pieces: list[Words | Spot] = []
    at = 0
    for found in _CELL.finditer(text):
        pieces += [Words(text[at : found.start()]), Spot(found[1], found[2] or "")]
        at = found.end()
    return [piece for piece in (*pieces, Words(text[at:])) if piece != Words("")]


def _plain(part: Part) -> list[Words | Spot]:
    label = f"\n{part.label}" if part.key else ""
    options = f" {' '.join(f'{each.code}.{each.label}' for each in part.options)}" if len(part.options) <= _FEW else ""
    if part.kind_name == "choices":
        return [Words(f"{label} "), Spot(part.key, "marks")]
    return [Words(f"{label} "), Spot(part.key), Words(part.unit + options)]
