"""Tables as text files: CSV for people, and SDMX-CSV 2.0 for machines (RFC 4180, a header, one observation a line)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from shared.tabulation.tables import Table, TableSet

_BLOCK = 64 * 1024
BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheet programs take Chinese for something else
AGENCY = "MOFCOM"
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")

FREE, CONFIDENTIAL = "F", "C"
"""Codes of SDMX's code list of confidentiality."""
NORMAL, MISSING = "A", "M"
"""Codes of SDMX's code list of observations."""
REPLACES = "R"
"""The action of SDMX-CSV by which what stands in the file takes the place of what was there."""


def csv_of(table: Table, nature: str) -> bytes:
    """Return a table, one cell a line, with codes and names; `nature` is said in every line."""
    return b"".join(csv_blocks(table, nature))


def csv_blocks(table: Table, nature: str) -> Iterator[bytes]:
    """Yield the same block by block."""
    names = [column for each in table.dimensions for column in (f"{each.title}代码", each.title)]
    head = (*names, "指标代码", "指标", "计量单位", "币种", "数值", "状态", "数据性质")
    yield BYTE_ORDER_MARK.encode()
    yield from _written(chain([head], _lines(table, nature)))


def _lines(table: Table, nature: str) -> Iterator[Sequence[str]]:
    titles = [{item.code: item.title for item in each.items} for each in table.dimensions]
    for cell in table.cells:
        measure = table.measure(cell.measure)
        names = [text for of, code in zip(titles, cell.at, strict=True) for text in (code, _safe(of[code]))]
        status = "公布" if cell.is_published else "隐去"
        yield (*names, measure.code, _safe(measure.title), measure.unit, measure.currency, cell.text, status, nature)


def sdmx_of(made: TableSet, table: Table) -> bytes:
    """Return a table as SDMX-CSV 2.0; a suppressed cell is there without a value, its confidentiality said."""
    return b"".join(sdmx_blocks(made, table))


def sdmx_blocks(made: TableSet, table: Table) -> Iterator[bytes]:
    """Yield the same block by block."""
    dimensions = [each.code.upper() for each in table.dimensions]
    attributes = ("UNIT_MEASURE", "CURRENCY", "DECIMALS", "OBS_STATUS", "CONF_STATUS", "COMMENT_OBS")
    head = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *dimensions, "INDICATOR", "TIME_PERIOD", "OBS_VALUE", *attributes)
    yield from _written(chain([head], _observations(made, table)))


def _observations(made: TableSet, table: Table) -> Iterator[Sequence[str]]:
    structure = f"{AGENCY}:{table.code.upper()}({made.edition}.0.0)"
    for cell in table.cells:
        measure = table.measure(cell.measure)
        status = (NORMAL, FREE) if cell.is_published else (MISSING, CONFIDENTIAL)
        comment = made.nature if made.is_sample else ""
        described = (measure.unit, measure.currency, str(measure.decimals), *status, comment)
        yield ("dataflow", structure, REPLACES, *cell.at, measure.code, made.period, cell.text, *described)


def _written(lines: Iterable[Sequence[str]]) -> Iterator[bytes]:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    for line in lines:
        writer.writerow(line)
        if file.tell() > _BLOCK:
            yield file.getvalue().encode()
            file.seek(0)
            file.truncate()
    yield file.getvalue().encode()


def _safe(text: str) -> str:
    """Return a name so that no program takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
