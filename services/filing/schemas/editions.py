"""Editions, forms and rules as data for pages and for other programs; public, since the survey's forms are."""

from __future__ import annotations

from datetime import date

from marshmallow import Schema, fields

from services.filing.forms.describing.rules import RuleCard
from services.filing.forms.model import Edition, Form, Indicator, Layout, Part
from services.filing.forms.printed import SECTION_ROWS

Body = dict[str, object]


class EditionOut(Schema):
    """An edition: its approval, its days, its forms."""

    id = fields.String()
    title = fields.String()
    approval = fields.String()
    made_by = fields.String()
    approved_by = fields.String()
    valid_from = fields.String()
    valid_to = fields.String()
    is_expired = fields.Boolean()
    duties = fields.List(fields.String())
    forms = fields.List(fields.Dict())


class EditionsOut(Schema):
    """All editions."""

    items = fields.List(fields.Nested(EditionOut))


class PartOut(Schema):
    """A cell of an indicator."""

    key = fields.String()
    label = fields.String()
    mark = fields.String()
    kind = fields.String()
    unit = fields.String()
    is_dash = fields.Boolean()
    is_required = fields.Boolean()
    is_computed = fields.Boolean()
    is_printed = fields.Boolean()
    may_not_apply = fields.Boolean()
    has_condition = fields.Boolean()
    list = fields.String()
    options = fields.List(fields.Dict())
    note = fields.String()


class IndicatorOut(Schema):
    """An item of the form."""

    code = fields.String()
    name = fields.String()
    full_name = fields.String()
    unit = fields.String()
    block = fields.String()
    heading = fields.String()
    indent = fields.Integer()
    is_rows = fields.Boolean()
    is_printed = fields.Boolean()
    min_rows = fields.Integer()
    max_rows = fields.Integer()
    note = fields.String()
    source = fields.String()
    parts = fields.List(fields.Nested(PartOut))


class FormOut(Schema):
    """A form as it stands on paper."""

    key = fields.String()
    title = fields.String()
    number = fields.String()
    edition = fields.String()
    approval = fields.String()
    made_by = fields.String()
    approved_by = fields.String()
    valid_to = fields.String()
    period = fields.String()
    filer = fields.String()
    reporter = fields.String()
    layout = fields.String()
    is_many = fields.Boolean()
    takes_nil = fields.Boolean()
    evidence = fields.String()
    print_rows = fields.Integer(allow_none=True)
    note = fields.String()
    head = fields.List(fields.Dict())
    foot = fields.List(fields.String())
    columns = fields.List(fields.Dict())
    statements = fields.List(fields.String())
    duties = fields.List(fields.String())
    indicators = fields.List(fields.Nested(IndicatorOut))


class RuleOut(Schema):
    """A rule of a form as anybody may read it."""

    id = fields.String()
    form = fields.String()
    title = fields.String()
    reason = fields.String()
    source = fields.String()
    severity = fields.String()
    codes = fields.List(fields.String())
    formula = fields.String()
    condition = fields.String()


class RulesOut(Schema):
    """The rules of an edition."""

    items = fields.List(fields.Nested(RuleOut))


def edition_body(edition: Edition, today: date) -> Body:
    """Return what an edition is, without its forms in full."""
    return {
        "id": edition.id,
        "title": edition.title,
        "approval": edition.approval,
        "made_by": edition.made_by,
        "approved_by": edition.approved_by,
        "valid_from": edition.valid_from.isoformat(),
        "valid_to": edition.valid_to.isoformat(),
        "is_expired": edition.valid_to < today,
        "duties": list(edition.duties),
        "forms": [
            {"key": form.key, "title": form.title, "number": form.number, "period": form.period.value}
            for form in edition.forms
        ],
    }


def form_body(edition: Edition, form: Form) -> Body:
    """Return a form with all its indicators."""
    return {
        "key": form.key,
        "title": form.title,
        "number": form.number,
        "edition": edition.id,
        "approval": edition.approval,
        "made_by": edition.made_by,
        "approved_by": edition.approved_by,
        "valid_to": edition.valid_to.isoformat(),
        "period": form.period.value,
        "filer": form.filer.value,
        "reporter": form.reporter.value,
        "layout": form.layout.value,
        "is_many": form.is_many,
        "takes_nil": form.takes_nil,
        "evidence": form.evidence,
        "print_rows": SECTION_ROWS if form.layout is Layout.ROWS else None,
        "note": form.note,
        "head": [{"key": line.key, "label": line.label} for line in form.head],
        "foot": list(form.foot),
        "columns": [{"key": key, "label": label} for key, label in form.columns],
        "statements": list(form.statements),
        "duties": list(edition.duties),
        "indicators": [_indicator_body(form, each) for each in form.indicators],
    }


def rule_body(card: RuleCard) -> Body:
    """Return a rule."""
    return {
        "id": card.id,
        "form": card.form,
        "title": card.title,
        "reason": card.reason,
        "source": card.source,
        "severity": card.severity.value,
        "codes": list(card.codes),
        "formula": card.formula,
        "condition": card.condition,
    }


def _indicator_body(form: Form, indicator: Indicator) -> Body:
    return {
        "code": indicator.code,
        "name": indicator.name,
        "full_name": indicator.full_name,
        "unit": indicator.unit,
        "block": indicator.block,
        "heading": form.headings.get(indicator.code, ""),
        "indent": indicator.indent,
        "is_rows": indicator.is_rows,
        "is_printed": indicator.is_printed,
        "min_rows": indicator.min_rows,
        "max_rows": indicator.max_rows,
        "note": indicator.note,
        "source": indicator.source,
        "parts": [_part_body(part) for part in indicator.parts],
    }


def _part_body(part: Part) -> Body:
    return {
        "key": part.key,
        "label": part.label,
        "mark": part.mark,
        "kind": part.kind_name,
        "unit": part.unit,
        "is_dash": part.is_dash,
        "is_required": part.is_required,
        "is_computed": part.computed is not None,
        "is_printed": part.is_printed,
        "may_not_apply": part.may_not_apply,
        "has_condition": part.only_when is not None,
        "list": str(part.source) if part.source else "",
        "options": [{"code": each.code, "label": each.label, "group": each.group} for each in part.options],
        "note": part.note,
    }
