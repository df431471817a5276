"""A release that was signed off reaches the exchange over the real bus: the same tables, prepared for their receivers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pymongo import MongoClient

from services.exchange.handlers import of_statistics
from services.exchange.model.partners import Partner
from services.exchange.operations.sets import tables_of
from services.sandbox.stack.stack import Stack
from services.statistics.repository.releases import COLLECTION, MongoReleases
from shared.contracts import all_contracts
from shared.crypto.errors import CryptoError
from shared.crypto.jose import public_part
from shared.crypto.jose_file import read_jose_file
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.events import EventMaker
from shared.messaging.relay import Relay
from shared.messaging.topology import EXCHANGE_EVENTS, declare
from shared.mongo.client import Document
from tests.support.bus import channel_to, eventually, running
from tests.support.exchange_deliveries import DeliverySite, open_delivery_wired
from tests.support.statistics_releases import MONTH, approved, checked, frozen, over_small_table
from tests.support.statistics_site import StatisticsSite, open_statistics


@pytest.fixture
def statistics(started: Stack, mongo: MongoClient[Document], tmp_path: Path) -> Iterator[StatisticsSite]:
    name = f"test-{new_id()}"
    (tmp_path / "statistics").mkdir()
    with open_statistics(started, name, tmp_path / "statistics") as opened:
        yield opened
    mongo.drop_database(name)


@pytest.fixture
def exchange(started: Stack, mongo: MongoClient[Document], tmp_path: Path) -> Iterator[DeliverySite]:
    name = f"test-{new_id()}"
    (tmp_path / "keys").mkdir()
    with open_delivery_wired(tmp_path / "keys", started.mongod.uri, name) as wired:
        yield DeliverySite(wired, tmp_path / "keys", tmp_path)
    mongo.drop_database(name)


def test_what_was_signed_off_is_prepared_for_both_receivers_as_it_was_checked(
    statistics: StatisticsSite, exchange: DeliverySite, amqp_url: str
) -> None:
    readers = {"exchange": public_part(read_jose_file(exchange.keys / "exchange.json"))}
    small = over_small_table(statistics)
    assert isinstance(small.releases, MongoReleases)
    deps = replace(small, releases=replace(small.releases, events=EventMaker(readers, new_id)))
    frozen(statistics)
    release = approved(deps, checked(deps))
    assert release.checked is not None
    with channel_to(amqp_url) as channel:
        declare(channel)
    relay = Relay([statistics.wired.database[COLLECTION]], amqp_url, source="statistics")
    consumer = Consumer(
        EXCHANGE_EVENTS,
        of_statistics(exchange.deps, exchange.wired.deps_within),
        exchange.wired.client,
        exchange.wired.database,
        amqp_url,
        clock=exchange.clock,
        contracts=all_contracts(),
        poison=(CryptoError,),
    )

    with running(relay, consumer):
        eventually(lambda: bool(list(exchange.deps.sharing.deliveries.of_period(Partner.NBS, "monthly", MONTH))))

    for partner in (Partner.NBS, Partner.SHARING):
        (delivery,) = exchange.deps.sharing.deliveries.of_period(partner, "monthly", MONTH)
        kept = exchange.deps.sharing.deliveries.get_set(delivery.set_id)
        assert (kept.id, kept.digest) == (release.id, release.checked.digest)
        made = tables_of(exchange.deps, kept)
        assert (made.set_id, made.final_on, made.snapshot_digest) == (
            release.id,
            release.final_on,
            release.checked.snapshot,
        )
        shown = made.table("small")
        assert shown is not None
        assert sum(not cell.is_published for cell in shown.cells) == sum(map(len, release.hidden.values()))
