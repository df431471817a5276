"""Statements (对账单) on the wire: sheets, lines, differences, and what a signature brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from marshmallow import Schema, fields

from services.exchange.model.partners import PARTNER_TITLES, ROUTES, Partner, RouteName
from services.exchange.model.statements import Action, Answer, Signature, State, Statement
from services.exchange.operations.statements import StatementView, age_of
from services.exchange.reconciling.differences import Difference, Fault
from services.exchange.reconciling.lines import Line, Standing
from services.exchange.reconciling.sheets import By
from shared.fields import Choice, Text
from shared.web.paging import PageIn

Body = dict[str, object]

STATE_LABELS = {
    State.FROZEN: "已封账",
    State.ASKED: "已送对方，等待回复",
    State.AGREED: "双方一致",
    State.DIFFERING: "有差异",
}
STANDING_LABELS = {
    Standing.ACCEPTED: "已接收",
    Standing.REFUSED: "已拒收",
    Standing.DIFFERING: "回执摘要不符",
    Standing.UNANSWERED: "未答复",
}
FAULT_LABELS = {
    Fault.MISSING_THERE: "我方已发，对方没有收到",
    Fault.UNKNOWN_HERE: "对方收到，我方没有发出记录",
    Fault.OTHER_DIGEST: "双方内容摘要不同",
    Fault.OTHER_OUTCOME: "双方处理结果不同",
    Fault.ANSWER_NOT_HERE: "对方已答复，我方没有收到回执",
    Fault.OTHER_TOTAL: "控制总数不同",
}
BY_LABELS = {
    By.ROUTE: "通道",
    By.KIND: "报文种类",
    By.REGION: "地区",
    By.FORM: "表和指标",
    By.FORM_REGION: "表、指标和地区",
    By.FORM_CLASS: "表、指标和业务类别",
}
OPEN_ACTIONS = {Action.SIGN: "sign"}


class StatementsIn(PageIn):
    """Query of the statements."""

    partner = Choice(Partner, load_default=None)


class StatementLinesIn(PageIn):
    """Query of the lines of a statement."""

    standing = Choice(Standing, load_default=None)


class SignatureIn(Schema):
    """Who signs, and what is to be remarked; where the two sides differ, a remark must be there."""

    name = Text(100, required=True)
    remark = Text(2000, multiline=True, load_default="")


class CountsOut(Schema):
    """What a day comes to."""

    sent = fields.Integer()
    carried = fields.Integer()
    sendings = fields.Integer()
    bytes_out = fields.Integer()
    received = fields.Integer()
    rejected = fields.Integer()
    accepted = fields.Integer()
    refused = fields.Integer()
    differing = fields.Integer()
    unanswered = fields.Integer()


class StatementRowOut(Schema):
    """A statement in the list."""

    id = fields.String()
    version = fields.Integer()
    partner = fields.String()
    partner_label = fields.String()
    day = fields.String()
    state = fields.String()
    state_label = fields.String()
    counts = fields.Nested(CountsOut)
    differences = fields.Integer()
    is_signed = fields.Boolean()


class StatementsOut(Schema):
    """A page of statements."""

    items = fields.List(fields.Nested(StatementRowOut))
    next_cursor = fields.String()


class GroupOut(Schema):
    """What lines, or cells of statistics, have in common; `total` is empty for lines."""

    by = fields.String()
    by_label = fields.String()
    key = fields.String()
    label = fields.String()
    count = fields.Integer()
    total = fields.String()


class StatementAnswerOut(Schema):
    """The partner's own statement, signed by it."""

    agrees = fields.Boolean()
    received = fields.Integer()
    received_digest = fields.String()
    accepted = fields.Integer()
    refused = fields.Integer()
    is_whole = fields.Boolean()
    signed_at = fields.String()
    taken_at = fields.String()
    digest = fields.String()


class SignatureOut(Schema):
    """Our signature."""

    at = fields.String()
    account_id = fields.String()
    name = fields.String()
    remark = fields.String()


class StatementOut(StatementRowOut):
    """A statement in full, without its lines."""

    since = fields.String()
    until = fields.String()
    frozen_at = fields.String()
    first = fields.Integer()
    last = fields.Integer()
    digest = fields.String()
    sent_digest = fields.String()
    lines_digest = fields.String()
    message_id = fields.String()
    groups = fields.List(fields.Nested(GroupOut))
    answer = fields.Nested(StatementAnswerOut, allow_none=True)
    signature = fields.Nested(SignatureOut, allow_none=True)
    open_actions = fields.List(fields.String())


