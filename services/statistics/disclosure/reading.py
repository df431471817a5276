"""Books, patterns and reports as JSON, for offices that bring their own tables. Unknown and missing fields are refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from services.statistics.disclosure.audit.report import Finding, Interval, Report
from services.statistics.disclosure.audit.words import describe
from services.statistics.disclosure.tables import (
    NOTHING,
    Book,
    Cell,
    Contribution,
    Dimension,
    Kind,
    Node,
    Protection,
    Release,
    Status,
    Table,
    TableFaulty,
)

Read = TypeVar("Read")


def read_release(text: str) -> Release:
    """Return the release of a text; where it says nothing of what is hidden, nothing is. Raises `TableFaulty`."""
    return _guarded(lambda: _release(json.loads(text, parse_float=Decimal)))


def _guarded(read: Callable[[], Read]) -> Read:
    try:
        return read()
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, RecursionError) as error:
        raise TableFaulty(f"not a book of tables: {type(error).__name__} at {_named(error)}") from error


def _named(error: Exception) -> str:
    """Return what an error may say: names of fields, and no value."""
    return str(error) if isinstance(error, KeyError | json.JSONDecodeError) else "a field"


def _only(read: Mapping[str, Any], *known: str) -> None:
    strangers = sorted(set(read) - set(known))
    if strangers:
        raise KeyError(f"unknown {', '.join(strangers)}")


def _release(read: Mapping[str, Any]) -> Release:
    _only(read, "id", "dimensions", "tables", "hidden", "report")
    book = Book(tuple(map(_dimension, read["dimensions"])), tuple(map(_table, read["tables"])))
    keys = {dimension.key for dimension in book.dimensions}
    if any(not keys.issuperset({*table.axes, *table.place}) for table in book.tables):
        raise KeyError("axes and places that are no dimensions")
    hidden = {name: frozenset(tuple(codes) for codes in cells) for name, cells in read.get("hidden", {}).items()}
    if set(hidden) - {table.id for table in book.tables} or len({t.id for t in book.tables}) != len(book.tables):
        raise KeyError("tables by their ids")
    return Release(str(read.get("id", "new")), book, hidden)


def _dimension(read: Mapping[str, Any]) -> Dimension:
    _only(read, "key", "trees", "top")
    return Dimension(read["key"], tuple(map(_node, read["trees"])), read.get("top"))


def _node(read: str | Mapping[str, Any]) -> Node:
    if isinstance(read, str):
        return Node(read)
    _only(read, "code", "parts")
    return Node(read["code"], tuple(map(_node, read["parts"])))


def _table(read: Mapping[str, Any]) -> Table:
    _only(read, "id", "measure", "axes", "cells", "kind", "place", "rules", "decimals")
    table = Table(
        id=read["id"],
        measure=read["measure"],
        axes=tuple(read["axes"]),
        cells=tuple(map(_cell, read["cells"])),
        kind=Kind(read.get("kind", Kind.MAGNITUDE)),
        place=dict(read.get("place", {})),
        rules=read.get("rules", "default"),
        decimals=read.get("decimals"),
    )
    if any(len(cell.codes) != len(table.axes) for cell in table.cells):
        raise KeyError(f"codes of {table.id}")
    return table


def _cell(read: Mapping[str, Any]) -> Cell:
    _only(
        read,
        *("codes", "value", "units", "holdings", "largest", "status"),
        *("weight", "protection", "gross", "floor", "ceiling"),
    )
    given = read.get("protection")
    return Cell(
        codes=tuple(read["codes"]),
        value=_amount(read["value"]),
        units=_count(read.get("units")),
        holdings=_count(read.get("holdings")),
        largest=tuple(Contribution(str(holder), _amount(amount)) for holder, amount in read.get("largest", ())),
        status=Status(read.get("status", Status.OPEN)),
        weight=_optional(read, "weight", None),
        protection=Protection(*(_amount(given.get(each, 0)) for each in ("lower", "upper", "sliding")))
        if given
        else None,
        gross=_optional(read, "gross", None),
        floor=_optional(read, "floor", NOTHING),
        ceiling=_optional(read, "ceiling", None),
    )


def _optional(read: Mapping[str, Any], name: str, default: Decimal | None) -> Decimal | None:
    if name not in read:
        return default
    return None if read[name] is None else _amount(read[name])


def _amount(read: object) -> Decimal:
    if isinstance(read, bool) or not isinstance(read, int | str | Decimal):
        raise TypeError
    amount = Decimal(read)
    if not amount.is_finite():
        raise TypeError
    return amount


def _count(read: object) -> int | None:
    if read is None or type(read) is int:
        return read
    raise TypeError


def hidden_as_data(release: Release) -> dict[str, list[list[str]]]:
    """Return which cells are hidden, by table, in order."""
    return {table: [list(codes) for codes in sorted(cells)] for table, cells in sorted(release.hidden.items())}


def report_as_data(report: Report) -> dict[str, object]:
    """Return a report as data, with each finding in words."""
    return {
        "thresholds": report.thresholds,
        "is_safe": report.is_safe,
        "hidden": report.hidden,
        "unsafe": report.unsafe,
        "attackers": report.attackers,
        "findings": [_finding(each) for each in report.findings],
        "intervals": [
            {"measure": measure, "codes": list(codes), **_interval(interval)}
            for (measure, codes), interval in sorted(report.intervals.items(), key=lambda each: each[0])
        ],
    }


def _finding(finding: Finding) -> dict[str, object]:
    measure, codes = finding.cell
    return {
        "kind": finding.kind.value,
        "measure": measure,
        "codes": list(codes),
        "attacker": finding.attacker.value,
        "interval": _interval(finding.interval) if finding.interval else None,
        "required": _interval(finding.required) if finding.required else None,
        "text": describe(finding),
    }


def _interval(interval: Interval) -> dict[str, str]:
    return {"low": f"{interval.low.normalize():f}", "high": f"{interval.high.normalize():f}"}
