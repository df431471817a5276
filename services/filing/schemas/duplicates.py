"""Alarms of likely duplicates, as they come in and go out over HTTP.

What goes out to a department holds nothing of a side outside of its sight, and nothing that changes with one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from marshmallow import Schema, fields, post_load, validate

from services.filing.ledger.alarms import AlarmState, DuplicateAlarm, Outcome, Settlement, Verdict
from services.filing.ledger.likeness import Reason
from services.filing.ledger.reading import CONTRACT_FORM
from services.filing.model.periods import period_of
from services.filing.operations.duplicates import AlarmView, Decided, SideView
from services.filing.schemas.overview import division_name
from services.filing.schemas.words import STATE_LABELS
from shared.fields import Choice, Id, Text
from shared.web.paging import PageIn

Body = dict[str, object]

MOST_SIDES = 100
PARAGRAPH = 1000

ALARM_LABELS: Mapping[AlarmState, str] = {
    AlarmState.OPEN: "待商务部认定",
    AlarmState.SETTLED: "已认定",
    AlarmState.WITHDRAWN: "已解除",
}
KIND_LABELS: Mapping[Reason, str] = {
    Reason.NUMBER: "合同号（和分项号）相同",
    Reason.CLIENT: "发包企业、合同金额和签字日期相同",
    Reason.VOUCHER: "银行汇兑凭证号相同",
    Reason.RELATED: "关联企业（母子公司）的合同号或发包企业和金额相同",
}
VERDICT_LABELS: Mapping[Verdict, str] = {
    Verdict.DUPLICATE: "认定为重复填报",
    Verdict.DISTINCT: "认定为不重复",
}
OUTCOME_LABELS: Mapping[Outcome, str] = {
    Outcome.STANDS: "认定为重复填报，本表保留",
    Outcome.TO_CORRECT: "认定为重复填报，本表应更正",
    Outcome.DISTINCT: "认定为不重复",
}


class DuplicatesIn(PageIn):
    """Query of the list of alarms."""

    state = Choice(AlarmState, load_default=None)


class SettlementIn(Schema):
    """The ministry's decision; `stands` are the filings that stay as they are where it is a duplicate."""

    verdict = Choice(Verdict, required=True)
    reason = Text(PARAGRAPH, multiline=True, required=True)
    stands = fields.List(Id(), load_default=list, validate=validate.Length(max=MOST_SIDES))

    @post_load
    def decided(self, data: dict[str, object], **_: object) -> Decided:
        """Return the decision as the operation takes it."""
        return Decided(**data)  # type: ignore[arg-type]  # loaded by the fields above


class KindOut(Schema):
    """Why filings are taken for alike."""

    reason = fields.String()
    label = fields.String()


class SideOut(Schema):
    """A side that the reader sees; what was filed is there where the alarm is read by itself."""

    filing_id = fields.String()
    unit_id = fields.String()
    unit_name = fields.String()
    division = fields.String()
    division_name = fields.String()
    form = fields.String()
    form_label = fields.String()
    period = fields.String()
    period_label = fields.String()
    reasons = fields.List(fields.Nested(KindOut))
    outcome = fields.String(allow_none=True)
    outcome_label = fields.String()
    filed = fields.List(fields.Dict())


class DuplicateOut(Schema):
    """An alarm; `version` and `settlements` are the ministry's alone."""

    id = fields.String()
    state = fields.String()
    state_label = fields.String()
    opened_at = fields.String()
    reasons = fields.List(fields.Nested(KindOut))
    has_another = fields.Boolean()
    sides = fields.List(fields.Nested(SideOut))
    verdict = fields.String(allow_none=True)
    verdict_label = fields.String()
    decided_at = fields.String(allow_none=True)
    version = fields.Integer()
    settlements = fields.List(fields.Dict())


class DuplicatesOut(Schema):
    """A page of alarms."""

    items = fields.List(fields.Nested(DuplicateOut))
    next_cursor = fields.String()


def duplicate_body(view: AlarmView) -> Body:
    """Return an alarm as its reader sees it."""
    alarm, settled = view.alarm, view.alarm.settlement
    body: Body = {
        "id": alarm.id,
        "state": alarm.state.value,
        "state_label": ALARM_LABELS[alarm.state],
        "opened_at": alarm.opened_at.isoformat(),
        "reasons": _kinds(reason for each in view.sides for reason in each.side.reasons),
        "has_another": view.has_another,
        "sides": [_side_body(alarm, each) for each in view.sides],
        "verdict": settled.verdict.value if settled else None,
        "verdict_label": VERDICT_LABELS[settled.verdict] if settled else "",
        "decided_at": settled.decided_at.isoformat() if settled else None,
    }
    if view.is_in_full:
        body |= {"version": alarm.version, "settlements": [_settlement_body(each) for each in alarm.settlements]}
    return body


def _side_body(alarm: DuplicateAlarm, view: SideView) -> Body:
    side, outcome = view.side, alarm.outcome_of(view.side.filing_id)
    return {
        "filing_id": side.filing_id,
        "unit_id": side.unit_id,
        "unit_name": view.unit.basic("name") if view.unit else "",
        "division": side.division,
        "division_name": division_name(side.division),
        "form": side.form,
        "form_label": "企业2表（合同）" if side.form == CONTRACT_FORM else "企业3表（执行）",
        "period": side.period,
        "period_label": period_of(side.period).label,
        "reasons": _kinds(side.reasons),
        "outcome": outcome.value if outcome else None,
        "outcome_label": OUTCOME_LABELS[outcome] if outcome else "",
        "filed": [{"label": label, "text": text} for label, text in _filed(view)],
    }


def _filed(view: SideView) -> list[tuple[str, str]]:
    """Return what a side filed, by what it is compared by."""
    found: list[tuple[str, str]] = []
    if view.terms is not None:
        terms = view.terms
        found = [
            ("合同号", terms.number),
            ("分项号", terms.part),
            ("发包企业", " ".join(each for each in (terms.client_chinese_name, terms.client_foreign_name) if each)),
            ("签字日期", terms.signed_on.isoformat() if terms.signed_on else ""),
            ("合同金额", f"{terms.amount:f} 万元 {terms.currency}"),
            ("折万美元", f"{terms.usd:f}"),
            ("合同内容", terms.content),
        ]
    if view.execution is not None:
        done = view.execution
        found = [
            ("合同号", done.number),
            ("合同执行日期", done.dated_on.isoformat()),
            ("银行名称", done.bank),
            ("银行汇兑凭证号", done.voucher),
            ("当期执行金额", f"{done.executed:f} 万美元"),
        ]
    if view.filing is not None:
        found.append(("报表状态", STATE_LABELS[view.filing.state]))
    return [(label, text) for label, text in found if text]


def _settlement_body(settled: Settlement) -> Body:
    return {
        "verdict": settled.verdict.value,
        "verdict_label": VERDICT_LABELS[settled.verdict],
        "stands": list(settled.stands),
        "reason": settled.reason,
        "decided_by": settled.decided_by,
        "decided_at": settled.decided_at.isoformat(),
    }


def _kinds(reasons: Iterable[Reason]) -> list[Body]:
    return [{"reason": each.value, "label": KIND_LABELS[each]} for each in sorted(set(reasons))]
