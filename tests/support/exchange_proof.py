"""An exchange with its directory for all tests of a module: making one takes longer than most of what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from services.exchange.app import create_app
from services.sandbox.stack.stack import Stack
from shared.identity.actor import Actor
from shared.ids import new_id
from shared.mongo.client import connect
from tests.support.exchange import Site
from tests.support.tokens import TestIssuer


@pytest.fixture(scope="module")
def proof_site(started: Stack, vhost_of_the_file: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An exchange and a directory on a database and virtual host of the module; nothing of them runs yet."""
    name = f"test-{new_id()}"
    folder: Path = tmp_path_factory.mktemp("proof")
    with connect(started.mongod.uri) as client:
        urls = (started.rabbitmq.url(vhost_of_the_file), started.rabbitmq.peer_url(vhost_of_the_file))
        site = Site(folder, started.mongod.uri, client[name], *urls)
        yield site
        site.close()
        client.drop_database(name)


class Office:
    """The service's HTTP interface with tokens for whom a test likes."""

    def __init__(self, site: Site) -> None:
        self._issuer = TestIssuer()
        self._client = Client(create_app(site.wired.deps, self._issuer.verifier, site.wired.checks()))

    def get(self, actor: Actor, path: str, **query: object) -> TestResponse:
        """Ask as somebody and return the answer."""
        texts = {name: str(value) for name, value in query.items()}
        return self._client.get(path, headers=self._issuer.headers(actor), query_string=texts, buffered=True)

    def post(self, actor: Actor, path: str, body: Any, version: int) -> TestResponse:
        """Send as somebody, on a version, and return the answer."""
        headers = {**self._issuer.headers(actor), "If-Match": f'"{version}"', "Idempotency-Key": new_id()}
        return self._client.post(path, headers=headers, json=body, buffered=True)
