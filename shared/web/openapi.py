"""The interface's description (OpenAPI 3.1): what flask-smorest reads off routes and schemas, completed from marks.

Everything that holds for all services is written here once: who may call, what a change asks of its caller, how errors
look. A route adds only what nothing else tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, cast

from flask import Flask

from shared import errors
from shared.web import problems
from shared.web.auth import PUBLIC, Grants, mark_of, reason_of
from shared.web.preconditions import KEY, VERSION, Precondition, etag, precondition_of

Node = dict[str, Any]
"""An object of the description."""

BINARY = {"type": "string", "format": "binary"}
"""The schema of a body that is no JSON."""

INTRODUCTION = """\
Tokens come from the OpenID Connect provider (`/.well-known/openid-configuration` of identity) and are sent as
`Authorization: Bearer …`. Each operation names the permission that it needs (`x-permission`) and the roles that have it
(`x-roles`); what is outside one's sight is
*not found*. A change names the version it was made on (`If-Match`, from the `ETag` of the last answer); a creation
carries an `Idempotency-Key`, under which it happens once however often it is sent. Unknown fields are refused. Errors
are problems (RFC 9457) with a stable `code`, a Chinese `title` for people, and a JSON pointer for every fault."""

_PLACEHOLDER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_REPLACED_SCHEMAS = ("Error", "PaginationMetadata")
_PROBLEM = {"$ref": "#/components/responses/Problem"}

_KEY_HEADER: Node = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "pattern": f"^{KEY.pattern}$"},
    "example": "3f0c9c1e-6d0b-4d8a-9a55-0f6f6a0c6b1e",
}
_PARAMETERS: Node = {
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The `ETag` of the version that the change was made on. Missing: 428; outdated: 412.",
        "schema": {"type": "string", "pattern": f"^{VERSION.pattern}$"},
        "example": etag(3),
    },
    "IdempotencyKey": {
        **_KEY_HEADER,
        "required": True,
        "description": "Sent again with the same body, the request is answered as the first time; with another: 422.",
    },
    "OptionalIdempotencyKey": {
        **_KEY_HEADER,
        "required": False,
        "description": "Makes sending the change again safe, also when its version is outdated by then.",
    },
}
_ASKED = {
    Precondition.VERSION: ("IfMatch", "OptionalIdempotencyKey"),
    Precondition.KEY: ("IdempotencyKey",),
}
_ETAG: Node = {"description": "The version of what was answered.", "schema": _PARAMETERS["IfMatch"]["schema"]}

SPEC_OPTIONS: Node = {
    "info": {"description": INTRODUCTION, "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"}},
    "security": [{"token": []}],
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}},
}
"""What every description begins with."""


def file_upload(
    limit: int,
    headers: Mapping[str, str],
    media_type: str = "application/octet-stream",
    optional: Mapping[str, str] = MappingProxyType({}),
) -> Node:
    """Return what a route that takes a raw body adds: at most `limit` bytes, with these headers by description."""
    body = {
        "required": True,
        "description": f"The file's bytes, at most {limit:,} of them.",
        "content": {media_type: {"schema": BINARY}},
    }
    return {"requestBody": body, **sent_headers(headers, optional)}


def sent_headers(required: Mapping[str, str], optional: Mapping[str, str] = MappingProxyType({})) -> Node:
    """Return what a route adds whose callers send headers of its own: their descriptions by name."""
    described = [(name, text, True) for name, text in required.items()]
    described += [(name, text, False) for name, text in optional.items()]
    return {
        "parameters": [
            {"name": name, "in": "header", "required": is_asked, "description": text, "schema": {"type": "string"}}
            for name, text, is_asked in described
        ]
    }


def completed(description: Node, app: Flask, grants: Grants, examples: Mapping[str, object]) -> Node:
    """Complete what flask-smorest made of the routes of `app`, and return it.

    `examples` are bodies by the name of their schema. Raises `ValueError` for an example of a schema that isn't there.
    """
    components = description["components"]
    schemas = components.setdefault("schemas", {})
    for name in _REPLACED_SCHEMAS:
        schemas.pop(name, None)
    if missing := examples.keys() - schemas.keys():
        raise ValueError("examples of no schema: " + ", ".join(sorted(missing)))
    schemas["Problem"] = problems.SCHEMA
    components["responses"] = {"Problem": _problem_response()}
    components["parameters"] = _PARAMETERS
    components["headers"] = {"ETag": _ETAG}
    for endpoint, operation in _operations(description, app):
        operation["operationId"] = endpoint
        _complete_rights(operation, app, endpoint, grants)
        _complete_headers(operation, precondition_of(app, endpoint))
        _complete_answers(operation, schemas)
        _add_examples(operation, examples)
    _drop_empty_defaults(description)
    return description


def _drop_empty_defaults(node: object) -> None:
    """Drop the defaults that stand for a thing left out: `null` and the empty text are often no value to send."""
    if isinstance(node, dict):
        if node.get("default", ...) in (None, ""):
            del node["default"]
        for below in node.values():
            _drop_empty_defaults(below)
    elif isinstance(node, list):
        for below in node:
            _drop_empty_defaults(below)


def _operations(description: Node, app: Flask) -> Iterator[tuple[str, Node]]:
    """Yield each operation with the endpoint that serves it."""
    endpoints = {
        (_PLACEHOLDER.sub(r"{\1}", rule.rule), method.lower()): rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    for path, item in description["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield endpoints[path, method], operation


def _complete_rights(operation: Node, app: Flask, endpoint: str, grants: Grants) -> None:
    mark = mark_of(app, endpoint)
    if mark == PUBLIC:
        operation["security"] = []
        operation["x-public"] = reason_of(app, endpoint)
    elif mark is not None:
        operation["x-permission"] = str(mark)
        operation["x-roles"] = sorted(grants.get(cast(StrEnum, mark), frozenset()))


def _complete_headers(operation: Node, precondition: Precondition | None) -> None:
    if precondition is not None:
        asked = [{"$ref": f"#/components/parameters/{name}"} for name in _ASKED[precondition]]
        operation["parameters"] = [*operation.get("parameters", ()), *asked]


def _complete_answers(operation: Node, schemas: Node) -> None:
    """Say that errors are problems, and that an answer with a version has an entity tag."""
    right = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
    for answer in right.values():
        names = [_schema_name(media) for media in answer.get("content", {}).values()]
        if any("version" in schemas[name].get("properties", {}) for name in names if name):
            answer["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
    operation["responses"] = right | {"default": _PROBLEM}


def _add_examples(operation: Node, examples: Mapping[str, object]) -> None:
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for media in (media for body in bodies for media in body.get("content", {}).values()):
        name = _schema_name(media)
        if name in examples:
            media["example"] = examples[name]


def _schema_name(media: Node) -> str:
    return str(media.get("schema", {}).get("$ref", "")).removeprefix("#/components/schemas/")


def _problem_response() -> Node:
    rows = sorted((status, error.code, error.message) for error, status in problems.STATUS.items())
    table = "\n".join(f"| {status} | `{code}` | {message} |" for status, code, message in rows)
    example = problems.body_of(
        422,
        errors.Invalid.code,
        errors.Invalid.message,
        (errors.Problem("/phone", "phone_malformed", "电话号码格式不正确。", "如 0571-12345678", "联系电话"),),
        "0" * 32,
    )
    return {
        "description": "A problem. `code` may be finer than these of its status:\n\n"
        f"| status | code | title |\n| --- | --- | --- |\n{table}",
        "content": {
            problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example},
        },
    }
