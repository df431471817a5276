"""Statistics over the real database, in this process, with what filing would tell them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import KeySetSerialization

from services.sandbox.stack.stack import Stack
from services.statistics.handlers import handlers
from services.statistics.model.facts import BITS
from services.statistics.operations.facts import Told, merge_next, take_facts
from services.statistics.settings import Settings
from services.statistics.wiring import INDEXES, Wired, build
from shared.clock import FixedClock
from shared.contracts.filing import CONTROLLED, FACTS_CHANGED, PERIOD_FINALISED, FactKind, Layer
from shared.crypto.jose import create_jose_keys, public_part, seal_for
from shared.crypto.jose_file import create_jose_file, read_jose_file
from shared.crypto.kek_file import create_kek_file
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.payload import dump_payload
from shared.crypto.providers import KEYS
from shared.ids import new_id
from shared.messaging.effects import Bulk
from shared.messaging.envelope import Message
from shared.mongo.indexes import ensure_indexes
from shared.mongo.transactions import in_transaction
from shared.settings import Secret
from tests.support.stack import KeptDatabases
from tests.support.tokens import ISSUER

NOW = datetime(2025, 4, 10, 2, 0, tzinfo=UTC)
HANGZHOU = ("330106", "330100", "330000", "000000")
BEIJING = ("110105", "110000", "000000")
ALL = tuple(Layer)

Said = Mapping[str, Any]


@dataclass(frozen=True)
class StatisticsSite:
    """A running statistics service over its database."""

    wired: Wired
    settings: Settings
    clock: FixedClock
    exchange_keys: KeySetSerialization

    def take(self, *told: Told) -> int:
        """Take facts as the worker does: in a transaction."""
        return in_transaction(
            self.wired.client, lambda session: take_facts(self.wired.deps_within(session), list(told))
        )

    def merge(self) -> None:
        """Bring all columns up to date."""
        while merge_next(self.wired.deps):
            continue

    def hear(self, *messages: Message) -> None:
        """Take messages of one type as the consumer does."""
        handler = handlers(self.wired.deps_within, self.wired.unsealing)[messages[0].type]
        assert isinstance(handler, Bulk)
        in_transaction(self.wired.client, lambda session: handler.handle(session, messages))

    def message(self, told: Told) -> Message:
        """Return what filing would send."""
        own = public_part(read_jose_file(self.settings.jose_key_file))
        secret = {
            "path": list(told.path),
            "layers": {layer.value: [dict(each) for each in lines] for layer, lines in told.layers.items()},
        }
        data = {
            "filing_id": told.filing_id,
            "unit_id": told.unit_id,
            "division": told.path[0],
            "form": told.form,
            "edition": "2022",
            "period": told.period,
            "revision": 1,
            "version": told.version,
            "reader": "statistics",
            "sealed": seal_for(own, dump_payload(secret), typ=FACTS_CHANGED.type),
        }
        return Message(new_id(), FACTS_CHANGED.type, "filing", "s", NOW, "c" * 32, FACTS_CHANGED.load(data))


@contextmanager
def open_statistics(started: Stack, database: str, folder: Path, megabytes: int = 256) -> Iterator[StatisticsSite]:
    """Open statistics over this database, with fresh keys below `folder`; it needs no broker."""
    create_kek_file(folder / "kek.json")
    create_jose_file(folder / "jose.json", "statistics")
    exchange_keys = create_jose_keys("exchange")
    peers = {"exchange": public_part(exchange_keys), "notification": public_part(create_jose_keys("notification"))}
    (folder / "peers.json").write_text(json.dumps(peers))
    settings = Settings(
        mongo_uri=Secret(started.mongod.uri),
        amqp_url=Secret(""),
        jose_key_file=folder / "jose.json",
        jose_peers_file=folder / "peers.json",
        issuer=ISSUER,
        kek_provider="file",
        kek_file=str(folder / "kek.json"),
        mongo_database=database,
        cells_megabytes=megabytes,
    )
    clock = FixedClock(NOW)
    wired = build(settings, clock)
    with wired.client:
        MongoKeyStore(wired.database[KEYS]).prepare()
        ensure_indexes(wired.database, INDEXES)
        yield StatisticsSite(wired, settings, clock, exchange_keys)


@pytest.fixture
def site(started: Stack, kept_databases: KeptDatabases, tmp_path: Path) -> Iterator[StatisticsSite]:
    """Statistics over an empty database."""
    with (
        kept_databases.lend("statistics") as database,
        open_statistics(started, database.name, tmp_path) as opened,
    ):
        yield opened


Totals = Mapping[tuple[str, str], Decimal]


def close_period(
    site: StatisticsSite, period: str, counts: Mapping[str, int], totals: Totals | None = None, **said: Any
) -> None:
    """Say that filing closed a period with so many filings of each form, as the consumer takes it.

    `totals` are the sums of filing, else what the facts come to that were told; `said` replaces parts of the message.
    """
    sums = sums_of(site, period) if totals is None else totals
    listed = [{"form": form, "measure": measure, "total": total} for (form, measure), total in sums.items()]
    own = public_part(read_jose_file(site.settings.jose_key_file))
    data = {
        "closing_id": "c" * 32,
        "period": period,
        "final_on": "2025-04-09",
        "rows": sum(counts.values()),
        "left_out": 0,
        "counts": dict(counts),
        "digest": "d" * 64,
        "reader": "statistics",
        "sealed": seal_for(own, dump_payload({"totals": listed}), typ=PERIOD_FINALISED.type),
    } | said
    PERIOD_FINALISED.load(data)  # the consumer checks a message by its contract, and hands over what came
    message = Message(new_id(), PERIOD_FINALISED.type, "filing", "s", NOW, "c" * 32, data)
    handler = handlers(site.wired.deps_within, site.wired.unsealing)[PERIOD_FINALISED.type]
    assert not isinstance(handler, Bulk)
    in_transaction(site.wired.client, lambda session: handler(session, message))


def sums_of(site: StatisticsSite, period: str) -> Totals:
    """Return what the settled filings of a period come to, filing by filing, as filing reckons it."""
    scope = {period} | {f"{period}-{month:02}" for month in range(1, 13) if not period[4:]}
    found: dict[tuple[str, str], Decimal] = {}
    for facts in site.wired.facts.each():
        for line in facts.lines if facts.period in scope else ():
            for each in CONTROLLED:
                amount = line.values.get(each.column)
                is_meant = line.kind is each.kind and (not each.category or line.values["category"] == each.category)
                if is_meant and line.counted_in in scope and line.layers & BITS[Layer.FINAL] and amount is not None:
                    place = each.form, each.measure
                    found[place] = found.get(place, Decimal(0)) + Decimal(amount)
    return found


def a_contract(contract: str, month: str = "2025-03", **values: Any) -> Said:
    """Return a line about a contract; `values` replace parts of it."""
    return {
        "kind": FactKind.CONTRACT,
        "counted_in": month,
        "contract": contract,
        "business_class": "I11",
        "nature": "2",
        "market": "USA",
        "client_industry": "I",
        "usd": Decimal(100),
        "cny": Decimal(720),
    } | values


def an_execution(contract: str, month: str = "2025-03", **values: Any) -> Said:
    """Return a line about an execution of a contract; `values` replace parts of it."""
    return {
        "kind": FactKind.EXECUTION,
        "counted_in": month,
        "contract": contract,
        "nature": "2",
        "usd": Decimal(10),
        "cny": Decimal(72),
        "settled_usd": Decimal(8),
        "settled_cny": Decimal("57.6"),
    } | values


def a_firm(year: str = "2024", **values: Any) -> Said:
    """Return a line of a firm's basic information; `values` replace parts of it."""
    known = {"kind": FactKind.UNIT, "counted_in": year, "ownership": "173", "industry": "6510"}
    return known | {"name": "", "holder": ""} | values


def told(
    filing: str,
    lines: Sequence[Said],
    unit: str = "unit-1",
    version: int = 1,
    layers: Sequence[Layer] = ALL,
    path: Sequence[str] = HANGZHOU,
) -> Told:
    """Return what filing tells of a filing, with the same lines on each layer."""
    kind = lines[0]["kind"] if lines else FactKind.EXECUTION
    form = {FactKind.CONTRACT: "enterprise-2", FactKind.UNIT: "enterprise-1"}.get(kind, "enterprise-3")
    period = lines[0]["counted_in"] if lines else "2025-03"
    return Told(filing, unit, version, form, period, path, {layer: list(lines) for layer in layers if lines})


def tree_of(folder: Path) -> str:
    """Return the names of everything below a folder, for tests that nothing was left."""
    return json.dumps(sorted(str(each.relative_to(folder)) for each in folder.rglob("*")))
