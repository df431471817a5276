"""The people of a department, as they go out over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.fields import Id


class ReviewerOut(Schema):
    """Somebody who reviews for the reader's department."""

    account_id = Id()
    display_name = fields.String()


class ReviewersOut(Schema):
    """A page of the people of a department."""

    items = fields.List(fields.Nested(ReviewerOut))
    next_cursor = fields.String()
