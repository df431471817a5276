"""10,000 units told to the 名录库 while the broker, the worker and the 名录库 fail in every way of the table."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator

import pytest

from services.sandbox.stack.stack import Stack
from tests.support.bus import eventually
from tests.support.chaos_border import Border, faults, open_border, parked
from tests.support.chaos_faults import FAULTS, Play, frozen_and_killed, played
from tests.support.stack import started

__all__ = ["started"]

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

MESSAGES = int(os.environ.get("TONGBAO_CHAOS_MESSAGES", "10000"))
FEW = 20


@pytest.fixture(scope="module")
def border(started: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Border]:
    """A border on servers that may be killed."""
    with open_border(started, tmp_path_factory.mktemp("border")) as border, border.relaying():
        yield border


@pytest.mark.parametrize("play", FAULTS, ids=lambda play: play.__name__)
def test_nothing_is_lost_and_nothing_has_its_effect_twice(
    border: Border, play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    count = -(-MESSAGES // len(FAULTS))

    found = played(border, play, count)

    with capsys.disabled():
        sys.stdout.write(
            f"\n{play.__name__}: {count} units; landed: {found.fault.landed}; at rest after {found.seconds:.1f} s;"
            f" wrong: {len(found.wrong)}\n"
        )
    assert found.wrong == []
    assert found.is_explained


def test_without_confirms_messages_to_a_broker_that_dies_are_seen_to_be_lost(border: Border) -> None:
    approvals = border.approvals(FEW)
    border.start_worker(without="confirms")

    landed = frozen_and_killed(border, approvals)
    with border.directory():
        eventually(lambda: not border.pending())
        time.sleep(3.0)
    border.stop_worker()
    found = faults(border, approvals)

    assert landed
    assert len([fault for fault in found if fault.startswith("unit directory")]) == FEW


def test_without_inbox_and_fixed_ids_a_repetition_is_seen_to_be_doubled(border: Border) -> None:
    border.settle([])  # the crash point is for these units, not for what another test left
    approvals = border.approvals(FEW)
    careless = border.start_worker("cons.effect_committed_no_ack:kill", without="inbox")
    with border.directory():
        border.approve(approvals)
        eventually(lambda: not careless.is_alive())
        status = careless.exit_code
        border.start_worker(without="inbox")
        eventually(lambda: not border.pending() and border.stack.rabbitmq.backlog(border.vhost)["exchange.events"] == 0)
    border.stop_worker()
    found = faults(border, approvals)
    parked(border)

    assert status == -signal.SIGKILL
    assert any(fault.startswith("ledger: 2 messages of") for fault in found)
