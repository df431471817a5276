"""A test of the way to a partner goes over the partner's own transport and is answered by a signed receipt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pymongo import MongoClient

from services.exchange.model.controls import ControlAct
from services.exchange.model.messages import State
from services.exchange.model.partners import PINGS, Partner, RouteName
from services.exchange.operations.health import Light, health_of, ping
from services.exchange.policy import EXCHANGE, KEEPER_OF
from services.sandbox.stack.stack import Stack
from shared.calls import Call
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.identity.actor import Actor
from shared.ids import new_id
from shared.mongo.client import Document
from tests.support.exchange_deliveries import DeliverySite, fresh_site, open_delivery_wired

STATISTICS = {Partner.NBS: RouteName.NBS_STATISTICS, Partner.SHARING: RouteName.SHARING_STATISTICS}


@pytest.fixture
def site(
    started: Stack, mongo: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> Iterator[DeliverySite]:
    keys = tmp_path_factory.mktemp("keys")
    with open_delivery_wired(keys, started.mongod.uri, f"pings_{new_id()}") as wired:
        yield fresh_site(wired, keys, tmp_path)
        wired.client.drop_database(wired.database.name)


def test_partners_by_files_answer_a_test_while_the_route_of_statistics_is_stopped(site: DeliverySite) -> None:
    controls = site.deps.controls
    for route in STATISTICS.values():
        control = controls.get(route)
        act = HistoryEntry(site.clock.now(), "d" * 32, ControlAct.STOP, None, None)
        stopped = replace(control.figures, is_stopped=True)
        controls.save(replace(control, figures=stopped, history=(*control.history, act)), Call(EXCHANGE))
    desks = {partner: Actor("d" * 32, KEEPER_OF[partner]) for partner in STATISTICS}
    asked = {
        partner: ping(site.deps, Call(desk, request=RequestKey(partner.value, "d")), partner)
        for partner, desk in desks.items()
    }

    site.round()

    for partner, desk in desks.items():
        health = health_of(site.deps, Call(desk), partner)
        assert health.test is not None
        assert (health.test.id, health.test.route) == (asked[partner].id, PINGS[partner])
        assert health.test.state is State.ACCEPTED
        assert health.test.receipt is not None
        assert health.test.receipt.digest == asked[partner].digest
        assert (health.light, [sign for sign, _ in health.signs]) == (Light.YELLOW, ["route_stopped"])
