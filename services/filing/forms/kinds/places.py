"""Places: a domestic city, a country or region, and the division code of a unit's registered place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from services.filing.forms.answers import Value
from services.filing.forms.kinds.kind import Wrong, code_text
from shared.codes import countries, divisions

MOST = 500

_TWELVE = re.compile(r"[0-9]{12}")
_SIX = re.compile(r"[0-9]{6}")
_MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})


@dataclass(frozen=True)
class City:
    """A city of the mainland by its six-digit code: a city, a municipality, or a county directly under its province."""

    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the code. Codes: not_text, city_unknown. Ended cities are taken: a contract outlives a division."""
        code = code_text(value)
        found = divisions.find_current(code) if _SIX.fullmatch(code) else None
        if found is None or not _is_city(found):
            raise Wrong("city_unknown", "6 位城市代码，如 330100")
        return code

    def show(self, value: Value) -> str:
        """Return the name of the city."""
        found = divisions.find_current(str(value))
        return found.name if found else str(value)


@dataclass(frozen=True)
class CountryOrRegion:
    """A country or region by its three-letter code; 中国香港, 中国澳门 and 中国台湾 are abroad for the survey."""

    is_abroad: bool = False
    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the code. Codes: not_text, country_unknown, country_not_abroad."""
        code = code_text(value).upper()
        found = countries.find(code)
        if found is None:
            raise Wrong("country_unknown", "3 位国家（地区）代码，如 USA")
        if self.is_abroad and not found.is_offshore:
            raise Wrong("country_not_abroad", "境外国家（地区）")
        return code

    def show(self, value: Value) -> str:
        """Return the Chinese name."""
        found = countries.find(str(value))
        return found.name if found else str(value)


@dataclass(frozen=True)
class Several:
    """Several places of one kind, each once, in the order given; an empty list is the answer "none"."""

    one: City | CountryOrRegion
    is_number: bool = False

    def read(self, value: object) -> tuple[str, ...]:
        """Return the codes. Codes: not_list, too_many, repeated, and those of the one kind."""
        if not isinstance(value, list):
            raise Wrong("not_list", "列表")
        if len(value) > MOST:
            raise Wrong("too_many", f"不超过 {MOST} 项")
        read: Callable[[object], str] = self.one.read
        codes = tuple(map(read, value))
        if len(set(codes)) < len(codes):
            raise Wrong("repeated", "每项只选一次")
        return codes

    def show(self, value: Value) -> str:
        """Return the names side by side."""
        return "、".join(map(self.one.show, value)) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True)
class DivisionCode:
    """区划代码 of 12 digits: six of a division that is in force, then township and community, of which no list is public."""

    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the code. Codes: not_text, division_malformed, division_unknown, division_not_finest."""
        code = code_text(value)
        if not _TWELVE.fullmatch(code):
            raise Wrong("division_malformed", "12 位数字")
        found = divisions.find_current(code[:6])
        if found is None:
            raise Wrong("division_unknown", "前 6 位为现行县级以上行政区划代码")
        if found.level in (divisions.Level.NATION, divisions.Level.PROVINCE):
            raise Wrong("division_not_finest", "前 6 位应为县（区、市、旗）代码")
        return code

    def show(self, value: Value) -> str:
        """Return the digits."""
        return str(value)


def _is_city(division: divisions.Division) -> bool:
    if division.is_group:
        return False
    if division.level is divisions.Level.CITY or division.code in _MUNICIPALITIES:
        return True
    return (
        division.level is divisions.Level.COUNTY
        and division.parent[2:] == "0000"
        and (division.parent not in _MUNICIPALITIES)
    )
