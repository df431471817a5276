"""Loading all units of the 名录库 while the worker is killed again and again: none is lost, none counts twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from services.exchange.cli import load_directory
from services.exchange.model.inquiries import Load, LoadState
from services.exchange.operations.loading import start_load
from services.exchange.repository.mirror import COLLECTION
from services.sandbox.peer.bureau import Bureau
from services.sandbox.peer.store import Store
from shared.calls import Call
from tests.support.bus import eventually
from tests.support.exchange import Site, site
from tests.support.exchange_desk import DESK
from tests.support.tree import ROOT

__all__ = ["site"]

UNITS = int(os.environ.get("TONGBAO_TEST_DIRECTORY_UNITS", "900"))
PAGE = max(100, UNITS // 50)
KILLS = ("cons.effect_committed_no_ack:kill:2", "relay.confirmed_not_marked:kill:2", "cons.delivered:kill:2")


@contextmanager
def worker(site: Site, failpoints: str = "") -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, **site.exchange_environment(), "TONGBAO_FAILPOINTS": failpoints}
    started = subprocess.Popen(
        [sys.executable, "-m", "services.exchange.worker"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        yield started
    finally:
        started.terminate()
        started.wait(20)


def test_a_load_outlives_the_death_of_its_worker_without_loss_or_doubles(site: Site) -> None:
    Bureau(Store(site.peer_dir)).found(UNITS)
    deps = site.wired.deps
    begun = deps.together(lambda within: start_load(within, Call(DESK, "c" * 32), page_size=PAGE))

    def load() -> Load:
        return deps.directory.loads.get(begun.id)

    statuses = []
    with site.directory():
        for point in KILLS:
            with worker(site, point) as killed:
                statuses.append(killed.wait(60))
        under_way = load()
        with worker(site):
            eventually(lambda: load().state is LoadState.DONE, 60 + UNITS / 200)

    done = load()
    assert statuses == [-9] * len(KILLS)
    assert under_way.state is LoadState.RUNNING
    assert (done.taken, done.stored, done.total, done.differing) == (UNITS, UNITS, UNITS, 0)
    assert done.pages == -(-UNITS // PAGE)
    assert site.database[COLLECTION].count_documents({}) == UNITS
    assert site.database[COLLECTION].count_documents({"v": {"$ne": 1}}) == 0


def test_the_command_loads_all_units_and_says_how_many_there_were(site: Site) -> None:
    Bureau(Store(site.peer_dir)).found(7)

    with site.both():
        answer = load_directory(site.wired.deps, waits=True)

    assert {name: answer[name] for name in ("state", "taken", "total", "stored")} == {
        "state": LoadState.DONE,
        "taken": 7,
        "total": 7,
        "stored": 7,
    }
