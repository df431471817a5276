"""A list as a workbook: every cell a text, whatever it begins with."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.filing.workbooks.export import Column, Shown, export
from shared.documents.inspect import inspect
from shared.documents.kinds import Kind
from tests.support.filing_bodies import AWKWARD
from tests.support.workbooks import chunks


def test_what_is_shown_stands_in_the_cells_as_text() -> None:
    columns = [Column("名称", 30), Column("金额"), Column("日期"), Column("数")]
    rows: list[list[Shown]] = [["某公司", Decimal("0.10"), date(2024, 1, 2), 7], ["91110000600037341", None, None, 0]]

    stream = chunks(export(columns, rows))

    sheet = openpyxl.load_workbook(stream).active
    assert [[cell.value for cell in line] for line in sheet.iter_rows()] == [
        ["名称", "金额", "日期", "数"],
        ["某公司", "0.10", "2024-01-02", "7"],
        ["91110000600037341", None, None, "0"],
    ]
    assert {cell.number_format for line in sheet.iter_rows(min_row=2) for cell in line if cell.value} == {"@"}
    assert inspect(stream, "表.xlsx", frozenset({Kind.XLSX})).kind is Kind.XLSX


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_a_text_that_begins_like_a_formula_stays_a_text(sign: str) -> None:
    text = f'{sign}HYPERLINK("https://elsewhere.example","a")'

    [cell] = openpyxl.load_workbook(chunks(export([Column("a")], [[text]]))).active[2]

    assert (cell.value, cell.data_type, cell.number_format, cell.quotePrefix) == (text, "s", "@", True)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(AWKWARD[:-8]) | st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1))
def test_any_text_stays_as_it_is(texts: list[str]) -> None:
    texts = [text.replace("_x", "_").replace("\uffff", "").replace("\ufffe", "") for text in texts]

    sheet = openpyxl.load_workbook(chunks(export([Column("a")], [[text] for text in texts]))).active

    assert [line[0].value or "" for line in sheet.iter_rows(min_row=2)] == texts[: sheet.max_row - 1]


def test_rows_are_asked_for_one_by_one_while_the_blocks_go_out() -> None:
    asked = 0

    def rows() -> Iterator[list[Shown]]:
        nonlocal asked
        for number in range(30_000):
            asked += 1
            yield [f"{number * 7919 % 100_003}"]

    blocks = export([Column("a")], rows())
    next(blocks)

    assert asked < 30_000
    assert len(openpyxl.load_workbook(io.BytesIO(b"".join([*export([Column("a")], [["1"]])]))).sheetnames) == 1


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells for 1 columns"):
        list(export([Column("a")], [["1", "2"]]))
