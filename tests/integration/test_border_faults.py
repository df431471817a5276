"""The faults at the border with a handful of units each; `make chaos` plays them with thousands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.sandbox.stack.stack import Stack
from tests.support.chaos_border import Border, open_border
from tests.support.chaos_faults import (
    FAULTS,
    Play,
    broker_restarted,
    played,
    relay_killed,
    worker_killed,
    wrong_keys,
)

ELSEWHERE = (broker_restarted, relay_killed, worker_killed, wrong_keys)
"""What takes long and is proved elsewhere: one way to kill the broker is here, the others in `test_exchange*.py`."""

SOON = [play for play in FAULTS if play not in ELSEWHERE]

UNITS = 3


@pytest.fixture(scope="module")
def border(started: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Border]:
    """A border on servers that may be killed."""
    with open_border(started, tmp_path_factory.mktemp("border")) as border, border.relaying():
        yield border


@pytest.mark.parametrize("play", SOON, ids=lambda play: play.__name__)
def test_nothing_is_lost_and_nothing_has_its_effect_twice(border: Border, play: Play) -> None:
    found = played(border, play, UNITS)

    assert found.wrong == []
    assert found.is_explained
