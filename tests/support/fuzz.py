"""Requests made at random from an OpenAPI description: mostly near what is right, sometimes far from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

ODD_TEXTS = (
    "", " ", "0", "-1", "null", "\x00", "\u202e", "😀", "../..", "$ne", '{"$gt":""}', "a" * 300, "１", "1e309", "NaN",
    "2026-03-02", "9999-12-31", "330106", "true", "%00", "\r\nX: y", "draft", '"1"', "' or 1=1", "\ufeff", "長" * 50,
)  # fmt: skip

TEXTS = st.sampled_from(ODD_TEXTS) | st.text(max_size=30)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0, -1, 2**63, 10**30])
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4),
    max_leaves=8,
)


@dataclass(frozen=True)
class Operation:
    """An operation of a description."""

    method: str
    path: str
    parameters: Sequence[Mapping[str, Any]]
    body: Mapping[str, Any] | None
    statuses: frozenset[str]

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Request:
    """What is sent."""

    operation: Operation
    person: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    data: bytes = b""


def operations_of(description: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Return every operation of an OpenAPI description."""
    return tuple(
        Operation(
            method=method.upper(),
            path=path,
            parameters=_resolved([*item.get("parameters", ()), *operation.get("parameters", ())], description),
            body=_resolved(_json_body(operation), description),
            statuses=frozenset(operation["responses"]),
        )
        for path, item in description["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    )


def _json_body(operation: Mapping[str, Any]) -> Any:
    return operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")


def _resolved(schema: Any, description: Mapping[str, Any]) -> Any:
    """Return a part of the description with its references followed."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            target: Any = description
            for part in schema["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            return _resolved(target, description)
        return {key: _resolved(value, description) for key, value in schema.items()}
    return [_resolved(each, description) for each in schema] if isinstance(schema, list) else schema


def values_of(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Return values that mostly fit a schema."""
    return st.one_of(_fitting(schema), _fitting(schema), _fitting(schema), JSON)


def _fitting(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if "enum" in schema:
        return st.sampled_from(list(schema["enum"]))
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        return st.one_of(*(_fitting({**schema, "type": each}) for each in kind))
    if kind == "object":
        members = {name: values_of(below) for name, below in schema.get("properties", {}).items()}
        more = schema.get("additionalProperties")
        extra = st.dictionaries(TEXTS, values_of(more) if isinstance(more, dict) else JSON, max_size=2)
        right = st.fixed_dictionaries({}, optional=members)
        return st.one_of(right, right, st.builds(lambda one, other: {**one, **other}, right, extra))
    simple: dict[str, st.SearchStrategy[Any]] = {
        "array": st.lists(values_of(schema.get("items", {})), max_size=6) if kind == "array" else st.none(),
        "string": st.from_regex(schema["pattern"], fullmatch=True) if "pattern" in schema else TEXTS,
        "integer": st.integers(schema.get("minimum", -5), schema.get("maximum", 10**6)),
        "boolean": st.booleans(),
        "number": NUMBERS,
        "null": st.none(),
    }
    return simple[kind]


def requests_for(
    operation: Operation, people: Sequence[str], known: Mapping[str, Sequence[str]], versions: Sequence[int]
) -> st.SearchStrategy[Request]:
    """Return requests to an operation; `known` are good values of path parameters."""

    @st.composite
    def draw_request(draw: st.DrawFn) -> Request:
        path = operation.path
        query: list[str] = []
        for parameter in operation.parameters:
            name = parameter["name"]
            if parameter["in"] == "path":
                text = draw(st.sampled_from(known[name]) if name in known and draw(st.integers(0, 3)) else TEXTS)
                path = path.replace(f"{{{name}}}", quote(str(text), safe=""))
            elif parameter["in"] == "query" and draw(st.booleans()):
                query.append(f"{quote(name)}={quote(str(draw(values_of(parameter.get('schema', {})))))}")
        if draw(st.integers(0, 9)) == 0:
            query.append(f"{quote(draw(TEXTS))}={quote(draw(TEXTS))}")
        version = draw(st.sampled_from([f'"{each}"' for each in versions]) | st.sampled_from(ODD_TEXTS))
        headers = {
            "If-Match": _header(version),
            "Idempotency-Key": _header(draw(st.from_regex(r"[a-z0-9]{8,20}", fullmatch=True) | TEXTS)),
            "X-Material": draw(st.sampled_from(["1", "5", "details", "6", ""])),
            "X-File-Name": draw(st.sampled_from(["a.pdf", "a.png", "%00.pdf", ""])),
        }
        media = "application/json" if operation.body is not None else "application/octet-stream"
        headers["Content-Type"] = draw(st.sampled_from([media, media, media, media, "text/plain"]))
        body = draw(values_of(operation.body)) if operation.body is not None else draw(st.binary(max_size=200))
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Request(operation, draw(st.sampled_from(people)), "?".join([path, "&".join(query)]), headers, data)

    return draw_request()


def _header(text: str) -> str:
    """Return text as a server would let it through in a header."""
    return "".join(character for character in text if " " <= character <= "~")
