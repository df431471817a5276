"""Takes the countries and regions of ISO 3166-1 from CLDR, with the names that the survey prints."""

from __future__ import annotations

import babel
from babel.core import Locale, get_global

COLUMNS = ("alpha2", "alpha3", "name")

NAMES = {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾", "PS": "巴勒斯坦"}
"""CLDR prints 台湾 bare, 香港 and 澳门 at length, and a territory where the country is meant."""

_NOT_ISO = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "TA", "UN", "ZZ"})
"""Reserved or made-up codes that CLDR names beside those of ISO 3166-1."""

_RETIRED = frozenset({"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"})
"""Withdrawn three-letter codes that CLDR maps to a country of today."""


def version() -> str:
    """Return the version of the package the names come from."""
    return str(babel.__version__)


def rows() -> list[tuple[str, str, str]]:
    """Return alpha-2, alpha-3 and the Chinese name of every country and region, by alpha-3."""
    names = {**Locale.parse("zh_Hans_CN").territories, **NAMES}
    made = [
        (targets[0], alpha3, names[targets[0]])
        for alpha3, targets in get_global("territory_aliases").items()
        if _is_alpha3(alpha3) and len(targets) == 1 and targets[0] in names and _is_assigned(targets[0])
    ]
    return sorted(made, key=lambda row: row[1])


def _is_alpha3(code: str) -> bool:
    return len(code) == 3 and code.isalpha() and code not in _RETIRED


def _is_assigned(alpha2: str) -> bool:
    """Tell whether a code is assigned by ISO 3166-1, not left to its users (AA, QM to QZ, XA to XZ, ZZ)."""
    is_private = alpha2[0] == "X" or alpha2 == "AA" or (alpha2[0] == "Q" and alpha2 != "QA")
    return not is_private and alpha2 not in _NOT_ISO
