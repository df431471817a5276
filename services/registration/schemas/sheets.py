"""Decision sheets on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.registration.form.sheets import WORDS
from services.registration.operations.sheets import Listed


class SheetOut(Schema):
    """A decision sheet; `stands` is false where its decision was taken back."""

    id = fields.String()
    kind = fields.String()
    title = fields.String()
    number = fields.String()
    decided_at = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    stands = fields.Boolean()


class SheetsOut(Schema):
    """The decision sheets of a registration, the oldest first."""

    items = fields.List(fields.Nested(SheetOut))


def sheet_body(listed: Listed) -> dict[str, object]:
    """Return a sheet without where it is stored."""
    sheet = listed.sheet
    return {
        "id": sheet.id,
        "kind": sheet.kind.value,
        "title": WORDS[sheet.kind].title,
        "number": sheet.number,
        "decided_at": sheet.decided_at.isoformat(),
        "size": sheet.size,
        "sha256": sheet.sha256,
        "stands": listed.stands,
    }
