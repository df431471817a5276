"""The messages on the bus as AsyncAPI 3.0: from the contracts, their samples, and the broker's topology."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator

from docs.contracts.messages import SANDBOX, Node, envelope, json_schema, publisher, sample
from shared.contracts import Contract, all_contracts
from shared.contracts.border import EXCHANGE, RECEIPT
from shared.messaging.envelope import CONTENT_TYPE, MAX_BYTES, SPEC_VERSION
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

DESCRIPTION = f"""\
Facts travel from service to service as CloudEvents {SPEC_VERSION} in JSON, at most {MAX_BYTES:,} bytes each, published with
confirms and `mandatory`, at least once: a reader knows a message by its `id` and acts on it once. Data holds ids, codes
and states in clear; what identifies a unit stands in `sealed`, encrypted for its reader (JWE). What crosses the border
to the 名录库 is signed (JWS) inside of that, and the other side answers with a signed receipt. Published fields only
grow; a reader ignores what it does not know. A queue has retry queues (`x-retry`, waits in seconds) and a parking queue
(`x-parking`) for what a person must look at."""

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
        "summary": f"{publisher(contract)} publishes",
        "messages": [_ref("channels", contract.type, "messages", contract.type)],
        "x-service": publisher(contract),
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
        "payload": envelope(contract),
        "examples": [{"name": "sample", "payload": sample(contract)}],
    }
    if contract.content is not None:
        message["x-content"] = {
            "description": "What `data.sealed` holds: signed by the sender (JWS), then encrypted for the reader (JWE).",
            "schema": json_schema(contract.content),
            "example": contract.content_sample,
        }
    return message


def _ref(*parts: str) -> Node:
    return {"$ref": "#/" + "/".join(parts)}
