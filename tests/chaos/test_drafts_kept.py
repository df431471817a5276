"""10,000 draft saves while the service, its database and its worker are killed: none that was acknowledged is lost."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest

from tests.support.chaos_clients import Clients, Unit
from tests.support.chaos_drafts import PERIODS, Desk, Draft, drained, faults
from tests.support.chaos_system import Ground, Kill

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

SEED = 20260108
SAVES = 10_000
THREADS = 8
UNITS = 25
FIRST_NUMBER = 30_000
VICTIMS = ("filing", "filing", "mongod", "filing", "filing", "mongod", "filing", "filing")
OF_SUBMISSION = ("filing-worker", "rabbitmq", "filing", "filing-worker", "mongod")


def test_no_save_that_was_acknowledged_is_lost_when_parts_are_killed(
    ground: Ground, clients: Clients, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(SEED)
    desk = Desk(clients)
    units = [Unit(FIRST_NUMBER + number) for number in range(UNITS)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(clients.carry_through, pool.map(clients.prepare, units)))
        desk.decide()
        list(pool.map(desk.wait_for, units))
        drafts = list(pool.map(desk.begin, [Draft(unit, period) for unit in units for period in PERIODS]))
        began = time.monotonic()
        saving = [pool.submit(partial(_save_all, desk, draft, SAVES // len(drafts))) for draft in drafts]
        kills = _kill_in_between(ground, chance, VICTIMS, drafts, saving)
        seconds = time.monotonic() - began
        submitting = [pool.submit(partial(desk.submit, draft)) for draft in drafts]
        kills += _kill_over(ground, chance, OF_SUBMISSION, submitting)
    waited = drained(ground)
    found = faults(ground, desk, drafts)

    saves = sum(draft.saved for draft in drafts)
    landed = [kill for kill in kills if kill.landed]
    report = (
        f"\nseed {SEED}: {saves} saves of {len(drafts)} drafts acknowledged in {seconds:.0f} s ({saves / seconds:.0f}/s),"
        f" {len(submitting)} submitted, answers {dict(sorted(clients.seen.items()))} (0: none), drained {waited:.1f} s\n"
        f"planned {len(VICTIMS) + len(OF_SUBMISSION)}, landed {len(landed)}:"
        f" {', '.join(f'{kill.name} {kill.status}' for kill in landed)}\nfaults found: {len(found)}\n"
    )
    with capsys.disabled():
        sys.stdout.write(report)
    assert found == []
    assert saves == SAVES
    assert len(landed) == len(VICTIMS) + len(OF_SUBMISSION)
    assert {status for status in clients.seen if status >= 500} <= {503}
    assert clients.seen[0] + clients.seen[503] > 0, "no client felt anything"


def test_the_checker_sees_a_save_that_is_lost(ground: Ground, clients: Clients) -> None:
    desk, unit = Desk(clients), Unit(FIRST_NUMBER + UNITS)
    clients.carry_through(clients.prepare(unit))
    desk.wait_for(unit)
    draft = desk.begin(Draft(unit, "2024"))
    _save_all(desk, draft, 3)
    desk.submit(draft)
    drained(ground)
    before = faults(ground, desk, [draft])

    history = ground.mongo["filing"]["filings"].find_one({"_id": draft.filing_id})
    assert history is not None
    kept = [entry for entry in history["history"] if entry["v"] != history["v"] - 1]
    ground.mongo["filing"]["filings"].update_one({"_id": draft.filing_id}, {"$set": {"history": kept}})

    assert before == []
    assert len(faults(ground, desk, [draft])) == 2


def _save_all(desk: Desk, draft: Draft, times: int) -> None:
    for _ in range(times):
        desk.save(draft)


def _kill_in_between(
    ground: Ground, chance: random.Random, names: Sequence[str], drafts: Sequence[Draft], saving: Sequence[Future[None]]
) -> list[Kill]:
    """Kill each of these while drafts are being saved, evenly over all saves; return when all are saved."""
    kills = []
    for number, name in enumerate(names, 1):
        until = SAVES * number // (len(names) + 1)
        while sum(draft.saved for draft in drafts) < until:
            assert not [future for future in saving if future.done() and future.exception()]
            time.sleep(0.02)
        assert not all(future.done() for future in saving), "the kill comes when all is over"
        kills.append(_kill(ground, chance, name))
    for future in saving:
        future.result()
    return kills


def _kill_over(
    ground: Ground, chance: random.Random, names: Sequence[str], submitting: Sequence[Future[None]]
) -> list[Kill]:
    kills = [_kill(ground, chance, name) for name in names]
    for future in submitting:
        future.result()
    return kills


def _kill(ground: Ground, chance: random.Random, name: str) -> Kill:
    kill = ground.kill(name)
    time.sleep(chance.uniform(0.1, 0.6))
    ground.system.start_one(name)
    return kill
