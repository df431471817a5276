"""The query parameters of every list."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

LARGEST_PAGE = 100


class PageIn(Schema):
    """Query parameters of every list."""

    cursor = fields.String(load_default="", validate=validate.Length(max=200))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=LARGEST_PAGE))
