"""Identity over a database of its own, without broker or mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.sandbox.stack.stack import Stack
from shared.mongo.client import Document
from tests.support.identity_office import Office, open_office
from tests.support.identity_provider import browser, desk, password, place

__all__ = ["browser", "desk", "office", "password", "place"]


@pytest.fixture
def office(
    started: Stack, mongo: MongoClient[Document], database: Database[Document], tmp_path: Path
) -> Iterator[Office]:
    with open_office(tmp_path, started.mongod.uri, database.name) as opened:
        yield opened
