"""View-models of the report of an output check: hidden cells by table, what hiding costs, control totals, findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.portal.model.releases import (
    FindingAnswer,
    HiddenAnswer,
    IntervalAnswer,
    OversizeAnswer,
    QuantityAnswer,
    ReportAnswer,
)
from services.portal.presenters.closings import form_label
from services.portal.presenters.tables import SPANS
from services.portal.presenters.words import EMPTY
from shared.tabulation.arithmetic import PERCENT_DECIMALS, rounded, share

DIMENSIONS = {
    "place": "地区",
    "business_class": "业务类别",
    "nature": "合同性质",
    "market": "市场",
    "ownership": "企业登记注册类型",
    "client_industry": "发包企业行业",
    "education": "学历",
    "certificate": "国际资质认证",
    "training_kind": "培训类别",
}
"""What the dimensions of tables are called; another one stands with its code."""

MEASURES = {
    f"{key}_{currency}": f"{words}（{name}）"
    for key, words in (("contract", "合同额"), ("execution", "执行额"), ("settlement", "结汇额"))
    for currency, name in (("cny", "人民币"), ("usd", "美元"))
}
"""What the amounts of control totals are called, of which a release may have no table."""

AMOUNT_DECIMALS = 2
KILOBYTE = 1024


@dataclass(frozen=True)
class HiddenRow:
    """A measure of a table: `portion` is how many per cent of its cells are hidden."""

    code: str
    title: str
    measure: str
    span: str
    cells: int
    hidden: int
    portion: str


@dataclass(frozen=True)
class CostRow:
    """What hiding costs in the tables of a measure."""

    answer: QuantityAnswer
    loss: str
    bound: str
    words: str


@dataclass(frozen=True)
class ControlRow:
    """A control total on both sides."""

    form: str
    measure: str
    ours: str
    filing: str
    difference: str
    is_equal: bool


@dataclass(frozen=True)
class FindingRow:
    """A fault that the audit found."""

    kind: str
    place: str
    measure: str
    who: str
    interval: str
    required: str
    sums: tuple[str, ...]


@dataclass(frozen=True)
class OversizeView:
    """A set that is too large to be handed over, and its tables by size, the largest first."""

    words: str
    tables: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReportView:
    """A report for the page of its release."""

    tables: tuple[HiddenRow, ...]
    shown: tuple[tuple[str, str], ...]
    """Code and title of each table."""
    costs: tuple[CostRow, ...]
    controls: tuple[ControlRow, ...]
    findings: tuple[FindingRow, ...]
    more_findings: int
    oversize: OversizeView | None


def report_view(report: ReportAnswer) -> ReportView:
    """Return the report of a check."""
    titles = MEASURES | {each["measure"]: each["title"] for each in report["quantities"]}
    return ReportView(
        tables=tuple(_hidden(each, titles) for each in report["tables"]),
        shown=tuple({each["code"]: each["title"] for each in report["tables"]}.items()),
        costs=tuple(_cost(each) for each in report["quantities"]),
        controls=tuple(
            ControlRow(
                form=form_label(each["form"]),
                measure=titles.get(each["measure"], each["measure"]),
                ours=_number(each["ours"]),
                filing=_number(each["filing"]),
                difference=_number(str(Decimal(each["ours"]) - Decimal(each["filing"]))),
                is_equal=Decimal(each["ours"]) == Decimal(each["filing"]),
            )
            for each in report["controls"]
        ),
        findings=tuple(_finding(each, titles) for each in report["findings"]),
        more_findings=report["findings_counted"] - len(report["findings"]),
        oversize=_oversize(report["oversize"]) if report["oversize"] else None,
    )


def _hidden(each: HiddenAnswer, titles: Mapping[str, str]) -> HiddenRow:
    portion = share(Decimal(each["hidden"]), Decimal(each["cells"]))
    return HiddenRow(
        code=each["code"],
        title=each["title"],
        measure=titles.get(each["measure"], each["measure"]),
        span=SPANS.get(each["span"], each["span"]),
        cells=each["cells"],
        hidden=each["hidden"],
        portion=EMPTY if portion is None else f"{rounded(portion, PERCENT_DECIMALS)}%",
    )


def _cost(each: QuantityAnswer) -> CostRow:
    words = "已是隐去最少的办法" if each["is_best"] else "再少不会少于下限"
    return CostRow(each, _number(each["loss"]), _number(each["bound"]), words)


def _finding(each: FindingAnswer, titles: Mapping[str, str]) -> FindingRow:
    return FindingRow(
        kind=each["kind_label"],
        place="，".join(f"{DIMENSIONS.get(at['dimension'], at['dimension'])} {at['code']}" for at in each["at"]),
        measure=titles.get(each["measure"], each["measure"]),
        who=each["attacker_label"],
        interval=_interval(each["interval"]),
        required=_interval(each["required"]),
        sums=tuple(each["sums"]),
    )


def _oversize(found: OversizeAnswer) -> OversizeView:
    words = f"整批资料为 {_kilobytes(found['bytes'])}，一次最多可以提供 {_kilobytes(found['limit'])}。"
    return OversizeView(words, tuple((each["title"], _kilobytes(each["bytes"])) for each in found["tables"]))


def _kilobytes(count: int) -> str:
    return f"{-(-count // KILOBYTE):,} KB"


def _interval(interval: IntervalAnswer | None) -> str:
    return EMPTY if interval is None else f"{_number(interval['low'])} 至 {_number(interval['high'])}"


def _number(text: str) -> str:
    return f"{rounded(Decimal(text), AMOUNT_DECIMALS):,f}"
