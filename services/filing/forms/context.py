"""What a check knows beside the answers: the days, the period, the unit's other filings, and the firms of a city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.filing.forms.answers import Answer, Answers, Cells, Given, Place, Value
from services.filing.forms.expressions.syntax import Ref
from services.filing.forms.model import Edition


@dataclass(frozen=True)
class FirmFacts:
    """What the system knows of a firm that a row names: its city (six digits) and what it reported under 502."""

    city: str = field(default="", repr=False)
    certificates: frozenset[str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Context:
    """Everything around one filing; a fact that is not there is not known, and rules over it decide nothing.

    `year` and `month` (0 for a form of the year) are the period, `filed_on` the day of the first submission, which a
    correction keeps. `previous` is the approved filing of the same form for the period before; `firms` are the units
    that rows name, by name. `facts` are those that the edition declares. `main` are the national answers, where it is a
    division's own ones that are checked.
    """

    today: date
    filed_on: date
    year: int
    month: int = 0
    facts: Mapping[str, Value | bool] = field(default_factory=dict, repr=False)
    previous: Answers | None = field(default=None, repr=False)
    firms: Mapping[str, FirmFacts] = field(default_factory=dict, repr=False)
    main: Answers | None = field(default=None, repr=False)

    def fact(self, name: str) -> Value | bool | None:
        """Return a fact, None where it is not known."""
        own: Mapping[str, Value] = {
            "today": self.today,
            "filed_on": self.filed_on,
            "period_year": self.year,
            "period_month": self.month,
        }
        return own[name] if name in own else self.facts.get(name)


OWN_FACTS = frozenset({"today", "filed_on", "period_year", "period_month"})
"""Facts that every context has."""


@dataclass(frozen=True)
class Case:
    """One evaluation: answers in their context, at an indicator and, where it repeats, at one of its rows.

    It is the `Scope` that expressions are evaluated in, and what predicates get.
    """

    edition: Edition
    answers: Answers = field(repr=False)
    context: Context = field(repr=False)
    indicator: str = ""
    row: int | None = None

    def place(self, ref: Ref) -> Place:
        """Return the place that a reference means here."""
        if ref.indicator:
            return Place(ref.indicator, ref.part)
        return Place(self.indicator, ref.part, self.row)

    def cell(self, ref: Ref) -> Answer | None:
        """Return the answer of a cell, of this row where the reference names none; None where it is missing."""
        answers = self.answers if ref.is_own else self._elsewhere(ref)
        if answers is None:
            return None
        if ref.indicator:
            return answers.given(ref.indicator, None).get(ref.part)
        return answers.given(self.indicator, self.row).get(ref.part)

    def column(self, ref: Ref) -> Sequence[Answer | None] | None:
        """Return one cell of each row; None where the indicator has no answer. An empty part counts rows."""
        answers = self.answers if ref.is_own else self._elsewhere(ref)
        rows = answers.rows.get(ref.indicator) if answers is not None else None
        return None if rows is None else [cells.get(ref.part) for cells in rows]

    def _elsewhere(self, ref: Ref) -> Answers | None:
        return self.context.main if ref.is_main else self.context.previous

    def cells(self, step: int = 0) -> Cells | None:
        """Return the row at hand, or the one `step` rows away; None where there is none."""
        rows = self.answers.rows.get(self.indicator, ())
        wanted = -1 if self.row is None else self.row + step
        return rows[wanted] if 0 <= wanted < len(rows) else None

    def text(self, part: str, step: int = 0) -> str | None:
        """Return the text of a cell of the row at hand, or of one near it; None where there is no text."""
        answer = (self.cells(step) or {}).get(part)
        return answer.value if isinstance(answer, Given) and isinstance(answer.value, str) else None

    def fact(self, name: str) -> Value | bool | None:
        """Return a fact, None where it is not known."""
        return self.context.fact(name)

    def parameter(self, name: str) -> Value:
        """Return a setting of the edition; the loader has seen to it that it exists."""
        return self.edition.parameters[name]
