"""The report of an output check as it goes out over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

KIND_LABELS = {
    "shown": "应隐去而可以读到",
    "no_evidence": "没有贡献单位的依据",
    "leak": "已隐去，但可以推算",
    "undecided": "不能确定是否可以推算",
}
ATTACKER_LABELS = {"public": "任何读者", "alone": "某格中唯一的单位", "contributor": "已知自身数据的单位"}


class IntervalOut(Schema):
    """Between which values a cell lies."""

    low = fields.String()
    high = fields.String()


class AtOut(Schema):
    """Where a cell stands: a code of a dimension."""

    dimension = fields.String()
    code = fields.String()


class FindingOut(Schema):
    """A fault: which cell, who can reckon it, how closely, how far the rules ask, by which sums; `where` names releases."""

    kind = fields.String()
    kind_label = fields.String()
    measure = fields.String()
    at = fields.List(fields.Nested(AtOut))
    attacker = fields.String()
    attacker_label = fields.String()
    interval = fields.Nested(IntervalOut, allow_none=True)
    required = fields.Nested(IntervalOut, allow_none=True)
    sums = fields.List(fields.String())
    where = fields.List(fields.String())


class HiddenOut(Schema):
    """How many cells of a measure of a table there are, and how many of them are hidden."""

    code = fields.String()
    title = fields.String()
    measure = fields.String()
    span = fields.String()
    cells = fields.Integer()
    hidden = fields.Integer()


class QuantityOut(Schema):
    """What hiding costs in the tables of one measure.

    `loss` is what is hidden beside unsafe cells; no pattern costs less than `bound`, and where `is_best` none costs less
    than this one.
    """

    measure = fields.String()
    title = fields.String()
    unsafe = fields.Integer()
    secondary = fields.Integer()
    loss = fields.String()
    bound = fields.String()
    is_best = fields.Boolean()
    findings = fields.Integer()


class ControlOut(Schema):
    """A control total: what the frozen facts of a form come to, and what filing reckoned when it closed the period."""

    form = fields.String()
    measure = fields.String()
    ours = fields.String()
    filing = fields.String()


class TableSizeOut(Schema):
    """How many bytes of a set a table takes, compressed."""

    code = fields.String()
    title = fields.String()
    bytes = fields.Integer()


class OversizeOut(Schema):
    """A set that is too large to be handed over: its bytes, how many there may be, and its tables, the largest first."""

    bytes = fields.Integer()
    limit = fields.Integer()
    tables = fields.List(fields.Nested(TableSizeOut))


class ReportOut(Schema):
    """The report: it holds what the tables hide. `thresholds` is the edition of the rules, `snapshot` what it is made of.

    `oversize` is there where the set is too large to be handed over.
    """

    thresholds = fields.String()
    snapshot = fields.String()
    verdict = fields.String()
    tables = fields.List(fields.Nested(HiddenOut))
    quantities = fields.List(fields.Nested(QuantityOut))
    findings_counted = fields.Integer()
    findings = fields.List(fields.Nested(FindingOut))
    controls = fields.List(fields.Nested(ControlOut))
    oversize = fields.Nested(OversizeOut, allow_none=True)


def report_body(report: Mapping[str, Any]) -> dict[str, object]:  # Any: what `reporting.report_of` wrote
    """Return a report with what its codes are called."""
    return {"oversize": None, **report, "findings": [_finding_body(each) for each in report["findings"]]}


def _finding_body(finding: Mapping[str, Any]) -> dict[str, object]:
    labels = {"kind_label": KIND_LABELS[finding["kind"]], "attacker_label": ATTACKER_LABELS[finding["attacker"]]}
    return {**finding, **labels}
