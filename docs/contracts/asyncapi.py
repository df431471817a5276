"""The messages on the bus as AsyncAPI 3.0: from the contracts, their samples, and the broker's topology."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema

from shared.contracts import Contract, all_contracts
from shared.contracts.border import EXCHANGE, RECEIPT
from shared.messaging.envelope import CONTENT_TYPE, MAX_ATTRIBUTE, MAX_BYTES, SPEC_VERSION, encode
from shared.messaging.topology import (
    BORDER,
    DIRECTORY_INBOX,
    EVENTS,
    EXCHANGES,
    LADDER_SECONDS,
    QUEUES,
    Binding,
    Queue,
)
from shared.mongo.aggregates import Event

Node = dict[str, Any]

DESCRIPTION = f"""\
Facts travel from service to service as CloudEvents {SPEC_VERSION} in JSON, at most {MAX_BYTES:,} bytes each, published with
confirms and `mandatory`, at least once: a reader knows a message by its `id` and acts on it once. Data holds ids, codes
and states in clear; what identifies a unit stands in `sealed`, encrypted for its reader (JWE). What crosses the border
to the 名录库 is signed (JWS) inside of that, and the other side answers with a signed receipt. Published fields only
grow; a reader ignores what it does not know. A queue has retry queues (`x-retry`, waits in seconds) and a parking queue
(`x-parking`) for what a person must look at."""

SANDBOX = "sandbox"
"""Who owns the messages of the other side of the border, whom its stand-ins play."""

_MOMENT = datetime(2026, 3, 1, 8, tzinfo=UTC)
_KINDS = {exchange.name: exchange.kind for exchange in EXCHANGES}


def description() -> Node:
    """Return the document."""
    contracts = sorted(all_contracts().values(), key=lambda contract: contract.type)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "统报 · 消息",
            "version": "v1",
            "description": DESCRIPTION,
            "license": {"name": "Apache License 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {
            **{contract.type: _routing(contract) for contract in contracts},
            **{queue.name: _queue(queue, contracts) for queue in QUEUES},
        },
        "operations": {
            **{f"send.{contract.type}": _sending(contract) for contract in contracts},
            **{f"receive.{queue.name}": _receiving(queue, contracts) for queue in QUEUES},
        },
        "components": {"messages": {contract.type: _message(contract) for contract in contracts}},
    }


def _binding_of(contract: Contract) -> Binding:
    return Binding(BORDER, contract.queue) if contract.queue else Binding(EVENTS, contract.type)


def _publisher(contract: Contract) -> str:
    """Return who publishes: what the sandbox owns is the other side's, after whom the queue is named."""
    return contract.owner if contract.owner != SANDBOX else contract.queue.partition(".")[0]


def _reader(queue: Queue, contracts: Iterable[Contract]) -> str:
    """Return who reads: a queue is named after its reader, but for what the other side sends over the border."""
    sent_to_us = any(contract.queue == queue.name and contract.owner == SANDBOX for contract in contracts)
    return EXCHANGE if sent_to_us else queue.name.partition(".")[0]


def _reaching(queue: Queue, contracts: Iterable[Contract]) -> Iterator[str]:
    """Yield the types that come into a queue."""
    for contract in contracts:
        sent = _binding_of(contract)
        if any(
            sent.exchange == b.exchange and fnmatch.fnmatch(sent.routing_key, b.routing_key) for b in queue.bindings
        ):
            yield contract.type


def _routing(contract: Contract) -> Node:
    sent = _binding_of(contract)
    exchange = {"name": sent.exchange, "type": _KINDS[sent.exchange], "durable": True, "autoDelete": False}
    return {
        "address": sent.routing_key,
        "messages": {contract.type: _ref("components", "messages", contract.type)},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": "0.3.0"}},
    }


def _queue(queue: Queue, contracts: Iterable[Contract]) -> Node:
    kept = {"name": queue.name, "durable": True, "exclusive": False, "autoDelete": False}
    return {
        "address": queue.name,
        "messages": {type_: _ref("components", "messages", type_) for type_ in _reaching(queue, contracts)},
        "bindings": {"amqp": {"is": "queue", "queue": kept, "bindingVersion": "0.3.0"}},
        "x-bindings": [binding._asdict() for binding in queue.bindings],
        "x-retry": {queue.rung(number): seconds for number, seconds in enumerate(LADDER_SECONDS, start=1)},
        "x-parking": queue.parking,
        "x-delivery-limit": queue.delivery_limit,
    }


def _sending(contract: Contract) -> Node:
    return {
        "action": "send",
        "channel": _ref("channels", contract.type),
        "summary": f"{_publisher(contract)} publishes",
        "messages": [_ref("channels", contract.type, "messages", contract.type)],
        "x-service": _publisher(contract),
    }


def _receiving(queue: Queue, contracts: Iterable[Contract]) -> Node:
    reader = _reader(queue, contracts)
    operation: Node = {
        "action": "receive",
        "channel": _ref("channels", queue.name),
        "summary": f"{reader} reads",
        "messages": [_ref("channels", queue.name, "messages", type_) for type_ in _reaching(queue, contracts)],
        "x-service": reader,
    }
    if queue.name == DIRECTORY_INBOX:
        operation["reply"] = {
            "channel": _ref("channels", RECEIPT.type),
            "messages": [_ref("channels", RECEIPT.type, "messages", RECEIPT.type)],
        }
    return operation


def _message(contract: Contract) -> Node:
    message: Node = {
        "name": contract.type,
        "title": contract.type,
        "summary": " ".join((contract.schema.__doc__ or "").split()),
        "contentType": CONTENT_TYPE,
        "correlationId": {"location": "$message.payload#/correlationid"},
        "payload": _envelope(contract),
        "examples": [{"name": "sample", "payload": _sample(contract)}],
    }
    if contract.content is not None:
        message["x-content"] = {
            "description": "What `data.sealed` holds: signed by the sender (JWS), then encrypted for the reader (JWE).",
            "schema": _json_schema(contract.content),
            "example": contract.content_sample,
        }
    return message


def _envelope(contract: Contract) -> Node:
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
            "data": _json_schema(contract.schema),
        },
    }


def _sample(contract: Contract) -> Node:
    data = contract.sample
    subject = next((str(value) for name, value in data.items() if name.endswith("_id")), "0" * 32)
    event = Event("01990000000070008000000000000010", contract.type, _MOMENT, subject, data, "0" * 32)
    return cast(Node, orjson.loads(encode(event, _publisher(contract))))


def _json_schema(schema: Schema) -> Node:
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


def _ref(*parts: str) -> Node:
    return {"$ref": "#/" + "/".join(parts)}
