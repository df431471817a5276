"""Cases of the desk as they come in and go out over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from marshmallow import Schema, fields, post_load, validate

from services.exchange.comparing.fields import RULES, Field
from services.exchange.comparing.proposals import LABELS, Proposal
from services.exchange.comparing.verdicts import Outcome, Said, Why
from services.exchange.model.cases import Answer, Case, CaseField, Choice, Decision, State, Trigger
from services.exchange.model.survey_units import CEASED, IN_FORCE, Ground, Source
from services.exchange.operations.ageing import Age, Counts, age_of, days_open, days_waited
from services.exchange.operations.deciding import CaseView, Chosen
from services.exchange.operations.telling import refusal_in_words
from services.exchange.schemas.outgoing import Body
from shared.clock import SHANGHAI
from shared.codes import divisions, lists, registration_types
from shared.codes.schemes import Scheme
from shared.fields import Choice as ChoiceField
from shared.fields import DivisionCode, Text
from shared.web.paging import PageIn

PARAGRAPH = 1000

STATE_LABELS = {State.OPEN: "待处理", State.WAITING: "待答复", State.SETTLED: "已办结"}
TRIGGER_LABELS = {Trigger.ANNOUNCEMENT: "名录库通报", Trigger.SURVEY: "调查发现", Trigger.REFUSAL: "名录库拒收"}
OUTCOME_LABELS = {
    Outcome.SAME: "一致",
    Outcome.DIFFERS: "不一致",
    Outcome.ONLY_OURS: "仅本系统有",
    Outcome.ONLY_THEIRS: "仅名录库有",
    Outcome.CANNOT_COMPARE: "无法比对",
}
WHY_LABELS = {
    Why.NONE: "",
    Why.MALFORMED: "有一方的值不合格式",
    Why.VERSION_UNKNOWN: "代码所属的版本不明",
    Why.NO_COUNTERPART: "两版代码不能一一对应，须单位答复",
    Why.LESS_EXACT: "一方较为概括，不矛盾",
}
CHOICE_LABELS = {
    Choice.TAKE_THEIRS: "采用名录库值",
    Choice.KEEP_OURS: "保留本系统值并报名录库",
    Choice.ASK_UNIT: "请单位核实",
    Choice.LEAVE: "暂缓处理",
}
ANSWER_LABELS = {
    Answer.NONE: "",
    Answer.PENDING: "待答复",
    Answer.ACCEPTED: "名录库已接受",
    Answer.REFUSED: "名录库不接受",
}
SOURCE_LABELS = {Source.REGISTRATION: "平台注册", Source.FILING: "企业1表", Source.DIRECTORY: "名录库（经本岗采用）"}
AGE_LABELS = {Age.NEW: "5个工作日以内", Age.DUE: "6至20个工作日", Age.LATE: "超过20个工作日"}
STANDINGS = {IN_FORCE: "存续", CEASED: "已注销"}
_GROUPS = {"domestic": "内资", "hk_mo_tw": "港澳台商投资", "greater_china": "港澳台商投资", "foreign": "外商投资"}


class WantedIn(Schema):
    """Which cases; without a state those that are not settled."""

    state = ChoiceField(State, load_default=None)
    proposal = ChoiceField(Proposal, load_default=None)
    age = ChoiceField(Age, load_default=None)
    division = DivisionCode(load_default="")


class CasesIn(WantedIn, PageIn):
    """Query of the list of cases."""


class DecisionIn(Schema):
    """What is decided on one field; a reason is needed where ours is kept or nothing is decided yet."""

    field = ChoiceField(Field, required=True)
    choice = ChoiceField(Choice, required=True)
    reason = Text(PARAGRAPH, multiline=True, load_default="")

    @post_load
    def chosen(self, data: dict[str, object], **_: object) -> Chosen:
        """Return the decision as the operation takes it."""
        return Chosen(data["field"], data["choice"], data["reason"])  # type: ignore[arg-type]  # loaded by the fields above


class DecisionsIn(Schema):
    """Decisions on fields of a case, taken together."""

    decisions = fields.List(fields.Nested(DecisionIn), required=True, validate=validate.Length(min=1, max=len(Field)))


class CaseRowOut(Schema):
    """A case in the list; `days` are the working days that it has been open."""

    id = fields.String()
    version = fields.Integer()
    unit_id = fields.String()
    unit_name = fields.String()
    division = fields.String()
    division_name = fields.String()
    state = fields.String()
    state_label = fields.String()
    trigger = fields.String()
    trigger_label = fields.String()
    proposals = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))
    opened_at = fields.String()
    settled_at = fields.String(allow_none=True)
    days = fields.Integer()
    age = fields.String()
    age_label = fields.String()
    differing = fields.List(fields.String())
    no = fields.Integer()


class CaseRowsOut(Schema):
    """A page of cases, the oldest first."""

    items = fields.List(fields.Nested(CaseRowOut))
    next_cursor = fields.String()


class CaseCountsOut(Schema):
    """How many cases wait, by age and by state."""

    by_age = fields.Dict(keys=fields.String(), values=fields.Integer())
    by_state = fields.Dict(keys=fields.String(), values=fields.Integer())


class GroundOut(Schema):
    """On what our value rests."""

    source = fields.String()
    source_label = fields.String()
    id = fields.String()
    revision = fields.Integer()
    at = fields.String()


class DecisionOut(Schema):
    """A decision on a field, and what came back on it; `days` are the working days for which an answer is awaited."""

    no = fields.Integer()
    choice = fields.String()
    choice_label = fields.String()
    reason = fields.String()
    by = fields.String()
    at = fields.String()
    is_in_force = fields.Boolean()
    answer = fields.String()
    answer_label = fields.String()
    answer_reason = fields.String()
    answered_at = fields.String(allow_none=True)
    days = fields.Integer()
    message_id = fields.String()


class FieldOut(Schema):
    """A field of a case: both values as people read them, on what ours rests, and what was decided, the newest first."""

    field = fields.String()
    label = fields.String()
    theirs = fields.String()
    ours = fields.String()
    outcome = fields.String()
    outcome_label = fields.String()
    why_label = fields.String()
    is_open = fields.Boolean()
    choices = fields.List(fields.String())
    ground = fields.Nested(GroundOut, allow_none=True)
    decisions = fields.List(fields.Nested(DecisionOut))


class CaseOut(CaseRowOut):
    """A case in full; fields that need a decision first."""

    directory_unit = fields.String()
    evidence = fields.String()
    effective_date = fields.String()
    may_decide = fields.Boolean()
    items = fields.List(fields.Nested(FieldOut))


def row_body(case: Case, on: date) -> Body:
    """Return a case of the list."""
    days = days_open(case, on)
    age = age_of(days)
    return {
        "id": case.id,
        "version": case.version,
        "unit_id": case.unit_id,
        "unit_name": name_of(case),
        "division": case.division,
        "division_name": divisions.last_name(case.division, on),
        "state": case.state.value,
        "state_label": STATE_LABELS[case.state],
        "trigger": case.trigger.value,
        "trigger_label": TRIGGER_LABELS[case.trigger],
        "proposals": [{"proposal": each.value, "label": LABELS[each]} for each in case.proposals],
        "opened_at": case.opened_at.isoformat(),
        "settled_at": _moment(case.settled_at),
        "days": days,
        "age": age.value,
        "age_label": AGE_LABELS[age],
        "differing": [RULES[each.which].label for each in case.fields if each.is_open or each.is_awaited],
        "no": case.no,
    }


LIST_HEADS = (
    "单位",
    "统一社会信用代码",
    "区划代码",
    "地区",
    "建议",
    "待处理的字段",
    "来由",
    "状态",
    "立案时间",
    "工作日",
)
"""The columns of the list as a workbook."""


def list_row(case: Case, on: date) -> tuple[str | Decimal, ...]:
    """Return a case as a row of the workbook."""
    code = case.find(Field.CREDIT_CODE)
    return (
        name_of(case),
        (code.ours or code.theirs) if code else "",
        case.division,
        divisions.last_name(case.division, on),
        "、".join(LABELS[each] for each in case.proposals),
        "、".join(RULES[each.which].label for each in case.fields if each.is_open or each.is_awaited),
        TRIGGER_LABELS[case.trigger],
        STATE_LABELS[case.state],
        f"{case.opened_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        Decimal(days_open(case, on)),
    )


def name_of(case: Case) -> str:
    """Return the name of a case's unit: ours, or the directory's where we have none."""
    name = case.find(Field.NAME)
    return (name.ours or name.theirs) if name else ""


def case_body(view: CaseView, on: date) -> Body:
    """Return a case in full."""
    case = view.case
    ordered = sorted(case.fields, key=lambda each: (not each.is_open, not each.is_awaited, not _is_unequal(each)))
    return {
        **row_body(case, on),
        "directory_unit": case.directory_unit,
        "evidence": case.evidence,
        "effective_date": case.effective_date,
        "may_decide": view.may_decide,
        "items": [_field_body(each, on, may_decide=view.may_decide) for each in ordered],
    }


def counts_body(counts: Counts) -> Body:
    """Return how many there are."""
    return {
        "by_age": {age.value: count for age, count in counts.by_age.items()},
        "by_state": {state.value: count for state, count in counts.by_state.items()},
    }


def _is_unequal(each: CaseField) -> bool:
    return each.compared.outcome is not Outcome.SAME


def _field_body(each: CaseField, on: date, *, may_decide: bool) -> Body:
    compared = each.compared
    return {
        "field": each.which.value,
        "label": RULES[each.which].label,
        "theirs": shown(each.which, compared.theirs, on),
        "ours": shown(each.which, compared.ours, on),
        "outcome": compared.outcome.value,
        "outcome_label": OUTCOME_LABELS[compared.outcome],
        "why_label": WHY_LABELS[compared.why],
        "is_open": each.is_open,
        "choices": _choices(each) if may_decide else [],
        "ground": _ground_body(each.ground),
        "decisions": [_decision_body(one, each, on) for one in reversed(each.decisions)],
    }


def _choices(each: CaseField) -> Sequence[str]:
    if not each.may_be_decided:
        return ()
    missing = {Choice.TAKE_THEIRS: not each.theirs, Choice.KEEP_OURS: not each.ours}
    return [choice.value for choice in Choice if not missing.get(choice, False)]


def _decision_body(decision: Decision, each: CaseField, on: date) -> Body:
    return {
        "no": decision.no,
        "choice": decision.choice.value,
        "choice_label": CHOICE_LABELS[decision.choice],
        "reason": decision.reason,
        "by": decision.by,
        "at": decision.at.isoformat(),
        "is_in_force": decision is each.decision,
        "answer": decision.answer.value,
        "answer_label": ANSWER_LABELS[decision.answer],
        "answer_reason": refusal_in_words(decision.reason_code),
        "answered_at": _moment(decision.answered_at),
        "days": days_waited(decision, on),
        "message_id": decision.message_id,
    }


def _ground_body(ground: Ground | None) -> Mapping[str, object] | None:
    if ground is None:
        return None
    return {
        "source": ground.source.value,
        "source_label": SOURCE_LABELS[ground.source],
        "id": ground.id,
        "revision": ground.revision,
        "at": ground.at.isoformat(),
    }


def shown(which: Field, said: Said | None, on: date) -> str:
    """Return a value as a person reads it: a code with its name."""
    if said is None or not said.value:
        return ""
    value = said.value
    match which:
        case Field.STANDING:
            return STANDINGS.get(value, value)
        case Field.DIVISION:
            name = divisions.last_name(value[:6], on)
            return value if name == value[:6] else f"{name}（{value}）"
        case Field.REGISTRATION_TYPE if value in _GROUPS:
            return _GROUPS[value]
        case Field.REGISTRATION_TYPE:
            entries = (registration_types.find(value, version) for version in registration_types.Version)
            named = next((each.name for each in entries if each and said.version in ("", each.version)), "")
            return " ".join(part for part in (value, named, _version(said)) if part)
        case Field.INDUSTRY:
            entry = _industry(said)
            return " ".join(part for part in (value, entry, _version(said)) if part)
        case _:
            return value


def _industry(said: Said) -> str:
    if said.version not in {each.key for each in lists.versions(Scheme.INDUSTRY)}:
        return ""
    found = lists.find_last(Scheme.INDUSTRY, said.value, said.version)
    return found.name if found else ""


def _version(said: Said) -> str:
    return f"（{said.version}版）" if said.version else ""


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
