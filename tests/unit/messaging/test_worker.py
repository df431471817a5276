"""The frame of a worker: clean stop on a signal, death of a part ends the process."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from shared.messaging.worker import Periodic, run_worker


class Part:
    """Waits for the end, or does as told."""

    def __init__(self, name: str, *, dies: bool = False, returns: bool = False, deaf: bool = False) -> None:
        self.name = name
        self.dies = dies
        self.returns = returns
        self.deaf = deaf
        self.heard = threading.Event()
        self.stopped = False

    def run(self, stop: threading.Event) -> None:
        if self.dies:
            raise LookupError("秘密")
        if self.returns:
            return
        stop.wait()
        if self.deaf:
            self.heard.wait()
        self.stopped = True


def signal_soon(number: signal.Signals) -> None:
    threading.Timer(0.2, os.kill, (os.getpid(), number)).start()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_parts_and_the_status_is_clean(number: signal.Signals):
    parts = [Part("one"), Part("two")]
    signal_soon(number)

    status = run_worker(parts)

    assert status == 0
    assert all(part.stopped for part in parts)


@pytest.mark.parametrize("fault", ["dies", "returns"])
def test_a_part_that_ends_unexpectedly_ends_the_others_and_the_status_tells(
    fault: str, capsys: pytest.CaptureFixture[str]
):
    healthy = Part("healthy")

    status = run_worker([healthy, Part("ill", **{fault: True})])

    assert (status, healthy.stopped) == (1, True)
    assert "秘密" not in capsys.readouterr().out


def test_a_part_that_does_not_stop_in_time_makes_the_status_unclean():
    deaf = Part("deaf", deaf=True)
    signal_soon(signal.SIGTERM)

    status = run_worker([deaf], grace_seconds=0.2)
    was_stopped = deaf.stopped
    deaf.heard.set()

    assert (status, was_stopped) == (1, False)


def test_the_signal_handlers_of_before_are_put_back():
    before = signal.getsignal(signal.SIGTERM)
    signal_soon(signal.SIGTERM)

    run_worker([Part("one")])

    assert signal.getsignal(signal.SIGTERM) is before


def test_a_failing_job_is_called_again():
    calls = []
    stop = threading.Event()

    def job() -> None:
        calls.append(1)
        if len(calls) == 3:
            stop.set()
        raise LookupError

    Periodic("sweep", 0.01, job).run(stop)

    assert len(calls) == 3
