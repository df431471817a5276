"""The catalogue of what may be shared (统计信息共享目录): its entries, as the regulation lists them (附录（一）（二）)."""

from __future__ import annotations

from collections.abc import Mapping

from services.exchange.packaging.metadata import Resource, SharingType
from shared.contracts.statistics import ANNUAL, MONTHLY

ANNUAL_TABLES, MONTHLY_TABLES, UNIT_DATA = "MOFCOM-FWWB-01", "MOFCOM-FWWB-02", "MOFCOM-FWWB-03"
"""Codes of our own: those of the national directory are given when the entries are registered there."""

_CATEGORY = "部门信息资源类/商务/服务贸易/服务外包"
_CONDITION = "依《服务外包统计调查制度》一（十）：最终审定满十个工作日后，按与接收方的协定共享，限统计和政务用途"
_WAY = "国家电子政务外网：文件交换"
_FORMATS = ("CSV", "XLSX", "SDMX-CSV 2.0")
_CLOSED = "不向社会开放（公开数据以商务部发布为准）"
_SINCE = "2022-12-30"

_ENTRIES = (
    Resource(
        code=ANNUAL_TABLES,
        category=_CATEGORY,
        title="服务外包年度统计资料",
        summary="全国服务外包分省、分业务类别发展情况，人力资源、国际资质认证情况；均为汇总数据，经统计披露控制",
        formats=_FORMATS,
        items=("地区", "业务类别", "合同数", "合同协议金额", "合同执行金额", "从业人员", "国际资质认证数"),
        sharing=SharingType.CONDITIONAL,
        condition=_CONDITION,
        way=_WAY,
        openness=_CLOSED,
        cycle="每年",
        released_on=_SINCE,
        related=(MONTHLY_TABLES,),
    ),
    Resource(
        code=MONTHLY_TABLES,
        category=_CATEGORY,
        title="服务外包月度统计资料",
        summary="全国服务外包分省、分业务类别发展情况；均为汇总数据，经统计披露控制",
        formats=_FORMATS,
        items=("地区", "业务类别", "合同数", "合同协议金额", "合同执行金额"),
        sharing=SharingType.CONDITIONAL,
        condition=_CONDITION,
        way=_WAY,
        openness=_CLOSED,
        cycle="每月",
        released_on=_SINCE,
        related=(ANNUAL_TABLES,),
    ),
    Resource(
        code=UNIT_DATA,
        category=_CATEGORY,
        title="服务外包调查单位资料",
        summary="调查单位的基本信息、合同和执行等原始资料",
        formats=(),
        items=("单位基本信息", "合同", "执行", "人员", "认证"),
        sharing=SharingType.NEVER,
        condition="依《中华人民共和国统计法》第九条、第二十五条，能够识别或者推断单个统计调查对象身份的资料不予提供",
        way="不共享",
        openness="不开放",
        cycle="不适用",
        released_on=_SINCE,
    ),
)

RESOURCES: Mapping[str, Resource] = {entry.code: entry for entry in _ENTRIES}
"""The entries by code, in the order in which people see them."""

RESOURCE_OF_KIND: Mapping[str, str] = {ANNUAL: ANNUAL_TABLES, MONTHLY: MONTHLY_TABLES}
"""Which entry a set of tables belongs to."""
