"""Sums over a list too long to be held at once: added up row by row, and checked as if all rows were there."""

from __future__ import annotations

from decimal import Decimal

from services.filing.forms.answers import Answers, Cells, Given, NotApplicable
from services.filing.forms.expressions.syntax import Call, Ref, nodes
from services.filing.forms.model import Form


class Totals:
    """The sums of the columns that a form's rules over all rows read; `answers` holds them as the sums of one row.

    A row without a value makes its sum unknown, as in the list itself; one that does not apply adds nothing.
    """

    def __init__(self, form: Form) -> None:
        self._sums: dict[Ref, Decimal | None] = dict.fromkeys(_columns(form), Decimal(0))
        self._has_rows: set[str] = set()

    def add(self, indicator: str, cells: Cells) -> None:
        """Add a row of an indicator."""
        self._has_rows.add(indicator)
        for column, total in self._sums.items():
            if column.indicator == indicator and total is not None:
                self._sums[column] = _added(total, cells, column.part)

    def answers(self) -> Answers:
        """Return answers whose sums are those of all rows added so far, without the rows."""
        rows: dict[str, dict[str, Given]] = {}
        for column, total in self._sums.items():
            cells = rows.setdefault(column.indicator, {})
            if total is not None:
                cells[column.part] = Given(total)
        return Answers({}, {code: (cells,) if code in self._has_rows else () for code, cells in rows.items()})


def _columns(form: Form) -> tuple[Ref, ...]:
    """Return the columns that rules over all rows sum up, in this period or the one before."""
    expressions = [each for rule in form.rules if not rule.each for each in (rule.check, rule.when) if each is not None]
    calls = [node for each in expressions for node in nodes(each.root) if isinstance(node, Call)]
    if any(call.name == "count" for call in calls):
        raise ValueError("a count of rows is no sum")
    summed = [argument for call in calls if call.name == "sum" for argument in call.arguments]
    return tuple(dict.fromkeys(Ref(each.indicator, each.part) for each in summed if isinstance(each, Ref)))


def _added(total: Decimal, cells: Cells, part: str) -> Decimal | None:
    match cells.get(part):
        case Given(value=int() | Decimal() as value):
            return total + value
        case NotApplicable():
            return total
        case _:
            return None
