"""For every test run: one that is told to end ends as with Ctrl-C, so that its servers end with it, in each of the
processes that share the run; and no example of a property fails for being slow, since a busy machine is."""

from __future__ import annotations

import signal
from functools import cache
from pathlib import Path

import psutil
import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from services.sandbox.stack.child import end_leftovers
from tests.support.stack import (
    amqp_url,
    bucket,
    database,
    kept_databases,
    kept_vhost,
    mongo,
    new_vhost,
    peer_amqp_url,
    s3,
    stack,
    started,
    vhost,
    vhost_of_the_file,
)

__all__ = [
    "amqp_url",
    "bucket",
    "database",
    "kept_databases",
    "kept_vhost",
    "mongo",
    "new_vhost",
    "peer_amqp_url",
    "s3",
    "stack",
    "started",
    "vhost",
    "vhost_of_the_file",
]


def pytest_configure(config: pytest.Config) -> None:
    """Take SIGTERM for an interruption, which lets the fixtures stop what they started; set no deadlines."""
    signal.signal(signal.SIGTERM, _interrupt_all if _hands_out(config) else _interrupt)
    settings.register_profile("busy machine", deadline=None)
    settings.load_profile("busy machine")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling | None:
    """Hand out whole files, and all that use the whole system of the browser tests to one process: one is started."""
    return _OneSystem(config, log) if config.getoption("dist") == "loadfile" else None


class _OneSystem(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "whole system" if _uses_whole_system(self.config.rootpath / file) else file


@cache
def _uses_whole_system(file: Path) -> bool:
    # By its text, since who hands out collects nothing; a file that is overlooked costs one more start.
    text = file.read_text(encoding="utf-8") if file.parent.name == "e2e" else ""
    return "system: System" in text or ("sandbox.story.site" in text and "def site(" not in text)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers of a process that was killed, or that had no time to end them itself."""
    if _hands_out(config):
        folder = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # pytest gives it to fixtures alone
        for run in folder.glob("popen-*/*/run"):
            end_leftovers(run.parent)


def _hands_out(config: pytest.Config) -> bool:
    """Say whether this process runs no tests itself but hands them out to others."""
    return str(config.getoption("dist", "no")) != "no"


def _interrupt_all(*_: object) -> None:
    for each in psutil.Process().children():
        each.terminate()
    raise KeyboardInterrupt


def _interrupt(*_: object) -> None:
    # Once: the process that hands out interrupts again a while later, which would break the fixtures off.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt
