"""200 registrations on their way while every part of the system is killed: nothing is lost, nothing is there twice."""

from __future__ import annotations

import random
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest

from tests.support.chaos_checks import drained, faults
from tests.support.chaos_clients import Clients, Unit
from tests.support.chaos_system import Ground, Kill

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

SEED = 20260305
COUNT = 200
THREADS = 8
FIRST_NUMBER = 10_000
VICTIMS = (
    "registration",
    "registration-worker",
    "filing-worker",
    "exchange-worker",
    "notification-worker",
    "rabbitmq",
    "mongod",
    "exchange",
    "directory",
    "registration-worker",
    "mongod",
    "rabbitmq",
)


def test_kill_9_of_every_part_in_the_middle_loses_nothing_and_doubles_nothing(
    ground: Ground, clients: Clients, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(SEED)
    units = [Unit(FIRST_NUMBER + number) for number in range(COUNT)]
    with ThreadPoolExecutor(THREADS) as pool:
        began = time.monotonic()
        list(pool.map(clients.prepare, units))
        prepared = time.monotonic() - began

        kills: list[Kill] = []
        futures: list[Future[Unit]] = []
        for name, share in zip(chance.sample(VICTIMS, len(VICTIMS)), _shares(units, len(VICTIMS)), strict=True):
            submitted = [pool.submit(clients.carry_through, unit) for unit in share]
            kills.append(_kill_in_the_middle(ground, clients, chance, name, submitted))
            futures += submitted
        done = [future.result() for future in futures]
        carried = time.monotonic() - began - prepared
    seconds = drained(ground, units)
    found = faults(ground, units)

    landed = [kill for kill in kills if kill.landed]
    report = (
        f"\nseed {SEED}: {len(done)} of {COUNT} carried through, {sum(len(unit.acknowledged) for unit in units)} acts"
        f" acknowledged, answers {dict(sorted(clients.seen.items()))} (0: none)\n"
        f"prepared in {prepared:.0f} s, carried through in {carried:.0f} s, drained {seconds:.1f} s after that\n"
        f"planned {len(kills)}, landed {len(landed)}: {', '.join(f'{kill.name} {kill.status}' for kill in landed)}\n"
        f"faults found: {len(found)}\n"
    )
    with capsys.disabled():
        sys.stdout.write(report)
    assert found == []
    assert len(landed) == len(VICTIMS)
    assert {status for status in clients.seen if status >= 500} <= {503}
    assert clients.seen[0] + clients.seen[503] > 0, "no client felt anything"


def _shares(units: list[Unit], count: int) -> list[list[Unit]]:
    return [units[number::count] for number in range(count)]


def _kill_in_the_middle(
    ground: Ground, clients: Clients, chance: random.Random, name: str, submitted: list[Future[Unit]]
) -> Kill:
    """Kill while some of these are through and others are not, and start again."""
    _until(submitted, chance.randint(1, len(submitted) // 3))
    assert not all(future.done() for future in submitted), "the kill comes when all is over"
    kill = ground.kill(name)
    time.sleep(chance.uniform(0.2, 1.0))
    ground.system.start_one(name)
    _until(submitted, len(submitted) * 2 // 3)
    return kill


def _until(futures: list[Future[Unit]], through: int) -> None:
    """Wait until this many are through; an error of one ends the wait, and comes up where its result is asked for."""
    while sum(future.done() for future in futures) < through:
        wait([future for future in futures if not future.done()], timeout=0.05)
