"""The messages on the bus as AsyncAPI 3.0: from the contracts, their samples, and the broker's topology."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator

from docs.contracts.messages import RECEIVER, SANDBOX, Node, envelope, json_schema, publisher, sample
from shared.contracts import Contract, all_contracts
from shared.contracts.border import DIRECTORY, EXCHANGE, RECEIPT
from shared.crypto.jose import ENCRYPTING, SIGNED_INSIDE, SIGNING, WRAPPING
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
    peer_permissions,
)

DESCRIPTION = f"""\
Facts travel from service to service as CloudEvents {SPEC_VERSION} in JSON, at most {MAX_BYTES:,} bytes each, published with
confirms and `mandatory`, at least once: a reader knows a message by its `id` and acts on it once. Data holds ids, codes
and states in clear; what identifies a unit stands in `sealed`, encrypted for its reader (JWE). What crosses the border
to the 名录库 is signed (JWS) inside of that, and the other side answers with a signed receipt. Published fields only
grow; a reader ignores what it does not know. A queue has retry queues (`x-retry`, waits in seconds) and a parking queue
(`x-parking`) for what a person must look at.

Each message has its schema and a sample in `messages/<type>.schema.json` and `.sample.json`, what is sealed in one that
crosses the border in `<type>.content.schema.json` and `.content.sample.json`. How to sign, seal and answer as the other
side of the border stands in `x-border`."""

SERVER: Node = {
    "host": "{host}",
    "pathname": "/{vhost}",
    "protocol": "amqp",
    "protocolVersion": "0.9.1",
    "description": "RabbitMQ. The operator of the system gives host, virtual host, user and password to each side.",
    "variables": {
        "host": {"description": "Name and port.", "default": "localhost:5672"},
        "vhost": {"description": "The virtual host.", "default": "tongbao"},
    },
    "security": [{"$ref": "#/components/securitySchemes/user"}],
}

RECEIPTS: Node = {
    "to": RECEIPT.type,
    "quotes": {
        "message_id": "that of the content which was read",
        "digest": "SHA-256 of that content, byte by byte as it was signed, in hex",
        "attempt": "that of the data",
    },
    "description": (
        "Once its effect is stored, each message with `attempt` in its data is answered with one receipt, which is published "
        "as the channel of the receipt's type says, its `subject` the `message_id`; only when the broker has confirmed the receipt is "
        "the message acknowledged. The same `message_id` with the same digest has no second effect: one that was accepted gets the "
        "receipt that it got before, byte by byte; one that was refused and comes in a new event is judged anew. A "
        "`reason` is a short code in small letters, empty for an acceptance."
    ),
}


def border() -> Node:
    """Return what the other side of the border must know besides schemas, for machines to read."""
    return {
        "encryption": {
            "form": "JWE in compact serialisation (RFC 7516)",
            "alg": WRAPPING,
            "enc": ENCRYPTING,
            "header": {
                "kid": "the id of the reader's key of use `enc`",
                "typ": "the type of the message",
                "cty": f"`{SIGNED_INSIDE}`: the plaintext is a signature",
            },
        },
        "signature": {
            "form": "JWS in compact serialisation (RFC 7515), the plaintext of the encryption; its payload is the content",
            "alg": SIGNING,
            "header": {
                "kid": "the id of the sender's key of use `sig`",
                "typ": "the type of the message",
                "to": "the id of the reader's key of use `enc`, as in the encryption: nobody can pass a signature on",
            },
        },
        "keys": {
            "form": "JWK set (RFC 7517) with OKP keys (RFC 8037), each with `kid`, `use` and `alg`",
            "sig": {"crv": "Ed25519", "alg": SIGNING},
            "enc": {"crv": "X25519", "alg": WRAPPING},
            "description": "Each side gives the other its public set. The first key of a use is the one to write with, every one may be read with.",
        },
        "content": "A JSON object in UTF-8. A field that a reader doesn't know is ignored, an event of an unknown type is turned away.",
        "turning away": (
            "What does not open, is not signed by the sender, or repeats a `message_id` with another digest is rejected without "
            "requeueing and gets no receipt: the broker parks it."
        ),
        "rights": {DIRECTORY: peer_permissions()._asdict()},
        "receipts": RECEIPTS,
    }


FILES = """\
A file in a folder that both sides see, with these bytes. It counts once `{name}.manifest` lies beside it: a JSON object with
its `size` and `sha256`. Both are written under other names, forced to the disk and renamed, the manifest last. Who has
taken it moves both away. The same bytes may be laid down again under another name."""

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
        "servers": {"broker": SERVER},
        "channels": {
            **{contract.type: _routing(contract) for contract in contracts},
            **{queue.name: _queue(queue, contracts) for queue in QUEUES},
        },
        "operations": {
            **{f"send.{contract.type}": _sending(contract) for contract in contracts},
            **{f"receive.{queue.name}": _receiving(queue, contracts) for queue in QUEUES},
            **{f"receive.{contract.type}": _taking(contract) for contract in contracts if contract.folder},
        },
        "components": {
            "messages": {contract.type: _message(contract) for contract in contracts},
            "securitySchemes": {"user": {"type": "userPassword", "description": "A user of its own for each side."}},
        },
        "x-border": border(),
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
        if contract.folder:
            continue
        sent = _binding_of(contract)
        if any(
            sent.exchange == b.exchange and fnmatch.fnmatch(sent.routing_key, b.routing_key) for b in queue.bindings
        ):
            yield contract.type


def _routing(contract: Contract) -> Node:
    if contract.folder:
        return {
            "address": f"{{partner}}/{contract.folder}/{{name}}.event",
            "description": FILES,
            "parameters": {"partner": {"enum": ["nbs", "sharing"]}, "name": {"description": "Any, once."}},
            "messages": {contract.type: _ref("components", "messages", contract.type)},
        }
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


_PUBLISHED: Node = {"bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, "bindingVersion": "0.3.0"}}}


def _sending(contract: Contract) -> Node:
    return {
        "action": "send",
        "channel": _ref("channels", contract.type),
        "summary": f"{publisher(contract)} publishes",
        "messages": [_ref("channels", contract.type, "messages", contract.type)],
        **({} if contract.folder else _PUBLISHED),
        "x-service": publisher(contract),
    }


def _taking(contract: Contract) -> Node:
    reader = EXCHANGE if contract.owner == SANDBOX else RECEIVER
    return {
        "action": "receive",
        "channel": _ref("channels", contract.type),
        "summary": f"{reader} takes",
        "messages": [_ref("channels", contract.type, "messages", contract.type)],
        "x-service": reader,
    }


def _receiving(queue: Queue, contracts: Iterable[Contract]) -> Node:
    reader = _reader(queue, contracts)
    operation: Node = {
        "action": "receive",
        "channel": _ref("channels", queue.name),
        "summary": f"{reader} reads",
        "messages": [_ref("channels", queue.name, "messages", type_) for type_ in _reaching(queue, contracts)],
        "bindings": {"amqp": {"ack": True, "bindingVersion": "0.3.0"}},
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
            "description": "What `data.sealed` holds: signed by the sender (JWS), then encrypted for the reader (JWE), see `x-border`.",
            "schema": json_schema(contract.content),
            "example": contract.content_sample,
        }
    if "attempt" in contract.schema.fields:
        message["x-answer"] = RECEIPT.type
    return message


def _ref(*parts: str) -> Node:
    return {"$ref": "#/" + "/".join(parts)}
