"""The work at a month's end, as it comes in and goes out over HTTP; amounts are texts in 万美元."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Unpack

from marshmallow import Schema, fields, post_load, validate

from services.filing.model.filings import Filing
from services.filing.model.states import EDITABLE
from services.filing.operations.due import days_late
from services.filing.operations.executions import MOST_LINES, Line, Saved
from services.filing.operations.month_end import MonthEnd, Proposed
from services.filing.operations.selection import MOST_SELECTED, Outcome, Selected
from services.filing.schemas.contracts import nature_name, text
from services.filing.schemas.findings import FindingOut, findings_body
from services.filing.schemas.incoming import FINDING_KEY, LINE, PARAGRAPH, SignOffIn
from services.filing.schemas.words import STATE_LABELS
from shared.fields import ByKey, Flag, Id, Strict, Text, WholeNumber
from shared.fields.strict import Options
from shared.web.problems import ProblemOut, problem_body

Body = dict[str, object]

LINE_KEY = r"[A-Za-z0-9._:-]{1,64}\Z"
EXPLANATIONS_OF_A_LINE = 50


class Typed(Strict[object]):
    """What the unit typed for an indicator, which the form's own reading takes: a text, or an object of parts."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({}, **options)

    def read(self, value: object) -> object:
        """Return the value as it came."""
        return value


class PeriodIn(Schema):
    """Query of a month."""

    period = Text(7, min=4, required=True)


class LineIn(Schema):
    """One execution: its own key, the contract, the draft that it changes, and what was typed for 305–309."""

    key = fields.String(required=True, validate=validate.Regexp(LINE_KEY))
    contract = Id(required=True)
    filing = Id(load_default="")
    version = WholeNumber(1, 1_000_000_000, allow_none=True, load_default=None)
    dated = Typed(data_key="305", allow_none=True)
    bank = Typed(data_key="306", allow_none=True)
    voucher = Typed(data_key="307", allow_none=True)
    executed = Typed(data_key="308", allow_none=True)
    settled = Typed(data_key="309", allow_none=True)
    explanations = ByKey(
        keys=fields.String(validate=validate.Regexp(FINDING_KEY)),
        values=Text(PARAGRAPH, min=0, multiline=True),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=EXPLANATIONS_OF_A_LINE),
    )

    @post_load
    def line(self, data: dict[str, object], **_: object) -> Line:
        """Return the line as the operation takes it."""
        names = {"dated": "305", "bank": "306", "voucher": "307", "executed": "308", "settled": "309"}
        answers = {code: data.pop(name) for name, code in names.items() if name in data}
        given = {code: value for code, value in answers.items() if value is not None}
        return Line(answers=given, **data)  # type: ignore[arg-type]  # loaded by the fields above


class ExecutionsIn(Schema):
    """The lines of a month."""

    period = Text(7, min=4, required=True)
    lines = fields.List(fields.Nested(LineIn), required=True, validate=validate.Length(min=1, max=MOST_LINES))


class NilIn(Schema):
    """Why there was nothing in a month."""

    period = Text(7, min=4, required=True)
    reason = Text(LINE, required=True)


class SelectedIn(Schema):
    """A filing that was selected, at the version that was read."""

    id = Id(required=True)
    version = WholeNumber(1, 1_000_000_000, required=True)

    @post_load
    def selected(self, data: dict[str, object], **_: object) -> Selected:
        """Return it as the operation takes it."""
        return Selected(**data)  # type: ignore[arg-type]  # loaded by the fields above


class SelectionIn(Schema):
    """What is submitted together: the filings, one foot for all, and that the law's duties were read."""

    items = fields.List(fields.Nested(SelectedIn), required=True, validate=validate.Length(min=1, max=MOST_SELECTED))
    sign_off = fields.Nested(SignOffIn, required=True)
    duties_read = Flag(required=True)


class ExecutionOut(Schema):
    """An execution of the month; `answers` is what was typed, `cumulative` 310 as it is now, once it counts."""

    id = fields.String()
    version = fields.Integer()
    state = fields.String()
    state_label = fields.String()
    is_editable = fields.Boolean()
    is_late = fields.Boolean()
    number = fields.String()
    part = fields.String()
    cumulative = fields.String(allow_none=True)
    answers = fields.Dict()
    explanations = fields.Dict()


class ProposedOut(Schema):
    """An open contract with the executions of the month."""

    id = fields.String()
    number = fields.String()
    part = fields.String()
    client = fields.String()
    nature = fields.String()
    nature_label = fields.String()
    amount = fields.String()
    executed = fields.String()
    remaining = fields.String()
    executions = fields.List(fields.Nested(ExecutionOut))


class NilOut(Schema):
    """The nil report of the month."""

    id = fields.String()
    version = fields.Integer()
    state = fields.String()
    state_label = fields.String()
    is_late = fields.Boolean()
    reason = fields.String()


class MonthEndOut(Schema):
    """A month of the unit; `others` are executions on contracts that are not open."""

    period = fields.String()
    due = fields.String()
    due_explanation = fields.String()
    lock = fields.String()
    lock_explanation = fields.String()
    is_overdue = fields.Boolean()
    is_whole = fields.Boolean()
    contracts = fields.List(fields.Nested(ProposedOut))
    others = fields.List(fields.Nested(ExecutionOut))
    nil = fields.Nested(NilOut, allow_none=True)


