"""Checking a filing as it stands: its computed cells, every finding, and which of them still block it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from services.filing.forms.answers import Answers, Cells, Place
from services.filing.forms.checks import Finding, check, check_row, check_totals, closed_places
from services.filing.forms.computing import with_computed
from services.filing.forms.context import Case, Context
from services.filing.forms.describing.findings import expected_text, wanted_text
from services.filing.forms.model import Severity
from services.filing.forms.reading import dump_cells
from services.filing.forms.totals import Totals
from services.filing.model.filings import Explanations, Filing, Noted, Working
from services.filing.model.periods import period_of
from services.filing.model.rows import RowSet
from services.filing.operations.context import context_of
from services.filing.operations.extras import CheckedExtras, check_extras, pointer_of
from services.filing.operations.instruments import Instrument
from services.filing.operations.listing import read_rows, row_indicator
from services.filing.ports.deps import Deps
from shared.errors import Problem

MOST_FINDINGS = 500
"""So many findings of a long list are shown in full; the others are counted."""

_ROWS = "rows"


@dataclass(frozen=True)
class Checked:
    """A filing with its findings; `counted` says how many there are by rule, also of those not shown.

    `answers` hold the computed cells too; `closed` are the cells that are not asked as the answers stand. `extras` are
    the divisions' own indicators, checked apart from the national ones; `owner` is the id of such a set, empty for the
    national form.
    """

    answers: Answers
    findings: tuple[Finding, ...]
    counted: Mapping[str, int]
    severities: Mapping[str, Severity]
    closed: tuple[Place, ...] = ()
    extras: tuple[CheckedExtras, ...] = ()
    owner: str = ""

    def blocking(self, instrument: Instrument, explanations: Explanations) -> tuple[Problem, ...]:
        """Return what keeps the filing from being submitted: errors, and queries without an explanation.

        `instrument` is the form that was checked.
        """
        problems = [_problem(instrument, each) for each in self.findings if each.severity is Severity.ERROR]
        problems += [
            _problem(instrument, each, "explanation_required", f"请说明：{each.title}")
            for each in self.findings
            if each.needs_explanation and not explanation_of(each, explanations, self.owner)
        ]
        shown = Counter(each.rule for each in self.findings)
        problems += [
            Problem("", rule, f"另有 {count - shown[rule]} 处同类问题未逐一列出。")
            for rule, count in self.counted.items()
            if count > shown[rule] and self.severities[rule] is not Severity.NOTE and not explanations.get(rule)
        ]
        for own in self.extras:
            found = apart(own).blocking(Instrument(instrument.edition, own.extras.form), explanations)
            problems += [replace(each, pointer=pointer_of(own.extras, _bare(each.pointer))) for each in found]
        return tuple(problems)


def apart(own: CheckedExtras) -> Checked:
    """Return what one division adds as it was checked, as if it were a filing of its own."""
    return Checked(own.answers, own.findings, {}, {}, own.closed, owner=own.extras.id)


def key_of(finding: Finding, owner: str = "") -> str:
    """Return what an explanation of the finding is kept by: the rule and its first place.

    Rules of a division's own indicators have names of their own: `owner` is the id of their set.
    """
    return f"{_rule_key(finding, owner)}@{finding.pointers[0]}" if finding.pointers else _rule_key(finding, owner)


def explanation_of(finding: Finding, explanations: Explanations, owner: str = "") -> str:
    """Return the explanation of a finding: its own, or the one that is given for its rule as a whole."""
    return explanations.get(key_of(finding, owner), "") or explanations.get(_rule_key(finding, owner), "")


def checked(
    deps: Deps,
    filing: Filing,
    instrument: Instrument,
    working: Working,
    context: Context | None = None,
    answers: Answers | None = None,
) -> Checked:
    """Check the working copy of a filing, the rows of a long list one segment at a time.

    `context` and `answers` are those of the working copy where the caller has them already.
    """
    context = context or context_of(deps, filing, instrument, working)
    if working.nil_reason is not None:
        return Checked(Answers(), (), {}, {})
    rows = working.rows
    if rows is None:
        answers = instrument.answers(working.answers) if answers is None else answers
        answers = with_computed(instrument.edition, instrument.form, answers, context)
        found = _counted(answers, check(instrument.edition, instrument.form, answers, context))
        main = replace(context, main=answers)
        return replace(
            found,
            closed=closed_places(instrument.edition, instrument.form, answers, context),
            extras=check_extras(deps, filing, instrument, working.extras, main),
        )
    return _counted(Answers(), _row_findings(deps, filing, instrument, rows, context))


def noted(instrument: Instrument, checked: Checked, explanations: Explanations) -> tuple[Noted, ...]:
    """Return the queries and notes that go to the reviewers with a version, with what the unit says to them."""
    national = [("", instrument.form, each, each.pointers) for each in checked.findings]
    own = [
        (
            found.extras.id,
            found.extras.form,
            each,
            tuple(pointer_of(found.extras, pointer) for pointer in each.pointers),
        )
        for found in checked.extras
        for each in found.findings
    ]
    return tuple(
        Noted(
            key=key_of(each, owner),
            rule=each.rule,
            severity=each.severity.value,
            title=each.title,
            pointers=pointers,
            indicators=each.indicators,
            expected=expected_text(instrument.edition, form, each),
            explanation=explanation_of(each, explanations, owner),
        )
        for owner, form, each, pointers in (*national, *own)
        if each.severity is not Severity.ERROR
    )


def row_json(cells: Cells) -> dict[str, object]:
    """Return a row as it is stored."""
    return dict(dump_cells(cells))


def _row_findings(
    deps: Deps, filing: Filing, instrument: Instrument, rows: RowSet, context: Context
) -> Iterator[Finding]:
    indicator = row_indicator(instrument)
    year = period_of(filing.period).year
    totals = Totals(instrument.form)
    first = 0
    for segment in rows.segments:
        stored = deps.rows.read(filing, segment)
        names = {str(row["firm"]) for row in stored if row.get("firm")}
        known = replace(context, firms=deps.units.firms(names, year)) if names else context
        cells = tuple(cells for _, cells, _ in read_rows(indicator, stored, first))
        answers = Answers({}, {indicator.code: cells})
        for place, row in enumerate(cells):
            totals.add(indicator.code, row)
            case = Case(instrument.edition, answers, known, indicator.code, place)
            for finding in check_row(instrument.form, indicator, case):
                yield _moved(finding, first)
        first += segment.count
    yield from check_totals(instrument.edition, instrument.form, totals.answers(), context)


def _moved(finding: Finding, rows: int) -> Finding:
    """Return the finding of a segment's row with the row's number in the whole list."""
    places = tuple(replace(each, row=None if each.row is None else each.row + rows) for each in finding.places)
    return replace(finding, places=places)


def _counted(answers: Answers, found: Iterable[Finding]) -> Checked:
    shown: list[Finding] = []
    counted: dict[str, int] = {}
    severities: dict[str, Severity] = {}
    for finding in found:
        counted[finding.rule] = counted.get(finding.rule, 0) + 1
        severities[finding.rule] = finding.severity
        if len(shown) < MOST_FINDINGS:
            shown.append(finding)
    return Checked(answers, tuple(shown), counted, severities)


def _rule_key(finding: Finding, owner: str) -> str:
    return f"{owner}:{finding.rule}" if owner else finding.rule


def _bare(pointer: str) -> str:
    return pointer.removeprefix("/answers")


def _problem(instrument: Instrument, finding: Finding, code: str = "", message: str = "") -> Problem:
    place = finding.places[0] if finding.places else None
    return Problem(
        pointer=f"/answers{place.pointer}" if place else "",
        code=code or finding.rule,
        message=message or finding.title,
        expected=wanted_text(instrument.edition, instrument.form, finding, place) if place else "",
        indicator=place.indicator if place and place.indicator != _ROWS else "",
    )
