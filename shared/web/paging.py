"""The query parameters of every list."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.web.queries import QueryNumber

LARGEST_PAGE = 100


class PageIn(Schema):
    """Query parameters of every list."""

    cursor = fields.String(load_default="", validate=validate.Length(max=200))
    limit = QueryNumber(1, LARGEST_PAGE, load_default=20)
