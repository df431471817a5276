"""The documents of the messages by the standards that they name, and what they once promised to their readers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_structured
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema import Draft7Validator, Draft202012Validator

from docs.contracts.generate import FOLDER, lost, main
from docs.contracts.growth import losses
from shared.contracts import all_contracts
from shared.messaging.envelope import CONTENT_TYPE
from tests.support.asyncapi_schema import official_schema

Node = dict[str, Any]

MESSAGES = FOLDER / "messages"
SCHEMAS = sorted(MESSAGES.glob("*.schema.json"))
SAMPLES = [path for path in sorted(MESSAGES.glob("*.sample.json")) if not path.name.endswith(".content.sample.json")]
RECEIPT = "tongbao.border.receipt.v1"


@pytest.fixture(scope="module")
def asyncapi() -> Draft7Validator:
    """Return what holds a document against the official schema."""
    return Draft7Validator(official_schema())


def read(path: Path) -> Node:
    loaded: Node = orjson.loads(path.read_bytes())
    return loaded


def description() -> Node:
    return read(FOLDER / "messages.asyncapi.json")


def cloud_event(body: bytes) -> Mapping[str, Any]:
    """Return the attributes of an event as the SDK reads it."""
    return from_structured(RabbitMQMessage({}, CONTENT_TYPE, body), JSONFormat(), CloudEvent).get_attributes()


def test_the_description_fits_the_official_schema_of_asyncapi(asyncapi: Draft7Validator) -> None:
    faults = [f"{list(fault.absolute_path)}: {fault.message}" for fault in asyncapi.iter_errors(description())]

    assert faults == []


@pytest.mark.parametrize("fault", ["action", "channel", "payload", "unknown"])
def test_the_official_schema_sees_a_fault(asyncapi: Draft7Validator, fault: str) -> None:
    document = description()
    operation = document["operations"][f"send.{RECEIPT}"]
    broken: Mapping[str, Callable[[], object]] = {
        "action": lambda: operation.update(action="publish"),
        "channel": lambda: operation.pop("channel"),
        "payload": lambda: document["components"]["messages"][RECEIPT].update(payload=[]),
        "unknown": lambda: document["channels"][RECEIPT].update(topic="a"),
    }
    broken[fault]()

    assert not asyncapi.is_valid(document)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_is_a_cloudevent_as_the_sdk_reads_it(path: Path) -> None:
    attributes = cloud_event(path.read_bytes())

    assert attributes["type"] == path.name.removesuffix(".sample.json")
    assert attributes["specversion"] == "1.0"
    assert attributes["datacontenttype"] == "application/json"
    assert attributes["time"].tzinfo is not None


@pytest.mark.parametrize("change", [{"id": ""}, {"source": ""}, {"time": "2026-03-01T08:00:00"}, {"Camel": "case"}])
def test_the_sdk_sees_what_is_no_cloudevent(change: Node) -> None:
    body = orjson.dumps(read(SAMPLES[0]) | change)

    with pytest.raises(CloudEventValidationError):
        cloud_event(body)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_every_schema_is_one_and_its_sample_fits(path: Path) -> None:
    schema = read(path)
    sample = read(path.with_name(path.name.replace(".schema.json", ".sample.json")))
    Draft202012Validator.check_schema(schema)

    faults = [fault.message for fault in Draft202012Validator(schema).iter_errors(sample)]

    assert faults == []
    assert not Draft202012Validator(schema).is_valid({})


def test_every_message_has_a_schema_and_what_crosses_the_border_one_of_its_content() -> None:
    contracts = all_contracts().values()
    wanted = {each.type for each in contracts} | {f"{each.type}.content" for each in contracts if each.content}

    found = {path.name.removesuffix(".schema.json") for path in SCHEMAS}

    assert found == wanted


def test_no_schema_takes_away_what_readers_were_promised() -> None:
    assert lost(FOLDER) == []


def test_a_schema_that_would_lose_something_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(MESSAGES, tmp_path / "messages")
    path = tmp_path / "messages" / f"{RECEIPT}.content.schema.json"
    promised = read(path)
    promised["properties"]["signed_by"] = {"type": "string"}
    path.write_bytes(orjson.dumps(promised))
    before = path.read_bytes()

    status = main([], tmp_path)

    assert status == 1
    assert "/signed_by is gone" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_message_that_is_no_longer_there_is_a_loss(tmp_path: Path) -> None:
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "tongbao.paper.filed.v1.schema.json").write_bytes(b"{}")

    assert lost(tmp_path) == ["messages/tongbao.paper.filed.v1.schema.json: there is no such message any more"]


PAPER: Node = {
    "type": "object",
    "properties": {
        "kind": {"type": "string", "enum": ["a", "b"], "maxLength": 9},
        "note": {"type": ["string", "null"]},
        "pages": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}}},
    },
    "required": ["kind"],
}


@pytest.mark.parametrize(
    ("field", "changed", "loss"),
    [
        ("kind", {"type": "string", "enum": ["a"], "maxLength": 9}, "/kind takes fewer values"),
        ("kind", {"type": "string", "enum": ["a", "b"], "maxLength": 8}, "/kind has a lower maxLength"),
        ("kind", {"type": "string", "enum": ["a", "b"], "pattern": "^a$"}, "/kind has another pattern"),
        ("note", {"type": "string"}, "/note has a narrower type"),
        ("note", {"type": ["string", "null"], "minLength": 1}, "/note has a higher minLength"),
        ("note", {"type": ["string", "null"], "enum": [None]}, "/note takes fewer values"),
        ("pages", {"type": "array", "items": {"type": "object", "properties": {}}}, "/pages[]/n is gone"),
        ("pages", {"type": "array", "items": {"type": "string"}}, "/pages[] has a narrower type"),
    ],
)
def test_a_field_that_takes_less_is_seen(field: str, changed: Node, loss: str) -> None:
    later = PAPER | {"properties": PAPER["properties"] | {field: changed}}

    assert loss in list(losses(PAPER, later))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"required": ["kind", "note"]}, ["/note is required, which older messages don't know"]),
        ({"required": []}, ["/kind is no longer there in any case"]),
        (
            {"properties": {"kind": PAPER["properties"]["kind"], "note": PAPER["properties"]["note"]}},
            ["/pages is gone"],
        ),
        ({"properties": PAPER["properties"] | {"more": {"type": "string"}}}, []),
        ({"properties": PAPER["properties"] | {"kind": {"type": "string", "enum": ["a", "b", "c"]}}}, []),
        ({"properties": PAPER["properties"] | {"note": {}}}, []),
    ],
)
def test_a_schema_may_grow_and_not_shrink(changes: Node, found: list[str]) -> None:
    assert list(losses(PAPER, PAPER | changes)) == found
