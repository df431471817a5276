"""A shared resource as its catalogue describes it (GB/T 21063.3, 政务信息资源目录 第3部分：核心元数据)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.tabulation.tables import TableSet

PROVIDER = "商务部服务贸易和商贸服务业司"
PROVIDER_CODE = "MOFCOM-FMS"
"""Ours: the code that the national directory gives the department is not published."""


class SharingType(StrEnum):
    """Whether a resource is shared."""

    UNCONDITIONAL = "unconditional"
    CONDITIONAL = "conditional"
    NEVER = "never"


SHARING_LABELS = {
    SharingType.UNCONDITIONAL: "无条件共享",
    SharingType.CONDITIONAL: "有条件共享",
    SharingType.NEVER: "不予共享",
}


@dataclass(frozen=True)
class Resource:
    """An entry of the catalogue; `items` are its 信息项, `related` the codes of other entries."""

    code: str
    category: str
    title: str
    summary: str
    formats: tuple[str, ...]
    items: tuple[str, ...]
    sharing: SharingType
    condition: str
    way: str
    openness: str
    cycle: str
    released_on: str
    related: tuple[str, ...] = ()


def described(resource: Resource, items: Sequence[str] = ()) -> Mapping[str, object]:
    """Return the metadata of a resource under the names of the standard; `items` where a set has its own."""
    return {
        "信息资源分类": resource.category,
        "信息资源名称": resource.title,
        "信息资源代码": resource.code,
        "信息资源提供方": PROVIDER,
        "信息资源提供方代码": PROVIDER_CODE,
        "信息资源摘要": resource.summary,
        "信息资源格式": list(resource.formats),
        "信息项信息": list(items or resource.items),
        "共享类型": SHARING_LABELS[resource.sharing],
        "共享条件": resource.condition,
        "共享方式": resource.way,
        "开放属性": resource.openness,
        "更新周期": resource.cycle,
        "发布日期": resource.released_on,
        "关联资源代码": list(resource.related),
    }


def items_of(made: TableSet) -> tuple[str, ...]:
    """Return the 信息项 of a set: what each table is divided by and counts."""
    found = [
        [*(each.title for each in table.dimensions), *(each.title for each in table.measures)] for table in made.tables
    ]
    return tuple(f"{table.title}：{'、'.join(titles)}" for table, titles in zip(made.tables, found, strict=True))
