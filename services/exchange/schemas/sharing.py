"""The catalogue, requests and objections as they come in and go out over HTTP."""

from __future__ import annotations

from datetime import date

from marshmallow import Schema, fields, validate

from services.exchange.model.catalogue import RESOURCES
from services.exchange.model.partners import PARTNER_TITLES
from services.exchange.model.sharing import (
    GRANT_LABELS,
    OBJECTION_LABELS,
    Grant,
    GrantState,
    Objection,
    ObjectionState,
)
from services.exchange.schemas.deliveries import RECEIVER, written_day
from services.exchange.schemas.outgoing import Body
from shared.fields import Choice, Id, PlainDate, Text
from shared.web.paging import PageIn

PARAGRAPH = 2000

_CODE = validate.Length(min=1, max=40)


class RequestIn(Schema):
    """A request for a resource, on behalf of a receiver."""

    receiver = fields.String(required=True, validate=RECEIVER)
    resource = fields.String(required=True, validate=validate.Length(min=1, max=40))
    purpose = Text(PARAGRAPH, multiline=True, required=True)


class RequestsIn(PageIn):
    """Query of the requests."""

    state = Choice(GrantState, load_default=None)


class GrantIn(Schema):
    """What is granted: conditions and term."""

    conditions = Text(PARAGRAPH, min=0, multiline=True, load_default="")
    valid_from = PlainDate(required=True)
    valid_to = PlainDate(load_default=None, allow_none=True)


class ObjectionsIn(PageIn):
    """Query of the objections."""

    state = Choice(ObjectionState, load_default=None)


class ObjectionIn(Schema):
    """Which number is doubted, on behalf of the receiver, and why."""

    delivery_id = Id(required=True)
    table = fields.String(required=True, validate=_CODE)
    at = fields.List(fields.String(validate=_CODE), required=True, validate=validate.Length(min=1, max=8))
    measure = fields.String(required=True, validate=_CODE)
    reason = Text(PARAGRAPH, multiline=True, required=True)


class AnswerIn(Schema):
    """Whether the number is to be corrected, and what is said."""

    is_upheld = fields.Boolean(required=True, truthy={True}, falsy={False})
    answer = Text(PARAGRAPH, multiline=True, required=True)


class CatalogueOut(Schema):
    """The entries of the catalogue, each under the names of GB/T 21063.3."""

    items = fields.List(fields.Dict(keys=fields.String()))


class RequestOut(Schema):
    """A request, and its answer."""

    id = fields.String()
    version = fields.Integer()
    receiver = fields.String()
    receiver_title = fields.String()
    resource = fields.String()
    resource_title = fields.String()
    state = fields.String()
    state_label = fields.String()
    requested_on = fields.String()
    due_on = fields.String()
    is_escalated = fields.Boolean()
    is_in_force = fields.Boolean()
    purpose = fields.String()
    conditions = fields.String()
    reason = fields.String()
    valid_from = fields.String(allow_none=True)
    valid_to = fields.String(allow_none=True)
    open_actions = fields.List(fields.String())


class RequestsOut(Schema):
    """A page of requests."""

    items = fields.List(fields.Nested(RequestOut))
    next_cursor = fields.String()


class ObjectionOut(Schema):
    """An objection to a number, and its answer."""

    id = fields.String()
    version = fields.Integer()
    receiver = fields.String()
    receiver_title = fields.String()
    delivery_id = fields.String()
    table = fields.String()
    at = fields.List(fields.String())
    measure = fields.String()
    place = fields.String()
    state = fields.String()
    state_label = fields.String()
    raised_on = fields.String()
    due_on = fields.String()
    is_escalated = fields.Boolean()
    reason = fields.String()
    answer = fields.String()
    corrected_by = fields.String()
    open_actions = fields.List(fields.String())


class ObjectionsOut(Schema):
    """A page of objections."""

    items = fields.List(fields.Nested(ObjectionOut))
    next_cursor = fields.String()


def request_body(grant: Grant, open_actions: list[str], today: date) -> Body:
    """Return a request with its answer."""
    return {
        "id": grant.id,
        "version": grant.version,
        "receiver": grant.receiver.value,
        "receiver_title": PARTNER_TITLES[grant.receiver],
        "resource": grant.resource,
        "resource_title": RESOURCES[grant.resource].title,
        "state": grant.state.value,
        "state_label": GRANT_LABELS[grant.state],
        "requested_on": grant.requested_on.isoformat(),
        "due_on": grant.due_on.isoformat(),
        "is_escalated": grant.is_escalated,
        "is_in_force": grant.is_in_force(today),
        "purpose": grant.purpose,
        "conditions": grant.conditions,
        "reason": grant.reason,
        "valid_from": written_day(grant.valid_from),
        "valid_to": written_day(grant.valid_to),
        "open_actions": open_actions,
    }


def objection_body(objection: Objection, open_actions: list[str]) -> Body:
    """Return an objection with its answer."""
    return {
        "id": objection.id,
        "version": objection.version,
        "receiver": objection.receiver.value,
        "receiver_title": PARTNER_TITLES[objection.receiver],
        "delivery_id": objection.delivery_id,
        "table": objection.table,
        "at": list(objection.at),
        "measure": objection.measure,
        "place": objection.place,
        "state": objection.state.value,
        "state_label": OBJECTION_LABELS[objection.state],
        "raised_on": objection.raised_on.isoformat(),
        "due_on": objection.due_on.isoformat(),
        "is_escalated": objection.is_escalated,
        "reason": objection.reason,
        "answer": objection.answer,
        "corrected_by": objection.corrected_by,
        "open_actions": open_actions,
    }
