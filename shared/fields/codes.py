"""Fields of official codes; the rules are those of `shared.codes`, the wording is here."""

from __future__ import annotations

from datetime import date
from typing import Unpack

from marshmallow import ValidationError

from shared.codes import divisions, organisation, uscc
from shared.fields.faults import Fault, fault
from shared.fields.strict import Options, Strict, read_code

_MESSAGES = {
    "uscc_length": "统一社会信用代码应为 18 位。",
    "uscc_alphabet": "统一社会信用代码只能由数字和大写字母组成，且不含 I、O、S、V、Z。",
    "uscc_unknown_department": "统一社会信用代码第 1 位不是已知的登记管理部门。",
    "uscc_unknown_kind": "统一社会信用代码第 2 位不是该登记管理部门的机构类别。",
    "uscc_division": "统一社会信用代码第 3～8 位应为行政区划码。",
    "uscc_inner_check_character": "统一社会信用代码中的组织机构代码（第 9～17 位）校验不符，请核对。",
    "uscc_check_character": "统一社会信用代码最后一位校验不符，请核对。",
    "organisation_code_length": "组织机构代码应为 9 位。",
    "organisation_code_alphabet": "组织机构代码只能由数字和大写字母组成。",
    "organisation_code_check_character": "组织机构代码最后一位校验不符，请核对。",
}


def _refuse(codes: tuple[str, ...], expected: str) -> None:
    if codes:
        raise ValidationError([Fault(code, _MESSAGES[code], expected) for code in codes])


class Uscc(Strict[str]):
    """统一社会信用代码 with both check characters; full-width and small letters are read, the code is loaded plain."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "example": "91110000600037341L"}, **options)

    def read(self, value: object) -> str:
        """Return the normalised code. Codes: not_text, empty, those of `uscc.faults` (several at once)."""
        code = uscc.normalise(read_code(value))
        _refuse(uscc.faults(code), "营业执照上的 18 位代码")
        return code


class OrganisationCode(Strict[str]):
    """组织机构代码 of nine characters, without the hyphen."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "example": "600037341"}, **options)

    def read(self, value: object) -> str:
        """Return the normalised code. Codes: not_text, empty, those of `organisation.faults`."""
        code = organisation.normalise(read_code(value))
        _refuse(organisation.faults(code), "9 位代码")
        return code


class DivisionCode(Strict[str]):
    """区划代码 of six digits that is known on the date `on`, or without one in the newest list.

    `levels` narrows it to some levels (by default all but the nation); with `finest` a division that has others below
    it is refused, so that a unit names its county and only 东莞 and the like end at the city.
    """

    def __init__(
        self,
        on: date | None = None,
        levels: frozenset[divisions.Level] = frozenset(divisions.Level) - {divisions.Level.NATION},
        finest: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__({"type": "string", "pattern": "^[0-9]{6}$", "example": "330106"}, **options)
        self.on = on
        self.levels = levels
        self.finest = finest

    def read(self, value: object) -> str:
        """Return the code. Codes: not_text, empty, division_unknown, division_level, division_not_finest."""
        code = read_code(value)
        found = divisions.find(code, self.on) if self.on else divisions.find_current(code)
        if found is None or found.is_group:
            raise fault("division_unknown", "没有这个行政区划代码，或该代码已停用。", "6 位行政区划代码，如 330106")
        if found.level not in self.levels:
            raise fault(
                "division_level", "行政区划的级别不符合要求。", "、".join(sorted(_LEVELS[x] for x in self.levels))
            )
        if self.finest and divisions.children(code, self.on or _NEWEST):
            raise fault("division_not_finest", "请选到最末一级行政区划（县、区）。", "县级区划代码，如 330106")
        return code


_NEWEST = date.max
"""A day on which all divisions of the newest list, and no ended ones, are valid."""

_LEVELS = {
    divisions.Level.NATION: "全国",
    divisions.Level.PROVINCE: "省级",
    divisions.Level.CITY: "地级",
    divisions.Level.COUNTY: "县级",
}
