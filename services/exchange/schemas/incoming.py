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
    """What is looked for in the ledger: a unit by its whole credit code, name or id; days on which messages were made."""

    message_id = Id(load_default="")
    unit = Text(400, load_default="")
    period = Period(load_default="")
    partner = Choice(Partner, load_default=None)
    route = Choice(RouteName, load_default=None)
    state = Choice(State, load_default=None)
    begins = PlainDate(load_default=None)
    ends = PlainDate(load_default=None)


class ListIn(PageIn, FoundIn):
    """Query of the ledger."""


class ResendingIn(Schema):
    """Why a message is sent again."""

    reason = Text(PARAGRAPH, multiline=True, required=True)
