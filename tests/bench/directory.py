"""Loading all units of the 名录库: beside a plain insert of the same records, unsealed and in batches; and all the way."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path

from pymongo import IndexModel

from services.exchange.model.inquiries import Asks, LoadState, Question
from services.exchange.model.partners import Partner
from services.exchange.operations.announcements import Arrived
from services.exchange.operations.answers import take_records
from services.exchange.operations.asking import ask
from services.exchange.operations.loading import PAGE_SIZE, start_load
from services.exchange.policy import PARTNERS
from services.sandbox.peer.bureau import Bureau
from services.sandbox.peer.bureau_units import record_of, unit_id
from services.sandbox.peer.store import Store
from shared.calls import Call
from shared.contracts.border import dump_content
from shared.contracts.directory import RECORDS
from shared.crypto.jose import public_part, seal_for
from shared.ids import new_id
from tests.bench.exchange import open_site, working
from tests.bench.ground import Ground
from tests.bench.report import Row
from tests.bench.rounds import alternate, spread
from tests.support.exchange import MOMENT, Site
from tests.support.exchange_desk import DESK

COUNT = int(os.environ.get("TONGBAO_BENCH_DIRECTORY", "100000"))
"""Units that are loaded all the way."""

ROUNDS, PAGES = 3, 10
AIM_A_SECOND = 1000.0
AIM_BESIDE = 15.0
"""So many times as long as the plain insert a page may take: it is verified, opened, checked, sealed and indexed blindly."""

AIM_MEMORY = 64.0
PATIENCE = 1800.0


def measure(ground: Ground) -> Sequence[Row]:
    """Return the rows of the load."""
    with open_site(ground, "directory-pages") as site:
        pages = iter(_pages(site))
        times = alternate({"ours": lambda: _take(site, next(pages)), "plain": lambda: _insert(site)}, ROUNDS)
    ratio = sorted(own / other for own, other in zip(times["ours"], times["plain"], strict=True))[ROUNDS // 2]
    with open_site(ground, "directory-load") as site:
        Bureau(Store(site.peer_dir)).found(COUNT)
        with working(site) as worker, site.directory():
            rate, growth = _load(site, worker)
    return [
        Row(
            "directory, a page taken / plain insert of its records",
            ratio,
            AIM_BESIDE,
            "lower",
            f"{PAGES} pages of {PAGE_SIZE} units a round; {spread(times, 'plain', 'ours')}",
        ),
        Row(
            "directory, units loaded a second",
            rate,
            AIM_A_SECOND,
            "higher",
            f"{COUNT} units, all the way over the broker",
        ),
        Row("directory, memory of the worker while it loads", growth, AIM_MEMORY, "lower", "MB that its peak grew by"),
    ]


def _pages(site: Site) -> Iterator[list[str]]:
    """Yield the sealed answers of a round's pages, each of units that were not there before."""
    numbers = count(1)
    while True:
        yield [_sealed(site, [_entry(next(numbers)) for _ in range(PAGE_SIZE)]) for _ in range(PAGES)]


def _entry(number: int) -> dict[str, object]:
    return {"unit": unit_id(number), "sequence": 1, "state": "in_force", "record": record_of(number)}


def _sealed(site: Site, entries: Sequence[object]) -> str:
    """Return a signed and encrypted answer, and ask what it answers."""
    question = Question(Asks.MISSING, unit=new_id())
    inquiry = site.wired.deps.together(partial(ask, call=Call(DESK), question=question))
    digest = site.wired.deps.messages.get(inquiry.id).digest
    answered = {"message_id": inquiry.id, "digest": digest, "entries": entries, "answered_at": MOMENT.isoformat()}
    reader, signer = public_part(site.keys["exchange"]), site.keys["directory"]
    return seal_for(reader, dump_content(answered), sign_with=signer, typ=RECORDS.type)


def _take(site: Site, answers: Sequence[str]) -> float:
    """Take the answers as the worker does, a transaction each; return the seconds."""
    call = Call(PARTNERS[Partner.DIRECTORY])
    begun = time.perf_counter()
    for sealed in answers:
        site.wired.deps.together(partial(take_records, call=call, arrived=Arrived(new_id(), sealed)))
    return time.perf_counter() - begun


def _insert(site: Site) -> float:
    """Insert as many records as they are, in batches, with as many indexes; return the seconds."""
    plain = site.database["plain"]
    plain.drop()
    plain.create_indexes([IndexModel(name) for name in ("credit_code", "name", "division", "at")])
    batches = [[{**record_of(number), "at": MOMENT} for number in range(PAGE_SIZE)] for _ in range(PAGES)]
    begun = time.perf_counter()
    for batch in batches:
        plain.insert_many(batch, ordered=False)
    return time.perf_counter() - begun


def _load(site: Site, worker: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Return the units loaded a second, and by how many MB the worker's greatest memory grew meanwhile."""
    deps = site.wired.deps
    time.sleep(3)
    before = _peak(worker.pid)
    begun = time.perf_counter()
    load = deps.together(partial(start_load, call=Call(DESK)))
    while (now := deps.directory.loads.get(load.id)).state is LoadState.RUNNING:
        if time.perf_counter() - begun > PATIENCE:
            raise RuntimeError("not every unit was loaded in time")
        time.sleep(0.05)
    seconds = time.perf_counter() - begun
    if (now.state, now.stored) != (LoadState.DONE, COUNT):
        raise RuntimeError("the load did not store every unit")
    return COUNT / seconds, _peak(worker.pid) - before


def _peak(pid: int) -> float:
    """Return the greatest resident memory of a process so far, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
