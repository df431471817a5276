"""Fail points: nothing without the variable, exactly the planned fault with it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from shared import failpoints


def test_nothing_happens_without_a_plan(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(failpoints.VARIABLE, raising=False)

    failpoints.hit("relay.published_no_confirm")


def test_only_the_planned_hit_of_the_named_point_raises(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(failpoints.VARIABLE, "test.second:raise:2")

    failpoints.hit("test.other")
    failpoints.hit("test.second")
    with pytest.raises(failpoints.FailPointHit):
        failpoints.hit("test.second")
    failpoints.hit("test.second")


def test_sleep_delays_each_hit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(failpoints.VARIABLE, "test.slow:sleep:0.05")
    started = time.monotonic()

    failpoints.hit("test.slow")
    failpoints.hit("test.slow")

    assert time.monotonic() - started >= 0.1


def test_kill_ends_the_process_at_once():
    program = "from shared import failpoints; failpoints.hit('test.end'); print('alive')"

    done = subprocess.run(
        [sys.executable, "-c", program], env={failpoints.VARIABLE: "test.end:kill"}, capture_output=True, check=False
    )

    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"")


@pytest.mark.parametrize("plan", ["name", "name:explode", "name:kill:soon"])
def test_an_unreadable_plan_is_an_error(plan: str):
    with pytest.raises((ValueError, TypeError)):
        failpoints.parse(plan)
