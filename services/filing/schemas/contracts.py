"""Contracts and their executions as they come in and go out over HTTP; amounts are texts in 万美元."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from marshmallow import Schema, fields, validate

from services.filing.ledger.account import Account
from services.filing.ledger.amendments import Amendment, Standing
from services.filing.ledger.carry_over import is_carried_over
from services.filing.ledger.impact import Measure, Move
from services.filing.ledger.lines import Execution, Line
from services.filing.ledger.terms import ContractState, Terms
from services.filing.model.units import Unit
from services.filing.operations.contracts import ContractView, Impact, Totals
from services.filing.schemas.overview import division_name
from shared.codes import lists
from shared.codes.schemes import Scheme
from shared.fields import Choice, Text
from shared.web.paging import PageIn

Body = dict[str, object]

STATE_LABELS: Mapping[ContractState, str] = {
    ContractState.OPEN: "履行中",
    ContractState.COMPLETED: "已完成",
    ContractState.TERMINATED: "已终止",
}
STANDING_LABELS: Mapping[str, str] = {
    "in_force": "已审核通过",
    "pending": "待审核",
    "correcting": "已审核通过，更正待审核",
    "neither": "未生效",
}
AMENDMENT_LABELS: Mapping[Standing, str] = {
    Standing.IN_FORCE: "有效",
    Standing.PENDING: "待审核",
    Standing.REPLACED: "已被替代",
    Standing.RETURNED: "已退回",
    Standing.WITHDRAWN: "已撤回",
}
CHANGE_LABELS: Mapping[str, str] = {"": "", "1": "更正", "2": "变更"}
MEASURE_LABELS: Mapping[Measure, str] = {
    Measure.AMOUNT: "合同金额",
    Measure.EXECUTED: "累计执行金额",
    Measure.SETTLED: "累计结汇金额",
    Measure.REMAINING: "未执行金额",
    Measure.CUMULATIVE: "310 累计执行金额",
    Measure.MONTH_AMOUNT: "当月合同金额",
    Measure.MONTH_EXECUTED: "当月执行金额",
    Measure.MONTH_SETTLED: "当月结汇金额",
}


class WantedContractsIn(Schema):
    """Query of which contracts are wanted; class, nature and number narrow those of one unit only."""

    state = Choice(ContractState, load_default=None)
    unit = fields.String(load_default="", validate=validate.Length(max=40))
    business_class = fields.String(load_default="", validate=validate.Regexp(r"([A-Z][0-9]{2})?\Z"))
    nature = fields.String(load_default="", validate=validate.Regexp(r"[1-3]?\Z"))
    number = Text(100, min=0, load_default="")


class ContractsIn(PageIn, WantedContractsIn):
    """Query of the list of contracts."""


class ContractRowOut(Schema):
    """A contract, or one part of it, in a list."""

    id = fields.String()
    unit_id = fields.String()
    unit_name = fields.String()
    division = fields.String()
    division_name = fields.String()
    number = fields.String()
    part = fields.String()
    client = fields.String()
    signed_on = fields.String(allow_none=True)
    business_class = fields.String()
    business_class_name = fields.String()
    nature = fields.String()
    nature_label = fields.String()
    state = fields.String()
    state_label = fields.String()
    ended_on = fields.String(allow_none=True)
    standing = fields.String()
    standing_label = fields.String()
    amount = fields.String()
    currency = fields.String()
    usd = fields.String()
    executed = fields.String()
    settled = fields.String()
    remaining = fields.String()
    executions = fields.Integer()
    updated_at = fields.String()


class ContractsOut(Schema):
    """A page of contracts; `unreadable` of its rows can't be opened and are left out."""

    items = fields.List(fields.Nested(ContractRowOut))
    next_cursor = fields.String()
    unreadable = fields.Integer()


class TotalsOut(Schema):
    """Sums over contracts; not whole where there are more than were added up, without those that can't be opened."""

    count = fields.Integer()
    amount = fields.String()
    executed = fields.String()
    settled = fields.String()
    remaining = fields.String()
    is_whole = fields.Boolean()
    unreadable = fields.Integer()


