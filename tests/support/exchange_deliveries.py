"""The exchange on a real database with the two receivers of statistics on a shared folder, step by step under a clock."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from services.exchange.model.deliveries import Delivery
from services.exchange.model.messages import Message
from services.exchange.model.partners import Partner
from services.exchange.operations.delivering import follow, send_due, sign_off
from services.exchange.operations.dropping import lay_down
from services.exchange.operations.entering import link_waiting
from services.exchange.operations.granting import lay_statutory
from services.exchange.operations.sets import HandedOver, take_set
from services.exchange.repository.file_drop import FileDrop
from services.exchange.settings import Settings
from services.exchange.wiring import INDEXES, Wired, build
from services.exchange.worker import returns_of
from services.sandbox.peer.answering import keys_of
from services.sandbox.peer.store import Store
from services.sandbox.receiver.answering import ReceiverDesk
from services.sandbox.receiver.folder import ReceiverFolder
from services.sandbox.receiver.switches import Switches, read_switches, write_switches
from shared.calls import Call
from shared.clock import SHANGHAI, FixedClock
from shared.contracts.statistics import TABLES_APPROVED, digest_of, load_tables, packed
from shared.crypto.jose import public_part, seal_for
from shared.crypto.jose_file import create_jose_file, read_jose_file
from shared.crypto.kek_file import create_kek_file
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.payload import dump_payload
from shared.crypto.providers import KEYS
from shared.identity.actor import Actor, Role
from shared.mongo.indexes import ensure_indexes
from shared.settings import Secret as SecretText
from tests.support.exchange_desk import BY_ITSELF
from tests.support.exchange_sharing import make_content

HEAD = Actor("8" * 32, Role.STATISTICS_HEAD)
DESK = Actor("9" * 32, Role.SHARING_DESK)
RECEIVERS = (Partner.NBS, Partner.SHARING)
PEERS = ("exchange", "directory", "notification", "filing", "statistics", "nbs", "sharing")


def at(on: date, hour: int = 9) -> datetime:
    """Return an hour of a day in Shanghai."""
    return datetime(on.year, on.month, on.day, hour, tzinfo=SHANGHAI)


class DeliverySite:
    """The exchange, the shared folder and the receivers; `round` is what the workers do by themselves."""

    def __init__(self, wired: Wired, keys: Path, folder: Path) -> None:
        self.clock = FixedClock(at(date(2026, 3, 2)))
        inner = replace(wired, deps=replace(wired.deps, clock=self.clock))
        self.wired = replace(inner, deps=replace(inner.deps, together=inner.together))
        self.deps = self.wired.deps
        self.keys = keys
        self.folder = folder
        self.root = folder / "drop"
        self.drop = FileDrop(self.root)
        self.receivers = {partner: self._receiver(partner) for partner in RECEIVERS}
        self.returns = returns_of(self.wired, self.root)
        lay_statutory(self.deps)

    def _receiver(self, partner: Partner) -> ReceiverFolder:
        own = self.folder / partner.value
        public = json.loads((self.keys / "peers.json").read_text())
        keys = keys_of(read_jose_file(self.keys / f"{partner.value}.json"), public)
        desk = ReceiverDesk(partner.value, Store(own), keys, lambda: read_switches(own), self.clock)
        return ReceiverFolder(desk, self.root, own)

    def hand_over(self, version: int = 1, correction: int = 0, final_on: date = date(2026, 3, 2)) -> None:
        """Have statistics tell of a set, as it comes from the bus."""
        handed = self.handed(make_content(version, final_on, correction))
        self.deps.together(lambda within: take_set(within, BY_ITSELF, handed))

    def handed(self, content: bytes) -> HandedOver:
        """Return a set as statistics hands it over."""
        reader = public_part(read_jose_file(self.keys / "exchange.json"))
        sealed = seal_for(reader, dump_payload(dict(packed(content))), typ=TABLES_APPROVED.type)
        set_id = str(load_tables(content)["set_id"])
        return HandedOver(TABLES_APPROVED.type, set_id, digest_of(content), sealed)

    def of(self, partner: Partner, number: int = -1) -> Delivery:
        """Return a delivery of the month to a receiver, the newest where nothing else is said."""
        return list(self.deps.sharing.deliveries.of_period(partner, "monthly", "2026-01"))[number]

    def sign(self, partner: Partner) -> Delivery:
        """Sign the newest delivery to a receiver off."""
        delivery = self.of(partner)
        return sign_off(self.deps, Call(HEAD, version=delivery.version), delivery.id)

    def message(self, partner: Partner) -> Message:
        """Return the message of the newest delivery to a receiver."""
        return self.deps.messages.get(self.of(partner).message_id)

    def switch(self, partner: Partner, **changes: Any) -> None:
        """Have a receiver behave in another way."""
        write_switches(self.folder / partner.value, replace(Switches(), **changes))

    def round(self) -> None:
        """Do once what the workers of both sides do over and over."""
        send_due(self.deps, "c" * 32)
        self.lay()
        for receiver in self.receivers.values():
            receiver.work_off()
        self.returns.take()
        follow(self.deps, "c" * 32)

    def lay(self) -> None:
        """Enter in the journal what is on its way, and lay it down."""
        link_waiting(self.deps)
        lay_down(self.deps, self.drop, "c" * 32)

    def answers(self, partner: Partner) -> list[dict[str, Any]]:
        """Return what a receiver remembers of each message."""
        report: Any = Store(self.folder / partner.value).report()
        return list(report["messages"])

    def files(self, partner: Partner, part: str) -> list[Path]:
        """Return the files of a part of the shared folder."""
        folder = self.root / partner.value / part
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def run_receiver_until_killed(self, partner: Partner, point: str) -> int:
        """Run a receiver as a process of its own that dies at a fail point; return its exit status."""
        environment = {
            "PATH": "",
            "TONGBAO_FAILPOINTS": f"{point}:kill",
            "TONGBAO_RECEIVER_NAME": partner.value,
            "TONGBAO_RECEIVER_DIR": str(self.folder / partner.value),
            "TONGBAO_RECEIVER_DROP_DIR": str(self.root),
            "TONGBAO_RECEIVER_JOSE_KEY_FILE": str(self.keys / f"{partner.value}.json"),
            "TONGBAO_RECEIVER_JOSE_PEERS_FILE": str(self.keys / "peers.json"),
        }
        argv = [sys.executable, "-m", "services.sandbox.receiver"]
        return subprocess.run(argv, env=environment, check=False, timeout=60, capture_output=True).returncode


@contextmanager
def open_delivery_wired(folder: Path, mongo_uri: str, database: str) -> Iterator[Wired]:
    """Open the exchange on a database, with keys of everybody in a folder; it needs no broker."""
    create_kek_file(folder / "kek.json")
    for name in PEERS:
        create_jose_file(folder / f"{name}.json", name)
    public = {name: public_part(read_jose_file(folder / f"{name}.json")) for name in PEERS}
    (folder / "peers.json").write_text(json.dumps(public))
    settings = Settings(
        mongo_uri=SecretText(mongo_uri),
        amqp_url=SecretText(""),
        jose_key_file=folder / "exchange.json",
        jose_peers_file=folder / "peers.json",
        issuer="https://issuer.example",
        kek_provider="file",
        kek_file=str(folder / "kek.json"),
        mongo_database=database,
    )
    wired = build(settings)
    with wired.client:
        MongoKeyStore(wired.database[KEYS]).prepare()
        ensure_indexes(wired.database, INDEXES)
        yield wired


def fresh_site(wired: Wired, keys: Path, folder: Path) -> DeliverySite:
    """Return a site on a database from which everything but the keys was removed, with a shared folder of its own."""
    for name in wired.database.list_collection_names():
        if name != KEYS:
            wired.database[name].delete_many({})
    return DeliverySite(wired, keys, folder)
