"""Identity over a database of its own, without broker or mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.sandbox.stack.stack import Stack
from tests.support.identity_office import Office, open_office
from tests.support.identity_provider import browser, desk, password, place
from tests.support.stack import KeptDatabases

__all__ = ["browser", "desk", "office", "password", "place"]


@pytest.fixture
def office(started: Stack, kept_databases: KeptDatabases, tmp_path: Path) -> Iterator[Office]:
    with (
        kept_databases.lend("identity") as database,
        open_office(tmp_path, started.mongod.uri, database.name) as opened,
    ):
        yield opened
