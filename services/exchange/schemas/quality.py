"""The quality checks as they go out over HTTP."""

from __future__ import annotations

from datetime import date

from marshmallow import Schema, fields

from services.exchange.model.quality import MOST_WITHOUT_CODE, SHARED, TITLES, Check, Report, Shown, Side
from services.exchange.schemas.outgoing import Body
from shared.codes import divisions
from shared.paging import Page

SIDE_LABELS = {Side.DIRECTORY: "名录库", Side.SURVEY: "本系统"}


class CheckOut(Schema):
    """A check: how many units it found on each side, and for units without a code of their own their share of all."""

    check = fields.String()
    title = fields.String()
    directory = fields.Integer()
    survey = fields.Integer()
    count = fields.Integer()
    share = fields.String(allow_none=True)
    is_too_many = fields.Boolean()


class QualityOut(Schema):
    """The last run of the checks; without one `at` is null."""

    at = fields.String(allow_none=True)
    units = fields.Dict(keys=fields.String(), values=fields.Integer())
    checks = fields.List(fields.Nested(CheckOut))


class FoundOut(Schema):
    """A unit that a check found; those of one `group` share a value. Name and code are empty for one that is gone."""

    side = fields.String()
    side_label = fields.String()
    unit_id = fields.String()
    name = fields.String()
    code = fields.String()
    division = fields.String()
    division_name = fields.String()
    group = fields.String()


class FoundRowsOut(Schema):
    """A page of what a check found."""

    title = fields.String()
    items = fields.List(fields.Nested(FoundOut))
    next_cursor = fields.String()


def quality_body(report: Report | None) -> Body:
    """Return the last run."""
    if report is None:
        return {"at": None, "units": {}, "checks": []}
    return {
        "at": report.at.isoformat(),
        "units": {side.value: report.units.get(side, 0) for side in Side},
        "checks": [_check_body(report, check) for check in Check],
    }


def found_body(check: Check, page: Page[Shown], on: date) -> Body:
    """Return a page of what a check found."""
    return {
        "title": TITLES[check],
        "items": [
            {
                "side": each.finding.side.value,
                "side_label": SIDE_LABELS[each.finding.side],
                "unit_id": each.finding.unit_id if each.finding.side is Side.SURVEY else "",
                "name": each.name,
                "code": each.code,
                "division": each.finding.division,
                "division_name": divisions.last_name(each.finding.division, on),
                "group": each.finding.group,
            }
            for each in page.items
        ],
        "next_cursor": page.next_cursor,
    }


def _check_body(report: Report, check: Check) -> Body:
    is_shared = check in SHARED
    return {
        "check": check.value,
        "title": TITLES[check],
        "directory": report.found.get((check, Side.DIRECTORY), 0),
        "survey": report.found.get((check, Side.SURVEY), 0),
        "count": report.count(check),
        "share": f"{report.share(check):.4f}" if is_shared else None,
        "is_too_many": is_shared and report.share(check) >= MOST_WITHOUT_CODE,
    }
