"""Files of strangers, changed at random or with care: refused or read, copied without harm, and never left on a disk."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet import _writer

from services.filing.forms.answers import Cells
from services.filing.workbooks.marking import mark
from services.filing.workbooks.reading import read_workbook
from services.filing.workbooks.rows import check_rows, rows
from services.filing.workbooks.template import filled_list, template
from shared.errors import Invalid
from tests.support.files import make_zip, zip_parts
from tests.support.filing import a_context
from tests.support.workbooks import (
    cell_of,
    chunks,
    edition_2022,
    form_of,
    put,
    saved_elsewhere,
    training,
    trainings,
    with_cell,
    with_shared_texts,
)

PARTS = zip_parts(with_shared_texts(template(edition_2022(), form_of("city-1"), trainings(3))))
READ = [
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet3.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "_rels/.rels",
]
PIECES = [b"", b"<", b'"', b"&#0;", b"\xff", b"9999999999", b"-1", b"</row>", b'<c r="B12"/>', b"<v>#</v>", b"_xD800_"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(READ), st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.sampled_from(PIECES))
def test_whatever_is_changed_in_a_part_it_is_read_or_refused(name: str, at: float, length: int, piece: bytes) -> None:
    part = PARTS[name]
    start = int(at * len(part))

    changed = io.BytesIO(make_zip(PARTS | {name: part[:start] + piece + part[start + length :]}))

    assert _outcome(changed) in (["错误汇总", "填报", "_lists", "_tongbao"], ["/file"])


def _outcome(workbook: io.BytesIO) -> list[str]:
    """Return the sheets of the marked copy, or where it says that the workbook is wrong."""
    form = form_of("city-1")
    try:
        faults = [
            fault
            for batch in rows(edition_2022(), form, workbook)
            for fault in (*batch.faults, *check_rows(edition_2022(), form, batch, a_context()))
        ]
        copy = chunks(mark(edition_2022(), form, workbook, faults))
    except Invalid as refused:
        return [problem.pointer for problem in refused.problems]
    return openpyxl.load_workbook(copy).sheetnames


ODD = {
    "a control character": ('t="inlineStr"><is><t>a_x0001_b</t></is>', "a_x0001_b"),
    "half a character": ('t="inlineStr"><is><t>a_xD800_b</t></is>', "a_xD800_b"),
    "a return": ('t="inlineStr"><is><t>a_x000D_b</t></is>', "a_x000D_b"),
    "elements in place of a number": ("><v>1&lt;/v&gt;&lt;f&gt;1+1&lt;/f&gt;</v>", "1</v><f>1+1</f>"),
    "a number without end": (f"><v>{'9' * 50_000}</v>", "9" * 32_767),
    "a day": (' s="{date}"><v>45000</v>', "2023-03-15"),
}
"""What stands in a cell, and what stands there in the marked copy, as a library sees it."""


@pytest.mark.parametrize("what", ODD)
def test_odd_contents_are_refused_at_their_cell_and_shown_as_text_in_the_copy(what: str) -> None:
    form = form_of("enterprise-1")
    cell = cell_of(form, "102")
    inside, shown = ODD[what]
    dated = saved_elsewhere(template(edition_2022(), form), put("H99", date(2023, 3, 15), number_format="yyyy-mm-dd"))
    style = _style(dated, "H99")
    workbook = with_cell(
        dated, cell, f'<c r="{cell}" {inside.replace("{date}", style).lstrip()}</c>'.replace('" >', '">')
    )

    file = io.BytesIO(workbook)
    reading = read_workbook(edition_2022(), form, file)
    found = openpyxl.load_workbook(chunks(mark(edition_2022(), form, file, reading.faults)))["填报"][cell]

    assert [fault.cell for fault in reading.faults] == [cell]
    assert (found.value, found.data_type) == (shown, "s")


def _style(workbook: bytes, cell: str) -> str:
    sheet = zip_parts(workbook)["xl/worksheets/sheet1.xml"].decode()
    return sheet.partition(f'r="{cell}" s="')[2].partition('"')[0]


def test_nothing_of_a_unit_is_written_to_a_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(_writer.WorksheetWriter, "cleanup", lambda self: None)  # so that they stay to be looked at
    form = form_of("city-1")

    workbook = template(edition_2022(), form, trainings(20), {"name": "某某软件技术有限公司"})
    b"".join(mark(edition_2022(), form, io.BytesIO(workbook), ()))
    b"".join(filled_list(edition_2022(), form, trainings(20).rows["rows"], {"name": "某某软件技术有限公司"}))

    written = [path.read_bytes() for path in tmp_path.iterdir()]
    assert len(written) > 3
    assert [text for text in written if "某某软件".encode() in text or "文三路".encode() in text] == []


def test_stored_rows_are_written_one_by_one_as_the_template_has_them() -> None:
    form = form_of("city-1")
    asked: list[int] = []

    def stored() -> Iterator[Cells]:
        for number in range(3_000):
            asked.append(number)
            yield training(number)

    blocks = filled_list(edition_2022(), form, stored(), {"period": "2023年"})
    first = next(blocks)
    early = len(asked)
    whole = b"".join([first, *blocks])

    assert early < 3_000
    assert zip_parts(whole) == zip_parts(template(edition_2022(), form, trainings(3_000), {"period": "2023年"}))


def test_a_stored_list_without_rows_says_none() -> None:
    form = form_of("city-1")

    workbook = b"".join(filled_list(edition_2022(), form, ()))

    assert read_workbook(edition_2022(), form, io.BytesIO(workbook)).answers.rows == {"rows": ()}
    with pytest.raises(LookupError):
        next(filled_list(edition_2022(), form_of("enterprise-5"), ()))
