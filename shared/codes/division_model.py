"""What a division is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NATION = "000000"


class Level(StrEnum):
    """The level of a division; a municipality is a province, 仙桃 a county directly under its province."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


@dataclass(frozen=True)
class Division:
    """One meaning of a code; `valid_from` and `valid_to` (the last day) are None where open or unknown.

    `is_group` marks entries such as 市辖区 and 省直辖县级行政区划, which only group: they are found by their code, but
    stand in no path and in no list of children.
    """

    code: str
    name: str
    level: Level
    parent: str
    valid_from: date | None = None
    valid_to: date | None = None
    is_group: bool = False

    def is_valid(self, on: date) -> bool:
        """Tell whether the division exists on the date."""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)
