"""Which acts stand once in a history, however often they are repeated."""

from __future__ import annotations

from typing import Any

import pytest

from shared.history import HistoryEntry, is_continued
from tests.support.bus import MOMENT


def act(**changes: Any) -> HistoryEntry:
    values = {"at": MOMENT, "actor_id": "a1", "action": "save", "from_state": "draft", "to_state": "draft"}
    return HistoryEntry(**(values | changes))


def test_the_same_person_saving_again_continues_the_act_before() -> None:
    assert is_continued((act(action="create"), act(), act()), {"save"})


@pytest.mark.parametrize(
    "history",
    [
        (),
        (act(),),
        (act(actor_id="a2"), act()),
        (act(action="create"), act()),
        (act(), act(key="k1", digest="d1")),
        (act(action="submit"), act(action="submit")),
    ],
    ids=["nothing", "the first act", "another person", "another act", "a request of its own", "an act that counts"],
)
def test_anything_else_is_an_act_of_its_own(history: tuple[HistoryEntry, ...]) -> None:
    assert not is_continued(history, {"save"})
