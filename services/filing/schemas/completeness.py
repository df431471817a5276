"""Completeness as it is asked for and goes out over HTTP: counts with what they count, and who has not filed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from marshmallow import Schema, fields, validate

from services.filing.completeness.counts import Counts
from services.filing.completeness.expecting import LATER, rule_of
from services.filing.completeness.standing import (
    APPROVED_RULE,
    EXEMPT_RULE,
    FILED_RULE,
    IN_TIME_RULE,
    LEVEL_LABELS,
    STANDING_LABELS,
    Level,
    Standing,
)
from services.filing.operations.completeness import Overview, Point, Question, Row
from services.filing.operations.missing import Contact, Missing, Narrowed
from services.filing.schemas.chain import department_name
from services.filing.workbooks.export import Column
from shared.calendar.statutory import StatutoryDay
from shared.fields import Text
from shared.web.paging import PageIn
from shared.web.queries import QueryNumber

Body = dict[str, object]

LONGEST_TREND = 12
COUNTRY_NAME = "全国"


class CompletenessIn(Schema):
    """Query of which form is meant, for which period, in which division; without one the reader's own."""

    form = Text(40, required=True)
    period = Text(7, required=True)
    division = fields.String(load_default="", validate=validate.Regexp(r"([0-9]{6})?\Z"))


class TrendIn(CompletenessIn):
    """Query of a trend: how many periods, the last one named."""

    count = QueryNumber(1, LONGEST_TREND, load_default=6)


class WantedMissingIn(CompletenessIn):
    """Query of who has not filed: nothing submitted, or returned and not submitted again; only what is overdue."""

    standing = fields.String(load_default="", validate=validate.OneOf(["", "missing", "returned"]))
    overdue = fields.String(load_default="false", validate=validate.OneOf(["true", "false"]))


class MissingIn(PageIn, WantedMissingIn):
    """Query of the list of those who have not filed."""


class LevelOut(Schema):
    """How much of what a level reviews it has approved; the rate is null where it reviews nothing."""

    level = fields.String()
    label = fields.String()
    in_chain = fields.Integer()
    approved = fields.Integer()
    rate = fields.String(allow_none=True)


class CountsOut(Schema):
    """Counts of expected forms and their rates in percent, cut after one digit; null where nothing is expected."""

    expected = fields.Integer()
    filed = fields.Integer()
    in_time = fields.Integer()
    late = fields.Integer()
    returned = fields.Integer()
    missing = fields.Integer()
    overdue = fields.Integer()
    final = fields.Integer()
    exempt = fields.Integer()
    unexpected = fields.Integer()
    filed_rate = fields.String(allow_none=True)
    in_time_rate = fields.String(allow_none=True)
    final_rate = fields.String(allow_none=True)
    levels = fields.List(fields.Nested(LevelOut))


class DivisionCountsOut(Schema):
    """The counts of a division below the one asked for, or of the units placed in that one itself (`is_own`)."""

    division = fields.String()
    division_name = fields.String()
    is_own = fields.Boolean()
    has_below = fields.Boolean()
    counts = fields.Nested(CountsOut)


class CountingRuleOut(Schema):
    """What is counted, in words."""

    title = fields.String()
    text = fields.String()


class CompletenessOut(Schema):
    """How complete a form of a period is in a division, by what is below it; the rows add up to the total."""

    form = fields.String()
    form_number = fields.String()
    form_title = fields.String()
    edition = fields.String()
    period = fields.String()
    period_label = fields.String()
    division = fields.String()
    division_name = fields.String()
    due = fields.String()
    due_explanation = fields.String()
    is_due = fields.Boolean()
    rows = fields.List(fields.Nested(DivisionCountsOut))
    total = fields.Nested(CountsOut)
    rules = fields.List(fields.Nested(CountingRuleOut))


class PointOut(Schema):
    """A period of a trend; the counts are null where they are still to be counted."""

    period = fields.String()
    period_label = fields.String()
    due = fields.String()
    counts = fields.Nested(CountsOut, allow_none=True)


class TrendOut(Schema):
    """The totals of a division over some periods, the oldest first."""

    items = fields.List(fields.Nested(PointOut))


class ContactOut(Schema):
    """Whom to call, by the basic information that the unit submitted last."""

    period_label = fields.String()
    head = fields.String()
    filler = fields.String()
    phone = fields.String()
    fixed = fields.String()
    mobile = fields.String()
    email = fields.String()


class MissingOut(Schema):
    """An expected form that is not filed."""

    unit_id = fields.String()
    unit_name = fields.String()
    division = fields.String()
    division_name = fields.String()
    form = fields.String()
    form_number = fields.String()
    period = fields.String()
    period_label = fields.String()
    item = fields.String()
    item_name = fields.String()
    standing = fields.String()
    standing_label = fields.String()
    due = fields.String()
    days_late = fields.Integer()
    urged_on = fields.String(allow_none=True)
    contact = fields.Nested(ContactOut, allow_none=True)


class MissingPageOut(Schema):
    """A page of those who have not filed."""

    items = fields.List(fields.Nested(MissingOut))
    next_cursor = fields.String()


def narrowed_of(query: dict[str, object]) -> Narrowed:
    """Return what a list is narrowed to."""
    standing = str(query["standing"])
    return Narrowed(Standing(standing) if standing else None, query["overdue"] == "true")