class SavedLineOut(Schema):
    """What became of a line; where it has problems, nothing of it was stored."""

    key = fields.String()
    is_saved = fields.Boolean()
    id = fields.String(allow_none=True)
    version = fields.Integer(allow_none=True)
    state = fields.String(allow_none=True)
    cumulative = fields.String(allow_none=True)
    findings = fields.List(fields.Nested(FindingOut))
    problems = fields.List(fields.Nested(ProblemOut))


class SavedLinesOut(Schema):
    """What became of each line, in their order."""

    lines = fields.List(fields.Nested(SavedLineOut))
    saved = fields.Integer()
    refused = fields.Integer()


class OutcomeOut(Schema):
    """What became of a selected filing; `receipt` names the receipt by its version, and the digest that it quotes.

    `findings` are those of a filing that could not be submitted as it stands.
    """

    id = fields.String()
    is_submitted = fields.Boolean()
    version = fields.Integer(allow_none=True)
    state = fields.String(allow_none=True)
    is_late = fields.Boolean()
    receipt = fields.Dict(allow_none=True)
    code = fields.String()
    message = fields.String()
    problems = fields.List(fields.Nested(ProblemOut))
    findings = fields.List(fields.Nested(FindingOut))


class OutcomesOut(Schema):
    """What became of each, in their order."""

    items = fields.List(fields.Nested(OutcomeOut))
    submitted = fields.Integer()
    refused = fields.Integer()


def month_end_body(found: MonthEnd) -> Body:
    """Return the month of a unit."""
    nil = found.nil
    return {
        "period": found.period,
        "due": found.due.on.isoformat(),
        "due_explanation": found.due.explanation,
        "lock": found.lock.on.isoformat(),
        "lock_explanation": found.lock.explanation,
        "is_overdue": found.is_overdue,
        "is_whole": found.is_whole,
        "contracts": [_proposed_body(found, each) for each in found.contracts],
        "others": [_execution_body(found, each) for each in found.others],
        "nil": None if nil is None else {**_standing(found, nil), "reason": nil.working.nil_reason},
    }


def saved_lines_body(found: tuple[Saved, ...]) -> Body:
    """Return what became of each line."""
    lines = [_saved_body(each) for each in found]
    saved = sum(each.filing is not None for each in found)
    return {"lines": lines, "saved": saved, "refused": len(found) - saved}


def outcomes_body(found: tuple[Outcome, ...], late: Mapping[str, bool]) -> Body:
    """Return what became of each selected filing; `late` are those that came after their day."""
    submitted = sum(each.filing is not None for each in found)
    items = [_outcome_body(each, is_late=late.get(each.id, False)) for each in found]
    return {"items": items, "submitted": submitted, "refused": len(found) - submitted}


def _proposed_body(found: MonthEnd, proposed: Proposed) -> Body:
    account = proposed.account
    terms, sums = account.terms, {line.filing_id: total for line, total in account.cumulative()}
    return {
        "id": account.id,
        "number": terms.number,
        "part": terms.part,
        "client": terms.client,
        "nature": terms.nature,
        "nature_label": nature_name(terms.nature),
        "amount": text(terms.usd),
        "executed": text(account.executed),
        "remaining": text(account.remaining),
        "executions": [_execution_body(found, each, sums.get(each.id)) for each in proposed.executions],
    }


def _execution_body(found: MonthEnd, filing: Filing, cumulative: Decimal | None = None) -> Body:
    answers = filing.working.answers
    contract = answers.get("304")
    said = contract if isinstance(contract, Mapping) else {}
    return {
        **_standing(found, filing),
        "is_editable": filing.state in EDITABLE,
        "number": str(said.get("number", "")),
        "part": str(said.get("part", "")),
        "cumulative": None if cumulative is None else text(cumulative),
        "answers": dict(answers),
        "explanations": dict(filing.working.explanations),
    }


def _standing(found: MonthEnd, filing: Filing) -> Body:
    return {
        "id": filing.id,
        "version": filing.version,
        "state": filing.state.value,
        "state_label": STATE_LABELS[filing.state],
        "is_late": days_late(found.due, filing) > 0,
    }


def _saved_body(saved: Saved) -> Body:
    filing, found = saved.filing, saved.found
    cumulative = saved.cumulative
    return {
        "key": saved.key,
        "is_saved": filing is not None,
        "id": filing.id if filing else None,
        "version": filing.version if filing else None,
        "state": filing.state.value if filing else None,
        "cumulative": text(cumulative) if isinstance(cumulative, Decimal) else None,
        "findings": findings_body(saved.instrument, found, filing.working) if filing and found else [],
        "problems": [problem_body(each) for each in saved.problems],
    }


def _outcome_body(outcome: Outcome, *, is_late: bool) -> Body:
    filing = outcome.filing
    last, refused = filing.last if filing else None, outcome.refused
    return {
        "id": outcome.id,
        "is_submitted": filing is not None,
        "version": filing.version if filing else None,
        "state": filing.state.value if filing else None,
        "is_late": is_late,
        "receipt": {"revision": last.no, "digest": last.digest} if last else None,
        "code": outcome.code,
        "message": outcome.message,
        "problems": [problem_body(each) for each in outcome.problems],
        "findings": findings_body(refused.instrument, refused.found, refused.filing.working) if refused else [],
    }
