"""Each message as JSON Schema 2020-12, with a sample: the envelope with its data, and what is sealed in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

import orjson
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema

from shared.contracts import Contract, all_contracts
from shared.messaging.envelope import MAX_ATTRIBUTE, SPEC_VERSION, encode
from shared.mongo.aggregates import Event

Node = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

SANDBOX = "sandbox"
"""Who owns the messages of the other side of the border, whom its stand-ins play."""

RECEIVER = "receiver"
"""Who publishes what receivers of statistics lay down, under names of their own."""

_MOMENT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def documents() -> Mapping[str, Callable[[], Node]]:
    """Return how schemas and samples are made, by the names of their files."""
    found: dict[str, Callable[[], Node]] = {}
    for type_, contract in sorted(all_contracts().items()):
        found[f"messages/{type_}.schema.json"] = partial(_titled, type_, partial(envelope, contract))
        found[f"messages/{type_}.sample.json"] = partial(sample, contract)
        if contract.content is not None:
            content = partial(json_schema, contract.content)
            found[f"messages/{type_}.content.schema.json"] = partial(_titled, f"{type_}, content", content)
            found[f"messages/{type_}.content.sample.json"] = partial(getattr, contract, "content_sample")
    return found


def _titled(title: str, schema: Callable[[], Node]) -> Node:
    return {"$schema": DIALECT, "title": title, **schema()}


def publisher(contract: Contract) -> str:
    """Return who publishes: what the sandbox owns is the other side's, after whom the queue is named."""
    if contract.folder and contract.owner == SANDBOX:
        return RECEIVER
    return contract.owner if contract.owner != SANDBOX else contract.queue.partition(".")[0]


def envelope(contract: Contract) -> Node:
    """Return the schema of a message: the attributes of the envelope, and its data."""
    text = {"type": "string", "minLength": 1, "maxLength": MAX_ATTRIBUTE}
    return {
        "type": "object",
        "required": ["specversion", "id", "type", "source", "subject", "time", "data"],
        "properties": {
            "specversion": {"const": SPEC_VERSION},
            "id": {**text, "description": "A message sent again has the same."},
            "type": {"const": contract.type},
            "source": {**text, "description": "The service that publishes."},
            "subject": {**text, "description": "The id of what the fact is about."},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "correlationid": {
                "type": "string",
                "maxLength": MAX_ATTRIBUTE,
                "description": "The id of the request that led to this, as in the logs.",
            },
            "data": json_schema(contract.schema),
        },
    }


def sample(contract: Contract) -> Node:
    """Return a message with the committed sample of its data."""
    data = contract.sample
    subject = next((str(value) for name, value in data.items() if name.endswith("_id")), "0" * 32)
    event = Event("01990000000070008000000000000010", contract.type, _MOMENT, subject, data, "0" * 32)
    return cast(Node, orjson.loads(encode(event, publisher(contract))))


def json_schema(schema: Schema) -> Node:
    """Return a schema of marshmallow as JSON Schema, nested ones written out."""
    converter = OpenAPIConverter("3.1.0", schema_name_resolver=lambda _: None, spec=None)  # type: ignore[arg-type]  # nothing is registered
    return cast(Node, _for_readers(converter.schema2jsonschema(schema)))  # type: ignore[no-untyped-call]  # apispec is half typed


def _for_readers(node: object) -> object:
    """Allow fields of the future, and write Python's end of text as JSON Schema's regular expressions do."""
    if isinstance(node, list):
        return [_for_readers(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    kept = {key: _for_readers(value) for key, value in node.items() if key != "additionalProperties"}
    pattern = kept.get("pattern")
    if isinstance(pattern, str):
        kept["pattern"] = f"^{pattern.removesuffix(chr(92) + 'Z')}$"
    return kept
