"""What readers of a schema lose by a later one: published fields only grow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]

LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
FIXED = ("const", "pattern", "format")


def losses(before: Node, after: Node, place: str = "") -> Iterator[str]:
    """Yield where `after` lacks a field of `before`, or takes less than it."""
    here = place or "/"
    if not _types(before) <= _types(after):
        yield f"{here} has a narrower type"
    for name in FIXED:
        if name in after and before.get(name) != after[name]:
            yield f"{here} has another {name}"
    for name in LOWER:
        if name in after and before.get(name, float("-inf")) < after[name]:
            yield f"{here} has a higher {name}"
    for name in UPPER:
        if name in after and before.get(name, float("inf")) > after[name]:
            yield f"{here} has a lower {name}"
    if "enum" in after and not ("enum" in before and {*map(repr, before["enum"])} <= {*map(repr, after["enum"])}):
        yield f"{here} takes fewer values"
    yield from _of_fields(before, after, place)
    yield from _of_parts(before, after, place)


def _types(schema: Node) -> set[str]:
    """Return the types that a schema takes; a schema that says none takes all."""
    every = {"string", "number", "integer", "boolean", "object", "array", "null"}
    said = schema.get("type", [*every])
    types = {said} if isinstance(said, str) else set(said)
    return types | {"integer"} if "number" in types else types


def _of_fields(before: Node, after: Node, place: str) -> Iterator[str]:
    fields, later = before.get("properties", {}), after.get("properties", {})
    for name in fields.keys() - later.keys():
        yield f"{place}/{name} is gone"
    required, still = {*before.get("required", ())}, {*after.get("required", ())}
    for name in sorted(still - required):
        yield f"{place}/{name} is required, which older messages don't know"
    for name in sorted((required - still) & later.keys()):
        yield f"{place}/{name} is no longer there in any case"
    for name in fields.keys() & later.keys():
        yield from losses(fields[name], later[name], f"{place}/{name}")


def _of_parts(before: Node, after: Node, place: str) -> Iterator[str]:
    if "items" in after:
        yield from losses(before.get("items", {}), after["items"], f"{place}[]")
    for name in ("anyOf", "oneOf", "allOf"):
        parts, later = before.get(name, []), after.get(name, [])
        if len(parts) != len(later):
            yield f"{place or '/'} has another {name}"
        for part, other in zip(parts, later, strict=False):
            yield from losses(part, other, place)
