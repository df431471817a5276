"""Makes the documents of this folder from the code; with `--check` says which are not what it makes.

OpenAPI 3.1 of each service that has an HTTP interface for others, AsyncAPI 3.0 of the messages, and JSON Schema and a
sample of each message. No server is needed: the apps are built without adapters, since nobody calls them. A schema that
is there already only grows: the script refuses to write one that takes something away from readers.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

import orjson
from flask import Flask

from docs.contracts import asyncapi, messages
from docs.contracts.growth import losses
from services.exchange.app import create_app as create_exchange
from services.filing.app import create_app as create_filing
from services.identity.app import create_app as create_identity
from services.identity.routes.browser import Site
from services.notification.app import create_app as create_notification
from services.registration.app import create_app as create_registration
from services.statistics.app import create_app as create_statistics
from shared.clock import SystemClock
from shared.identity.tokens import Verifier
from shared.web.app import DESCRIPTION

FOLDER = Path(__file__).parent

Node = dict[str, Any]


def _nothing() -> Any:  # Any: stands for the deps of every service
    return None


def _verifier() -> Verifier:
    return Verifier.of_one("", lambda: {"keys": []}, SystemClock())


APPS: Mapping[str, Callable[[], Flask]] = {
    "identity": lambda: create_identity(_nothing(), _verifier(), {}, dict, Site("", "", secure_cookies=True)),
    "registration": lambda: create_registration(_nothing(), _verifier(), {}),
    "filing": lambda: create_filing(_nothing(), _verifier(), {}),
    "statistics": lambda: create_statistics(_nothing(), _verifier(), {}),
    "exchange": lambda: create_exchange(_nothing(), _verifier(), {}),
    "notification": lambda: create_notification(_nothing(), _verifier(), {}),
}
"""The services with an HTTP interface for others."""


def _openapi(service: str) -> Node:
    return cast(Node, APPS[service]().extensions[DESCRIPTION])


INTERFACES: Mapping[str, Callable[[], Node]] = {
    **{f"{service}.openapi.json": partial(_openapi, service) for service in APPS},
    "messages.asyncapi.json": asyncapi.description,
}
"""The descriptions of whole interfaces by the names of their files."""

DOCUMENTS: Mapping[str, Callable[[], Node]] = {**INTERFACES, **messages.documents()}
"""All documents by the names of their files."""


def text_of(name: str) -> bytes:
    """Return a document as it is committed."""
    return orjson.dumps(DOCUMENTS[name](), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def stale(folder: Path) -> list[str]:
    """Return the names of the documents in `folder` that are missing, not what the code makes, or of no use any more."""
    kept = {name: folder / name for name in DOCUMENTS}
    left_over = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.json"))
    return [
        *(name for name, path in kept.items() if not path.is_file() or path.read_bytes() != text_of(name)),
        *(name for name in left_over if name not in kept),
    ]


def lost(folder: Path) -> list[str]:
    """Return what readers of the schemas in `folder` would lose by those that the code makes."""
    found = []
    for path in sorted(folder.glob("messages/*.schema.json")):
        name = str(path.relative_to(folder))
        if name not in DOCUMENTS:
            found.append(f"{name}: there is no such message any more")
            continue
        found += [f"{name}: {loss}" for loss in losses(orjson.loads(path.read_bytes()), DOCUMENTS[name]())]
    return found


def main(arguments: list[str], folder: Path = FOLDER) -> int:
    """Write the documents, or check them; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a document is stale")
    is_check = parser.parse_args(arguments).check
    if found := lost(folder):
        sys.stderr.write("\n".join(found) + "\na message that loses something is another version: give it a new type\n")
        return 1
    if not is_check:
        for name in DOCUMENTS:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text_of(name))
    if found := stale(folder):
        sys.stderr.write(f"stale: {', '.join(found)}; `make contracts` makes them anew\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
