"""What comes in over HTTP, strict and without unknown fields."""

from __future__ import annotations

from marshmallow import Schema

from services.exchange.model.messages import State
from services.exchange.model.partners import Partner, RouteName
from shared.fields import Choice, Id, Period, PlainDate, Text
from shared.web.paging import PageIn

PARAGRAPH = 2000
"""Characters of a reason."""


class FoundIn(Schema):
    """What is looked for in the ledger: a unit by its mark; the days on which messages were made, both included."""

    message_id = Id(load_default="")
    unit = Id(load_default="")
    period = Period(load_default="")
    partner = Choice(Partner, load_default=None)
    route = Choice(RouteName, load_default=None)
    state = Choice(State, load_default=None)
    begins = PlainDate(load_default=None)
    ends = PlainDate(load_default=None)


class UnitIn(Schema):
    """A unit by its whole credit code, name or id; it comes in the body, where no log keeps it."""

    text = Text(400, min=2, required=True)


class ListIn(PageIn, FoundIn):
    """Query of the ledger."""


class ResendingIn(Schema):
    """Why a message is sent again."""

    reason = Text(PARAGRAPH, multiline=True, required=True)
