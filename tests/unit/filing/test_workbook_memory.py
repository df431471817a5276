"""However long a list is, importing, marking and exporting it holds no cells but those of a batch: measured in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.filing.workbooks.limits import LIMITS
from shared.documents.inspect import inspect
from shared.documents.kinds import Kind
from tests.bench.importing import ACTS, write_workbook
from tests.support.tree import ROOT

SIZES = (500, 5_000, 50_000)
TIMES, SLACK_MB = 4, 4
"""Ten times as many rows hold ten times as many texts that a program shared, and faults; cells would weigh far more."""
MOST_MB = 25


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """A 城市1表 of each size, as spreadsheet programs save it."""
    folder = tmp_path_factory.mktemp("lists")
    for size in SIZES:
        write_workbook(folder / f"{size}.xlsx", size)
    return {size: folder / f"{size}.xlsx" for size in SIZES}


def _growth(act: str, small: Path, large: Path) -> float:
    command = [sys.executable, "-m", "tests.bench.importing", act, str(small), str(large)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return float(json.loads(ran.stdout)["growth"])


@pytest.mark.parametrize("act", ACTS)
def test_ten_times_the_rows_take_hardly_more_memory(act: str, workbooks: dict[int, Path]) -> None:
    few, many = (_growth(act, workbooks[500], workbooks[size]) for size in (5_000, 50_000))

    assert many <= TIMES * few + SLACK_MB
    assert many <= MOST_MB


def test_a_full_list_passes_the_inspection_within_our_limits(workbooks: dict[int, Path]) -> None:
    with workbooks[50_000].open("rb") as file:
        found = inspect(file, "表.xlsx", frozenset({Kind.XLSX}), LIMITS)

    assert found.kind is Kind.XLSX
