"""A run of the tests in several processes that is told to end, or loses one of them, leaves no server behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.support.bus import eventually
from tests.support.chaos_system import is_gone
from tests.support.tree import ROOT

STARTS_A_SERVER = """
import os, time, pytest
from pathlib import Path
from services.sandbox.stack.child import Child

@pytest.fixture
def server(tmp_path):
    child = Child("server", ["sleep", "600"], root=tmp_path)
    child.start()
    yield child
    child.stop()

def test_that_never_ends(server):
    Path(__file__).with_name(f"{os.environ['PYTEST_XDIST_WORKER']}.started").write_text(f"{os.getpid()} {server.pid}")
    time.sleep(600)
"""


@contextmanager
def shared_run(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run two files of such tests in two processes."""
    options = ("-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest", f"--basetemp={folder / 'temporary'}")
    for name in ("test_one.py", "test_other.py"):
        (folder / name).write_text(STARTS_A_SERVER)
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *options, str(folder)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield run
    finally:
        run.kill()
        run.wait()


def started(folder: Path) -> list[list[int]]:
    """Return the ids of each process that runs a test, and of the server that it started."""
    texts = [path.read_text().split() for path in sorted(folder.glob("*.started"))]
    return [[int(pid) for pid in text] for text in texts if text]


def test_the_servers_of_a_run_that_is_told_to_end_end_with_it(tmp_path: Path) -> None:
    with shared_run(tmp_path) as run:
        eventually(lambda: len(started(tmp_path)) == 2)

        run.terminate()
        status = run.wait(60)

    assert status == pytest.ExitCode.INTERRUPTED
    assert [pid for pids in started(tmp_path) for pid in pids if psutil.pid_exists(pid)] == []


def test_the_server_of_a_process_that_was_killed_ends_with_the_run(tmp_path: Path) -> None:
    with shared_run(tmp_path) as run:
        eventually(lambda: len(started(tmp_path)) == 2)
        worker, server = started(tmp_path)[0]

        os.kill(worker, signal.SIGKILL)
        eventually(lambda: is_gone(worker))
        outlived = psutil.pid_exists(server)
        run.terminate()
        run.wait(60)

    assert outlived
    assert not psutil.pid_exists(server)
