"""Long lists as workbooks: importing 50,000 rows beside merely reading them, marking and exporting beside plain writing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl

from tests.bench.ground import Ground, environment_of_children
from tests.bench.importing import (
    ACTS,
    EXPECTED,
    exported,
    find_faults,
    import_rows,
    mark_rows,
    read_by_openpyxl,
    shown,
    write_workbook,
)
from tests.bench.report import Row
from tests.bench.rounds import Arm, alternate, speed, spread
from tests.support.filing import a_context
from tests.support.tree import ROOT

COUNT = 50_000
FEWER = 10_000
"""Rows where the plain way takes long, and the ratio is the same."""
SMALL = 100
ROUNDS = 3
GROWTH_MB = 25.0


def measure(ground: Ground) -> Sequence[Row]:
    """Return the rows of workbooks."""
    small, large, inline = (ground.folder / name for name in ("small.xlsx", "large.xlsx", "inline.xlsx"))
    write_workbook(small, SMALL)
    write_workbook(large, COUNT)
    write_workbook(inline, FEWER, is_shared=False)
    return [
        _import(large, COUNT, "texts shared, as spreadsheet programs save them"),
        _import(inline, FEWER, "texts in the cells, as libraries write them"),
        _marking(ground, inline),
        _export(ground),
        *(_growth(act, small, large) for act in ACTS),
    ]


def _import(path: Path, count: int, what: str) -> Row:
    context = a_context()

    def ours() -> None:
        assert import_rows(path, context) == (count, count // EXPECTED)

    def reading() -> None:
        assert read_by_openpyxl(path) > count

    times = alternate({"ours": _timed(ours), "openpyxl": _timed(reading)}, ROUNDS)
    name = f"import {count:,} rows / openpyxl reading"
    return Row(
        name, speed(times, "ours", "openpyxl"), 1.0, "higher", f"speed; {what}; {spread(times, 'ours', 'openpyxl')}"
    )


def _marking(ground: Ground, path: Path) -> Row:
    with path.open("rb") as file:
        faults = find_faults(file, a_context())
    assert len(faults) == FEWER // EXPECTED
    arms = {
        "ours": _timed(lambda: mark_rows(path, faults)),
        "openpyxl": _timed(lambda: _plainly_copied(path, ground.folder / "copy.xlsx")),
    }
    times = alternate(arms, ROUNDS)
    detail = (
        f"speed; {len(faults):,} faults marked, openpyxl copies the cells alone; {spread(times, 'ours', 'openpyxl')}"
    )
    return Row(f"marked copy of {FEWER:,} rows / openpyxl", speed(times, "ours", "openpyxl"), 1.0, "higher", detail)


def _export(ground: Ground) -> Row:
    arms = {
        "ours": _timed(lambda: sum(map(len, exported(FEWER)))),
        "openpyxl": _timed(lambda: _plainly_written(ground.folder / "list.xlsx")),
    }
    times = alternate(arms, ROUNDS)
    detail = f"speed; openpyxl write-only; {spread(times, 'ours', 'openpyxl')}"
    return Row(f"export of {FEWER:,} rows / openpyxl", speed(times, "ours", "openpyxl"), 1.0, "higher", detail)


def _growth(act: str, small: Path, large: Path) -> Row:
    command = [sys.executable, "-m", "tests.bench.importing", act, str(small), str(large)]
    ran = subprocess.run(command, cwd=ROOT, env=environment_of_children(), capture_output=True, check=True)
    growth = float(json.loads(ran.stdout)["growth"])
    return Row(
        f"{act} {COUNT:,} rows, memory growth", growth, GROWTH_MB, "lower", "MB that the process grew at its peak"
    )


def _plainly_copied(source: Path, target: Path) -> None:
    read = openpyxl.load_workbook(source, read_only=True)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in read.worksheets[0].iter_rows(values_only=True):
        sheet.append(line)
    book.save(target)
    read.close()


def _plainly_written(target: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(FEWER):
        sheet.append([str(value) for value in shown(number)])
    book.save(target)


def _timed(work: Callable[[], object]) -> Arm:
    def arm() -> float:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun

    return arm
