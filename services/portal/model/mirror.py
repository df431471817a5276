"""What the exchange answers on the mirror of the 名录库, as the portal reads it."""

from __future__ import annotations

from typing import TypedDict


class DirectoryFieldAnswer(TypedDict):
    """A field of a record, in words."""

    name: str
    code: str
    title: str
    value: str


class DirectoryUnitAnswer(TypedDict):
    """A unit as the 名录库 has it."""

    state: str
    state_label: str
    sequence: int
    told_at: str
    division: str
    items: list[DirectoryFieldAnswer]


class LookUpAnswer(TypedDict):
    """What is known of a credit code."""

    state: str
    state_label: str
    inquiry_id: str
    asked_at: str | None
    unit: DirectoryUnitAnswer | None


class LoadAnswer(TypedDict):
    """How far a load of all units has come."""

    id: str
    version: int
    state: str
    state_label: str
    started_at: str
    updated_at: str
    pages: int
    total: int
    taken: int
    stored: int
    differing: int
    reason: str


class CountyAnswer(TypedDict):
    """How many units a county has."""

    division: str
    in_force: int
    ceased: int


class WaitingAnswer(TypedDict):
    """An announcement that waits for others before it."""

    id: str
    kind: str
    received_at: str
    missing: int
    asked: int
    asked_at: str | None


class PutAsideAnswer(TypedDict):
    """Something that was put aside, with its reason."""

    id: str
    code: str
    at: str


class MirrorAnswer(TypedDict):
    """The mirror in numbers."""

    in_force: int
    ceased: int
    changed_at: str | None
    divisions: list[CountyAnswer]
    waiting: int
    waits: list[WaitingAnswer]
    troubles: list[PutAsideAnswer]
    last_load: LoadAnswer | None


ANNOUNCED = {"new": "新增", "change": "变更", "close": "注销", "move": "迁移", "merge": "合并", "split": "拆分"}
"""What is announced, by its code."""

PUT_ASIDE = {
    "sequence_reused": "同一单位同一序号的通报内容前后不一",
    "record_differs": "同一单位同一序号的资料与已有资料不一",
    "bad_signature": "签名未通过核验",
    "cannot_decrypt": "无法解密",
    "announcement_malformed": "通报内容不符合约定",
    "answer_malformed": "答复内容不符合约定",
    "unknown_inquiry": "答复的不是我方的查询",
    "digest_mismatch": "答复所引摘要与查询不符",
    "never_came": "多次查询后仍缺少之前的通报",
    "cannot_open": "已有资料无法读取",
}
"""Why something was put aside, by its code; another code is shown as it came."""
