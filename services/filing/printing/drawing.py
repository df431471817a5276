"""From a cell and its answer to what is drawn on paper: words, boxes, lines to write on, options with their marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from services.filing.forms.answers import Answer, Given, NotApplicable
from services.filing.forms.computing import show
from services.filing.forms.kinds.coded import Coded
from services.filing.forms.kinds.contacts import Digits
from services.filing.forms.lists import ListEntry
from services.filing.forms.model import Indicator, Part
from services.filing.printing.papers import printed_parts

CREDIT_CODE, ORGANISATION_CODE, DIVISION_CODE = 18, 9, 12
"""Characters of codes whose length no kind tells."""

_BLANK_DATE = {"date": ("年", "月", "日"), "year_month": ("年", "月")}
_SHORT_LIST = 12
_TALLEST = 8
_CHOSEN, _OPEN = "●", "〇"

NONE = "无"
"""What stands where the unit says that there are none, which is not the same as saying nothing."""


@dataclass(frozen=True)
class Drawn:
    """Something on paper. `manner` says how: `words`, `line`, `date`, `boxes`, `marks`, `columns`, `tree`, `rows`.

    `width` is the length in millimetres of a line that is still to be written on.
    """

    manner: str
    text: str = ""
    boxes: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    width: float = 0.0


@dataclass(frozen=True)
class Group:
    """Options below a heading, each line under words of its own where a class has several."""

    heading: str
    lines: tuple[tuple[str, tuple[Mark, ...]], ...]


@dataclass(frozen=True)
class Mark:
    """An option, chosen or not; without `sign` none is drawn before it."""

    label: str
    is_chosen: bool
    sign: str


def draw(part: Part, answer: Answer | None, manner: str, groups: Mapping[str, str]) -> Drawn:
    """Return what is drawn for a cell, as its kind or the paper says."""
    if isinstance(answer, NotApplicable) or part.kind is None:
        return Drawn("line", shown(part, answer))
    match manner or _manner(part):
        case "boxes":
            return boxes(_code(answer), _length(part), part.kind_name == "organisation_code")
        case "date":
            return Drawn("date", shown(part, answer), _BLANK_DATE[part.kind_name] if answer is None else ())
        case "marks":
            return _marks(part, answer, groups)
        case "grid":
            return _grid(part, answer, groups)
        case "tree":
            return _tree(part, answer, groups)
        case _:
            return Drawn("line", shown(part, answer))


def boxes(code: str, length: int, has_hyphen: bool = False) -> Drawn:
    """Return one box for each character, empty ones behind a code that is shorter; a hyphen before the last if asked."""
    filled = tuple(code.ljust(length)[: max(length, len(code))].replace(" ", "\u3000"))
    return Drawn("boxes", "－" if has_hyphen else "", filled)


def rows_of(indicator: Indicator, rows: Sequence[Mapping[str, Answer]] | None, blank: int) -> Drawn:
    """Return the table of a repeated item. Blank, it has one row for each option of its first column, else `blank`."""
    parts = printed_parts(indicator)
    heads = tuple(part.label for part in parts)
    if rows is not None and not rows:
        return Drawn("rows", heads=heads, rows=((NONE, *("",) * (len(parts) - 1)),))
    if rows:
        return Drawn(
            "rows", heads=heads, rows=tuple(tuple(shown(part, row.get(part.key)) for part in parts) for row in rows)
        )
    rest = ("",) * (len(parts) - 1)
    first = [option.label for option in parts[0].options] or [""] * blank
    return Drawn("rows", heads=heads, rows=tuple((label, *rest) for label in first))


def shown(part: Part, answer: Answer | None) -> str:
    """Return what stands in a cell; an option whose code is no number on the form by its label alone."""
    options = {option.code: option.label for option in part.options}
    if isinstance(answer, Given) and answer.value == ():
        return NONE
    if isinstance(answer, Given) and isinstance(answer.value, str) and not answer.value.isdecimal():
        return options.get(answer.value) or show(part, answer)
    return show(part, answer)


def _manner(part: Part) -> str:
    match part.kind_name:
        case "credit_code" | "organisation_code" | "division" | "digits" | "code":
            return "boxes"
        case "choice" | "yes_no":
            return "boxes" if all(option.code.isdecimal() for option in part.options) else "marks"
        case "choices":
            return "marks"
        case "date" | "year_month":
            return "date"
        case _:
            return "line"


def _code(answer: Answer | None) -> str:
    return str(answer.value) if isinstance(answer, Given) else ""


def _length(part: Part) -> int:
    kind = part.kind
    if isinstance(kind, Digits):
        return kind.most
    if isinstance(kind, Coded):
        return max(len(entry.code) for entry in _entries(kind) if kind.source.takes(entry))
    if part.options:
        return max(len(option.code) for option in part.options)
    lengths = {"credit_code": CREDIT_CODE, "organisation_code": ORGANISATION_CODE, "division": DIVISION_CODE}
    return lengths[part.kind_name]


def _chosen(answer: Answer | None) -> frozenset[str]:
    value = answer.value if isinstance(answer, Given) else ()
    return frozenset(value if isinstance(value, tuple) else (str(value),))


def _marks(part: Part, answer: Answer | None, groups: Mapping[str, str]) -> Drawn:
    """Return the options in the line; a long choice in two columns, grouped ones below their headings."""
    chosen = _chosen(answer)
    if part.kind_name == "choice" and len(part.options) > _SHORT_LIST:
        marks = [_mark(f"{option.code} {option.label}", option.code in chosen) for option in part.options]
        half = -(-len(marks) // 2)
        return Drawn("columns", groups=(_plain_group("", marks[:half]), _plain_group("", marks[half:])))
    if any(option.group for option in part.options):
        return Drawn(
            "tree",
            groups=tuple(
                Group(
                    name or groups.get("", ""), (("", tuple(_mark(each.label, each.code in chosen) for each in found)),)
                )
                for name, found in groupby(part.options, lambda option: option.group)
            ),
        )
    marks = [_mark(option.label, option.code in chosen, "☑", "□") for option in part.options]
    return Drawn("marks", groups=(_plain_group("", marks),))


def _grid(part: Part, answer: Answer | None, groups: Mapping[str, str]) -> Drawn:
    """Return all options with their codes, a column for each group that codes begin with."""
    chosen = _chosen(answer)
    marks = {option.code: Mark(f"{option.code} {option.label}", option.code in chosen, "") for option in part.options}
    columns: list[Group] = []
    for start, heading in groups.items():
        found = [mark for code, mark in marks.items() if code.startswith(start)]
        columns += [
            _plain_group("" if at else heading, found[at : at + _TALLEST]) for at in range(0, len(found), _TALLEST)
        ]
    return Drawn("columns", groups=tuple(columns))


def _tree(part: Part, answer: Answer | None, groups: Mapping[str, str]) -> Drawn:
    """Return the classes of a list of three levels: the first as headings, the second numbered, the third with marks."""
    if not isinstance(part.kind, Coded):
        return Drawn("line", shown(part, answer))
    chosen, entries = _chosen(answer), _entries(part.kind)
    found = [
        Group(
            groups.get(top.code, top.name),
            tuple(
                (
                    f"{number}.{middle.name}：",
                    tuple(_mark(leaf.name, leaf.code in chosen) for leaf in _below(middle, entries)),
                )
                for number, middle in enumerate(_below(top, entries), 1)
            ),
        )
        for top in entries
        if not top.parent
    ]
    return Drawn("tree", groups=tuple(found))


def _entries(kind: Coded) -> Sequence[ListEntry]:
    return kind.lists.entries(kind.source.scheme, kind.source.version)


def _below(entry: ListEntry, entries: Iterable[ListEntry]) -> list[ListEntry]:
    return [each for each in entries if each.parent == entry.code]


def _mark(label: str, is_chosen: bool, chosen: str = _CHOSEN, open_: str = _OPEN) -> Mark:
    return Mark(label, is_chosen, chosen if is_chosen else open_)


def _plain_group(heading: str, marks: Iterable[Mark]) -> Group:
    return Group(heading, (("", tuple(marks)),))
