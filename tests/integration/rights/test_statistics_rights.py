"""Who may do what in statistics: every route and role, against verdicts that are written down apart."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo.database import Database

from services.sandbox.stack.stack import Stack
from shared.mongo.client import Document
from tests.support.rights import count, differences, read_table, routes_in, routes_of
from tests.support.rights_people import PEOPLE
from tests.support.rights_statistics import Ground
from tests.support.statistics_site import open_statistics

TABLE = read_table(Path(__file__).with_name("statistics.md"))


@pytest.fixture
def office(started: Stack, database: Database[Document], tmp_path: Path) -> Iterator[Ground]:
    with open_statistics(started, database.name, tmp_path) as opened:
        yield Ground(opened)


def test_the_table_decides_every_route_for_every_role(office: Ground) -> None:
    assert routes_in(TABLE) == routes_of(office.app)
    assert all(row.verdicts.keys() == PEOPLE.keys() for row in TABLE)


def test_every_verdict_is_as_the_table_says(office: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    checks = count(TABLE)

    wrong = list(differences(TABLE, office.ask))

    with capsys.disabled():
        sys.stdout.write(f" {checks} checks of rights in statistics ")
    assert wrong == []
