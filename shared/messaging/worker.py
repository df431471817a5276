"""The frame of a worker process: relay, consumers and periodic jobs, each in a thread, ended together."""

from __future__ import annotations

import signal
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Protocol

import structlog
from prometheus_client import start_http_server

GRACE_SECONDS = 15.0
"""Usually well under a second; the longest is a consumer that waits for the end of a transaction."""

log = structlog.get_logger()


class Part(Protocol):
    """Something that runs until it is told to stop."""

    name: str

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, then return within a few seconds. Returning earlier counts as death."""
        ...


class Periodic:
    """Calls `job` every `seconds`, the first time at once; a job that fails is logged and called again next time."""

    def __init__(self, name: str, seconds: float, job: Callable[[], object]) -> None:
        self.name = name
        self._seconds = seconds
        self._job = job

    def run(self, stop: threading.Event) -> None:
        """Call the job until `stop` is set."""
        while not stop.is_set():
            try:
                self._job()
            except Exception as error:  # the next call may well go right
                log.error("job_failed", job=self.name, error=type(error).__name__)
            stop.wait(self._seconds)


def run_worker(parts: Sequence[Part], *, metrics_port: int | None = None, grace_seconds: float = GRACE_SECONDS) -> int:
    """Run the parts until SIGTERM or SIGINT, and return the exit status of the process.

    0 after a clean stop; 1 when a part died, or was still busy `grace_seconds` after the signal. Must be called
    in the main thread; the caller ends the process with `raise SystemExit(run_worker(…))`.
    """
    stop = threading.Event()
    deaths: list[str] = []

    def on_signal(number: int, _: FrameType | None) -> None:
        log.info("worker_stopping", signal=signal.Signals(number).name)
        stop.set()

    def live(part: Part) -> None:
        try:
            part.run(stop)
        except Exception as error:  # the thread ends here, and the process with it
            # The place, not the text: an exception from below may carry values.
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("part_died", part=part.name, error=type(error).__name__, at=f"{place.filename}:{place.lineno}")
            deaths.append(part.name)
        if not stop.is_set():
            log.error("part_ended", part=part.name)
            deaths.append(part.name)
            stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        if metrics_port is not None:
            start_http_server(metrics_port)
        threads = [threading.Thread(target=live, args=(part,), name=part.name, daemon=True) for part in parts]
        for thread in threads:
            thread.start()
        log.info("worker_started", parts=[part.name for part in parts])
        stop.wait()
        until = time.monotonic() + grace_seconds
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        busy = [thread.name for thread in threads if thread.is_alive()]
        if busy:
            log.error("worker_busy", parts=busy)
        return 1 if deaths or busy else 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
