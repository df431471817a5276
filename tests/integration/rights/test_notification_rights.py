"""Who may do what in notification: every route and role, against verdicts that are written down apart."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from shared.identity.actor import PEOPLE as PEOPLE_ROLES
from tests.support.notification_site import Site, box, identity, office
from tests.support.rights import count, differences, read_table, routes_in, routes_of
from tests.support.rights_notification import MACHINE, Ground
from tests.support.rights_people import PEOPLE

__all__ = ["box", "identity", "office"]

TABLE = read_table(Path(__file__).with_name("notification.md"))


def test_the_table_decides_every_route_for_every_role(office: Site) -> None:
    roles = {actor.role for actor in PEOPLE.values() if actor is not None}

    assert routes_in(TABLE) == routes_of(office.app)
    assert roles == PEOPLE_ROLES
    assert all(row.verdicts.keys() == PEOPLE.keys() for row in TABLE)


def test_every_verdict_is_as_the_table_says(office: Site, capsys: pytest.CaptureFixture[str]) -> None:
    ground, checks = Ground(office), count(TABLE)

    wrong = list(differences(TABLE, ground.send))

    with capsys.disabled():
        sys.stdout.write(f" {checks} checks of rights in notification ")
    assert wrong == []


def test_a_machine_reads_nothing_here(office: Site) -> None:
    ground = Ground(office)
    closed = [row for row in TABLE if row.verdicts["nobody"] == "401"]

    statuses = {ground.send_as(MACHINE, row).status_code for row in closed}

    assert len(closed) > 20
    assert statuses == {403}
