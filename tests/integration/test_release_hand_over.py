"""A release that was signed off reaches the exchange over the real bus: the same tables, prepared for their receivers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from services.exchange.handlers import of_statistics
from services.exchange.model.partners import Partner
from services.exchange.operations.sets import tables_of
from services.sandbox.stack.stack import Stack
from services.statistics.model.releases import Release, ReleaseKind
from services.statistics.ports.deps import Deps
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
from shared.tabulation.tables import TableSet
from tests.support.bus import channel_to, eventually, running
from tests.support.exchange_deliveries import DeliverySite, open_delivery_wired
from tests.support.stack import KeptDatabases
from tests.support.statistics_kinds import SMALL, closed, over, released, tell
from tests.support.statistics_releases import MONTH, approved, checked, frozen, over_small_table
from tests.support.statistics_site import StatisticsSite, open_statistics

YEAR = MONTH[:4]
PERIODS: Mapping[ReleaseKind, str] = {
    ReleaseKind.MONTHLY: MONTH,
    ReleaseKind.BULLETIN: MONTH,
    ReleaseKind.ANNUAL: YEAR,
    ReleaseKind.YEARBOOK: YEAR,
}
HANDED_OVER: Mapping[ReleaseKind, str] = {ReleaseKind.MONTHLY: "m_nature", ReleaseKind.ANNUAL: "y_nature"}
"""The kinds that leave for the receivers, with the table of each here."""

MANY = (100, 101, 102, 103, 104, 105, 106, 107)
ALONE = (0, 0, 0, 0, 0, 0, 0, 0, 0, 40)
"""By firm, in 万美元: eight firms, and one that is alone."""


@pytest.fixture
def statistics(started: Stack, kept_databases: KeptDatabases, tmp_path: Path) -> Iterator[StatisticsSite]:
    (tmp_path / "statistics").mkdir()
    with (
        kept_databases.lend("statistics") as database,
        open_statistics(started, database.name, tmp_path / "statistics") as opened,
    ):
        yield opened


@pytest.fixture
def exchange(started: Stack, kept_databases: KeptDatabases, tmp_path: Path) -> Iterator[DeliverySite]:
    (tmp_path / "keys").mkdir()
    with (
        kept_databases.lend("exchange") as database,
        open_delivery_wired(tmp_path / "keys", started.mongod.uri, database.name) as wired,
    ):
        yield DeliverySite(wired, tmp_path / "keys", tmp_path)


def handing_over(deps: Deps, exchange: DeliverySite) -> Deps:
    """Return statistics that seal for the keys of this exchange."""
    readers = {"exchange": public_part(read_jose_file(exchange.keys / "exchange.json"))}
    assert isinstance(deps.releases, MongoReleases)
    return replace(deps, releases=replace(deps.releases, events=EventMaker(readers, new_id)))


@contextmanager
def over_the_bus(statistics: StatisticsSite, exchange: DeliverySite, amqp_url: str) -> Iterator[None]:
    """Relay what statistics has to tell, and have the exchange take it."""
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
        yield


def is_kept_as_checked(exchange: DeliverySite, partner: Partner, release: Release) -> TableSet:
    """Return what is prepared of a release for a partner, which is what was checked."""
    (delivery,) = exchange.deps.sharing.deliveries.of_period(partner, release.kind.value, release.period)
    kept = exchange.deps.sharing.deliveries.get_set(delivery.set_id)
    made = tables_of(exchange.deps, kept)
    assert release.checked is not None
    assert (kept.id, kept.digest) == (release.id, release.checked.digest)
    assert (made.set_id, made.final_on, made.snapshot_digest) == (
        release.id,
        release.final_on,
        release.checked.snapshot,
    )
    return made


def test_what_was_signed_off_is_prepared_for_both_receivers_as_it_was_checked(
    statistics: StatisticsSite, exchange: DeliverySite, amqp_url: str
) -> None:
    deps = handing_over(over_small_table(statistics), exchange)
    frozen(statistics)
    release = approved(deps, checked(deps))

    with over_the_bus(statistics, exchange, amqp_url):
        eventually(lambda: bool(list(exchange.deps.sharing.deliveries.of_period(Partner.NBS, "monthly", MONTH))))

    for partner in (Partner.NBS, Partner.SHARING):
        shown = is_kept_as_checked(exchange, partner, release).table("small")
        assert shown is not None
        assert sum(not cell.is_published for cell in shown.cells) == sum(map(len, release.hidden.values()))


def test_of_all_kinds_the_sets_of_the_appendix_arrive_and_those_of_the_public_stay(
    statistics: StatisticsSite, exchange: DeliverySite, amqp_url: str
) -> None:
    deps = handing_over(over(statistics, SMALL), exchange)
    executions = tell(statistics, MONTH, {"1": MANY, "2": MANY, "3": ALONE})
    for period in (MONTH, YEAR):
        closed(statistics, period, executions)
    made = {kind: released(deps, kind, period) for kind, period in PERIODS.items()}

    with over_the_bus(statistics, exchange, amqp_url):
        for kind in HANDED_OVER:
            asked = Partner.NBS, kind.value, PERIODS[kind]
            eventually(lambda asked=asked: bool(list(exchange.deps.sharing.deliveries.of_period(*asked))))  # type: ignore[misc]  # mypy takes no defaults of lambdas

    kept = exchange.wired.database["table_sets"].find()
    assert sorted(each["kind"] for each in kept) == sorted(HANDED_OVER)
    for kind, table in HANDED_OVER.items():
        shown = is_kept_as_checked(exchange, Partner.NBS, made[kind]).table(table)
        assert shown is not None
        hidden = sum(not cell.is_published for cell in shown.cells)
        assert hidden == sum(map(len, made[kind].hidden.values())) > 0
