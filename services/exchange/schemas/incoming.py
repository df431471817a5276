"""What comes in over HTTP, strict and without unknown fields."""

from __future__ import annotations

from marshmallow import Schema

from services.exchange.model.messages import State
from shared.fields import Choice, Text
from shared.web.paging import PageIn

PARAGRAPH = 2000
"""Characters of a reason."""


class ListIn(PageIn):
    """Query of the ledger."""

    state = Choice(State, load_default=None)


class ResendingIn(Schema):
    """Why a message is sent again."""

    reason = Text(PARAGRAPH, multiline=True, required=True)
