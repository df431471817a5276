"""A child process: its output in a log, a record of its id on disk, ended together with all its descendants."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import psutil

from services.sandbox.stack.errors import StackError

INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER")
GRACE_SECONDS = 15.0
POLL_SECONDS = 0.05
TAIL_LINES = 15


def base_environment() -> dict[str, str]:
    """Return the variables that every child gets; whatever else our own environment holds stays here."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


class Child:
    """One program that we start and end.

    It gets a session of its own, so that Ctrl-C at the terminal reaches us alone and we end the children in order.
    `run/<name>.json` under `root` records it, so that `end_leftovers` finds it when we were killed ourselves.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        root: Path,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
    ) -> None:
        self.name = name
        self.argv = list(argv)
        self.environment = dict(environment or {})
        self.directory = directory
        self.log = root / "logs" / f"{name}.log"
        self._record = root / "run" / f"{name}.json"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program. Raises `StackError` when it runs already or can't be started."""
        if self.is_alive():
            raise StackError(f"{self.name} is running already")
        self._record.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._opened_log() as log:
            try:
                self._process = subprocess.Popen(  # noqa: S603  the programs are those of the process table
                    self.argv,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=base_environment() | self.environment,
                    cwd=self.directory,
                    start_new_session=True,
                )
            except OSError as error:
                raise StackError(f"{self.name} can't be started: {error}") from error
        self._record.write_text(json.dumps(_identity(psutil.Process(self._process.pid))))

    @property
    def pid(self) -> int:
        """The process id. Raises `StackError` before the first start."""
        if self._process is None:
            raise StackError(f"{self.name} has not been started")
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit status, minus the signal's number when a signal ended it; None while it runs or never ran."""
        return None if self._process is None else self._process.poll()

    def is_alive(self) -> bool:
        """Say whether it runs now."""
        return self._process is not None and self._process.poll() is None

    def ask_to_end(self) -> None:
        """Send SIGTERM and return at once; `stop` then waits."""
        if self._process is not None and self.is_alive():
            self._process.terminate()

    def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Ask it to end (SIGTERM), and after `grace` seconds end it and all its descendants (SIGKILL)."""
        if self._process is None:
            return
        family = self._family()
        if self.is_alive():
            self._process.terminate()
            try:
                self._process.wait(grace)
            except subprocess.TimeoutExpired:
                family = self._family()
        self._end(family)

    def kill(self) -> list[int]:
        """Kill it and all its descendants at once (SIGKILL). Returns the ids of the processes that are now gone."""
        family = self._family()
        self._end(family)
        return [process.pid for process in family if not process.is_running()]

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it and its descendants: SIGSTOP and SIGCONT for a frozen process."""
        for process in self._family():
            process.send_signal(number)

    def tail(self) -> str:
        """Return the last lines of its log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"  {line}" for line in lines[-TAIL_LINES:])

    def wait_until(self, is_ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `is_ready` says so. Raises `StackError` when it ends before, or does not get there in time."""
        end = time.monotonic() + seconds
        while not is_ready():
            if not self.is_alive():
                raise StackError(f"{self.name} ended with status {self.exit_code}; its log {self.log}:\n{self.tail()}")
            if time.monotonic() > end:
                raise StackError(f"{self.name} was not ready after {seconds:.0f} s; its log {self.log}:\n{self.tail()}")
            time.sleep(POLL_SECONDS)

    def finish(self, seconds: float) -> None:
        """Wait until it ends by itself. Raises `StackError` when it fails or takes longer."""
        process = self._process
        if process is None:
            raise StackError(f"{self.name} has not been started")
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        self._record.unlink(missing_ok=True)
        if process.returncode != 0:
            raise StackError(f"{self.name} failed with status {process.returncode}; its log {self.log}:\n{self.tail()}")

    def output(self, seconds: float) -> str:
        """Run it to its end and return what it printed, which stays out of the log.

        Raises `StackError` when it fails or takes longer.
        """
        try:
            with self._opened_log() as log:
                done = subprocess.run(  # noqa: S603  the programs are those of the process table
                    self.argv,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=base_environment() | self.environment,
                    cwd=self.directory,
                    timeout=seconds,
                    check=True,
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise StackError(f"{self.name} failed; its log {self.log}:\n{self.tail()}") from error
        return done.stdout.decode()

    def _opened_log(self) -> BinaryIO:
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.log.open("ab")

    def _family(self) -> list[psutil.Process]:
        return _with_descendants(self.pid) if self.is_alive() else []

    def _end(self, family: Sequence[psutil.Process]) -> None:
        if any(process.is_running() for process in family):
            # Its whole group at once, since it may be forking just now: a child that came after the look at the
            # family would live on and keep the port.
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        _kill(family)
        if self._process is not None:
            self._process.wait()  # before psutil does, which would keep the exit status to itself
        psutil.wait_procs(family, timeout=GRACE_SECONDS)
        self._record.unlink(missing_ok=True)


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def turn_logs(root: Path) -> None:
    """Put the logs of the run before aside, so that a log is that of one run; older ones go."""
    for log in (root / "logs").glob("*.log"):
        log.replace(log.with_suffix(".log.before"))


def end_leftovers(root: Path) -> list[str]:
    """End what an earlier run under `root` left behind when it was killed itself. Returns the names."""
    ended = []
    for record in sorted((root / "run").glob("*.json")):
        known = json.loads(record.read_text() or "{}")
        try:
            is_the_one = known and _identity(psutil.Process(known["pid"])) == known
        except psutil.NoSuchProcess:
            is_the_one = False
        if is_the_one:
            family = _with_descendants(known["pid"])
            _kill(family)
            psutil.wait_procs(family, timeout=GRACE_SECONDS)
            ended.append(record.stem)
        record.unlink()
    return ended


def _identity(process: psutil.Process) -> dict[str, float]:
    # The id alone is not enough: after a restart of the machine another process may have it.
    return {"pid": process.pid, "started": process.create_time()}


def _with_descendants(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [*process.children(recursive=True), process]
    except psutil.NoSuchProcess:
        return []