class StatementLineOut(Schema):
    """A message of the day, or one carried from before; `age_hours` for one that is not answered."""

    message_id = fields.String()
    route = fields.String()
    route_label = fields.String()
    type = fields.String()
    digest = fields.String()
    size = fields.Integer()
    sendings = fields.Integer()
    sent_at = fields.String()
    standing = fields.String()
    standing_label = fields.String()
    answered_at = fields.String()
    age_hours = fields.Integer(allow_none=True)
    carried = fields.Boolean()
    region = fields.String()


class StatementLinesOut(Schema):
    """A page of lines."""

    items = fields.List(fields.Nested(StatementLineOut))
    next_cursor = fields.String()


class DifferenceOut(Schema):
    """A difference: of a message, or of a total whose key stands as the subject."""

    subject = fields.String()
    fault = fields.String()
    fault_label = fields.String()
    ours = fields.String()
    theirs = fields.String()


class DifferencesOut(Schema):
    """The differences of a statement."""

    items = fields.List(fields.Nested(DifferenceOut))


def row_body(statement: Statement) -> Body:
    """Return a statement of the list."""
    return {
        "id": statement.id,
        "version": statement.version,
        "partner": statement.partner.value,
        "partner_label": PARTNER_TITLES[statement.partner],
        "day": statement.day.isoformat(),
        "state": statement.state.value,
        "state_label": STATE_LABELS[statement.state],
        "counts": vars(statement.sheet.counts),
        "differences": statement.differences,
        "is_signed": statement.signature is not None,
    }


def statement_body(view: StatementView) -> Body:
    """Return a statement in full."""
    statement, sheet = view.statement, view.statement.sheet
    return {
        **row_body(statement),
        "since": sheet.since,
        "until": sheet.until,
        "frozen_at": sheet.frozen_at,
        "first": sheet.first,
        "last": sheet.last,
        "digest": statement.digest,
        "sent_digest": sheet.sent_digest,
        "lines_digest": sheet.lines_digest,
        "message_id": statement.message_id,
        "groups": [
            {
                "by": group.by.value,
                "by_label": BY_LABELS[group.by],
                "key": group.key,
                "label": _route_label(group.key) if group.by is By.ROUTE else group.key,
                "count": group.count,
                "total": group.total,
            }
            for group in sheet.groups
        ],
        "answer": _answer_body(statement.answer) if statement.answer else None,
        "signature": _signature_body(statement.signature) if statement.signature else None,
        "open_actions": [OPEN_ACTIONS[action] for action in view.open_actions if action in OPEN_ACTIONS],
    }


def line_body(line: Line, at: datetime) -> Body:
    """Return a line as it is looked at."""
    is_open = line.standing in (Standing.UNANSWERED, Standing.DIFFERING)
    return {
        **{name: getattr(line, name) for name in ("message_id", "route", "type", "digest", "size", "sendings")},
        **{name: getattr(line, name) for name in ("sent_at", "answered_at", "carried", "region")},
        "route_label": _route_label(line.route),
        "standing": line.standing.value,
        "standing_label": STANDING_LABELS[line.standing],
        "age_hours": int(age_of(line, at).total_seconds() // 3600) if is_open else None,
    }


def difference_body(found: Difference) -> Body:
    """Return a difference."""
    return {
        "subject": found.subject,
        "fault": found.fault.value,
        "fault_label": FAULT_LABELS[found.fault],
        "ours": found.ours,
        "theirs": found.theirs,
    }


HEADS = ("报文编号", "通道", "种类", "地区", "发送次数", "首次发出", "状态", "回执时间", "上日结转", "内容摘要", "差异")


def sheet_rows(lines: Iterator[Line], named: Sequence[Difference]) -> Iterator[Sequence[str]]:
    """Yield the rows of a statement's workbook: its lines with what differs, then what no line stands for."""
    faults = {each.subject: FAULT_LABELS[each.fault] for each in named}
    for line in lines:
        yield (
            line.message_id,
            _route_label(line.route),
            line.type,
            line.region,
            str(line.sendings),
            line.sent_at,
            STANDING_LABELS[line.standing],
            line.answered_at,
            "是" if line.carried else "",
            line.digest,
            faults.pop(line.message_id, ""),
        )
    for each in named:
        if each.subject in faults:
            sides = f"{FAULT_LABELS[each.fault]}：我方 {each.ours or '—'}，对方 {each.theirs or '—'}"
            yield (each.subject, *("" for _ in HEADS[2:]), sides)


def _answer_body(answer: Answer) -> Body:
    return {**vars(answer), "signed_at": answer.signed_at.isoformat(), "taken_at": answer.taken_at.isoformat()}


def _signature_body(signature: Signature) -> Body:
    return {**vars(signature), "at": signature.at.isoformat()}


def _route_label(name: str) -> str:
    return ROUTES[RouteName(name)].title if name in set(RouteName) else name
