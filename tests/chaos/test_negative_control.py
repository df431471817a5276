"""The checker can fail: with the safeguard against repetition removed, a redelivery is seen as what it is."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

import pytest

from services.sandbox.programs import PROJECT
from services.sandbox.stack.child import Child
from shared.failpoints import VARIABLE
from tests.support.bus import eventually
from tests.support.chaos_checks import drained, faults
from tests.support.chaos_clients import Clients, Unit
from tests.support.chaos_system import Ground

pytestmark = pytest.mark.chaos

NAME = "notification-worker"


@pytest.fixture
def careless(ground: Ground) -> Iterator[Child]:
    """A worker without inbox in place of the real one, not started yet."""
    ground.kill(NAME)
    child = Child(
        f"{NAME}-without-inbox",
        [sys.executable, "-m", "tests.support.chaos_without_inbox"],
        root=ground.system.root,
        environment=ground.system.env_of(NAME),
        directory=PROJECT,
    )
    yield child
    child.kill()


def test_without_the_inbox_a_redelivered_message_is_found_as_a_duplicate(
    ground: Ground, clients: Clients, unit: Unit, careless: Child
) -> None:
    clients.prepare(unit)
    careless.environment[VARIABLE] = "cons.effect_committed_no_ack:kill"
    careless.start()

    clients.carry_through(unit)
    eventually(lambda: not careless.is_alive(), seconds=60)
    status = careless.exit_code
    del careless.environment[VARIABLE]
    careless.start()
    drained(ground, [unit])
    found = faults(ground, [unit])

    assert status == -signal.SIGKILL
    assert {fault.rpartition(" is there ")[2] for fault in found if fault.startswith("notice")} == {"2 times"}