class LineOut(Schema):
    """An execution on a contract with 310 as it is now; a version under review stands beside the one in force."""

    filing_id = fields.String()
    period = fields.String()
    filed_on = fields.String()
    standing = fields.String()
    standing_label = fields.String()
    dated_on = fields.String()
    bank = fields.String()
    voucher = fields.String()
    executed = fields.String()
    settled = fields.String(allow_none=True)
    cumulative = fields.String(allow_none=True)
    month = fields.String(allow_none=True)
    is_carried_over = fields.Boolean()
    pending = fields.Dict(allow_none=True)


class AmendmentOut(Schema):
    """What was agreed on a contract at first (no kind) or since, and what became of that version."""

    no = fields.Integer()
    submitted_at = fields.String()
    standing = fields.String()
    standing_label = fields.String()
    kind = fields.String()
    kind_label = fields.String()
    effective_on = fields.String(allow_none=True)
    reason = fields.String()
    amount = fields.String()
    currency = fields.String()
    usd = fields.String()
    months = fields.Integer()
    state_label = fields.String()


class ContractOut(ContractRowOut):
    """A contract in full; `unreadable` of its other parts can't be opened and are left out."""

    version = fields.Integer()
    content = fields.String()
    months = fields.Integer()
    deducted = fields.String()
    client_place = fields.String()
    opening = fields.Dict(allow_none=True)
    lines = fields.List(fields.Nested(LineOut))
    parts = fields.List(fields.Nested(ContractRowOut))
    amendments = fields.List(fields.Nested(AmendmentOut))
    unreadable = fields.Integer()


class MoveOut(Schema):
    """A sum that a correction moves."""

    measure = fields.String()
    label = fields.String()
    month = fields.String(allow_none=True)
    filing_id = fields.String()
    before = fields.String()
    after = fields.String()


class ImpactOut(Schema):
    """What a correction moves on one contract."""

    contract_id = fields.String()
    moves = fields.List(fields.Nested(MoveOut))


class ImpactsOut(Schema):
    """What a correction moves, by contract."""

    items = fields.List(fields.Nested(ImpactOut))


def contract_row(account: Account, unit: Unit | None) -> Body:
    """Return a contract as a list shows it."""
    terms = account.terms
    standing = standing_of(account.in_force, account.pending)
    return {
        "id": account.id,
        "unit_id": account.unit_id,
        "unit_name": unit.basic("name") if unit else "",
        "division": account.division,
        "division_name": division_name(account.division),
        "number": terms.number,
        "part": terms.part,
        "client": terms.client,
        "signed_on": terms.signed_on.isoformat() if terms.signed_on else None,
        "business_class": terms.business_class,
        "business_class_name": class_name(terms.business_class),
        "nature": terms.nature,
        "nature_label": nature_name(terms.nature),
        "state": terms.state.value,
        "state_label": STATE_LABELS[terms.state],
        "ended_on": terms.ended_on.isoformat() if terms.ended_on else None,
        "standing": standing,
        "standing_label": STANDING_LABELS[standing],
        "amount": text(terms.amount),
        "currency": terms.currency,
        "usd": text(terms.usd),
        "executed": text(account.executed),
        "settled": text(account.settled),
        "remaining": text(account.remaining),
        "executions": sum(1 for _ in account.counted()),
        "updated_at": account.updated_at.isoformat(),
    }


def contract_body(view: ContractView) -> Body:
    """Return a contract in full."""
    account, terms = view.account, view.account.terms
    opening = terms.opening
    cumulative = {line.filing_id: total for line, total in account.cumulative()}
    return {
        **contract_row(account, view.unit),
        "version": account.version,
        "content": terms.content,
        "months": terms.months,
        "deducted": text(terms.deducted),
        "client_place": terms.client_place,
        "opening": {
            "executed": text(opening.executed),
            "settled": text(opening.settled),
            "as_of": opening.as_of.isoformat(),
        }
        if opening.as_of
        else None,
        "lines": [
            line_body(line, cumulative.get(line.filing_id))
            for line in sorted(account.lines, key=lambda each: each.order)
        ],
        "parts": [contract_row(each, view.unit) for each in view.parts],
        "amendments": [_amendment_body(each) for each in view.amendments],
        "unreadable": view.unreadable,
    }


