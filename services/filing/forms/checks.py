"""The checks of one filing: what is missing or should not be there, and every rule of its form.

All findings come at once. An error blocks, a query needs an explanation that travels with the filing, a note informs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from services.filing.forms.answers import Answers, Place
from services.filing.forms.context import Case, Context
from services.filing.forms.expressions.evaluation import Absent, Result
from services.filing.forms.expressions.expression import compared, is_met
from services.filing.forms.expressions.syntax import Binary, Ref
from services.filing.forms.model import Edition, Form, Indicator, Part, Rule, Severity
from services.filing.forms.predicates import PREDICATES
from services.filing.forms.wording import message

REQUIRED = "required"
NOT_ASKED = "not_asked"
ROWS_TOO_FEW = "rows_too_few"
BUILT_IN = frozenset({REQUIRED, NOT_ASKED, ROWS_TOO_FEW})
"""Ids of the checks that every form has without a rule of its own."""


@dataclass(frozen=True)
class Finding:
    """One broken rule: where, how grave, and what was expected in place of what is there.

    `comparison` is the one that failed; where it bounds a difference, `tolerance` is the bound. Expected and actual
    values are for the screen of those who may see the filing (`describing.findings` says them in words); they stay out
    of logs.
    """

    rule: str
    severity: Severity
    title: str
    places: tuple[Place, ...]
    expected: Result | None = field(default=None, repr=False)
    actual: Result | None = field(default=None, repr=False)
    tolerance: Result | None = field(default=None, repr=False)
    comparison: Binary | None = field(default=None, repr=False)

    @cached_property
    def pointers(self) -> tuple[str, ...]:
        """Return the JSON pointers of the places."""
        return tuple(place.pointer for place in self.places)

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Return the codes of the indicators concerned, each once."""
        return tuple(dict.fromkeys(place.indicator for place in self.places))

    @property
    def needs_explanation(self) -> bool:
        """Tell whether the filing may pass with an explanation of this finding."""
        return self.severity is Severity.QUERY


def check(edition: Edition, form: Form, answers: Answers, context: Context) -> tuple[Finding, ...]:
    """Return every finding for answers whose computed cells are filled in, in the order of the form, then of the rules."""
    base = Case(edition, answers, context)
    return (*_demands(form, base), *(finding for rule in form.rules for finding in _findings(rule, form, base)))


def check_row(form: Form, indicator: Indicator, case: Case) -> tuple[Finding, ...]:
    """Return the findings of one row of a list too long to be held at once; `check_totals` has the rules over all rows.

    `case` holds answers in which the row stands, its indicator and its number.
    """
    rules = [rule for rule in form.rules if rule.each == indicator.code]
    return (*_demands_of(indicator, case), *(found for rule in rules for found in _finding(rule, case)))


def check_totals(edition: Edition, form: Form, answers: Answers, context: Context) -> tuple[Finding, ...]:
    """Return the findings of the rules over all rows, for answers that hold their sums (`totals.Totals`).

    The answers of the period before in the context hold their sums too.
    """
    base = Case(edition, answers, context)
    return tuple(finding for rule in form.rules if not rule.each for finding in _findings(rule, form, base))


def closed_places(edition: Edition, form: Form, answers: Answers, context: Context) -> tuple[Place, ...]:
    """Return the cells that are not asked as the answers stand: those whose condition is not met, or not known yet."""
    base = Case(edition, answers, context)
    return tuple(
        Place(indicator.code, part.key, case.row)
        for indicator in form.conditional
        for case in _cases(indicator, base)
        for part in indicator.parts
        if part.only_when is not None and is_met(part.only_when, case) is not True
    )


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the errors among findings: a filing with any of them can't be submitted."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def _cases(indicator: Indicator, base: Case) -> Iterator[Case]:
    rows = range(len(base.answers.rows.get(indicator.code, ()))) if indicator.is_rows else (None,)
    return (Case(base.edition, base.answers, base.context, indicator.code, row) for row in rows)


def _demands(form: Form, base: Case) -> Iterator[Finding]:
    for indicator in form.indicators:
        if indicator.is_rows:
            yield from _row_counts(indicator, base.answers)
        elif not indicator.has_conditions and indicator.always_asked <= base.answers.given(indicator.code, None).keys():
            continue  # as most indicators are once they are filled in: nothing is missing, and nothing can be too much
        for case in _cases(indicator, base):
            yield from _demands_of(indicator, case)


def _row_counts(indicator: Indicator, answers: Answers) -> Iterator[Finding]:
    rows = answers.rows.get(indicator.code)
    if rows is None:
        yield _built_in(REQUIRED, Place(indicator.code))
    elif len(rows) < indicator.min_rows:
        yield _built_in(ROWS_TOO_FEW, Place(indicator.code))


def _demands_of(indicator: Indicator, case: Case) -> Iterator[Finding]:
    given = case.answers.given(indicator.code, case.row)
    for part in indicator.parts:
        is_there = part.key in given
        if is_there and part.only_when is not None and is_met(part.only_when, case) is False:
            yield _built_in(NOT_ASKED, Place(indicator.code, part.key, case.row))
        elif not is_there and _is_demanded(part, case):
            yield _built_in(REQUIRED, Place(indicator.code, part.key, case.row))


def _is_demanded(part: Part, case: Case) -> bool:
    """Tell whether a cell must have an answer: required always or now, and asked at all."""
    if part.is_dash or part.computed is not None:
        return False
    if part.only_when is not None and is_met(part.only_when, case) is not True:
        return False
    return part.is_required or (part.required_when is not None and is_met(part.required_when, case) is True)


def _built_in(rule: str, place: Place) -> Finding:
    return Finding(rule, Severity.ERROR, message(rule), (place,))


def _findings(rule: Rule, form: Form, base: Case) -> Iterator[Finding]:
    repeated = form.indicator(rule.each) if rule.each else None
    for case in _cases(repeated, base) if repeated else (base,):
        yield from _finding(rule, case)


def _finding(rule: Rule, case: Case) -> Iterator[Finding]:
    if rule.when is not None and is_met(rule.when, case) is not True:
        return
    met = is_met(rule.check, case) if rule.check else PREDICATES[rule.predicate](case)
    if met is not False:
        return
    places = tuple(dict.fromkeys(_place(ref, case) for ref in rule.places))
    failed = compared(rule.check, case) if rule.check else None
    if failed is None:
        yield Finding(rule.id, rule.severity, rule.title, places)
        return
    yield Finding(
        rule.id,
        rule.severity,
        rule.title,
        places,
        _told(failed.expected),
        _told(failed.actual),
        _told(failed.tolerance),
        failed.comparison,
    )


def _place(ref: Ref, case: Case) -> Place:
    """Return where a reference of a rule points: a column of rows is pointed at as a whole."""
    if ref.indicator and ref.indicator in case.answers.rows:
        return Place(ref.indicator)
    return case.place(ref)


def _told(result: Result | None) -> Result | None:
    return None if isinstance(result, Absent) else result
