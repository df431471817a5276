"""Checking, sealing and saving 平台1表 as an operation, beside python-eve inserting the same document, both without HTTP."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

import orjson

from services.filing.operations.drafts import Content, save_draft
from services.filing.operations.reading import saved_view
from services.filing.schemas.incoming import ContentIn
from shared.calls import Call
from shared.identity.actor import Actor
from tests.bench.ground import Ground, environment_of_children
from tests.bench.report import Row
from tests.bench.rounds import alternate, speed, spread
from tests.support.filing_site import FilingSite

ROUNDS = 9
SAVES = 100
AIM = 3.0
PEER = "tests.bench.peers.eve_inserting"


@dataclass
class Drafts:
    """Drafts of ours, each saved once a round; `spent` are the seconds of the processor by round."""

    site: FilingSite
    begun: Sequence[tuple[Actor, str]]
    body: bytes
    version: int = 0
    spent: list[float] = field(default_factory=list)

    def save(self) -> float:
        """Read, check, seal and save each draft, and find again what the unit is told; return the seconds for one."""
        deps, schema = self.site.wired.deps, ContentIn()
        self.version += 1
        clock, processor = time.perf_counter(), time.process_time()
        for who, filing_id in self.begun:
            content: Content = schema.load(orjson.loads(self.body))
            saved = save_draft(deps, Call(who, version=self.version), filing_id, content)
            assert saved_view(deps, saved.filing, saved.answers).checked is not None
        self.spent.append((time.process_time() - processor) / len(self.begun))
        return (time.perf_counter() - clock) / len(self.begun)


@dataclass
class Peer:
    """python-eve in a process of its own."""

    process: subprocess.Popen[str]
    spent: list[float] = field(default_factory=list)

    def insert(self) -> float:
        """Insert the document so often; return the seconds for one."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{SAVES}\n")
        self.process.stdin.flush()
        clock, processor = map(float, self.process.stdout.readline().split())
        self.spent.append(processor / SAVES)
        return clock / SAVES


def rows(ground: Ground, site: FilingSite, begun: Iterable[tuple[Actor, str]], body: bytes) -> Iterator[Row]:
    """Return the rows; `begun` are drafts of the form that hold nothing yet."""
    drafts = Drafts(site, tuple(islice(begun, SAVES)), body)
    with _peer(ground, body) as peer:
        drafts.save(), peer.insert()  # the first round warms up
        drafts.spent.clear(), peer.spent.clear()
        times = alternate({"ours": drafts.save, "eve": peer.insert}, ROUNDS)
    ours, eve = (1000 * sum(spent) / len(spent) for spent in (drafts.spent, peer.spent))
    name = "check, seal and save 平台1表 / python-eve inserting it, both without HTTP"
    yield Row(name, speed(times, "ours", "eve"), AIM, "higher", spread(times, "ours", "eve"))
    text = f"processor {ours:.2f} ms a document beside {eve:.2f}"
    yield Row(f"{name}, by processor", eve / ours, AIM, "higher", text)


@contextmanager
def _peer(ground: Ground, body: bytes) -> Iterator[Peer]:
    file = ground.folder / "platform-1.json"
    file.write_bytes(body)
    command = [str(ground.peers_python), "-m", PEER, str(file)]
    environment = environment_of_children(BENCH_MONGO_URI=ground.stack.mongod.uri, BENCH_DATABASE="bench-plain-filing")
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Peer(process)
        finally:
            process.terminate()
