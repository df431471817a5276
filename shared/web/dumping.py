"""Bodies of answers by their schemas, compiled: the same as marshmallow dumps, without a walk over the schema each time.

Only what a schema names goes out, at every depth. What is not the plain value of a plain field is left to marshmallow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from marshmallow import Schema, fields
from marshmallow.constants import missing

Dump = Callable[[Any], Any]
"""From a body, or the value of a field, to what goes out of it. Any: a body holds whatever its schema says."""

_PLAIN: dict[type, type] = {fields.String: str, fields.Integer: int, fields.Boolean: bool, fields.Dict: dict}
"""Fields whose values go out as they are, where they are of just this type."""


def compiled(schema: Schema) -> Dump:
    """Return what dumps as `schema.dump` does. Raises `TypeError` for a field whose value is not in the body."""
    plan = [(name, field.data_key or name, _dump_of(field)) for name, field in schema.dump_fields.items()]

    def dump(body: Any) -> Any:
        if type(body) is not dict:
            return schema.dump(body)
        return {key: dump_field(body[name]) for name, key, dump_field in plan if name in body}

    return dump


def _dump_of(field: fields.Field[Any]) -> Dump:
    if field.dump_default is not missing or field.attribute is not None:
        raise TypeError("a body holds every value under the name of its field")
    kind = type(field)
    if isinstance(field, fields.List) and kind is fields.List:
        return _each(_dump_of(field.inner))
    if isinstance(field, fields.Nested) and kind is fields.Nested:
        return _each(_nested(field)) if field.many else _nested(field)
    is_plain = kind in _PLAIN and not (isinstance(field, fields.Dict) and (field.key_field or field.value_field))
    return _plain(_PLAIN[kind], _by_marshmallow(field)) if is_plain else _by_marshmallow(field)


def _plain(kind: type, otherwise: Dump) -> Dump:
    return lambda value: value if value is None or type(value) is kind else otherwise(value)


def _each(dump: Dump) -> Dump:
    return lambda values: None if values is None else [dump(each) for each in values]


def _nested(field: fields.Nested) -> Dump:
    dump = cache(lambda: compiled(field.schema))  # when first asked: a schema may nest itself
    return lambda value: None if value is None else dump()(value)


def _by_marshmallow(field: fields.Field[Any]) -> Dump:
    return lambda value: field.serialize("value", {"value": value})
