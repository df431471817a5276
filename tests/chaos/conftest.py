"""One running system for all tests that kill parts of it; a test leaves it as whole as it found it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.support.chaos_clients import Clients, Unit
from tests.support.chaos_system import Ground, open_ground

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The system, started once."""
    with open_ground(tmp_path_factory.mktemp("chaos")) as ground:
        yield ground


@pytest.fixture
def ground(opened: Ground) -> Iterator[Ground]:
    """The system, whole before and after the test."""
    yield opened
    opened.heal()


@pytest.fixture
def clients(ground: Ground) -> Iterator[Clients]:
    """Clients with retries."""
    made = Clients(ground)
    yield made
    made.close()


@pytest.fixture
def unit() -> Unit:
    """A unit that nobody has seen yet."""
    return Unit(next(NUMBERS))
