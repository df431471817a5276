"""Indicators and their parts, from a form's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from services.filing.forms.kinds.choices import YES_NO
from services.filing.forms.kinds.kind import Kind
from services.filing.forms.kinds.table import CODED, KINDS, LISTED, Settings, options_of
from services.filing.forms.lists import CodeLists, ListRef, Option
from services.filing.forms.loading.tables import Table
from services.filing.forms.model import Indicator, Layout, Part

_ROW_LIMIT = 50_000


@dataclass(frozen=True)
class Source:
    """What indicators are read with: the lists that exist, and those of the edition by the names its forms use."""

    lists: CodeLists
    named: Mapping[str, ListRef]


@dataclass(frozen=True)
class Column:
    """A column of a table form, whose settings every indicator's cell in it shares."""

    key: str
    label: str
    may_not_apply: bool
    suggested: str


def column_of(table: Table) -> Column:
    """Return a column of a form."""
    column = Column(table.text("key"), table.text("label"), table.flag("may_not_apply"), table.text("suggested", ""))
    table.close()
    return column


def indicator_of(table: Table, layout: Layout, columns: tuple[Column, ...], source: Source) -> Indicator:
    """Return one indicator; faults are noted in the table's collector."""
    code, name = table.text("code"), table.text("name")
    is_rows = table.flag("is_rows")
    unit = table.text("unit", "")
    if layout is Layout.TABLE:
        parts = _cells(table, code, unit, columns, source)
    elif table.has("parts"):
        parts = tuple(_part(each, code, source) for each in table.tables("parts"))
    else:
        parts = (_single(table, code, name, unit, source),)
    _unique(table, "parts", (part.key for part in parts))
    is_printed = table.flag("is_printed", True)
    if not (is_printed or is_rows):
        parts = tuple(replace(part, is_printed=False) for part in parts)
    indicator = Indicator(
        code=code,
        name=name,
        full_name=table.text("full_name", "") or name,
        parts=parts,
        unit=unit,
        block=table.text("block", ""),
        indent=table.whole("indent") or 0,
        is_rows=is_rows,
        is_printed=is_printed,
        is_of_version=table.flag("is_of_version"),
        min_rows=table.whole("min_rows") or 0,
        max_rows=table.whole("max_rows") or _ROW_LIMIT,
        note=table.text("note", ""),
        source=table.text("source"),
    )
    table.close()
    return indicator


def _cells(table: Table, code: str, unit: str, columns: tuple[Column, ...], source: Source) -> tuple[Part, ...]:
    """Return one cell per column; those named under `dash` take no value, so nothing may be said about them."""
    kind_name, kind, _, _ = _kind(table, source)
    dashes = table.texts("dash")
    known = {column.key for column in columns}
    for key in dashes:
        if key not in known:
            table.fault("dash", "unknown_column", key)
    own = {cell.text("column"): cell for cell in table.tables("cells")}
    return tuple(_cell(table, column, code, unit, kind_name, kind, column.key in dashes, own) for column in columns)


def _cell(
    table: Table,
    column: Column,
    code: str,
    unit: str,
    kind_name: str,
    kind: Kind | None,
    is_dash: bool,
    own: Mapping[str, Table],
) -> Part:
    cell = own.get(column.key, Table({}, table.place, table.faults))
    if is_dash:
        if column.key in own:
            table.fault("cells", "dash_with_value", column.key)
        return Part(column.key, column.label, "", None, mark=column.key, unit=unit, is_required=False)
    settings = Table({"suggested": column.suggested} if column.suggested else {}, cell.place, table.faults)
    part = Part(
        column.key,
        column.label,
        kind_name,
        kind,
        mark=column.key,
        unit=unit,
        is_required=cell.flag("is_required", True),
        may_not_apply=cell.flag("may_not_apply", column.may_not_apply),
        computed=cell.expression("computed", code),
        suggested=settings.expression("suggested", code),
    )
    cell.close()
    return part


def _single(table: Table, code: str, name: str, unit: str, source: Source) -> Part:
    """Return the only cell of an indicator, whose settings stand on the indicator itself."""
    return _settled(table, "", name, unit, code, source)


def _part(table: Table, code: str, source: Source) -> Part:
    key, label = table.text("key"), table.text("label")
    part = _settled(table, key, label, table.text("unit", ""), code, source)
    table.close()
    return part


def _settled(table: Table, key: str, label: str, unit: str, code: str, source: Source) -> Part:
    kind_name, kind, options, reference = _kind(table, source)
    return Part(
        key=key,
        label=label,
        kind_name=kind_name,
        kind=kind,
        mark=table.text("mark", ""),
        unit=unit,
        is_required=table.flag("is_required", True),
        required_when=table.expression("required_when", code),
        only_when=table.expression("only_when", code),
        may_not_apply=table.flag("may_not_apply"),
        is_printed=table.flag("is_printed", True),
        computed=table.expression("computed", code),
        suggested=table.expression("suggested", code),
        source=reference,
        options=options,
        note=table.text("note", "") if key else "",
    )


def _kind(table: Table, source: Source) -> tuple[str, Kind | None, tuple[Option, ...], ListRef | None]:
    name = table.text("kind")
    settings = _settings(table, name, source)
    maker = KINDS.get(name)
    if maker is None:
        if name:
            table.fault("kind", "unknown_kind", name)
        return name, None, (), None
    if name not in LISTED | CODED and (settings.options or table.has("list")):
        table.fault("kind", "options_unused", name)
    if name in LISTED | CODED and settings.source is None and not settings.options:
        if not table.has("list"):
            table.fault("kind", "options_missing", name)
        return name, None, (), None
    options = options_of(settings, source.lists) if name in LISTED else ()
    return name, maker(settings, source.lists), options, settings.source


def _settings(table: Table, name: str, source: Source) -> Settings:
    options = tuple(_option(each) for each in table.tables("options"))
    _unique(table, "options", (option.code for option in options))
    listed = table.text("list", "")
    if listed and options:
        table.fault("options", "options_and_list")
    if listed and listed not in source.named:
        table.fault("list", "unknown_list", listed)
    places, level = table.whole("places"), table.whole("level") or 0
    found = source.named.get(listed)
    reference = None if found is None else replace(found, level=level)
    return Settings(
        longest=table.whole("longest") or 200,
        least=table.whole("least"),
        most=table.whole("most"),
        places=2 if places is None else places,
        word=table.text("word", ""),
        prefix=table.text("prefix", ""),
        is_multiline=table.flag("is_multiline"),
        is_abroad=table.flag("is_abroad"),
        options=YES_NO if name == "yes_no" and not options and not listed else options,
        source=reference,
    )


def _option(table: Table) -> Option:
    option = Option(table.text("code"), table.text("label"), table.text("group", ""), table.text("note", ""))
    table.close()
    return option


def _unique(table: Table, key: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            table.fault(key, "duplicate", code)
        seen.add(code)
