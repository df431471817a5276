"""A unit of the survey: who it is, and where each fact comes from."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.model.filing import UnitAnswer
from services.portal.model.filing_words import BASICS
from services.portal.presenters.words import moment

FIELDS = {
    "name": "单位详细名称",
    "division": "所在区划",
    "uscc": "统一社会信用代码",
    "organisation_code": "组织机构代码",
    "english_name": "英文名称",
    "legal_representative": "法定代表人（单位负责人）",
}
"""What a unit says of itself when it registers."""


@dataclass(frozen=True)
class BasicView:
    """A basic fact with its source."""

    label: str
    value: str
    source: str


@dataclass(frozen=True)
class UnitView:
    """A unit."""

    name: str
    types: str
    division: str
    basics: tuple[BasicView, ...]
    platforms: tuple[tuple[str, bool], ...]
    updated_at: str


def unit_view(unit: UnitAnswer) -> UnitView:
    """Return a unit with its facts in the order of 企业1表."""
    known = {each["name"]: each for each in unit["basics"]}
    names = [*BASICS, *(name for name in known if name not in BASICS)]
    return UnitView(
        name=known["name"]["value"] if "name" in known else "",
        types="、".join(each["label"] for each in unit["types"]),
        division=f"{unit['division_name']}（{unit['division']}）",
        basics=tuple(
            BasicView(BASICS.get(name, name), known[name]["value"], known[name]["label"])
            for name in names
            if name in known
        ),
        platforms=tuple((each["name"], each["is_registered"]) for each in unit["platforms"]),
        updated_at=moment(unit["updated_at"]),
    )
