"""What identity tells besides its notices: that the divisions have changed. All of it is public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from shared.codes.division_changes import Change, ChangeKind
from shared.codes.division_model import Level
from shared.contracts import Contract

OWNER = "identity"
CODE = validate.Regexp(r"[0-9]{6}\Z")


class DivisionChange(Schema):
    """One change (`shared.codes.division_changes.Change`)."""

    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in ChangeKind]))
    code = fields.String(required=True, validate=CODE)
    on = fields.Date(required=True)
    name = fields.String(load_default="", validate=validate.Length(max=50))
    level = fields.String(load_default=None, allow_none=True, validate=validate.OneOf([level.value for level in Level]))
    parent = fields.String(load_default="", validate=validate.Regexp(r"([0-9]{6})?\Z"))
    successors = fields.List(fields.String(validate=CODE), load_default=list)


class DivisionsChanged(Schema):
    """Changes to the divisions were confirmed: those of one document, together."""

    change_set_id = fields.String(required=True, validate=validate.Length(min=1, max=64))
    document = fields.String(required=True, validate=validate.Length(max=100))
    changes = fields.List(fields.Nested(DivisionChange), required=True, validate=validate.Length(min=1))


DIVISIONS_CHANGED = Contract("tongbao.identity.divisions_changed.v1", 1, OWNER, DivisionsChanged())

CONTRACTS = (DIVISIONS_CHANGED,)


def change_data(change: Change) -> dict[str, Any]:
    """Return a change as JSON values, which is also how it is stored."""
    return {
        "kind": change.kind.value,
        "code": change.code,
        "on": change.on.isoformat(),
        "name": change.name,
        "level": change.level.value if change.level else None,
        "parent": change.parent,
        "successors": list(change.successors),
    }


def change_of(data: Mapping[str, Any]) -> Change:
    """Return the change of JSON values that were checked."""
    on = data["on"]
    return Change(
        kind=ChangeKind(data["kind"]),
        code=data["code"],
        on=on if isinstance(on, date) else date.fromisoformat(on),
        name=data["name"],
        level=Level(data["level"]) if data["level"] else None,
        parent=data["parent"],
        successors=tuple(data["successors"]),
    )


def changes_of(listed: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Return the changes of JSON values that were checked."""
    return tuple(change_of(data) for data in listed)
