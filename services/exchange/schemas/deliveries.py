"""Deliveries of statistics as they come in and go out over HTTP."""

from __future__ import annotations

from datetime import date, datetime

from marshmallow import Schema, fields, validate

from services.exchange.model.catalogue import RESOURCE_OF_KIND, RESOURCES
from services.exchange.model.deliveries import RECEIVERS, STATE_LABELS, Action, Delivery, State
from services.exchange.model.partners import Partner
from services.exchange.operations.looking import DeliveryView, Preview, shown_rows
from services.exchange.packaging.metadata import described
from services.exchange.packaging.totals import Total
from services.exchange.schemas.outgoing import Body
from shared.calendar.statutory import weekday
from shared.fields import Choice, Id
from shared.web.paging import PageIn

ROWS_SHOWN = 40
ACTION_NAMES = {Action.SIGN_OFF: "sign_off", Action.DECLINE: "decline", Action.SEND: "send"}
"""What a person can do, as the interface names it."""

RECEIVER = validate.OneOf([each.value for each in RECEIVERS])


class DeliveriesIn(PageIn):
    """Query of the deliveries."""

    receiver = fields.String(load_default="", validate=validate.OneOf(["", *(each.value for each in RECEIVERS)]))
    state = Choice(State, load_default=None)


class PreparationIn(Schema):
    """Which set is prepared for whom."""

    set_id = Id(required=True)
    receiver = fields.String(required=True, validate=RECEIVER)


class DeliveryRowOut(Schema):
    """A delivery in the list; `is_sample` says that its numbers are made up."""

    id = fields.String()
    version = fields.Integer()
    receiver = fields.String()
    receiver_title = fields.String()
    title = fields.String()
    kind = fields.String()
    period = fields.String()
    number = fields.Integer()
    is_sample = fields.Boolean()
    state = fields.String()
    state_label = fields.String()
    final_on = fields.String()
    due_on = fields.String(allow_none=True)
    left_at = fields.String(allow_none=True)
    created_at = fields.String()


class DeliveriesOut(Schema):
    """A page of deliveries."""

    items = fields.List(fields.Nested(DeliveryRowOut))
    next_cursor = fields.String()


class DayOut(Schema):
    """A day on the way to the tenth working day; `number` is 0 where it does not count."""

    on = fields.String()
    weekday = fields.String()
    number = fields.Integer()
    why = fields.String()


class DeliveryOut(DeliveryRowOut):
    """A delivery in full: on what ground and when it left, with which digest; and how its day was found.

    `hold` is `stopped` or `maintenance` where one that waits to be sent does not leave now.
    """

    set_id = fields.String()
    set_version = fields.Integer()
    supersedes = fields.String()
    digest = fields.String()
    size = fields.Integer()
    resource = fields.String()
    grant_id = fields.String()
    message_id = fields.String()
    prepared_by = fields.String()
    signed_by = fields.String()
    signed_at = fields.String(allow_none=True)
    answered_at = fields.String(allow_none=True)
    reason = fields.String()
    reason_code = fields.String()
    hold = fields.String()
    possible_on = fields.String(allow_none=True)
    explanation = fields.String()
    days = fields.List(fields.Nested(DayOut))
    open_actions = fields.List(fields.String())


class FileOut(Schema):
    """A file of a package."""

    name = fields.String()
    size = fields.Integer()
    sha256 = fields.String()


class TotalOut(Schema):
    """The control total of a measure of a table."""

    table = fields.String()
    table_title = fields.String()
    measure = fields.String()
    measure_title = fields.String()
    cells = fields.Integer()
    suppressed = fields.Integer()
    total = fields.String()
    by_region = fields.Dict(keys=fields.String(), values=fields.String())
    by_class = fields.Dict(keys=fields.String(), values=fields.String())


class ShownOut(Schema):
    """The first rows of a table, the heads first."""

    code = fields.String()
    title = fields.String()
    rows = fields.List(fields.List(fields.String()))


class PreviewOut(Schema):
    """What is in a package."""

    id = fields.String()
    title = fields.String()
    is_sample = fields.Boolean()
    digest = fields.String()
    files = fields.List(fields.Nested(FileOut))
    totals = fields.List(fields.Nested(TotalOut))
    tables = fields.List(fields.Nested(ShownOut))
    catalogue = fields.Dict(keys=fields.String())


def delivery_row(delivery: Delivery) -> Body:
    """Return a delivery of the list."""
    return {
        "id": delivery.id,
        "version": delivery.version,
        "receiver": delivery.receiver.value,
        "receiver_title": delivery.receiver_title,
        "title": delivery.title,
        "kind": delivery.kind,
        "period": delivery.period,
        "number": delivery.number,
        "is_sample": delivery.is_sample,
        "state": delivery.state.value,
        "state_label": STATE_LABELS[delivery.state],
        "final_on": delivery.final_on.isoformat(),
        "due_on": written_day(delivery.due_on),
        "left_at": _moment(delivery.left_at),
        "created_at": delivery.created_at.isoformat(),
    }


def delivery_body(view: DeliveryView) -> Body:
    """Return a delivery in full."""
    delivery = view.delivery
    return {
        **delivery_row(delivery),
        "set_id": delivery.set_id,
        "set_version": delivery.set_version,
        "supersedes": delivery.supersedes,
        "digest": delivery.digest,
        "size": delivery.size,
        "resource": RESOURCE_OF_KIND[delivery.kind],
        "grant_id": delivery.grant_id,
        "message_id": delivery.message_id,
        "prepared_by": delivery.prepared_by,
        "signed_by": delivery.signed_by,
        "signed_at": _moment(delivery.signed_at),
        "answered_at": _moment(delivery.answered_at),
        "reason": delivery.reason,
        "reason_code": delivery.reason_code,
        "hold": view.hold.value if view.hold else "",
        "possible_on": written_day(view.sharing.possible.on) if view.sharing else None,
        "explanation": view.sharing.explanation if view.sharing else "向国家统计局提供的资料不受十个工作日限制。",
        "days": [
            {"on": each.on.isoformat(), "weekday": weekday(each.on), "number": each.number, "why": each.why}
            for each in view.days
        ],
        "open_actions": [ACTION_NAMES[action] for action in view.open_actions if action in ACTION_NAMES],
    }


def preview_body(found: Preview) -> Body:
    """Return what is in a package."""
    resource = RESOURCES[RESOURCE_OF_KIND[found.delivery.kind]]
    return {
        "id": found.delivery.id,
        "title": found.delivery.title,
        "is_sample": found.delivery.is_sample,
        "digest": found.delivery.digest,
        "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in found.manifest.files],
        "totals": [_total_body(found, each) for each in found.manifest.totals],
        "tables": [
            {"code": each.code, "title": each.title, "rows": shown_rows(found.tables, each.code, ROWS_SHOWN)}
            for each in found.tables.tables
        ],
        "catalogue": dict(described(resource)),
    }


def receiver_of(value: object) -> Partner:
    """Return the receiver that was named."""
    return Partner(str(value))


def _total_body(found: Preview, total: Total) -> Body:
    table = found.tables.table(total.table)
    return {
        "table": total.table,
        "table_title": table.title if table else total.table,
        "measure": total.measure,
        "measure_title": table.measure(total.measure).title if table else total.measure,
        "cells": total.cells,
        "suppressed": total.suppressed,
        "total": total.total,
        "by_region": dict(total.by_region),
        "by_class": dict(total.by_class),
    }


def written_day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
