"""The quality checks of the directory's offices: what is looked for, and what was found the last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from services.exchange.comparing.fields import Field
from services.exchange.model.directory import DirectoryRecord, Form
from services.exchange.model.survey_units import SurveyUnit
from shared.codes import organisation


class Check(StrEnum):
    """What is looked for."""

    DOUBLE_CODE = "double_code"
    DOUBLE_NAME = "double_name"
    NO_PARENT = "no_parent"
    NO_CODE = "no_code"
    TEMPORARY_CODE = "temporary_code"
    NINTH_B = "ninth_b"


TITLES = {
    Check.DOUBLE_CODE: "代码跨市重复",
    Check.DOUBLE_NAME: "名称跨市重复",
    Check.NO_PARENT: "产业活动单位没有归属法人单位",
    Check.NO_CODE: "没有代码的单位",
    Check.TEMPORARY_CODE: "使用临时代码的单位",
    Check.NINTH_B: "组织机构代码第九位为B",
}

BY_UNIT = (Check.NO_CODE, Check.TEMPORARY_CODE, Check.NINTH_B)
"""Checks that look at one unit alone."""

MOST_WITHOUT_CODE = Decimal("0.01")
"""The share of units without a code, or with a temporary one, below which the directory's offices want to stay."""

SHARED = frozenset({Check.NO_CODE, Check.TEMPORARY_CODE})
"""Checks whose share is held against that."""


class Side(StrEnum):
    """Whose unit it is: the mirror of the directory, or the survey."""

    DIRECTORY = "directory"
    SURVEY = "survey"


@dataclass(frozen=True)
class Coded:
    """What a check of one unit looks at."""

    credit_code: str = field(default="", repr=False)
    organisation_code: str = field(default="", repr=False)
    is_local: bool = False
    parent_code: str = field(default="", repr=False)


@dataclass(frozen=True)
class Finding:
    """A unit that a check found: `group` is the same for those that share a value, empty for checks of one unit."""

    check: Check
    side: Side
    unit_id: str
    division: str
    group: str = ""


@dataclass(frozen=True)
class Shown:
    """A finding with who it is, for the page of a check."""

    finding: Finding
    name: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True)
class Report:
    """The last run: how many units each side has, and how many units each check found on each."""

    at: datetime
    units: Mapping[Side, int]
    found: Mapping[tuple[Check, Side], int]

    def count(self, check: Check) -> int:
        """Return how many units of both sides a check found."""
        return sum(self.found.get((check, side), 0) for side in Side)

    def share(self, check: Check) -> Decimal:
        """Return which part of all units a check found."""
        total = sum(self.units.values())
        return Decimal(self.count(check)) / total if total else Decimal(0)


def coded(record: DirectoryRecord) -> Coded:
    """Return what is looked at of a unit of the directory."""
    is_local = record.form == Form.LOCAL.value
    return Coded(record.credit_code, record.organisation_code, is_local, record.parent_code)


def coded_of_survey(unit: SurveyUnit) -> Coded:
    """Return what is looked at of a unit of the survey; all of them are legal units."""
    return Coded(unit.value(Field.CREDIT_CODE), unit.value(Field.ORGANISATION_CODE))


def checks_of(unit: Coded) -> tuple[Check, ...]:
    """Return which checks of one unit find it.

    A temporary code is one that stands where the organisation code stands and has no right check character.
    """
    code = unit.organisation_code
    is_of_head_office = any(map(organisation.is_local_unit_of_head_office, (code, unit.credit_code[8:17])))
    is_temporary = not unit.credit_code and bool(code) and bool(organisation.faults(code)) and not is_of_head_office
    found = {
        Check.NO_CODE: not unit.credit_code and not code,
        Check.TEMPORARY_CODE: is_temporary,
        Check.NINTH_B: is_of_head_office,
    }
    return tuple(check for check in BY_UNIT if found[check])
