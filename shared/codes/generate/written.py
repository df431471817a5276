"""Reads the lists that people wrote (`generate/written/*.toml`): from the regulation, standards and other documents.

A file holds either one list with versions (`scheme`, `[[version]]`) or many lists of one version (`[[list]]`, with
`[defaults]`). A row is `entry` (code, name, and whatever else becomes a fact) or a `groups` table with `members`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from shared.codes.generate.tables import ListError, Row, Table

FOLDER = Path(__file__).parent / "written"

_ROW_KEYS = frozenset({"code", "name", "parent", "valid_from", "valid_to"})

_Toml = Mapping[str, Any]  # what tomllib gives is typed so


def tables() -> list[Table]:
    """Return every written list, file by file; raises ListError for a table that lacks what it must say."""
    return [table for path in sorted(FOLDER.glob("*.toml")) for table in parse(path.read_text(encoding="utf-8"))]


def parse(text: str) -> list[Table]:
    """Read one file's text; raises ListError."""
    document = tomllib.loads(text)
    if "list" in document:
        return [_table({**document.get("defaults", {}), **one}) for one in document["list"]]
    shared = {key: value for key, value in document.items() if key != "version"}
    return [_table({**shared, **one}) for one in document["version"]]


def _table(found: _Toml) -> Table:
    try:
        return Table(
            scheme=found["scheme"],
            key=found["key"],
            title=found["title"],
            source=found["source"],
            licence=found["licence"],
            rows=[*(_row(each) for each in found.get("entry", [])), *_groups(found.get("groups", []))],
            valid_from=found["valid_from"],
            valid_to=found.get("valid_to"),
            published=tuple(found["published"]),
            gaps=tuple(found.get("gaps", [])),
            are_codes_ours=found.get("codes") == "ours",
        )
    except KeyError as missing:
        raise ListError(f"{found.get('scheme')} {found.get('key')}: {missing} is missing") from None


def _row(found: _Toml) -> Row:
    facts = {key: value for key, value in found.items() if key not in _ROW_KEYS}
    return Row(
        found["code"], found["name"], found.get("parent", ""), found.get("valid_from"), found.get("valid_to"), facts
    )


def _groups(found: list[_Toml]) -> Iterator[Row]:
    """Yield each group and its members below it; a member's own days stand in `dated`."""
    for group in found:
        first: date | None = group.get("valid_from")
        yield Row(group["code"], group["name"], first=first)
        plain = ({"member": member, "valid_from": first} for member in group["members"])
        for each in (*plain, *group.get("dated", [])):
            member = str(each["member"])
            yield Row(
                code=f"{group['code']}.{member}",
                name=member,
                parent=group["code"],
                first=each.get("valid_from", first),
                last=each.get("valid_to"),
                facts={"member": member},
            )
