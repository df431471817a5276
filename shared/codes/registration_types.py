"""登记注册类型: the list of 2011 as on 企业1表 (指标 108), that of 2023, and the way from one to the other.

The second is 国统字〔2023〕14号. A value is kept with the version of its list: 150, 190 and 210 to 330 mean
different things in the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SCHEME = "registration_type"


class Version(StrEnum):
    """The edition of the list."""

    V2011 = "2011"
    V2023 = "2023"


class Group(StrEnum):
    """The three groups that the registration form of a platform asks for (指引 四)."""

    DOMESTIC = "内资"
    GREATER_CHINA = "港澳台商投资"
    FOREIGN = "外商投资"


@dataclass(frozen=True)
class RegistrationType:
    """One entry: the code in one version of the list, and the days on which that version is used."""

    version: Version
    code: str
    name: str
    valid_from: date
    valid_to: date | None
    scheme: str = SCHEME

    @property
    def group(self) -> Group:
        """Return the group by the code's first digit: 2 and 3 are from outside the mainland, all others domestic."""
        return _GROUPS.get(self.code[0], Group.DOMESTIC)


_GROUPS = {"2": Group.GREATER_CHINA, "3": Group.FOREIGN}

_NAMES: Mapping[Version, Mapping[str, str]] = {
    Version.V2011: {
        "110": "国有",
        "120": "集体",
        "130": "股份合作",
        "141": "国有联营",
        "142": "集体联营",
        "143": "国有与集体联营",
        "149": "其他联营",
        "151": "国有独资公司",
        "159": "其他有限责任公司",
        "160": "股份有限公司",
        "171": "私营独资",
        "172": "私营合伙",
        "173": "私营有限责任公司",
        "174": "私营股份有限公司",
        "190": "其他",
        "210": "与港澳台商合资经营",
        "220": "与港澳台商合作经营",
        "230": "港澳台商独资",
        "240": "港澳台商投资股份有限公司",
        "290": "其他港澳台投资",
        "310": "中外合资经营",
        "320": "中外合作经营",
        "330": "外资企业",
        "340": "外商投资股份有限公司",
        "390": "其他外商投资",
    },
    Version.V2023: {
        "111": "国有独资公司",
        "112": "私营有限责任公司",
        "119": "其他有限责任公司",
        "121": "私营股份有限公司",
        "129": "其他股份有限公司",
        "131": "全民所有制企业（国有企业）",
        "132": "集体所有制企业（集体企业）",
        "133": "股份合作企业",
        "134": "联营企业",
        "140": "个人独资企业",
        "150": "合伙企业",
        "190": "其他内资企业",
        "210": "港澳台投资有限责任公司",
        "220": "港澳台投资股份有限公司",
        "230": "港澳台投资合伙企业",
        "290": "其他港澳台投资企业",
        "310": "外商投资有限责任公司",
        "320": "外商投资股份有限公司",
        "330": "外商投资合伙企业",
        "390": "其他外商投资企业",
        "400": "农民专业合作社（联合社）",
        "500": "个体工商户",
        "900": "其他市场主体",
    },
}

_VALID: Mapping[Version, tuple[date, date | None]] = {
    Version.V2011: (date(2011, 1, 1), None),
    Version.V2023: (date(2023, 1, 1), None),
}
"""The list of 2011 stays in use beside its successor: the survey's form prints it. Days are the first of the year."""

TO_2023: Mapping[str, str] = {
    "110": "131",
    "120": "132",
    "130": "133",
    "141": "134",
    "142": "134",
    "143": "134",
    "149": "134",
    "151": "111",
    "159": "119",
    "160": "129",
    "171": "140",
    "172": "150",
    "173": "112",
    "174": "121",
    "190": "190",
    "240": "220",
    "290": "290",
    "340": "320",
    "390": "390",
}
"""From the list of 2011 to that of 2023. 210 to 230 and 310 to 330 tell how capital is held and not the legal form,
so they need the unit's answer and are not here."""


def find(code: str, version: Version) -> RegistrationType | None:
    """Return the entry of a code in one version of the list; None where there is none."""
    name = _NAMES[version].get(code)
    return None if name is None else RegistrationType(version, code, name, *_VALID[version])


def types(version: Version) -> tuple[RegistrationType, ...]:
    """Return the whole list of a version, in the order of its codes."""
    return tuple(RegistrationType(version, code, name, *_VALID[version]) for code, name in _NAMES[version].items())


def in_2023(code: str) -> RegistrationType | None:
    """Return what a code of the list of 2011 is in that of 2023; None where only the unit can tell."""
    target = TO_2023.get(code)
    return find(target, Version.V2023) if target else None


def group_of(code: str, version: Version = Version.V2011) -> Group:
    """Return the group of a code; raises LookupError for one that is not in the list."""
    entry = find(code, version)
    if entry is None:
        raise LookupError(code)
    return entry.group
