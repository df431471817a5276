"""Entries of code lists, as they go out over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.filing.forms.lists import ListEntry


class EntryOut(Schema):
    """An entry of a code list."""

    code = fields.String()
    name = fields.String()
    parent = fields.String()
    level = fields.Integer()
    is_leaf = fields.Boolean()


class EntriesOut(Schema):
    """Entries of a code list."""

    items = fields.List(fields.Nested(EntryOut))


def entry_body(entry: ListEntry) -> dict[str, object]:
    """Return an entry."""
    return {
        "code": entry.code,
        "name": entry.name,
        "parent": entry.parent,
        "level": entry.level,
        "is_leaf": entry.is_leaf,
    }
