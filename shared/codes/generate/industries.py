"""Reads the written lists of GB/T 4754: one class a line, `code name`, in the order of the standard.

A section is a letter; a division, group or class of 2, 3 or 4 digits belongs below the last shorter one that begins so.
A group of one class has the class's code with a 0: the standard prints the name once, so the line `6410` alone makes the
group 641 as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.codes.generate.tables import ListError, Row, Table, counts
from shared.codes.generate.written import FOLDER

LEVELS = ("门类", "大类", "中类", "小类")


@dataclass(frozen=True)
class Edition:
    """One edition of the standard and how many entries it has per level."""

    key: str
    title: str
    valid_from: date
    published: tuple[int, int, int, int]


EDITIONS: Mapping[str, Edition] = {
    "2011": Edition("2011", "GB/T 4754-2011 国民经济行业分类", date(2011, 11, 1), (20, 96, 432, 1094)),
    "2017": Edition("2017", "GB/T 4754-2017 国民经济行业分类", date(2017, 10, 1), (20, 97, 473, 1380)),
}


def tables() -> list[Table]:
    """Return the editions, each with the gaps between what is written and what the standard counts."""
    return [_table(edition, _text(edition.key)) for edition in EDITIONS.values()]


def _text(key: str) -> str:
    return (FOLDER / f"industry-{key}.txt").read_text(encoding="utf-8")


def _table(edition: Edition, text: str) -> Table:
    rows = parse(edition.key, text)
    return Table(
        scheme="industry",
        key=edition.key,
        title=edition.title,
        source="typed from the standard; sections as the regulation prints them (企业2表 212)",
        licence="codes and names of a national standard: facts",
        rows=rows,
        valid_from=edition.valid_from,
        published=edition.published,
        gaps=gaps(edition, rows),
    )


def parse(key: str, text: str) -> list[Row]:
    """Return the rows of a written list; raises ListError naming the line."""
    rows: dict[str, Row] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        code, _, name = line.strip().partition(" ")
        place = f"industry {key} line {number}"
        if code.isalpha() and len(code) == 1:
            section = code
            rows[code] = Row(code, name)
            continue
        if not (code.isdigit() and 2 <= len(code) <= 4 and section):
            raise ListError(f"{place}: {code} is no code of the standard")
        if len(code) == 4 and code[:3] not in rows and code.endswith("0"):
            rows[code[:3]] = Row(code[:3], name, code[:2])
        parent = section if len(code) == 2 else code[:-1]
        if parent not in rows or code in rows:
            raise ListError(f"{place}: {code} is there twice, or nothing above it is")
        rows[code] = Row(code, name, parent)
    return list(rows.values())


def gaps(edition: Edition, rows: list[Row]) -> tuple[str, ...]:
    """Return in words what the standard has and the list lacks; raises ListError where the list has more."""
    had = (*counts(rows), 0, 0, 0)[: len(LEVELS)]
    if any(have > count for have, count in zip(had, edition.published, strict=True)):
        raise ListError(f"industry {edition.key}: {had} rows per level, the standard has {edition.published}")
    return tuple(
        f"{level}: {have} of {count} are here"
        for level, have, count in zip(LEVELS, had, edition.published, strict=True)
        if have < count
    )
