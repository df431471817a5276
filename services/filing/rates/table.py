"""A table of rates as an office keeps it: CSV in UTF-8 or GB 18030, one rate a line, read as it comes in."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.filing.model.rates import Quote, Quoting, Rate
from services.filing.rates.checking import Known, currency_fault, day_fault, source_fault
from services.filing.rates.quotes import UNITS

LARGEST = 1024 * 1024
"""Bytes of one table."""

MOST_LINES = 20_000
LONGEST_LINE = 1000
SHOWN_FAULTS = 500
"""So many faults are told one by one; the others are counted."""

HEAD = ("币种", "日期", "标价方式", "单位", "汇率", "来源")
QUOTINGS = {"直接": Quoting.DIRECT, "间接": Quoting.INVERTED}
"""直接: so many CNY for the units of the currency; 间接: so much of the currency for the units of CNY."""

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,10})?\Z")
_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})\Z")


class NotATable(Exception):
    """What came in is no table of rates at all; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Fault:
    """What is wrong in a cell: the line as a spreadsheet counts it (the head is line 1), the column, and why."""

    line: int
    column: str
    code: str


@dataclass(frozen=True)
class Line:
    """A rate with the line that it stands in."""

    number: int
    rate: Rate


@dataclass
class RateTable:
    """The rates of a table, and everything that is wrong with it."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0

    def fault(self, line: int, column: str, code: str) -> None:
        """Note a fault."""
        self.fault_count += 1
        if len(self.faults) < SHOWN_FAULTS:
            self.faults.append(Fault(line, column, code))


def read_table(chunks: Iterable[bytes], known: Known) -> RateTable:
    """Return what a table says, with all its faults. Raises `NotATable`."""
    table = RateTable()
    first_at: dict[tuple[str, date, str], int] = {}
    for number, cells in _numbered(chunks):
        if not any(cells):
            continue
        rate = _rate(table, number, cells, known)
        if rate is None:
            continue
        if rate.key in first_at:
            table.fault(number, HEAD[0], "rate_twice")
            continue
        first_at[rate.key] = number
        table.lines.append(Line(number, rate))
    if not table.lines and not table.fault_count:
        raise NotATable("table_empty")
    return table


def _numbered(chunks: Iterable[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines below the head with their numbers. Raises `NotATable`."""
    reader = csv.reader(_texts(chunks), strict=True)
    try:
        head = [cell.strip() for cell in next(reader, [])]
        if tuple(head) != HEAD:
            raise NotATable("table_head")
        for row in reader:
            if reader.line_num > MOST_LINES + 1:
                raise NotATable("table_too_long")
            yield reader.line_num, [cell.strip() for cell in row]
    except csv.Error:
        raise NotATable("table_unreadable") from None


def _texts(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines as text; the head, which is Chinese, tells the encoding. Raises `NotATable`."""
    decode = None
    for line in _byte_lines(chunks):
        if decode is None:
            decode = _decoder_of(line)
        try:
            text = decode.decode(line)
        except UnicodeDecodeError:
            raise NotATable("table_unreadable") from None
        if "\x00" in text:
            raise NotATable("table_unreadable")
        yield text


def _decoder_of(head: bytes) -> codecs.IncrementalDecoder:
    try:
        head.decode("utf-8-sig")
    except UnicodeDecodeError:
        return codecs.getincrementaldecoder("gb18030")()
    return codecs.getincrementaldecoder("utf-8-sig")()


def _byte_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield whole lines of what comes in pieces. Raises `NotATable` for too long a line."""
    kept = b""
    for chunk in chunks:
        *lines, kept = (kept + chunk).split(b"\n")
        for line in lines:
            yield _bounded(line) + b"\n"
        _bounded(kept)
    if kept:
        yield kept


def _bounded(line: bytes) -> bytes:
    if len(line) > LONGEST_LINE:
        raise NotATable("table_unreadable")
    return line


def _rate(table: RateTable, number: int, cells: list[str], known: Known) -> Rate | None:
    if len(cells) != len(HEAD):
        table.fault(number, "", "cell_count")
        return None
    before = table.fault_count
    code, day_text, quoting_text, units_text, number_text, source_text = cells
    _note(table, number, HEAD[0], currency_fault(code, known))
    day = _day(table, number, day_text, known)
    quoting = QUOTINGS.get(quoting_text)
    if quoting is None:
        table.fault(number, HEAD[2], "quoting_unknown")
    units = int(units_text) if units_text.isascii() and units_text.isdigit() and len(units_text) < 6 else 0
    if units not in UNITS:
        table.fault(number, HEAD[3], "units_unknown")
    value = Decimal(number_text) if _NUMBER.match(number_text) else Decimal(0)
    if not value:
        table.fault(number, HEAD[4], "rate_not_positive")
    source = known.terms.named(source_text)
    _note(table, number, HEAD[5], source_fault(source, known))
    if table.fault_count > before or day is None or quoting is None or source is None:
        return None
    return Rate(code, day, source.key, Quote(value, quoting, units))


def _day(table: RateTable, number: int, text: str, known: Known) -> date | None:
    found = _DAY.match(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    _note(table, number, HEAD[1], day_fault(day, known) if day else "day_malformed")
    return day


def _note(table: RateTable, line: int, column: str, code: str) -> None:
    if code:
        table.fault(line, column, code)
