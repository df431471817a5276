"""What the exchange answers about deliveries of statistics and about sharing, as the pages use it."""

from __future__ import annotations

from typing import TypedDict

DELIVERY_TONES = {
    "prepared": "warning",
    "signed_off": "primary",
    "held": "primary",
    "queued": "warning",
    "going": "primary",
    "accepted": "success",
    "refused": "danger",
    "unanswered": "danger",
    "declined": "secondary",
    "superseded": "secondary",
}
REQUEST_TONES = {"requested": "warning", "granted": "success", "refused": "danger", "ended": "secondary"}
OBJECTION_TONES = {"open": "warning", "upheld": "primary", "rejected": "secondary", "corrected": "success"}

RECEIVERS = {"nbs": "国家统计局", "sharing": "统计信息共享数据库"}

REFUSALS = {
    "digest_mismatch": "摘要与内容不符",
    "package_unreadable": "数据包无法打开",
    "signature_invalid": "签名未通过核验",
    "manifest_differs": "清单与报文不符",
    "files_differ": "文件与清单不符",
    "totals_differ": "控制合计与数据不符",
    "not_for_us": "接收方不符",
    "version_old": "版本已收过",
    "version_gap": "缺少前一版本",
    "supersedes_other": "被更正的版本不符",
    "malformed": "报文格式不符",
}
"""Why a receiver refuses a package, by the code in its receipt; another code is shown as it came."""


class DeliveryRow(TypedDict):
    """A delivery in the list."""

    id: str
    version: int
    receiver: str
    receiver_title: str
    title: str
    kind: str
    period: str
    number: int
    is_sample: bool
    state: str
    state_label: str
    final_on: str
    due_on: str | None
    left_at: str | None
    created_at: str


class DayAnswer(TypedDict):
    """A day on the way to the tenth working day."""

    on: str
    weekday: str
    number: int
    why: str


class DeliveryAnswer(DeliveryRow):
    """A delivery in full."""

    set_id: str
    set_version: int
    supersedes: str
    digest: str
    size: int
    resource: str
    grant_id: str
    message_id: str
    prepared_by: str
    signed_by: str
    signed_at: str | None
    answered_at: str | None
    reason: str
    reason_code: str
    hold: str
    possible_on: str | None
    explanation: str
    days: list[DayAnswer]
    open_actions: list[str]


class FileRow(TypedDict):
    """A file of a package."""

    name: str
    size: int
    sha256: str


class TotalRow(TypedDict):
    """The control total of a measure of a table."""

    table: str
    table_title: str
    measure: str
    measure_title: str
    cells: int
    suppressed: int
    total: str
    by_region: dict[str, str]
    by_class: dict[str, str]


class ShownTable(TypedDict):
    """The first rows of a table, the heads first."""

    code: str
    title: str
    rows: list[list[str]]


class PackageAnswer(TypedDict):
    """What is in a package."""

    id: str
    title: str
    is_sample: bool
    digest: str
    files: list[FileRow]
    totals: list[TotalRow]
    tables: list[ShownTable]
    catalogue: dict[str, object]


class RequestAnswer(TypedDict):
    """A request for a resource, and its answer."""

    id: str
    version: int
    receiver: str
    receiver_title: str
    resource: str
    resource_title: str
    state: str
    state_label: str
    requested_on: str
    due_on: str
    is_escalated: bool
    is_in_force: bool
    purpose: str
    conditions: str
    reason: str
    valid_from: str | None
    valid_to: str | None
    open_actions: list[str]


class ObjectionAnswer(TypedDict):
    """An objection to a number, and its answer."""

    id: str
    version: int
    receiver: str
    receiver_title: str
    delivery_id: str
    table: str
    at: list[str]
    measure: str
    place: str
    state: str
    state_label: str
    raised_on: str
    due_on: str
    is_escalated: bool
    reason: str
    answer: str
    corrected_by: str
    open_actions: list[str]
