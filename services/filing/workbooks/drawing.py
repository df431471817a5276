"""The shape of a form's workbook: its fields below each other, its table, or one long list; rows on sheets of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.filing.forms.model import Edition, Form, Indicator, Layout, Part
from services.filing.workbooks.limits import MOST_ROWS
from services.filing.workbooks.offers import NONE
from services.filing.workbooks.shape import (
    MAIN,
    Area,
    Arrangement,
    Entry,
    Label,
    Role,
    Shape,
    Style,
    entries_of,
    official,
)
from services.filing.workbooks.spots import Spot

REASON_HEAD = "不适用的理由"
PERIOD = "period"

_FIELD_HEADS = ("代码", "指标名称", "项目", "填报内容", "计量单位", REASON_HEAD)
_FIELD_WIDTHS = (10, 30, 30, 44, 10, 24)
_TABLE_HEADS = ("代码", "指标名称", "计量单位")
_TABLE_WIDTHS = (8, 40, 10)
_COLUMN_WIDTH = 18
_VALUE, _REASON = 4, 6
_WHOLE = 0
"""Width of what is printed from one side of the sheet to the other."""
_FACT = 3


class _Sheet:
    """One sheet while it is drawn: a pen that moves down."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.line = 1
        self.labels: list[Label] = []

    def spot(self, column: int) -> Spot:
        return Spot(self.name, self.line, column)

    def put(
        self, column: int, text: str, style: Style = Style.LABEL, note: str = "", *, is_checked: bool = True
    ) -> None:
        self.labels.append(Label(self.spot(column), text, style, note, is_checked=is_checked and bool(text)))

    def write(self, text: str, style: Style) -> None:
        """Print text over the whole width and move on."""
        self.labels.append(Label(self.spot(1), text, style, width=_WHOLE))
        self.line += 1


def shape_of(edition: Edition, form: Form, arrangement: Arrangement = Arrangement.FORM) -> Shape:
    """Return the shape. Raises LookupError for a list of filings of a form that is filed once a period or has rows."""
    if arrangement is Arrangement.LIST:
        return _list_of_filings(edition, form)
    only = form.indicators[0]
    if form.layout is Layout.ROWS and only.is_rows and len(form.indicators) == 1:
        return _one_list(edition, form, only)
    return _form(edition, form)


def _list_of_filings(edition: Edition, form: Form) -> Shape:
    if not form.is_many or any(indicator.is_rows for indicator in form.indicators):
        raise LookupError(form.key)
    sheet = _Sheet(MAIN)
    facts = _headed(edition, form, sheet)
    sheet.write("每行填报一张表；无须填写的项目留空。", Style.PLAIN)
    area = _area(sheet, form.indicators, None, MOST_ROWS)
    widths = (_COLUMN_WIDTH,) * len(area.columns)
    sheets = {MAIN: widths}
    return Shape(form, Arrangement.LIST, sheets, _spread(sheet.labels, sheets), facts, (), (area,), _frozen(area))


def _one_list(edition: Edition, form: Form, indicator: Indicator) -> Shape:
    sheet = _Sheet(MAIN)
    facts = _headed(edition, form, sheet)
    for statement in form.statements:
        sheet.write(f"说明：{statement}", Style.PLAIN)
    none = _none(sheet)
    area = _area(sheet, (indicator,), none, indicator.max_rows)
    widths = (_COLUMN_WIDTH + 8,) * len(area.columns)
    sheets = {MAIN: widths}
    return Shape(form, Arrangement.FORM, sheets, _spread(sheet.labels, sheets), facts, (), (area,), _frozen(area))


def _form(edition: Edition, form: Form) -> Shape:
    sheet = _Sheet(MAIN)
    facts = _headed(edition, form, sheet)
    is_table = form.layout is Layout.TABLE
    first = sheet.line
    fields = tuple(_table(form, sheet) if is_table else _fields(form, sheet))
    for statement in form.statements:
        sheet.write(f"说明：{statement}", Style.PLAIN)
    widths = _TABLE_WIDTHS + (_COLUMN_WIDTH,) * len(_table_columns(form)) if is_table else _FIELD_WIDTHS
    sheets, labels, areas = {MAIN: widths}, list(sheet.labels), []
    for indicator in form.indicators:
        if indicator.is_rows:
            rows = _Sheet(indicator.code)
            rows.write(f"{indicator.code} {indicator.full_name}", Style.TITLE)
            area = _area(rows, (indicator,), _none(rows), indicator.max_rows)
            areas.append(area)
            sheets[rows.name] = (_COLUMN_WIDTH + 4,) * len(area.columns)
            labels += rows.labels
    frozen = {MAIN: first, **{area.sheet: area.first_line - 1 for area in areas}}
    return Shape(form, Arrangement.FORM, sheets, _spread(labels, sheets), facts, fields, tuple(areas), frozen)


def _headed(edition: Edition, form: Form, sheet: _Sheet) -> dict[str, Spot]:
    """Print the head of the paper form and return where its facts stand."""
    sheet.write(form.title, Style.TITLE)
    sheet.write(f"表号：{form.number}　制定机关：{edition.made_by}　批准机关：{edition.approved_by}", Style.PLAIN)
    sheet.write(f"批准文号：{edition.approval}　有效期至：{edition.valid_to:%Y年%m月}", Style.PLAIN)
    facts: dict[str, Spot] = {}
    for key, label in ((PERIOD, "报告期"), *((head.key, head.label) for head in form.head)):
        sheet.labels.append(Label(sheet.spot(1), f"{label}：", Style.PLAIN, width=_FACT - 1))
        facts[key] = sheet.spot(_FACT)
        sheet.line += 1
    return facts


