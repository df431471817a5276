"""Sets of made-up tables, so that a machine that shows the system has something to deliver; each says that it is made up.

A number follows from where it stands and from the period, by a digest: nothing of it follows the survey. Wholes are the sums
of their parts, and a few small cells are suppressed, each with a second one so that no sum gives it away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.codes import divisions, lists
from shared.codes.schemes import Scheme
from shared.contracts.statistics import ANNUAL, BUSINESS_CLASS, MONTHLY, PUBLISHED, REGION, SUPPRESSED

MARK = "【样例数据】"
EDITION = "2022"
CNY_PER_USD = Decimal("7.14")
CENT = Decimal("0.01")
ALL = "T"
CERTIFICATES = ("CMMI", "ISO27001", "ISO20000", "ISO9001", "GLP", "SOC1", "ITSS", "PCIDSS")

Node = dict[str, object]


@dataclass(frozen=True)
class Item:
    """A value of a dimension."""

    code: str
    title: str
    parent: str = ""


@dataclass(frozen=True)
class Measure:
    """What is counted, between two bounds at a leaf; where it has a currency, it is there in both."""

    code: str
    title: str
    unit: str
    low: int
    high: int
    is_amount: bool = False


BUSINESS = (
    Measure("contracts", "合同数", "份", 5, 900),
    Measure("agreed", "合同协议金额", "万元", 2_000, 900_000, is_amount=True),
    Measure("executed", "合同执行金额", "万元", 1_500, 700_000, is_amount=True),
)
PEOPLE = (
    Measure("staff", "从业人员", "人", 900, 90_000),
    Measure("newly_employed", "新增从业人员", "人", 20, 9_000),
    Measure("graduates", "大学（含大专）及以上学历人员", "人", 500, 60_000),
)
CERTIFIED = (Measure("certificates", "国际资质认证数", "项", 3, 400),)


def sample_set(kind: str, period: str, final_on: date, version: int = 1, correction: int = 0) -> Node:
    """Return a made-up set. A `correction` is added to the number of contracts of the first region and class."""
    set_id = hashlib.sha256(f"sample/{kind}/{period}/{version}".encode()).hexdigest()[:32]
    before = hashlib.sha256(f"sample/{kind}/{period}/{version - 1}".encode()).hexdigest()[:32]
    on = date(int(period[:4]), 1, 1)
    made = _Maker(period, correction)
    regions, classes = _regions(on), _classes(on)
    tables = [
        made.table("by_region", "服务外包分省发展情况", _REGION, regions, BUSINESS),
        made.table("by_class", "服务外包分业务类别发展情况", _CLASS, classes, BUSINESS),
    ]
    if kind == ANNUAL:
        certificates = (Item(ALL, "合计"), *(Item(name, name, ALL) for name in CERTIFICATES))
        tables.append(made.table("people", "服务外包人力资源情况", _REGION, regions, PEOPLE))
        tables.append(made.table("certificates", "国际资质认证情况", _CERTIFICATE, certificates, CERTIFIED))
    name = f"{period}年度" if kind == ANNUAL else f"{period[:4]}年{int(period[5:])}月"
    return {
        "set_id": set_id,
        "kind": kind,
        "period": period,
        "version": version,
        "supersedes": before if version > 1 else "",
        "final_on": final_on.isoformat(),
        "is_sample": True,
        "edition": EDITION,
        "title": f"{MARK}{name}服务外包统计资料",
        "snapshot_digest": hashlib.sha256(f"snapshot/{kind}/{period}".encode()).hexdigest(),
        "tables": tables,
    }


def sample_sets(today: date) -> tuple[Node, ...]:
    """Return two sets that a machine begins with: a year, and the month before last, approved shortly before today."""
    year = today.year - 1 if today.month > 4 else today.year - 2
    month = today.month - 2 if today.month > 2 else today.month + 10
    of_year = today.year if today.month > 2 else today.year - 1
    return (
        sample_set(ANNUAL, str(year), date(year + 1, 4, 20)),
        sample_set(MONTHLY, f"{of_year}-{month:02}", today),
    )


_REGION = ("place", "地区", REGION)
_CLASS = ("business_class", "业务类别", BUSINESS_CLASS)
_CERTIFICATE = ("certificate", "认证名称", "")


@dataclass(frozen=True)
class _Maker:
    period: str
    correction: int

    def table(
        self,
        code: str,
        title: str,
        dimension: tuple[str, str, str],
        items: Iterable[Item],
        measures: tuple[Measure, ...],
    ) -> Node:
        listed = tuple(items)
        below = {item.code: tuple(each.code for each in listed if each.parent == item.code) for item in listed}
        cells: list[Node] = []
        for measure in measures:
            values = _summed(listed, below, lambda leaf, measure=measure: self._leaf(code, leaf, measure))  # type: ignore[misc]  # mypy takes no defaults of lambdas
            hidden = _hidden(below, values) if measure.is_amount else frozenset()
            for series, rate in _series(measure):
                cells.extend(_cell(at, series, value / rate, at in hidden, measure) for at, value in values.items())
        return {
            "code": code,
            "title": title,
            "dimensions": [
                {
                    "code": dimension[0],
                    "title": dimension[1],
                    "role": dimension[2],
                    "items": [{"code": each.code, "title": each.title, "parent": each.parent} for each in listed],
                }
            ],
            "measures": [_described(measure, series) for measure in measures for series, _ in _series(measure)],
            "cells": cells,
        }

    def _leaf(self, table: str, leaf: str, measure: Measure) -> Decimal:
        drawn = int(hashlib.sha256(f"{self.period}/{table}/{leaf}/{measure.code}".encode()).hexdigest()[:8], 16)
        value = measure.low + drawn % (measure.high - measure.low)
        if measure.code == "contracts" and leaf in ("110000", "I11"):
            value += self.correction
        return Decimal(value)


def _summed(
    items: tuple[Item, ...], below: Mapping[str, tuple[str, ...]], leaf: Callable[[str], Decimal]
) -> Mapping[str, Decimal]:
    def value(code: str) -> Decimal:
        parts = below[code]
        return sum((value(part) for part in parts), Decimal(0)) if parts else leaf(code)

    return {item.code: value(item.code) for item in items}


def _hidden(below: Mapping[str, tuple[str, ...]], values: Mapping[str, Decimal]) -> frozenset[str]:
    """Return the two smallest leaves of the first group that is large enough: the second protects the first."""
    leaves = next((parts for parts in below.values() if len(parts) > 3 and not any(below[each] for each in parts)), ())
    return frozenset(sorted(leaves, key=lambda code: (values[code], code))[:2])


def _series(measure: Measure) -> tuple[tuple[str, Decimal], ...]:
    if not measure.is_amount:
        return ((measure.code, Decimal(1)),)
    return ((f"{measure.code}_cny", Decimal(1)), (f"{measure.code}_usd", CNY_PER_USD))


def _described(measure: Measure, series: str) -> Node:
    currency = series[-3:].upper() if measure.is_amount else ""
    return {
        "code": series,
        "title": f"{measure.title}（{'美元' if currency == 'USD' else '人民币'}）" if currency else measure.title,
        "unit": "万美元" if currency == "USD" else measure.unit,
        "currency": currency,
        "decimals": 2 if measure.is_amount else 0,
    }


def _cell(at: str, series: str, value: Decimal, is_hidden: bool, measure: Measure) -> Node:
    shown = value.quantize(CENT if measure.is_amount else Decimal(1))
    return {
        "at": [at],
        "measure": series,
        "status": SUPPRESSED if is_hidden else PUBLISHED,
        "value": None if is_hidden else str(shown),
    }


def _regions(on: date) -> tuple[Item, ...]:
    provinces = divisions.children(divisions.NATION, on)
    nation = Item(divisions.NATION, "全国")
    return (nation, *(Item(each.code, each.name, divisions.NATION) for each in provinces))


def _classes(on: date) -> tuple[Item, ...]:
    entries = lists.entries(Scheme.BUSINESS_CLASS, on)
    return (Item(ALL, "合计"), *(Item(entry.code, entry.name, entry.parent or ALL) for entry in entries))
