"""The documents of the interfaces are what the code makes, valid, and their examples are right."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from marshmallow import Schema
from openapi_spec_validator import OpenAPIV31SpecValidator

from docs.contracts.generate import APPS, DOCUMENTS, FOLDER, INTERFACES, main, stale, text_of
from shared.contracts import all_contracts
from shared.web.app import DESCRIPTION
from shared.web.auth import PUBLIC, mark_of, reason_of

Node = dict[str, Any]

FROM_LIBRARIES = {"api-docs", "bootstrap"}
"""Blueprints that libraries bring along: the page of the description itself, and style sheets."""


def document(name: str) -> Node:
    loaded: Node = orjson.loads((FOLDER / name).read_bytes())
    return loaded


def openapi(service: str) -> Node:
    return document(f"{service}.openapi.json")


def operations(description: Node) -> Iterator[Node]:
    for item in description["paths"].values():
        yield from (operation for method, operation in item.items() if method != "parameters")


def media_of(operation: Node) -> Iterator[Node]:
    for body in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from body.get("content", {}).values()


def references(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for below in node.values():
            yield from references(below)
    elif isinstance(node, list):
        for below in node:
            yield from references(below)


def is_there(reference: str, description: Node) -> bool:
    found: Any = description
    for part in reference.removeprefix("#/").split("/"):
        if not isinstance(found, Mapping) or part not in found:
            return False
        found = found[part]
    return True


def bodies_in(app: Flask) -> dict[str, type[Schema]]:
    """Return the schemas of the bodies that the routes of a service take, by name."""
    described = [getattr(view, "_apidoc", {}).get("arguments", {}) for view in app.view_functions.values()]
    parameters = [each for one in described for each in one.get("parameters", ())]
    return {each["schema"].__name__: each["schema"] for each in parameters if each.get("in") == "json"}


def blueprints_of(service: str, kind: str) -> set[str]:
    """Return the names of a service's blueprints: `BLUEPRINTS`, its interface, or `PAGES`, which are no part of it."""
    room = importlib.import_module(f"services.{service}.routes")
    return {blueprint.name for blueprint in getattr(room, kind, ())}


def marks_of(app: Flask, blueprints: Container[str]) -> dict[str, str | None]:
    """Return who may call each view of some blueprints, by the view's name."""
    names = [name for name in app.view_functions if name.rpartition(".")[0] in blueprints]
    return {name: mark_of(app, name) for name in names}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_regenerates_unchanged(name: str) -> None:
    kept = (FOLDER / name).read_bytes()

    made = text_of(name)

    assert made == kept, f"{name} is stale: make contracts"


def test_a_stale_and_a_missing_document_are_seen(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    changed, missing, left_over = "identity.openapi.json", "messages.asyncapi.json", "messages/old.sample.json"
    (tmp_path / changed).write_bytes((tmp_path / changed).read_bytes().replace(b'"v1"', b'"v2"'))
    (tmp_path / missing).unlink()
    (tmp_path / left_over).write_bytes(b"{}")

    found = stale(tmp_path)

    assert found == [changed, missing, left_over]
    assert main(["--check"]) == 0


@pytest.mark.parametrize("service", APPS)
def test_the_description_of_a_service_is_valid_openapi(service: str) -> None:
    faults = [fault.message for fault in OpenAPIV31SpecValidator(openapi(service)).iter_errors()]

    assert faults == []


@pytest.mark.parametrize("service", APPS)
def test_every_route_is_described_with_who_may_call_it(service: str) -> None:
    app = APPS[service]()
    marks = marks_of(app, blueprints_of(service, "BLUEPRINTS"))
    described = {each["operationId"]: each for each in operations(app.extensions[DESCRIPTION])}

    wrong = [
        name
        for name, operation in described.items()
        if operation.get("x-permission") != (None if marks[name] == PUBLIC else marks[name])
        or (operation.get("security") == []) != (marks[name] == PUBLIC)
    ]

    assert described.keys() == marks.keys()
    assert wrong == []


@pytest.mark.parametrize("service", APPS)
def test_only_pages_are_left_out_and_each_says_why_it_is_open_or_who_may_call_it(service: str) -> None:
    app = APPS[service]()
    left_out = app.blueprints.keys() - blueprints_of(service, "BLUEPRINTS")

    marks = marks_of(app, left_out)

    assert left_out <= blueprints_of(service, "PAGES") | FROM_LIBRARIES
    assert None not in marks.values()
    assert [name for name, mark in marks.items() if mark == PUBLIC and not reason_of(app, name)] == []


@pytest.mark.parametrize("service", APPS)
def test_every_error_is_described_as_a_problem(service: str) -> None:
    answers = [operation["responses"]["default"] for operation in operations(openapi(service))]

    assert answers
    assert all(answer == {"$ref": "#/components/responses/Problem"} for answer in answers)


@pytest.mark.parametrize("service", APPS)
def test_every_json_body_has_an_example_that_fits(service: str) -> None:
    description = openapi(service)
    problem = description["components"]["responses"]["Problem"]["content"].values()
    media = [*problem, *(each for operation in operations(description) for each in media_of(operation))]
    described = [each for each in media if "$ref" in each["schema"]]

    faults = [
        f"{each['schema']['$ref']}: {fault.message}"
        for each in described
        for fault in Draft202012Validator({**each["schema"], "components": description["components"]}).iter_errors(
            each.get("example", "none")
        )
    ]

    assert len(described) >= 4
    assert faults == []


@pytest.mark.parametrize("service", APPS)
def test_every_example_of_a_request_would_be_taken(service: str) -> None:
    schemas = bodies_in(APPS[service]())
    bodies = [operation.get("requestBody", {}) for operation in operations(openapi(service))]
    sent = [each for body in bodies for media, each in body.get("content", {}).items() if media == "application/json"]

    names = {each["schema"]["$ref"].rpartition("/")[2]: each["example"] for each in sent}

    assert names.keys() == schemas.keys()
    for name, example in names.items():
        schemas[name]().load(example)


@pytest.mark.parametrize("name", INTERFACES)
def test_every_reference_of_a_document_leads_somewhere(name: str) -> None:
    description = document(name)
    found = set(references(description))

    assert found
    assert [reference for reference in found if not is_there(reference, description)] == []


def test_every_example_of_a_message_fits_its_description() -> None:
    messages = document("messages.asyncapi.json")["components"]["messages"].values()
    pairs = [(one["payload"], each["payload"]) for one in messages for each in one["examples"]]
    contents = [(one["x-content"]["schema"], one["x-content"]["example"]) for one in messages if "x-content" in one]

    faults = [
        fault.message
        for schema, example in [*pairs, *contents]
        for fault in Draft202012Validator(schema).iter_errors(example)
    ]

    assert len(contents) == sum(contract.content is not None for contract in all_contracts().values())
    assert faults == []


def test_every_message_that_is_sent_is_received() -> None:
    described = document("messages.asyncapi.json")
    received = {
        reference["$ref"].rpartition("/")[2]
        for operation in described["operations"].values()
        if operation["action"] == "receive"
        for reference in operation["messages"]
    }

    assert received == described["components"]["messages"].keys()
