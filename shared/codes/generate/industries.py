"""Reads the written lists of GB/T 4754: one class a line, `code name`, in the order of the standard.

A section is a letter; a division, group or class of 2, 3 or 4 digits belongs below the last shorter one that begins so.
A group of one class has the class's code with a 0: the standard prints the name once, so the line `6410` alone makes the
group 641 as well. An amendment is written as replacements in the edition before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.codes.generate.tables import ListError, Row, Table
from shared.codes.generate.written import FOLDER


@dataclass(frozen=True)
class Edition:
    """One edition of the standard: how many entries it has per level, and which edition it amends."""

    key: str
    title: str
    valid_from: date
    published: tuple[int, int, int, int]
    amends: str = ""
    gaps: tuple[str, ...] = ()


EDITIONS = (
    Edition("2011", "GB/T 4754-2011 国民经济行业分类", date(2011, 11, 1), (20, 96, 432, 1094)),
    Edition("2017", "GB/T 4754-2017 国民经济行业分类", date(2017, 10, 1), (20, 97, 473, 1380)),
    Edition(
        key="2017-1",
        title="GB/T 4754-2017 国民经济行业分类, 第1号修改单",
        valid_from=date(2019, 3, 29),
        published=(20, 97, 473, 1382),
        amends="2017",
        gaps=(
            "小类: 1381 of 1382 are here; which other class the amendment added is not known",
            "that 929 was split by the amendment, and not in 2017, is inferred from the totals; its first day is from memory",
        ),
    ),
)


def tables() -> list[Table]:
    """Return the editions; raises ListError naming the line that can't be read."""
    texts: dict[str, str] = {}
    for edition in EDITIONS:
        own = (FOLDER / f"industry-{edition.key}.txt").read_text(encoding="utf-8")
        texts[edition.key] = amend(edition.key, texts[edition.amends], own) if edition.amends else own
    return [_table(edition, parse(edition.key, texts[edition.key])) for edition in EDITIONS]


def _table(edition: Edition, rows: list[Row]) -> Table:
    return Table(
        scheme="industry",
        key=edition.key,
        title=edition.title,
        source="written down from memory, without the standard at hand, and checked as docs/licences.md says; no package has it",
        licence="codes and names of a national standard: facts",
        rows=rows,
        valid_from=edition.valid_from,
        published=edition.published,
        gaps=edition.gaps,
    )


def amend(key: str, text: str, changes: str) -> str:
    """Return a written list with lines replaced: `code -> line | line`; raises ListError for a code that isn't there."""
    lines = {line.partition(" ")[0]: line for line in text.splitlines() if not line.startswith("#")}
    for number, change in enumerate(changes.splitlines(), 1):
        if change.startswith("#"):
            continue
        code, arrow, made = change.partition(" -> ")
        if not arrow or code not in lines:
            raise ListError(f"industry {key} line {number}: {code} is not in the edition that is amended")
        lines[code] = "\n".join(part.strip() for part in made.split("|"))
    return "\n".join(lines.values()) + "\n"


def parse(key: str, text: str) -> list[Row]:
    """Return the rows of a written list; raises ListError naming the line."""
    rows: dict[str, Row] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        code, _, name = line.strip().partition(" ")
        if code.isalpha() and len(code) == 1:
            section = code
            rows[code] = Row(code, name)
        else:
            _add(rows, Row(code, name), section, f"industry {key} line {number}")
    return list(rows.values())


def _add(rows: dict[str, Row], row: Row, section: str, place: str) -> None:
    """Put a division, group or class below what it belongs to; raises ListError with the place."""
    code = row.code
    if not (code.isdigit() and 2 <= len(code) <= 4 and section):
        raise ListError(f"{place}: {code} is no code of the standard")
    if len(code) == 4 and code[:3] not in rows and code.endswith("0"):
        rows[code[:3]] = Row(code[:3], row.name, code[:2])
    parent = section if len(code) == 2 else code[:-1]
    if parent not in rows or code in rows:
        raise ListError(f"{place}: {code} is there twice, or nothing above it is")
    rows[code] = Row(code, row.name, parent)
