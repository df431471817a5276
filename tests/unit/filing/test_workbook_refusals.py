"""Workbooks that are none of ours, or were changed, or were made to do harm: refused as a whole, with one clear word."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO, NoReturn

import openpyxl
import pytest

from services.filing.workbooks.reading import read_workbook
from services.filing.workbooks.rows import count_rows, filings, rows
from services.filing.workbooks.template import list_template, template
from shared.documents.inspect import inspect
from shared.documents.kinds import Kind
from shared.errors import Invalid
from tests.support.files import make, make_zip, zip_parts
from tests.support.tree import ROOT
from tests.support.workbooks import Change, edition_2022, form_of, put, saved_elsewhere, trainings

SHEET = "xl/worksheets/sheet1.xml"


def _template(key: str = "enterprise-1") -> bytes:
    return template(edition_2022(), form_of(key))


def _refusal(workbook: bytes, key: str = "enterprise-1") -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        read_workbook(edition_2022(), form_of(key), io.BytesIO(workbook))
    [problem] = refused.value.problems
    assert problem.pointer == "/file"
    return problem.code, problem.expected


def _part(name: str, old: bytes, new: bytes) -> bytes:
    parts = zip_parts(_template())
    assert old in parts[name]
    return make_zip(parts | {name: parts[name].replace(old, new, 1)})


def test_a_workbook_of_somebody_else_is_refused() -> None:
    saved = io.BytesIO()
    openpyxl.Workbook().save(saved)

    found = [_refusal(saved.getvalue()), _refusal(make(Kind.XLSX)), _refusal(make(Kind.DOCX))]

    assert found == [("workbook_foreign", "")] * 3


def test_another_form_edition_or_arrangement_is_refused_by_name() -> None:
    older = replace(edition_2022(), id="2019")
    form = form_of("enterprise-2")

    other_form = _refusal(_template("enterprise-2"))
    other_edition = _refusal(template(older, form_of("enterprise-1")))
    a_list = _refusal(list_template(edition_2022(), form), "enterprise-2")
    with pytest.raises(Invalid) as no_list:
        next(filings(edition_2022(), form, io.BytesIO(template(edition_2022(), form))))

    assert other_form == ("workbook_other_form", "服务外包企业基本信息表")
    assert other_edition == ("workbook_other_edition", "服务外包统计调查制度")
    assert a_list[0] == no_list.value.problems[0].code == "workbook_other_shape"


HEADS: dict[str, Change] = {
    "a changed name": put("B12", "别的"),
    "a name taken away": put("B12", None),
    "a line put in": lambda sheet: sheet.insert_rows(9),
    "a column taken away": lambda sheet: sheet.delete_cols(3),
    "a sheet taken away": lambda sheet: sheet.parent.remove(sheet.parent["119"]),
    "a sheet renamed": lambda sheet: setattr(sheet.parent["119"], "title", "投资者"),
}


@pytest.mark.parametrize("what", HEADS)
def test_a_template_whose_heads_were_changed_is_refused(what: str) -> None:
    changed = saved_elsewhere(_template(), HEADS[what])

    code, expected = _refusal(changed)

    assert code == "workbook_heads_changed"
    assert expected


BROKEN: dict[str, Callable[[], bytes]] = {
    "no archive": lambda: b"PK\x03\x04" + b"x" * 500,
    "half of it": lambda: _template()[:5000],
    "a document type": lambda: _part(SHEET, b"<worksheet", b"<!DOCTYPE w [<!ENTITY a 'b'>]><worksheet"),
    "an end that is missing": lambda: _part(SHEET, b"</sheetData>", b""),
    "lines out of order": lambda: _part(SHEET, b'<row r="9"', b'<row r="2"'),
    "a text that is not there": lambda: _part(SHEET, b'<row r="9">', b'<row r="9"><c t="s"><v>99999</v></c>'),
    "a column that can't be": lambda: _part(SHEET, b'<row r="9">', b'<row r="9"><c r="ZZZZ9"><v>1</v></c>'),
    "a kind of cell that can't be": lambda: _part(SHEET, b'<row r="9">', b'<row r="9"><c t="x"><v>1</v></c>'),
    "no workbook": lambda: make_zip({"a.txt": b"a"}),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_workbook_is_refused_and_nothing_else_is_said(what: str) -> None:
    workbook = BROKEN[what]()

    code, expected = _refusal(workbook)

    assert (code, expected) == ("workbook_broken", "")


def test_a_failing_store_is_not_told_as_a_broken_workbook() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> NoReturn:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        read_workbook(edition_2022(), form_of("enterprise-1"), Failing(_template()))


FAR = {
    "two cells far apart": (b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>'),
    "one merged range over all": (b"<mergeCells", b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><x'),
}


@pytest.mark.parametrize("what", FAR)
def test_a_small_file_that_claims_a_huge_sheet_costs_nothing(what: str) -> None:
    old, new = FAR[what]
    parts = zip_parts(_template())
    text = parts[SHEET].replace(b"</mergeCells>", b"</x>") if b"<x" in new else parts[SHEET]
    workbook = make_zip(parts | {SHEET: text.replace(old, new, 1)})
    assert len(workbook) < 100_000

    reading = _in_little_memory(workbook)

    assert reading == "()"


def _in_little_memory(workbook: bytes) -> str:
    """Read in a process that may have no more than 300 MB, and return its faults."""
    code = (
        "import io, resource, sys; resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20));"
        "from tests.support.workbooks import edition_2022, form_of;"
        "from services.filing.workbooks.reading import read_workbook;"
        "print(read_workbook(edition_2022(), form_of('enterprise-1'), io.BytesIO(sys.stdin.buffer.read())).faults)"
    )
    ran = subprocess.run([sys.executable, "-c", code], input=workbook, capture_output=True, cwd=ROOT, check=True)
    return ran.stdout.decode().strip()


def test_a_list_with_one_row_too_many_is_refused_before_it_is_read() -> None:
    form = form_of("city-1")
    short = replace(form, indicators=(replace(form.indicators[0], max_rows=3),))
    workbook = template(edition_2022(), form, trainings(4))

    with pytest.raises(Invalid) as counted:
        count_rows(edition_2022(), short, io.BytesIO(workbook))
    with pytest.raises(Invalid) as read:
        list(rows(edition_2022(), short, io.BytesIO(workbook)))

    assert [each.value.problems[0].code for each in (counted, read)] == ["workbook_too_many_rows"] * 2
    assert counted.value.problems[0].expected == "不超过 3 行"


def test_every_template_passes_the_inspection_of_uploads() -> None:
    form = form_of("enterprise-2")
    workbooks = [template(edition_2022(), each) for each in edition_2022().forms] + [
        list_template(edition_2022(), form)
    ]

    found = [inspect(_stream(each), "表.xlsx", frozenset({Kind.XLSX})) for each in workbooks]

    assert {each.kind for each in found} == {Kind.XLSX}


def _stream(workbook: bytes) -> BinaryIO:
    return io.BytesIO(workbook)
