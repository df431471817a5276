"""What the 名录库 knows of a unit, field by field as on its forms MLK101-1 and MLK101-2, and what it announces.

Codes of 191, 208, 210 and 211 are those of the statistics bureau's forms; one that is not listed here is kept and shown
as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class Form(StrEnum):
    """On which form of the 名录库 a unit stands: 法人单位, 产业活动单位."""

    LEGAL = "MLK101-1"
    LOCAL = "MLK101-2"


class Announced(StrEnum):
    """What an announcement tells: 新增, 变更, 注销, 迁移, 合并, 拆分."""

    NEW = "new"
    CHANGE = "change"
    CLOSE = "close"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"


class Role(StrEnum):
    """What a unit is in an announcement: the one that it is about, one that goes on from it, one that it comes from."""

    SUBJECT = "subject"
    SUCCESSOR = "successor"
    PREDECESSOR = "predecessor"


@dataclass(frozen=True)
class DirectoryRecord:
    """A unit as the 名录库 has it; what it doesn't know is empty. `FIELDS` has the code and the title of each.

    `opened_on` is a month or a day; divisions have 6 to 12 digits. Registration type and industry stand beside the year of the list that they are of. A local unit (产业活动单位) names its parent.
    """

    form: str = Form.LEGAL.value
    credit_code: str = ""
    organisation_code: str = ""
    name: str = ""
    activities: tuple[str, ...] = ()
    industry: str = ""
    industry_list: str = ""
    address: str = ""
    division: str = ""
    registered_address: str = ""
    registered_division: str = ""
    size: str = ""
    staff: int | None = None
    legal_representative: str = ""
    opened_on: str = ""
    phone: str = ""
    mobile: str = ""
    postcode: str = ""
    email: str = ""
    registration_type: str = ""
    registration_list: str = ""
    holding: str = ""
    operating_state: str = ""
    kind: str = ""
    parent_code: str = ""

    def text(self, name: str) -> str:
        """Return a field as a text, empty where it is not known; several activities with a 、 between them."""
        value = getattr(self, name)
        if isinstance(value, tuple):
            return "、".join(value)
        return "" if value is None else str(value)

    def differing(self, other: DirectoryRecord) -> tuple[str, ...]:
        """Return the names of the fields in which two records differ, in the order of `FIELDS`."""
        return tuple(each.name for each in FIELDS if getattr(self, each.name) != getattr(other, each.name))


@dataclass(frozen=True)
class Field:
    """A field of the record: its code and title on the form; `basic` is its name among the basic facts of a unit.

    `labels` are the words of its codes.
    """

    name: str
    code: str
    title: str
    basic: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def shown(self, record: DirectoryRecord) -> str:
        """Return the value of this field as a person reads it."""
        value = record.text(self.name)
        return self.labels.get(value, value)


SIZES = {"1": "大型", "2": "中型", "3": "小型", "4": "微型"}
HOLDINGS = {"1": "国有控股", "2": "集体控股", "3": "私人控股", "4": "港澳台商控股", "5": "外商控股", "9": "其他"}
OPERATING_STATES = {
    "1": "正常运营",
    "2": "停业（歇业）",
    "3": "筹建",
    "4": "当年关闭",
    "5": "当年破产",
    "6": "当年注销",
    "7": "当年吊销",
    "9": "其他",
}
KINDS = {
    "10": "企业",
    "20": "事业单位",
    "30": "机关",
    "40": "社会团体",
    "51": "民办非企业单位",
    "52": "基金会",
    "53": "居委会",
    "54": "村委会",
    "70": "农民专业合作社",
    "90": "其他组织机构",
}

FIELDS = (
    Field("form", "", "报表", labels={Form.LEGAL.value: "法人单位", Form.LOCAL.value: "产业活动单位"}),
    Field("credit_code", "101", "统一社会信用代码", "uscc"),
    Field("organisation_code", "101", "组织机构代码", "organisation_code"),
    Field("name", "102", "单位详细名称", "name"),
    Field("activities", "103", "主要业务活动"),
    Field("industry", "103", "行业代码"),
    Field("industry_list", "103", "行业分类版本"),
    Field("address", "105", "单位所在地"),
    Field("division", "105", "所在地区划代码"),
    Field("registered_address", "106", "单位注册地"),
    Field("registered_division", "106", "注册地区划代码"),
    Field("size", "191", "单位规模", labels=SIZES),
    Field("staff", "192", "从业人员期末人数"),
    Field("legal_representative", "201", "法定代表人（单位负责人）", "legal_representative"),
    Field("opened_on", "202", "开业（成立）时间", "opened_on"),
    Field("phone", "203", "固定电话"),
    Field("mobile", "203", "移动电话"),
    Field("postcode", "203", "邮政编码"),
    Field("email", "203", "电子邮箱"),
    Field("registration_type", "206", "登记注册类型", "registration_type"),
    Field("registration_list", "206", "登记注册类型版本"),
    Field("holding", "208", "企业控股情况", labels=HOLDINGS),
    Field("operating_state", "210", "运营状态", labels=OPERATING_STATES),
    Field("kind", "211", "机构类型", labels=KINDS),
    Field("parent_code", "", "归属法人单位代码"),
)
"""All fields of a record, in the order of the forms; the one place for their codes and titles."""

FIELD = {each.name: each for each in FIELDS}
"""The fields by name."""


@dataclass(frozen=True)
class Party:
    """A unit in an announcement: the directory's id of it, its next sequence number, its record before and after.

    Without `before` the unit is new, without `after` it has ceased; its last record stays.
    """

    unit: str
    sequence: int
    role: Role
    before: DirectoryRecord | None
    after: DirectoryRecord | None

    @property
    def place(self) -> str:
        """Return unit and sequence as one text; no two announcements share one."""
        return place_of(self.unit, self.sequence)


@dataclass(frozen=True)
class Announcement:
    """What the 名录库 announces of a unit: `parties` begins with it, then its successors and predecessors.

    All parties change together or not at all. `effective_date` is a day, `evidence` the directory's ground in words.
    """

    kind: Announced
    effective_date: str
    evidence: str
    parties: tuple[Party, ...]

    @property
    def subject(self) -> Party:
        """Return the unit that it is about."""
        return self.parties[0]

    def others(self, role: Role) -> tuple[Party, ...]:
        """Return the successors or the predecessors."""
        return tuple(each for each in self.parties if each.role is role)


def place_of(unit: str, sequence: int) -> str:
    """Return the place of an announcement among those of a unit."""
    return f"{unit}/{sequence}"


def announcement_of(loaded: Mapping[str, Any]) -> Announcement:
    """Return the announcement of its plain fields."""
    return Announcement(
        kind=Announced(loaded["kind"]),
        effective_date=str(loaded["effective_date"]),
        evidence=loaded["evidence"],
        parties=tuple(
            Party(
                unit=each["unit"],
                sequence=each["sequence"],
                role=Role(each["role"]),
                before=record_of(each["before"]),
                after=record_of(each["after"]),
            )
            for each in loaded["parties"]
        ),
    )


def plain_announcement(announcement: Announcement) -> dict[str, object]:
    """Return the announcement as plain fields, as it crosses the border and is sealed."""
    return {
        "kind": announcement.kind.value,
        "effective_date": announcement.effective_date,
        "evidence": announcement.evidence,
        "parties": [
            {
                "unit": party.unit,
                "sequence": party.sequence,
                "role": party.role.value,
                "before": plain(party.before),
                "after": plain(party.after),
            }
            for party in announcement.parties
        ],
    }


def record_of(loaded: Mapping[str, object] | None) -> DirectoryRecord | None:
    """Return the record of its plain fields; None stays None, fields that are not known yet are passed over."""
    if loaded is None:
        return None
    values = {name: loaded[name] for name in _NAMES if name in loaded}
    return DirectoryRecord(**{name: tuple(v) if isinstance(v, list | tuple) else v for name, v in values.items()})  # type: ignore[arg-type]  # checked by the contract


def plain(record: DirectoryRecord | None) -> dict[str, object] | None:
    """Return the record as plain fields, as it crosses the border and is sealed."""
    if record is None:
        return None
    values = {name: getattr(record, name) for name in _NAMES}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


_NAMES = tuple(each.name for each in fields(DirectoryRecord))
