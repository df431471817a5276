"""`python -m tests.bench.importing ACT SMALL LARGE`: one act on a long workbook in a process of its own.

Writes `{"growth": …}`, the MB by which the process grew at its peak over what it had after the same act on a small one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import openpyxl

from services.filing.forms.answers import Given
from services.filing.forms.context import Context
from services.filing.forms.reading import dump_cells
from services.filing.workbooks.export import Column, Shown, export
from services.filing.workbooks.faults import CellFault
from services.filing.workbooks.marking import mark
from services.filing.workbooks.rows import check_rows, rows
from services.filing.workbooks.template import template
from shared.crypto.sealing import Place, Sealer
from tests.bench.transfers import forget_peak, memory
from tests.support.filing import a_context
from tests.support.keys import make_keyring
from tests.support.workbooks import edition_2022, form_of, training, trainings, with_shared_texts

UNIT = "u" * 32
KEY = "city-1"
EXPECTED = 25
"""Every so many-th row has a finding."""


def write_workbook(path: Path, count: int, *, is_shared: bool = True) -> None:
    """Write a 城市1表 of that many rows, its texts shared as spreadsheet programs do, or in the cells as libraries do."""
    workbook = template(edition_2022(), form_of(KEY), trainings(count))
    path.write_bytes(with_shared_texts(workbook) if is_shared else workbook)


def import_rows(path: Path, context: Context) -> tuple[int, int]:
    """Read, check and seal every row in batches, each batch as one blob. Returns the numbers of rows and of faults."""
    form, sealer, count = form_of(KEY), Sealer(make_keyring()), 0
    faults: list[CellFault] = []
    with path.open("rb") as file:
        for batch in rows(edition_2022(), form, file):
            faults += batch.faults
            faults += check_rows(edition_2022(), form, batch, context)
            place = Place("filing", "rows", f"{batch.first}", 1)
            sealer.seal([dump_cells(row.cells) for row in batch.rows], UNIT, place)
            count += len(batch.rows)
    return count, len(faults)


def read_by_openpyxl(path: Path) -> int:
    """Read every cell with openpyxl and do nothing with it. Returns the number of lines."""
    book = openpyxl.load_workbook(path, read_only=True)
    count = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return count


def mark_rows(path: Path, faults: list[CellFault]) -> int:
    """Write the marked copy to nowhere. Returns its size."""
    with path.open("rb") as file:
        return sum(map(len, mark(edition_2022(), form_of(KEY), file, faults)))


def find_faults(file: BinaryIO, context: Context) -> list[CellFault]:
    """Return the findings of all rows."""
    form = form_of(KEY)
    return [
        fault
        for batch in rows(edition_2022(), form, file)
        for fault in check_rows(edition_2022(), form, batch, context)
    ]


def exported(count: int) -> Iterator[bytes]:
    """Yield a list of that many rows as a workbook."""
    columns = [Column(part.label) for part in form_of(KEY).indicators[0].parts]
    return export(columns, (shown(number) for number in range(count)))


def shown(number: int) -> list[Shown]:
    """Return a row as a list shows it."""
    answers = training(number).values()
    return [answer.value for answer in answers if isinstance(answer, Given) and not isinstance(answer.value, tuple)]


def _marking(path: Path) -> int:
    with path.open("rb") as file:
        faults = find_faults(file, a_context())
    return mark_rows(path, faults)


def _exporting(path: Path) -> int:
    with path.open("rb") as file:
        count = sum(len(batch.rows) for batch in rows(edition_2022(), form_of(KEY), file))
    return sum(map(len, exported(count)))


ACTS: dict[str, Callable[[Path], object]] = {
    "import": lambda path: import_rows(path, a_context()),
    "mark": _marking,
    "export": _exporting,
}


if __name__ == "__main__":
    act, small, large = ACTS[sys.argv[1]], Path(sys.argv[2]), Path(sys.argv[3])
    act(small)
    before = memory("VmRSS")
    forget_peak()
    act(large)
    print(json.dumps({"growth": max(0.0, memory("VmHWM") - before)}))  # noqa: T201  # this is the answer
