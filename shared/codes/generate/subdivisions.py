"""The first-level subdivisions of the main client countries: codes held against pycountry, Chinese names typed by us."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.metadata import version

from shared.codes.generate.tables import ListError, Row, Table
from shared.codes.generate.written import FOLDER

_KINDS: Mapping[str, frozenset[str]] = {
    "US": frozenset({"State", "District"}),  # outlying areas have country codes of their own
    "FR": frozenset({"Metropolitan region", "Metropolitan collectivity with special status"}),
}
"""Which kinds are meant, where not all that stand directly below the country."""


def table(country_names: Mapping[str, str]) -> Table:
    """Return the list: each country, then what lies below it; raises ListError where codes are missing or too many."""
    rows: list[Row] = []
    countries: dict[str, str] = {}
    for line in (FOLDER / "subdivisions.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, name = line.split(" ", 1)
        if "-" in code:
            rows.append(Row(code, name, rows[-1].parent or rows[-1].code, facts={"aliases": [_local_name(code)]}))
        else:
            countries[name] = code
            rows.append(Row(code, country_names[code], facts={"country": code}))
    for alpha2, alpha3 in countries.items():
        written = {row.code for row in rows if row.parent == alpha3}
        if written != _codes(alpha2):
            raise ListError(
                f"subdivision {alpha3}: written and ISO 3166-2 differ in {sorted(written ^ _codes(alpha2))}"
            )
    return Table(
        scheme="subdivision",
        key="iso3166-2",
        title="first-level subdivisions of the main client countries (207, 211)",
        source=f"codes and local names: PyPI package pycountry {version('pycountry')}; Chinese names typed by us",
        licence="LGPL-2.1-only (pycountry, from Debian's iso-codes)",
        rows=rows,
    )


def _codes(alpha2: str) -> set[str]:
    """Return the codes directly below a country, of the kinds that are meant."""
    kinds = _KINDS.get(alpha2)
    return {
        code
        for code, found in _subdivisions().items()
        if code.startswith(f"{alpha2}-") and "parent" not in found and (kinds is None or found["type"] in kinds)
    }


def _local_name(code: str) -> str:
    found = _subdivisions().get(code)
    if found is None:
        raise ListError(f"subdivision {code}: ISO 3166-2 has no such code")
    return found["name"]


@cache
def _subdivisions() -> dict[str, dict[str, str]]:
    """Return pycountry's table by code: name, type and, where one is between it and the country, the parent."""
    text = resources.files("pycountry").joinpath("databases/iso3166-2.json").read_text(encoding="utf-8")
    return {each["code"]: each for each in json.loads(text)["3166-2"]}