def _fields(form: Form, sheet: _Sheet) -> Iterable[Entry]:
    for column, text in enumerate(_FIELD_HEADS, 1):
        sheet.put(column, text, Style.HEAD)
    sheet.line += 1
    block = ""
    for indicator in form.indicators:
        heading = form.headings.get(indicator.code, indicator.block if indicator.block != block else "")
        block = indicator.block
        if heading:
            sheet.write(heading, Style.HEADING)
        if indicator.is_rows:
            sheet.put(1, official(indicator.code))
            sheet.put(2, indicator.full_name, note=indicator.note)
            sheet.put(3, f"填在工作表“{indicator.code}”", is_checked=False)
            sheet.line += 1
            continue
        for part in indicator.parts:
            yield from _field(indicator, part, sheet)


def _field(indicator: Indicator, part: Part, sheet: _Sheet) -> Iterable[Entry]:
    sheet.put(1, official(indicator.code))
    sheet.put(2, "　" * indicator.indent + indicator.name, note=indicator.note)
    sheet.put(3, f"{part.mark} {part.label}".strip() if part.key else "", note=part.note)
    sheet.put(5, part.unit or indicator.unit, is_checked=False)
    for role in (role for each, role in entries_of(indicator) if each is part):
        yield Entry(indicator, part, role, sheet.spot(_REASON if role is Role.REASON else _VALUE))
    sheet.line += 1


def _table_columns(form: Form) -> list[tuple[str, Role]]:
    """Return the columns of a table, behind them one for the reasons of each column that may not apply."""
    parts = [part for indicator in form.indicators for part in indicator.parts]
    reasons = [key for key, _ in form.columns if any(part.may_not_apply for part in parts if part.key == key)]
    return [(key, Role.VALUE) for key, _ in form.columns] + [(key, Role.REASON) for key in reasons]


def _table(form: Form, sheet: _Sheet) -> Iterable[Entry]:
    columns = _table_columns(form)
    names = dict(form.columns)
    heads = [
        *_TABLE_HEADS,
        *(names[key] if role is Role.VALUE else f"{names[key]}：{REASON_HEAD}" for key, role in columns),
    ]
    for column, text in enumerate(heads, 1):
        sheet.put(column, text, Style.HEAD)
    sheet.line += 1
    at = {key: number for number, key in enumerate(columns, len(_TABLE_HEADS) + 1)}
    for indicator in form.indicators:
        heading = form.headings.get(indicator.code)
        if heading:
            sheet.write(heading, Style.HEADING)
        sheet.put(1, official(indicator.code))
        sheet.put(2, "　" * indicator.indent + indicator.name, note=indicator.note)
        sheet.put(3, indicator.unit, is_checked=False)
        for part, role in entries_of(indicator):
            column = at[part.key, Role.REASON if role is Role.REASON else Role.VALUE]
            yield Entry(indicator, part, role, sheet.spot(column))
        sheet.line += 1


def _none(sheet: _Sheet) -> Spot:
    """Print where "无" may be given, and return that cell."""
    sheet.labels.append(Label(sheet.spot(1), f"没有的，在右格填“{NONE}”：", Style.PLAIN, width=_FACT - 1))
    spot = sheet.spot(_FACT)
    sheet.line += 1
    return spot


def _area(sheet: _Sheet, indicators: Iterable[Indicator], none: Spot | None, most: int) -> Area:
    """Print the heads of a list: sign or code, name, unit; its lines begin below."""
    top = sheet.line
    columns: list[Entry] = []
    is_of_one = none is not None
    for indicator in indicators:
        for part, role in entries_of(indicator):
            if role in (Role.DASH, Role.COMPUTED):
                continue
            sheet.line, column = top, len(columns) + 1
            sheet.put(
                column, part.mark or official(indicator.code) if is_of_one else official(indicator.code), Style.HEAD
            )
            sheet.line += 1
            note = part.note or ("" if is_of_one or part.key else indicator.note)
            sheet.put(column, _column_name(indicator, part, role, is_of_one=is_of_one), Style.HEAD, note)
            sheet.line += 1
            sheet.put(column, part.unit or indicator.unit if role is Role.VALUE else "", Style.HEAD, is_checked=False)
            columns.append(Entry(indicator, part, role, Spot(sheet.name, top + 3, column)))
    sheet.line = top + 3
    whole = next(iter({id(each.indicator): each.indicator for each in columns}.values())) if is_of_one else None
    return Area(whole, sheet.name, top + 3, tuple(columns), most, none)


def _column_name(indicator: Indicator, part: Part, role: Role, *, is_of_one: bool) -> str:
    if is_of_one:
        name = part.label
    elif not part.key or part.label == indicator.full_name:
        name = indicator.full_name
    else:
        name = f"{indicator.full_name}：{part.label}"
    return f"{name}：{REASON_HEAD}" if role is Role.REASON else name


def _spread(labels: Iterable[Label], sheets: Mapping[str, tuple[int, ...]]) -> tuple[Label, ...]:
    """Return the labels, those over the whole width as wide as their sheet."""
    return tuple(
        replace(label, width=len(sheets[label.spot.sheet])) if label.width == _WHOLE else label for label in labels
    )


def _frozen(area: Area) -> dict[str, int]:
    return {area.sheet: area.first_line - 1}
