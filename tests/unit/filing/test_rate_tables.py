"""Tables of rates: read as they come in, every fault at once with its line and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from services.filing.model.rates import Quoting
from services.filing.rates.checking import Known
from services.filing.rates.table import LONGEST_LINE, MOST_LINES, SHOWN_FAULTS, NotATable, RateTable, read_table
from tests.support.rates import CURRENCIES, TERMS, line, make_quote, make_rate, table_of

KNOWN = Known(CURRENCIES, TERMS, date(2026, 1, 8))


def in_pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


def read(content: bytes, known: Known = KNOWN) -> RateTable:
    return read_table([content], known)


def test_a_table_is_read_line_by_line() -> None:
    content = table_of(
        line(), line(currency="JPY", units="100", value="4.8765"), line(currency="KRW", quoting="间接", value="200.5")
    )

    table = read(content)

    assert [each.number for each in table.lines] == [2, 3, 4]
    assert table.lines[0].rate == make_rate()
    assert table.lines[1].rate.quote == make_quote("4.8765", units=100)
    assert table.lines[2].rate.quote == make_quote("200.5", Quoting.INVERTED)
    assert table.fault_count == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_table_in_pieces_and_in_any_encoding_is_the_same(encoding: str, size: int) -> None:
    content = table_of(line(), line(currency="EUR"), encoding=encoding)

    table = read_table(in_pieces(content, size), KNOWN)

    assert [each.rate.currency for each in table.lines] == ["USD", "EUR"]


def test_empty_lines_and_blanks_around_cells_are_passed_over() -> None:
    content = table_of(line(currency=" USD "), ("",) * 6, line(currency="EUR", day="2026/1/5"))

    table = read(content.replace(b"EUR", b" EUR"))

    assert [(each.number, each.rate.currency, each.rate.day) for each in table.lines] == [
        (2, "USD", date(2026, 1, 5)),
        (4, "EUR", date(2026, 1, 5)),
    ]


def test_a_source_may_be_named_by_its_key() -> None:
    assert read(table_of(line(source="central_parity"))).lines[0].rate == make_rate()


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"currency": "usd"}, "币种", "currency_unknown"),
        ({"currency": "XYZ"}, "币种", "currency_unknown"),
        ({"currency": ""}, "币种", "currency_unknown"),
        ({"currency": "CNY"}, "币种", "currency_is_cny"),
        ({"day": "2026-02-30"}, "日期", "day_malformed"),
        ({"day": "5.1.2026"}, "日期", "day_malformed"),
        ({"day": "2026-01-09"}, "日期", "day_in_future"),
        ({"day": "1993-12-31"}, "日期", "day_too_early"),
        ({"quoting": "直"}, "标价方式", "quoting_unknown"),
        ({"units": "0"}, "单位", "units_unknown"),
        ({"units": "50"}, "单位", "units_unknown"),
        ({"units": "１"}, "单位", "units_unknown"),
        ({"units": "1" * 40}, "单位", "units_unknown"),
        ({"value": "0"}, "汇率", "rate_not_positive"),
        ({"value": "0.0000"}, "汇率", "rate_not_positive"),
        ({"value": "-7.1"}, "汇率", "rate_not_positive"),
        ({"value": "7,1"}, "", "cell_count"),
        ({"value": "7.1e3"}, "汇率", "rate_not_positive"),
        ({"value": "NaN"}, "汇率", "rate_not_positive"),
        ({"value": "Infinity"}, "汇率", "rate_not_positive"),
        ({"value": "７.1"}, "汇率", "rate_not_positive"),
        ({"value": "7.12345678901"}, "汇率", "rate_not_positive"),
        ({"source": ""}, "来源", "source_unknown"),
        ({"source": "某银行"}, "来源", "source_unknown"),
        ({"source": "示例汇率（非公布值）"}, "来源", "source_is_sample"),
    ],
)
def test_a_cell_that_is_wrong_is_named(changes: dict[str, str], column: str, code: str) -> None:
    table = read(table_of(line(currency="EUR"), line(**changes)))

    assert [(each.line, each.column, each.code) for each in table.faults] == [(3, column, code)]
    assert [each.number for each in table.lines] == [2]


def test_all_faults_of_all_lines_come_at_once() -> None:
    wrong = line(currency="x", day="x", quoting="x", units="x", value="x", source="x")

    table = read(table_of(wrong, line(), wrong))

    assert [each.line for each in table.faults] == [2] * 6 + [4] * 6
    assert len(table.lines) == 1


def test_a_rate_that_stands_twice_is_a_fault_where_it_stands_again() -> None:
    table = read(table_of(line(), line(currency="EUR"), line(value="7.2")))

    assert [(each.line, each.code) for each in table.faults] == [(4, "rate_twice")]


def test_more_faults_than_are_shown_are_counted() -> None:
    table = read(table_of(*[line(currency="x")] * (SHOWN_FAULTS + 3)))

    assert len(table.faults) == SHOWN_FAULTS
    assert table.fault_count == SHOWN_FAULTS + 3


def test_samples_are_taken_only_where_that_is_allowed() -> None:
    known = Known(CURRENCIES, replace(TERMS, takes_samples=True), KNOWN.today)

    table = read(table_of(line(source="示例汇率（非公布值）")), known)

    assert table.lines[0].rate.source == "sample"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table_head"),
        (b"PK\x03\x04 a workbook", "table_head"),
        (table_of(line(), head=("币种", "日期")), "table_head"),
        (table_of(), "table_empty"),
        (table_of(("",) * 6), "table_empty"),
        (table_of(line()) + b"\xff\xff\xff\n", "table_unreadable"),
        (table_of(line()) + b"a\x00b,,,,,\n", "table_unreadable"),
        (table_of(line()) + b'"open', "table_unreadable"),
        (table_of(line()) + b"x" * (LONGEST_LINE + 1) + b"\n", "table_unreadable"),
        (table_of(line()) + b"\n" * (MOST_LINES + 1), "table_too_long"),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(content: bytes, code: str) -> None:
    with pytest.raises(NotATable) as caught:
        read(content)

    assert caught.value.code == code


def test_a_line_without_end_is_given_up_before_it_is_in_memory() -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 256

    with pytest.raises(NotATable):
        read_table(endless(), KNOWN)

    assert taken < 10
