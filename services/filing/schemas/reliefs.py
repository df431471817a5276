"""Extensions, exceptions and the year's dates, as they come in and go out over HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from marshmallow import Schema, fields, post_load, validate

from services.filing.model.periods import period_of
from services.filing.model.reliefs import Ground, ReliefAction, ReliefKind, ReliefState
from services.filing.operations.reliefs import ALL_FORMS, Asked, Given, ReliefView
from services.filing.operations.timetable import FIRST_YEAR, LAST_YEAR, Entry, Topic
from services.filing.ports.reliefs import WantedReliefs
from services.filing.schemas.chain import department_name
from services.filing.schemas.incoming import FORM_KEY, PARAGRAPH
from services.filing.schemas.overview import division_name
from shared.calendar.statutory import ReviewTerm
from shared.fields import Choice, PlainDate, Text
from shared.web.paging import PageIn
from shared.web.queries import QueryNumber

Body = dict[str, object]

UNIT_ID = r"([0-9a-f]{32}|city-[0-9]{6})\Z"
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)

KIND_LABELS: Mapping[ReliefKind, str] = {
    ReliefKind.EXTENSION: "延期",
    ReliefKind.EXEMPTION: "免报",
    ReliefKind.RESPITE: "顺延",
}
RELIEF_LABELS: Mapping[ReliefState, str] = {
    ReliefState.ASKED: "待答复",
    ReliefState.GRANTED: "已同意",
    ReliefState.REFUSED: "未同意",
    ReliefState.WITHDRAWN: "已撤回",
    ReliefState.ENDED: "已终止",
}
GROUND_LABELS: Mapping[Ground, str] = {
    Ground.CEASED: "已停业、注销或吊销",
    Ground.OUT_OF_SCOPE: "不属于统计范围",
    Ground.REPORTED_ELSEWHERE: "由总公司或子公司统一填报",
    Ground.DISASTER: "自然灾害等不可抗力",
    Ground.SYSTEM_FAILURE: "填报系统故障",
    Ground.ON_REQUEST: "单位申请",
}
RELIEF_ACTION_LABELS: Mapping[ReliefAction, str] = {
    ReliefAction.ASK: "申请延期",
    ReliefAction.GIVE: "给予例外",
    ReliefAction.GRANT: "同意延期",
    ReliefAction.REFUSE: "不同意",
    ReliefAction.WITHDRAW: "撤回申请",
    ReliefAction.END: "提前终止",
}
TOPIC_LABELS: Mapping[Topic, str] = {
    Topic.DUE: "报送时限",
    Topic.FIRST: "首次报送",
    Topic.LOCK: "结转期限",
    Topic.QUERY: "签署当年",
    Topic.FINAL: "最早最终审定",
    Topic.SHARING: "最早可共享",
}


class ExtensionIn(Schema):
    """A later day that a unit asks for."""

    form = fields.String(required=True, validate=validate.Regexp(FORM_KEY))
    period = Text(7, min=4, required=True)
    until = PlainDate(EARLIEST, LATEST, required=True)
    reason = Text(PARAGRAPH, multiline=True, required=True)

    @post_load
    def asked(self, data: dict[str, object], **_: object) -> Asked:
        """Return what is asked for as the operation takes it."""
        return Asked(**data)  # type: ignore[arg-type]  # loaded by the fields above


class ExceptionIn(Schema):
    """An exception for a unit; an empty form means all forms."""

    unit_id = fields.String(required=True, validate=validate.Regexp(UNIT_ID))
    kind = Choice(ReliefKind, required=True)
    form = fields.String(required=True, validate=validate.Regexp(rf"\Z|{FORM_KEY}"))
    from_day = PlainDate(EARLIEST, LATEST, required=True)
    to_day = PlainDate(EARLIEST, LATEST, required=True)
    ground = Choice(Ground, required=True)
    reason = Text(PARAGRAPH, multiline=True, required=True)

    @post_load
    def given(self, data: dict[str, object], **_: object) -> Given:
        """Return what is given as the operation takes it."""
        return Given(**data)  # type: ignore[arg-type]  # loaded by the fields above


class GrantIn(Schema):
    """The day that is granted, and what is said to it."""

    until = PlainDate(EARLIEST, LATEST, required=True)
    answer = Text(PARAGRAPH, min=0, multiline=True, required=True)


class AnswerIn(Schema):
    """Why something is refused or ended."""

    answer = Text(PARAGRAPH, multiline=True, required=True)


class ReliefsIn(PageIn):
    """Query of the list."""

    state = Choice(ReliefState, load_default=None)
    kind = Choice(ReliefKind, load_default=None)
    unit = fields.String(load_default="", validate=validate.Regexp(rf"\Z|{UNIT_ID}"))
    waiting = fields.String(load_default="", validate=validate.OneOf(["", "true"]))

    @post_load
    def wanted(self, data: dict[str, object], **_: object) -> tuple[WantedReliefs, str, int]:
        """Return what is wanted, the cursor and the length of a page."""
        wanted = WantedReliefs(
            state=data["state"],  # type: ignore[arg-type]  # loaded by the fields above
            kind=data["kind"],  # type: ignore[arg-type]  # as above
            unit_id=str(data["unit"]),
            is_waiting=data["waiting"] == "true",
        )
        return wanted, str(data["cursor"]), int(str(data["limit"]))


class YearIn(Schema):
    """Query of a year."""

    year = QueryNumber(FIRST_YEAR, LAST_YEAR, required=True)


class ReliefOut(Schema):
    """An extension or exception."""

    id = fields.String()
    version = fields.Integer()
    kind = fields.String()
    kind_label = fields.String()
    state = fields.String()
    state_label = fields.String()
    unit_id = fields.String()
    unit_name = fields.String()
    division = fields.String()
    division_name = fields.String()
    decider = fields.String()
    decider_name = fields.String()
    form = fields.String()
    form_number = fields.String()
    form_title = fields.String()
    period = fields.String()
    period_label = fields.String()
    statutory = fields.String(allow_none=True)
    latest = fields.String(allow_none=True)
    wanted = fields.String(allow_none=True)
    until = fields.String(allow_none=True)
    from_day = fields.String(allow_none=True)
    to_day = fields.String(allow_none=True)
    ground = fields.String()
    ground_label = fields.String()
    reason = fields.String()
    answer = fields.String()
    asked_at = fields.String()
    decided_at = fields.String(allow_none=True)
    open_actions = fields.List(fields.Dict())
    history = fields.List(fields.Dict())


class ReliefsOut(Schema):
    """A page of extensions and exceptions."""

    items = fields.List(fields.Nested(ReliefOut))
    next_cursor = fields.String()


class DateOut(Schema):
    """A date of the year, with why it is that day; `statutory` is the day without what was granted to the unit."""

    topic = fields.String()
    topic_label = fields.String()
    on = fields.String()
    statutory = fields.String()
    is_provisional = fields.Boolean()
    is_exempt = fields.Boolean()
    explanation = fields.String()
    source = fields.String()
    form = fields.String()
    form_number = fields.String()
    form_title = fields.String()
    period = fields.String()
    period_label = fields.String()


class TimetableOut(Schema):
    """The dates of a year that concern the reader, and how long each level has for its review."""

    year = fields.Integer()
    items = fields.List(fields.Nested(DateOut))
    review_terms = fields.List(fields.Dict())


def relief_body(view: ReliefView) -> Body:
    """Return an extension or exception as its reader sees it."""
    relief, form = view.relief, view.form
    return {
        "id": relief.id,
        "version": relief.version,
        "kind": relief.kind.value,
        "kind_label": KIND_LABELS[relief.kind],
        "state": relief.state.value,
        "state_label": RELIEF_LABELS[relief.state],
        "unit_id": relief.unit_id,
        "unit_name": view.unit.basic("name") if view.unit else division_name(relief.division),
        "division": relief.division,
        "division_name": division_name(relief.division),
        "decider": relief.decider,
        "decider_name": department_name(relief.decider),
        "form": relief.form,
        "form_number": form.number if form else "",
        "form_title": form.title if form else ALL_FORMS,
        "period": relief.period,
        "period_label": period_of(relief.period).label if relief.period else "",
        "statutory": _day(view.statutory),
        "latest": _day(view.latest),
        "wanted": _day(relief.wanted),
        "until": _day(relief.until),
        "from_day": _day(relief.from_day),
        "to_day": _day(relief.to_day),
        "ground": relief.said.ground.value,
        "ground_label": GROUND_LABELS[relief.said.ground],
        "reason": relief.said.reason,
        "answer": relief.said.answer,
        "asked_at": relief.asked_at.isoformat(),
        "decided_at": _moment(relief.decided_at),
        "open_actions": [{"action": each.value, "label": RELIEF_ACTION_LABELS[each]} for each in view.open_actions],
        "history": [
            {"at": each.at.isoformat(), "label": RELIEF_ACTION_LABELS[ReliefAction(each.action)]}
            for each in relief.history
        ],
    }


def timetable_body(year: int, entries: Iterable[Entry], terms: Mapping[str, ReviewTerm]) -> Body:
    """Return the dates of a year."""
    return {
        "year": year,
        "items": [_entry_body(each) for each in entries],
        "review_terms": [{"label": each.label, "working_days": each.working_days} for each in terms.values()],
    }


def _entry_body(entry: Entry) -> Body:
    form, period = entry.form, entry.period
    return {
        "topic": entry.topic.value,
        "topic_label": TOPIC_LABELS[entry.topic],
        "on": entry.on.isoformat(),
        "statutory": entry.statutory.on.isoformat(),
        "is_provisional": entry.statutory.is_provisional,
        "is_exempt": entry.is_exempt,
        "explanation": entry.explanation,
        "source": entry.statutory.source,
        "form": form.key if form else "",
        "form_number": form.number if form else "",
        "form_title": form.title if form else "",
        "period": str(period) if period else "",
        "period_label": period.label if period else "",
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
