"""Tables of changes to the divisions as offices keep them: CSV (UTF-8 or GB 18030) or XLSX, one change a line."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import load_workbook

from services.identity.model.change_sets import MOST_CHANGES
from shared.codes.division_changes import Change, ChangeKind
from shared.codes.division_model import Level
from shared.errors import Malformed

LARGEST = 1024 * 1024
LARGEST_UNPACKED = 20 * LARGEST
HEAD = ("变更类型", "代码", "名称", "级别", "上级代码", "生效日期", "承接代码")

KINDS = {
    "设立": ChangeKind.OPEN,
    "撤销": ChangeKind.CLOSE,
    "更名": ChangeKind.RENAME,
    "改隶": ChangeKind.MOVE,
    "合并": ChangeKind.MERGE,
    "拆分": ChangeKind.SPLIT,
}
LEVELS = {"省级": Level.PROVINCE, "地级": Level.CITY, "县级": Level.COUNTY}


@dataclass(frozen=True)
class RowFault:
    """What can't be read: the line as the office counts it (the head is line 1), the column, and what was expected."""

    line: int
    column: str
    message: str


@dataclass(frozen=True)
class Table:
    """The changes of a table with the line of each, and what could not be read."""

    changes: tuple[Change, ...]
    lines: tuple[int, ...]
    faults: tuple[RowFault, ...]


def read_table(content: bytes) -> Table:
    """Return what a table says. Raises `Malformed` for what is no table of ours at all."""
    rows = list(_xlsx(content) if content.startswith(b"PK\x03\x04") else _csv(content))
    if not rows or tuple(cell.strip() for cell in rows[0][: len(HEAD)]) != HEAD:
        raise Malformed("首行应为：" + "、".join(HEAD) + "。", code="table_head")
    if len(rows) > MOST_CHANGES + 1:
        raise Malformed(f"一次最多导入 {MOST_CHANGES} 行。", code="table_too_long")
    changes, lines, faults = [], [], []
    for line, row in enumerate(rows[1:], start=2):
        cells = dict(zip(HEAD, [*(cell.strip() for cell in row), *[""] * len(HEAD)], strict=False))
        if not any(cells.values()):
            continue
        read, wrong = _change(cells)
        faults += [RowFault(line, column, message) for column, message in wrong]
        if read is not None:
            changes.append(read)
            lines.append(line)
    return Table(tuple(changes), tuple(lines), tuple(faults))


def _change(cells: Mapping[str, str]) -> tuple[Change | None, list[tuple[str, str]]]:
    wrong: list[tuple[str, str]] = []
    kind = KINDS.get(cells["变更类型"])
    if kind is None:
        wrong.append(("变更类型", "应为：" + "、".join(KINDS) + "。"))
    for column in ("代码", "上级代码"):
        if (cells[column] or column == "代码") and not _is_code(cells[column]):
            wrong.append((column, "应为 6 位数字。"))
    successors = tuple(cells["承接代码"].replace("，", " ").replace("、", " ").replace(",", " ").split())
    if not all(_is_code(code) for code in successors):
        wrong.append(("承接代码", "应为 6 位数字，多个之间用顿号或空格隔开。"))
    level = LEVELS.get(cells["级别"])
    if cells["级别"] and level is None:
        wrong.append(("级别", "应为：" + "、".join(LEVELS) + "。"))
    on = _day(cells["生效日期"])
    if on is None:
        wrong.append(("生效日期", "应为日期，如 2027-07-01。"))
    if len(cells["名称"]) > 50:
        wrong.append(("名称", "不能超过 50 个字符。"))
    if wrong or kind is None or on is None:
        return None, wrong
    return Change(kind, cells["代码"], on, cells["名称"], level, cells["上级代码"], successors), []


def _is_code(text: str) -> bool:
    return len(text) == 6 and text.isascii() and text.isdigit()


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None
    return day if date(1950, 1, 1) <= day <= date(2199, 12, 31) else None


def _csv(content: bytes) -> Iterator[Sequence[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        try:
            yield from csv.reader(io.StringIO(text, newline=""), strict=True)
        except csv.Error:
            break
        return
    raise Malformed("无法读取该文件，请使用 CSV 或 XLSX 表格。", code="table_unreadable")


def _xlsx(content: bytes) -> Iterator[Sequence[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(member.file_size for member in package.infolist()) > LARGEST_UNPACKED:
                raise Malformed("表格展开后过大。", code="table_unreadable")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows: Iterable[Sequence[object]] = book.worksheets[0].iter_rows(
            max_row=MOST_CHANGES + 2, max_col=len(HEAD), values_only=True
        )
        yield from ([_text(value) for value in row] for row in rows)
    except _UNREADABLE as error:
        raise Malformed("无法读取该文件，请使用 CSV 或 XLSX 表格。", code="table_unreadable") from error


_UNREADABLE = (zipfile.BadZipFile, KeyError, ValueError, IndexError, TypeError, OSError, SyntaxError)
"""What a broken workbook makes the reader raise; errors of XML are `SyntaxError`s and `ValueError`s."""

_TEXTS: tuple[tuple[type, Callable[[object], str]], ...] = (
    (datetime, lambda value: str(value)[:10]),
    (date, str),
    (int, str),
    (float, lambda value: f"{value:.0f}"),
)


def _text(value: object) -> str:
    """Return a cell as text; offices type codes as numbers."""
    if value is None:
        return ""
    return next((write(value) for kind, write in _TEXTS if isinstance(value, kind)), str(value))
