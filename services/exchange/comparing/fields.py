"""Which fields of a unit are compared, what they are called, and how two values of each are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.exchange.comparing import coded, plain
from services.exchange.comparing.verdicts import DIFFERS, SAME, Said, Verdict, Why, equal, unclear

Compare = Callable[[Said, Said, date], Verdict]


class Field(StrEnum):
    """A field of a unit, by its name in the record that crosses the border."""

    STANDING = "standing"
    CREDIT_CODE = "credit_code"
    ORGANISATION_CODE = "organisation_code"
    NAME = "name"
    ENGLISH_NAME = "english_name"
    DIVISION = "division"
    ADDRESS = "address"
    LEGAL_REPRESENTATIVE = "legal_representative"
    OPENED_ON = "opened_on"
    REGISTRATION_TYPE = "registration_type"
    INDUSTRY = "industry"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True)
class Rule:
    """How a field is called, and how two values of it are compared."""

    label: str
    compare: Compare


def _by(read: Callable[[str], object | None]) -> Compare:
    """Return the comparison of values that `read` brings into one form."""

    def compare(theirs: Said, ours: Said, _: date) -> Verdict:
        left, right = read(theirs.value), read(ours.value)
        if left is None or right is None:
            return SAME if plain.text(theirs.value) == plain.text(ours.value) else unclear(Why.MALFORMED)
        return equal(left == right)

    return compare


def _days(theirs: Said, ours: Said, _: date) -> Verdict:
    """Compare days; one that is told by its month alone is the same as a day of that month."""
    left, right = plain.day(theirs.value), plain.day(ours.value)
    if left is None or right is None:
        return SAME if plain.text(theirs.value) == plain.text(ours.value) else unclear(Why.MALFORMED)
    known = min(len(left), len(right))
    return equal(left[:known] == right[:known])


def _written(theirs: Said, ours: Said, _: date) -> Verdict:
    return DIFFERS if plain.text(theirs.value) != plain.text(ours.value) else SAME


RULES: Mapping[Field, Rule] = {
    Field.STANDING: Rule("存续状态", _written),
    Field.CREDIT_CODE: Rule("统一社会信用代码", _by(plain.credit_code)),
    Field.ORGANISATION_CODE: Rule("组织机构代码", _by(plain.organisation_code)),
    Field.NAME: Rule("单位详细名称", _written),
    Field.ENGLISH_NAME: Rule("英文名称", _by(plain.spaced)),
    Field.DIVISION: Rule("行政区划", coded.division),
    Field.ADDRESS: Rule("详细地址", _written),
    Field.LEGAL_REPRESENTATIVE: Rule("法定代表人", _written),
    Field.OPENED_ON: Rule("开业（成立）时间", _days),
    Field.REGISTRATION_TYPE: Rule("登记注册类型", coded.registration_type),
    Field.INDUSTRY: Rule("行业代码", coded.industry),
    Field.PHONE: Rule("联系电话", _by(plain.phone)),
    Field.EMAIL: Rule("电子邮箱", _written),
}
"""Every field, in the order of the directory's form. An address is compared with its division, see `comparison`."""
