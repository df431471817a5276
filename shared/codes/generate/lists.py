"""Assembles the code lists under `data/lists` from packages, from what is written, and from the lists beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from babel.core import Locale

from shared.codes import divisions, registration_types
from shared.codes.entries import Fact
from shared.codes.generate import countries, currencies, industries, subdivisions, written
from shared.codes.generate.tables import ListError, Row, Table, check, check_pointers
from shared.codes.schemes import Scheme

_DIVISIONS_OF = date(2026, 1, 1)
"""The day for which names of divisions are taken where a list has their codes only."""


def documents() -> dict[str, str]:
    """Return the text of every list by its file name; raises ListError naming the list and the row."""
    made = sorted(tables(), key=lambda table: table.scheme)
    check(made)
    check_pointers(made)
    found = {scheme: list(versions) for scheme, versions in groupby(made, key=lambda table: table.scheme)}
    if set(found) != set(Scheme):
        raise ListError(f"lists and their names differ: {sorted(set(found) ^ set(Scheme))}")
    return {f"lists/{scheme}.json": _document(versions) for scheme, versions in found.items()}


def tables() -> list[Table]:
    """Return all versions of all lists, not yet checked."""
    listed = countries.rows()
    names = {alpha3: name for _, alpha3, name in listed}
    return [
        *industries.tables(),
        *_registration_types(),
        *(_with_names(table, names) for table in written.tables()),
        _countries(listed),
        currencies.table(),
        subdivisions.table(names),
    ]


def _with_names(table: Table, countries_by_code: dict[str, str]) -> Table:
    """Give the members of groups their names, and hold the codes of divisions and countries against their lists."""
    if table.scheme not in {"region", "country_group", "demonstration_city", "main_client_country"}:
        return table
    rows = [_named(table, row, countries_by_code) for row in table.rows]
    return replace(table, rows=rows)


def _named(table: Table, row: Row, countries_by_code: dict[str, str]) -> Row:
    member = str(row.facts.get("member", row.code))
    if table.scheme in {"region", "country_group"} and "member" not in row.facts:
        return row
    division = divisions.find(member, _DIVISIONS_OF)
    name = countries_by_code.get(member) or (division.name if division else None)
    if name is None or (row.name not in {name, member}):
        raise ListError(f"{table.place} {row.code}: it is {name} in the list of divisions or countries")
    return Row(row.code, name, row.parent, row.first, row.last, row.facts)


def _countries(listed: Sequence[tuple[str, str, str]]) -> Table:
    english = Locale.parse("en").territories
    rows = []
    for alpha2, alpha3, name in sorted(listed, key=lambda row: (row[1] != "CHN", row[1])):
        facts: dict[str, Fact] = {"alpha2": alpha2, "is_offshore": alpha3 != "CHN"}
        rows.append(Row(alpha3, name, facts={**facts, "aliases": [alpha2, str(english[alpha2])]}))
    return Table(
        scheme="country",
        key="iso3166-1",
        title="ISO 3166-1 countries and regions with Chinese names; all but the mainland are offshore",
        source=f"Unicode CLDR as packaged in Babel {countries.version()}; names changed: "
        + "、".join(countries.NAMES.values()),
        licence="Unicode-3.0 (CLDR data), BSD-3-Clause (Babel)",
        rows=rows,
        published=(249,),
    )


def _registration_types() -> list[Table]:
    sizes = {registration_types.Version.V2011: 25, registration_types.Version.V2023: 23}
    made = []
    for version, size in sizes.items():
        listed = registration_types.types(version)
        made.append(
            Table(
                scheme="registration_type",
                key=str(version),
                title=f"登记注册类型 ({version})",
                source="typed from 企业1表 108 (2011) and 国统字〔2023〕14号 (2023) in shared/codes/registration_types.py",
                licence="facts of official documents",
                rows=[Row(one.code, one.name, facts={"group": str(one.group)}) for one in listed],
                valid_from=listed[0].valid_from,
                valid_to=listed[0].valid_to,
                published=(size,),
            )
        )
    return made


def _document(versions: Sequence[Table]) -> str:
    """Return JSON with one row a line: code, name, parent, first day, last day, facts; open ends left out."""
    heads = [
        {
            "key": table.key,
            "title": table.title,
            "valid_from": _text(table.valid_from),
            "valid_to": _text(table.valid_to),
            "source": table.source,
            "licence": table.licence,
            "published": table.published,
            "gaps": table.gaps,
            "are_codes_ours": table.are_codes_ours,
        }
        for table in versions
    ]
    parts = [f'"versions": {json.dumps(heads, ensure_ascii=False, indent=1)}']
    for table in versions:
        lines = ",\n".join(json.dumps(_columns(row), ensure_ascii=False) for row in table.rows)
        parts.append(f'"{table.key}": [\n{lines}\n]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _columns(row: Row) -> list[object]:
    columns: list[object] = [row.code, row.name, row.parent, _text(row.first), _text(row.last), row.facts or None]
    while columns[-1] is None:
        columns.pop()
    return columns


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