def overview_body(overview: Overview) -> Body:
    """Return the counts of a division by what is below it, with the rules by which they are counted."""
    question, today = overview.question, overview.today
    form, due = question.form, question.due
    return {
        "form": form.key,
        "form_number": form.number,
        "form_title": form.title,
        "edition": question.edition.id,
        "period": str(question.period),
        "period_label": question.period.label,
        "division": question.division,
        "division_name": place_name(question.division),
        "due": due.on.isoformat(),
        "due_explanation": due.explanation,
        "is_due": due.on < today,
        "rows": [_row_body(each, today) for each in overview.rows],
        "total": counts_body(overview.total, today),
        "rules": _rules(question, due),
    }


def trend_body(points: Sequence[Point], today: date) -> Body:
    """Return the totals of a division over some periods."""
    items = [
        {
            "period": str(each.period),
            "period_label": each.period.label,
            "due": each.due.on.isoformat(),
            "counts": counts_body(each.counts, today) if each.counts is not None else None,
        }
        for each in points
    ]
    return {"items": items}


def counts_body(counts: Counts, today: date) -> Body:
    """Return counts with their rates."""
    return {
        "expected": counts.expected,
        "filed": counts.filed,
        "in_time": counts.in_time,
        "late": counts.late,
        "returned": counts.returned,
        "missing": counts.missing,
        "overdue": counts.overdue(today),
        "final": counts.final,
        "exempt": counts.exempt,
        "unexpected": counts.unexpected,
        "filed_rate": _percent(counts.filed_rate),
        "in_time_rate": _percent(counts.in_time_rate),
        "final_rate": _percent(counts.final_rate),
        "levels": [_level_body(counts, level) for level in Level],
    }


def missing_body(missing: Missing, question: Question) -> Body:
    """Return an expected form that is not filed."""
    slot = missing.judged.slot
    return {
        "unit_id": slot.unit_id,
        "unit_name": _unit_name(missing),
        "division": slot.division,
        "division_name": place_name(slot.division),
        "form": slot.form,
        "form_number": question.form.number,
        "period": slot.period,
        "period_label": question.period.label,
        "item": slot.item,
        "item_name": missing.platform,
        "standing": missing.judged.standing.value,
        "standing_label": STANDING_LABELS[missing.judged.standing],
        "due": missing.judged.due.isoformat(),
        "days_late": missing.days_late,
        "urged_on": missing.urged_on.isoformat() if missing.urged_on else None,
        "contact": _contact_body(missing.contact) if missing.contact else None,
    }


MISSING_COLUMNS = (
    Column("行政区划", 16),
    Column("单位", 36),
    Column("平台", 28),
    Column("表号", 22),
    Column("报告期", 12),
    Column("状态", 12),
    Column("报送期限", 14),
    Column("逾期天数", 10),
    Column("最近催报", 14),
    Column("统计负责人", 14),
    Column("填表人", 14),
    Column("联系电话", 18),
    Column("固定电话", 22),
    Column("移动电话", 16),
    Column("电子邮箱", 28),
)
"""The columns of those who have not filed as a workbook."""


def missing_row(missing: Missing, question: Question) -> tuple[str | int | date | None, ...]:
    """Return an expected form that is not filed as a line of the workbook."""
    slot, contact = missing.judged.slot, missing.contact
    ways = (
        (contact.head, contact.filler, contact.phone, contact.fixed, contact.mobile, contact.email) if contact else ()
    )
    return (
        place_name(slot.division),
        _unit_name(missing),
        missing.platform,
        question.form.number,
        question.period.label,
        STANDING_LABELS[missing.judged.standing],
        missing.judged.due,
        missing.days_late,
        missing.urged_on,
        *(ways or ("",) * 6),
    )


def place_name(division: str) -> str:
    """Return the name of a division, 全国 for the whole country."""
    return COUNTRY_NAME if not division.strip("0") else department_name(division)


def _unit_name(missing: Missing) -> str:
    return missing.unit.basic("name") if missing.unit else place_name(missing.judged.slot.division)


def _row_body(row: Row, today: date) -> Body:
    return {
        "division": row.division,
        "division_name": place_name(row.division),
        "is_own": row.is_own,
        "has_below": row.has_below,
        "counts": counts_body(row.counts, today),
    }


def _level_body(counts: Counts, level: Level) -> Body:
    return {
        "level": level.value,
        "label": LEVEL_LABELS[level],
        "in_chain": counts.in_chain.get(level, 0),
        "approved": counts.approved.get(level, 0),
        "rate": _percent(counts.approved_rate(level)),
    }


def _contact_body(contact: Contact) -> Body:
    return {
        "period_label": contact.period.label,
        "head": contact.head,
        "filler": contact.filler,
        "phone": contact.phone,
        "fixed": contact.fixed,
        "mobile": contact.mobile,
        "email": contact.email,
    }


def _rules(question: Question, due: StatutoryDay) -> list[Body]:
    said = (
        ("应报数（分母）", rule_of(question.form)),
        ("以后进入的单位", LATER),
        ("免报", EXEMPT_RULE),
        ("已报", FILED_RULE),
        ("按时", f"{IN_TIME_RULE}{due.explanation}"),
        ("审核", APPROVED_RULE),
        ("比率", "各率以百分数表示，只舍不入，全部完成时才为 100%；没有应报单位时不计算。"),
    )
    return [{"title": title, "text": text} for title, text in said]


def _percent(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.1f}"
