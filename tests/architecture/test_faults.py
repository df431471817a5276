"""The page of faults names tests that exist, and every fault of the border that is played."""

from __future__ import annotations

import re

from tests.support.chaos_faults import FAULTS
from tests.support.tree import ROOT

PAGE = (ROOT / "docs" / "how-to" / "faults.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_each_test_that_is_named_exists() -> None:
    named = NAMED.findall(PAGE)

    missing = [
        (path, name)
        for path, name in named
        if not (ROOT / path).is_file() or f"def {name}(" not in (ROOT / path).read_text("utf-8")
    ]

    assert len(named) > 40
    assert missing == []


def test_each_row_names_its_proof() -> None:
    rows = [
        line
        for line in PAGE.splitlines()
        if line.startswith("| ") and not line.startswith(("| fault", "| ---", "| removed"))
    ]

    without = [row for row in rows if not NAMED.search(row)]

    assert len(rows) > 35
    assert without == []


def test_the_faults_at_the_border_are_played_in_small_and_in_large() -> None:
    assert len(FAULTS) >= 14
    assert all(play.__doc__ for play in FAULTS)
