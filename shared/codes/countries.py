"""Countries and regions of ISO 3166-1 with the Chinese names that the survey prints.

中国香港, 中国澳门 and 中国台湾 have codes of their own and count as offshore markets, as all but the mainland do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MAINLAND = "CHN"
GREATER_CHINA = frozenset({"HKG", "MAC", "TWN"})
"""港澳台: offshore, but a group of its own in the statistics by market and by investor."""

_FILE = Path(__file__).parent / "data" / "countries.json"


@dataclass(frozen=True)
class Country:
    """A country or region; `alpha3` is the code that the survey keeps."""

    alpha2: str
    alpha3: str
    name: str

    @property
    def is_offshore(self) -> bool:
        """Tell whether trade with it is offshore: everywhere but the mainland."""
        return self.alpha3 != MAINLAND


def find(alpha3: str) -> Country | None:
    """Return the country or region of a three-letter code in capitals; None where there is none."""
    return _by_alpha3().get(alpha3)


def find_alpha2(alpha2: str) -> Country | None:
    """Return the country or region of a two-letter code in capitals; None where there is none."""
    return next((country for country in _by_alpha3().values() if country.alpha2 == alpha2), None)


def is_offshore(alpha3: str) -> bool:
    """Tell whether a code is of an offshore market; raises LookupError for an unknown code."""
    country = find(alpha3)
    if country is None:
        raise LookupError(alpha3)
    return country.is_offshore


def countries() -> tuple[Country, ...]:
    """Return all countries and regions by code, the mainland first."""
    return tuple(sorted(_by_alpha3().values(), key=lambda country: (country.is_offshore, country.alpha3)))


@cache
def _by_alpha3() -> dict[str, Country]:
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["countries"]
    return {alpha3: Country(alpha2, alpha3, name) for alpha2, alpha3, name in rows}