def line_body(line: Line, cumulative: Decimal | None) -> Body:
    """Return an execution as its contract shows it."""
    shown = line.counted or line.pending
    standing = standing_of(line.in_force, line.pending)
    month = line.month
    return {
        "filing_id": line.filing_id,
        "period": line.period,
        "filed_on": line.filed_on.isoformat(),
        "standing": standing,
        "standing_label": STANDING_LABELS[standing],
        **(_execution_body(shown) if shown else {}),
        "cumulative": None if cumulative is None else text(cumulative),
        "month": None if month is None else f"{month[0]}-{month[1]:02}",
        "is_carried_over": shown is not None and is_carried_over(shown.dated_on, line.filed_on),
        "pending": _execution_body(line.pending) if line.in_force and line.pending else None,
    }


def totals_body(totals: Totals) -> Body:
    """Return sums over contracts."""
    return {
        "count": totals.count,
        "amount": text(totals.amount),
        "executed": text(totals.executed),
        "settled": text(totals.settled),
        "remaining": text(totals.remaining),
        "is_whole": totals.is_whole,
        "unreadable": totals.unreadable,
    }


def impact_body(impact: Impact) -> Body:
    """Return what a correction moves on one contract."""
    return {"contract_id": impact.account_id, "moves": [_move_body(each) for each in impact.moves]}


def standing_of(in_force: Terms | Execution | None, pending: Terms | Execution | None) -> str:
    """Return how a contract or an execution stands, by which of its versions there are."""
    if in_force and pending:
        return "correcting"
    return "in_force" if in_force else "pending" if pending else "neither"


def class_name(code: str) -> str:
    """Return the name of a business class, empty where it has none."""
    return _name(Scheme.BUSINESS_CLASS, code)


def nature_name(code: str) -> str:
    """Return the name of a contract's nature, empty where it has none."""
    return _name(Scheme.CONTRACT_NATURE, code)


def text(amount: Decimal) -> str:
    """Return an amount in plain digits without zeros at the end."""
    plain = f"{amount:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _name(scheme: Scheme, code: str) -> str:
    """Return the name of a code, in the list that the first edition began with."""
    found = lists.find_last(scheme, code, lists.versions(scheme)[0].key) if code else None
    return found.name if found else ""


def _execution_body(execution: Execution) -> Body:
    return {
        "dated_on": execution.dated_on.isoformat(),
        "bank": execution.bank,
        "voucher": execution.voucher,
        "executed": text(execution.executed),
        "settled": None if execution.settled is None else text(execution.settled),
    }


def _amendment_body(amendment: Amendment) -> Body:
    terms, change = amendment.terms, amendment.change
    return {
        "no": amendment.no,
        "submitted_at": amendment.submitted_at.isoformat(),
        "standing": amendment.standing.value,
        "standing_label": AMENDMENT_LABELS[amendment.standing],
        "kind": change.kind,
        "kind_label": CHANGE_LABELS.get(change.kind, ""),
        "effective_on": change.effective_on.isoformat() if change.effective_on else None,
        "reason": change.reason,
        "amount": text(terms.amount),
        "currency": terms.currency,
        "usd": text(terms.usd),
        "months": terms.months,
        "state_label": STATE_LABELS[terms.state],
    }


def _move_body(move: Move) -> Body:
    return {
        "measure": move.measure.value,
        "label": MEASURE_LABELS[move.measure],
        "month": f"{move.month[0]}-{move.month[1]:02}" if move.month else None,
        "filing_id": move.filing_id,
        "before": text(move.before),
        "after": text(move.after),
    }
