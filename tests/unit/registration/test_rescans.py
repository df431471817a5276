"""The stamped form comes back from all kinds of scanners: its code is read, and a changed item is found."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from shared.documents.codes import read_codes
from shared.documents.kinds import Kind
from tests.support.rescan_table import RESCANS, printed_form, reading
from tests.support.rescans import Rescan, rescan


@pytest.fixture(scope="module")
def printed() -> bytes:
    return printed_form()


def test_there_are_enough_rescans_of_every_sort() -> None:
    assert len(RESCANS) >= 20
    assert {150, 200, 300} <= {how.dpi for how in RESCANS}
    assert {3, -3} <= {how.skew for how in RESCANS}
    assert sum(how.is_grey for how in RESCANS) >= 5
    assert sum(bool(how.seal_at) for how in RESCANS) >= 5


@pytest.mark.parametrize("position", range(len(RESCANS)))
def test_the_code_of_a_rescan_is_read_and_a_changed_item_found(printed: bytes, position: int) -> None:
    found = reading(printed, position)

    assert found.is_read
    assert found.is_found


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_that_lay_the_wrong_way_round_is_read_too(printed: bytes, angle: int) -> None:
    scanned = rescan(printed, replace(Rescan(150), skew=angle, kind=Kind.PNG))

    assert len(read_codes(io.BytesIO(scanned), Kind.PNG)) == 1
