"""Jobs on a real mongod: one run per moment, taken over from the dead, whatever the clocks say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from pymongo.database import Database

from services.sandbox.stack.stack import Stack
from shared.clock import FixedClock
from shared.errors import NotFound
from shared.failpoints import VARIABLE
from shared.ids import new_id
from shared.mongo.client import Document
from shared.scheduling.jobs import GaveWay, Job, Outcome, Progress, Run
from shared.scheduling.running import WAITS, JobLoop
from shared.scheduling.store import KEPT, MongoBoard, MongoJobs, ServerClock
from tests.support.bus import eventually
from tests.support.scheduling import DAILY, MORNING, PAGES, QUICK, Bench, counting
from tests.support.tree import ROOT

DAY = timedelta(days=1)


@pytest.fixture
def bench(database: Database[Document]) -> Bench:
    """Workers whose clock stands at noon, the moment of the morning being past."""
    return Bench(database, FixedClock(MORNING.astimezone(UTC) + timedelta(hours=5)))


@contextmanager
def process(stack: Stack, database: Database[Document], failpoints: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker of its own whose job counts, due every minute."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.support.scheduling", stack.mongod.uri, database.name, "every 1 minutes"],
        cwd=ROOT,
        env={**os.environ, VARIABLE: failpoints},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait(20)


def ask(database: Database[Document]) -> None:
    """Have the job run now, as soon as a worker has met it."""
    jobs = MongoJobs(database)
    eventually(lambda: jobs.find(DAILY.name) is not None)
    jobs.ask(DAILY.name, "a-1", datetime.now(UTC))


def failing(progress: Progress) -> None:
    """Fail as a job does whose server is away."""
    raise ConnectionError("not to be stored")


def test_a_new_job_waits_for_its_next_moment(bench: Bench) -> None:
    worker = bench.worker(counting(bench.database))

    before = worker.look()
    bench.clock.advance(DAY)
    after = worker.look()

    assert (before, after) == (False, True)
    assert bench.state.slot == MORNING + DAY


@pytest.mark.parametrize("workers", [2, 3])
def test_many_workers_run_each_moment_once(bench: Bench, workers: int) -> None:
    loops = [bench.worker(counting(bench.database)) for _ in range(workers)]
    days = 4

    for _ in range(days):
        bench.clock.advance(DAY)
        threads = [threading.Thread(target=loop.look) for loop in loops for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    runs = bench.state.ended
    assert bench.database["pages"].count_documents({}) == days * PAGES
    assert [each.slot for each in runs] == [MORNING + DAY * number for number in range(1, days + 1)]
    assert {(each.outcome, each.counts["pages"]) for each in runs} == {(Outcome.DONE, PAGES)}


def test_moments_that_were_missed_in_an_outage_run_once_for_the_last_of_them(bench: Bench) -> None:
    worker = bench.worker(counting(bench.database))
    bench.clock.advance(DAY * 5)

    looks = [worker.look(), worker.look()]

    assert looks == [True, False]
    assert [each.slot for each in bench.state.ended] == [MORNING + DAY * 5]


@pytest.mark.parametrize("point", ["job.progress_noted:kill:8", "job.worked_not_ended:kill"])
def test_a_run_whose_holder_was_killed_is_taken_over_and_finished_by_another_process(
    stack: Stack, database: Database[Document], point: str
) -> None:
    with process(stack, database, point) as killed, process(stack, database) as living:
        ask(database)
        eventually(lambda: killed.poll() is not None or database["pages"].count_documents({}) == PAGES)
        if killed.poll() is None:  # the other one took it up: the next run falls to this one
            living.send_signal(signal.SIGSTOP)
            ask(database)
            eventually(lambda: killed.poll() is not None)
            living.send_signal(signal.SIGCONT)
        eventually(lambda: _all_over(database), seconds=30)

    state = MongoJobs(database).find(DAILY.name)
    assert killed.returncode == -signal.SIGKILL
    assert state is not None
    assert {each.outcome for each in state.ended} == {Outcome.DONE}
    assert {each.counts["pages"] for each in state.ended} == {PAGES}
    assert _pages_by_run(database) == {PAGES}


def test_a_worker_that_is_stopped_leaves_its_run_to_another_at_once(stack: Stack, database: Database[Document]) -> None:
    with process(stack, database) as stopped:
        ask(database)
        eventually(lambda: database["pages"].count_documents({}) > 3)
        stopped.terminate()
        status = stopped.wait(20)
    run = MongoJobs(database).find(DAILY.name)
    with process(stack, database):
        eventually(lambda: _all_over(database), seconds=30)

    assert status == 0
    assert run is not None
    assert run.run is not None
    assert run.run.retry_at is not None
    assert _pages_by_run(database) == {PAGES}


def test_a_holder_that_stands_still_is_dead_after_the_lease_of_whoever_watches(bench: Bench) -> None:
    watching = bench.worker(counting(bench.database))
    bench.clock.advance(DAY)
    bench.jobs.begin(bench.state, _run(bench))  # begun, and then nothing more of it

    bench.pass_seconds(29, watching.look)
    before = bench.state.run
    bench.pass_seconds(3, watching.look)

    assert before is not None
    assert before.attempt == 1
    assert bench.state.run is None
    assert bench.database["pages"].count_documents({}) == PAGES


def test_a_worker_that_could_not_look_for_long_does_not_take_the_living_for_dead(bench: Bench) -> None:
    watching = bench.worker(counting(bench.database))
    bench.clock.advance(DAY)
    bench.jobs.begin(bench.state, _run(bench))
    watching.look()
    bench.seconds.now += 3600

    taken = watching.look()

    assert taken is False
    assert bench.state.run is not None
    assert bench.state.run.attempt == 1


def test_who_was_taken_for_dead_can_note_nothing_more(bench: Bench) -> None:
    seen: list[str] = []

    def slow(progress: Progress) -> None:
        progress.note("1")
        run = bench.state.run
        assert run is not None
        bench.jobs.take_over(DAILY.name, run, "another")
        try:
            progress.note("2")
        except GaveWay:
            seen.append("gave way")
            raise

    worker = bench.worker(slow)
    bench.clock.advance(DAY)
    worker.look()

    assert seen == ["gave way"]
    assert bench.state.run is not None
    assert (bench.state.run.token, bench.state.run.cursor) == ("another", "1")
    assert bench.state.ended == ()


def test_a_failing_job_is_tried_again_and_then_counts_as_failed_by_its_type_alone(bench: Bench) -> None:
    worker = bench.worker(failing)
    bench.clock.advance(DAY)

    tries = [worker.look()]
    for wait in WAITS:
        tries.append(worker.look())
        bench.clock.advance(wait)
        tries.append(worker.look())

    last = bench.state.last
    assert tries == [True] + [False, True] * len(WAITS)
    assert last is not None
    assert (last.outcome, last.error) == (Outcome.FAILED, "ConnectionError")
    assert "not to be stored" not in str(bench.database["jobs"].find_one())


def test_a_job_that_fails_after_each_sign_of_life_counts_as_failed_in_the_end(bench: Bench) -> None:
    def work(progress: Progress) -> None:
        progress.note("")
        raise ConnectionError

    worker = bench.worker(work)
    bench.clock.advance(DAY)
    for wait in (timedelta(), *WAITS):
        bench.clock.advance(wait)
        worker.look()

    assert [each.outcome for each in bench.state.ended] == [Outcome.FAILED]


def test_a_failed_run_is_followed_by_the_next_moment(bench: Bench) -> None:
    broken = [True]

    def work(progress: Progress) -> None:
        if broken:
            raise ConnectionError

    worker = bench.worker(work)
    bench.clock.advance(DAY)
    for wait in (timedelta(), *WAITS):
        bench.clock.advance(wait)
        worker.look()
    broken.clear()
    bench.clock.advance(DAY)
    worker.look()

    assert [each.outcome for each in bench.state.ended] == [Outcome.FAILED, Outcome.DONE]


def test_a_failing_job_does_not_stop_another(stack: Stack, database: Database[Document]) -> None:
    clock, stop, jobs = ServerClock(database), threading.Event(), MongoJobs(database)
    good, bad = DAILY, Job("test.failing", "出错", DAILY.cadence)
    loops = [
        JobLoop(job, work, jobs, clock, new_id, QUICK) for job, work in ((good, counting(database)), (bad, failing))
    ]
    threads = [threading.Thread(target=loop.run, args=(stop,)) for loop in loops]
    for thread in threads:
        thread.start()
    for job in (bad, good):
        eventually(lambda name=job.name: jobs.find(name) is not None)  # type: ignore[misc]  # bound at once
        jobs.ask(job.name, "a-1", clock.now())
    eventually(lambda: _all_over(database))
    stop.set()
    for thread in threads:
        thread.join()

    state = jobs.find(bad.name)
    assert state is not None
    assert state.run is not None
    assert state.run.error == "ConnectionError"


def test_a_clock_that_jumps_ahead_and_back_costs_no_moment(bench: Bench) -> None:
    worker = bench.worker(counting(bench.database))
    bench.clock.advance(DAY)
    worker.look()
    bench.clock.advance(DAY * 30)
    worker.look()
    bench.clock.advance(-DAY * 30)
    worker.look()

    bench.clock.advance(DAY)
    worker.look()

    assert [each.slot for each in bench.state.ended] == [MORNING + DAY * days for days in (1, 31, 2)]


def test_an_attempt_that_was_put_off_before_the_clock_went_back_is_not_put_off_for_days(bench: Bench) -> None:
    worker = bench.worker(failing)
    bench.clock.advance(DAY * 3)
    worker.look()
    bench.clock.advance(-DAY * 2)

    tried = worker.look()

    assert tried is True


def test_a_run_that_kills_whoever_holds_it_is_given_up(bench: Bench) -> None:
    worker = bench.worker(counting(bench.database))
    bench.clock.advance(DAY)
    run = _run(bench)
    bench.jobs.begin(bench.state, run)
    for number in range(len(WAITS)):
        held = bench.state.run
        assert held is not None
        bench.jobs.take_over(DAILY.name, held, f"dies-{number}")

    bench.pass_seconds(32, worker.look)

    last = bench.state.last
    assert last is not None
    assert (last.outcome, last.error) == (Outcome.FAILED, "HolderDied")
    assert bench.database["pages"].count_documents({}) == 0


def test_a_job_that_is_asked_for_runs_once_and_keeps_its_moments(bench: Bench) -> None:
    worker = bench.worker(counting(bench.database))
    board = MongoBoard((DAILY,), bench.jobs, bench.clock)
    for account in ("a-1", "a-2"):
        board.ask(DAILY.name, account)

    looks = [worker.look(), worker.look()]
    bench.clock.advance(DAY)
    looks.append(worker.look())

    assert looks == [True, False, True]
    assert [(each.asked_by, each.slot) for each in bench.state.ended] == [
        ("a-1", MORNING + timedelta(hours=5)),
        ("", MORNING + DAY),
    ]


def test_a_job_that_no_worker_has_met_yet_may_be_asked_for(bench: Bench) -> None:
    MongoBoard((DAILY,), bench.jobs, bench.clock).ask(DAILY.name, "a-1")
    worker = bench.worker(counting(bench.database))

    looked = worker.look()

    assert looked is True
    assert [each.asked_by for each in bench.state.ended] == ["a-1"]


def test_the_board_shows_the_table_with_what_became_of_each_job(bench: Bench) -> None:
    unmet = Job("test.unmet", "未知", DAILY.cadence)
    board = MongoBoard((DAILY, unmet), bench.jobs, bench.clock)
    worker = bench.worker(counting(bench.database))
    for _ in range(KEPT + 2):
        bench.clock.advance(DAY)
        worker.look()

    counted, unknown = board.list_all()

    assert counted.state is not None
    assert len(counted.state.ended) == KEPT
    assert counted.next_at == counted.state.slot + DAY
    assert unknown.state is None
    with pytest.raises(NotFound):
        board.ask("test.nowhere", "a-1")


def test_the_time_of_the_primary_is_aware(database: Database[Document]) -> None:
    clock = ServerClock(database)

    now = clock.now()

    assert now.tzinfo is not None
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def _run(bench: Bench) -> Run:
    now = bench.clock.now()
    return Run("dying", DAILY.cadence.slot_at(now), now)


def _all_over(database: Database[Document]) -> bool:
    state = MongoJobs(database).find(DAILY.name)
    return state is not None and bool(state.ended) and state.run is None and state.asked_at is None


def _pages_by_run(database: Database[Document]) -> set[int]:
    """Return how many different pages each run wrote down."""
    grouped = database["pages"].aggregate([{"$group": {"_id": "$slot", "pages": {"$addToSet": "$page"}}}])
    return {len(each["pages"]) for each in grouped}
