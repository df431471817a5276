"""What a schema is compiled to dumps what marshmallow dumps, for every body that any service answers with."""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import Schema, fields

import services
from services.identity.schemas.clients import PublicKeys
from shared.fields import AwareDateTime, PlainDate
from shared.web.dumping import compiled

BODIES = 40
DEEPEST = 4


def _schemas() -> Iterator[type[Schema]]:
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if ".schemas" in module.name:
            importlib.import_module(module.name)
    pending = [Schema]
    while pending:
        for each in pending.pop().__subclasses__():
            pending.append(each)
            if each.__name__.endswith("Out") and each.__module__.startswith("services."):
                yield each


SCHEMAS = sorted(set(_schemas()), key=lambda each: f"{each.__module__}.{each.__name__}")


def _body(schema: Schema, draw: random.Random, depth: int) -> dict[str, object]:
    """Draw a body in which some fields are missing; not `items` and the like, which marshmallow then finds in `dict`."""
    kept = [(name, field) for name, field in schema.dump_fields.items() if hasattr(dict, name) or draw.random() < 0.9]
    return {**{name: _value(field, draw, depth) for name, field in kept}, "not_of_the_schema": "秘密"}


def _value(field: fields.Field[Any], draw: random.Random, depth: int) -> Any:
    if draw.random() < 0.1:
        return None
    if isinstance(field, fields.Nested):
        bodies = [_body(field.schema, draw, depth + 1) for _ in range(2 if depth < DEEPEST else 0)]
        return bodies if field.many else next(iter(bodies), None)
    if isinstance(field, fields.List):
        return [_value(field.inner, draw, depth + 1) for _ in range(draw.choice([0, 1, 2]) if depth < DEEPEST else 0)]
    if isinstance(field, fields.Dict):
        inner = field.value_field
        return {"a": 1, "b": [{"c": "d"}]} if inner is None else {"a": _value(inner, draw, depth + 1)}
    if isinstance(field, fields.Integer):
        return draw.choice([0, 7, True, "12", Decimal(3)])
    if isinstance(field, (fields.DateTime, AwareDateTime)):
        return datetime(2026, 1, 8, 1, 0, tzinfo=UTC)
    if isinstance(field, (fields.Date, PlainDate)):
        return date(2026, 1, 8)
    if isinstance(field, PublicKeys):
        return ()
    if isinstance(field, fields.String):
        return draw.choice(["甲", "", 12, Decimal("1.50"), date(2026, 1, 8), True])
    return draw.choice([True, False])


@pytest.mark.parametrize("kind", SCHEMAS, ids=lambda each: f"{each.__module__.split('.')[1]}-{each.__name__}")
def test_a_compiled_schema_dumps_as_marshmallow_does(kind: type[Schema]) -> None:
    schema, draw = kind(), random.Random(kind.__name__)
    bodies = [_body(schema, draw, 0) for _ in range(BODIES)]

    dumped = [compiled(schema)(body) for body in bodies]

    assert dumped == [schema.dump(body) for body in bodies]
    assert "秘密" not in str(dumped)


def test_what_is_no_object_of_json_is_left_to_marshmallow() -> None:
    class Paper:
        title = "甲"

    class PaperOut(Schema):
        title = fields.String()

    dumped = compiled(PaperOut())(Paper())

    assert dumped == {"title": "甲"}


def test_a_schema_that_puts_values_in_is_refused() -> None:
    class PaperOut(Schema):
        title = fields.String(dump_default="无题")

    with pytest.raises(TypeError):
        compiled(PaperOut())
