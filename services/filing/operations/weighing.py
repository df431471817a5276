"""What a submission weighs in the queues of the departments: its queries, its days of delay, and the size of its change."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from services.filing.forms.answers import Answers, Given
from services.filing.forms.expressions.syntax import Ref
from services.filing.forms.model import Severity
from services.filing.model.filings import Filing, Noted, Version, Working
from services.filing.model.periods import period_of
from services.filing.model.ranks import Moved, Ranks
from services.filing.operations.due import days_late, due_of
from services.filing.operations.instruments import Instrument
from services.filing.operations.listing import sums_of
from services.filing.operations.versions import version_of
from services.filing.outliers.change import change_band
from services.filing.ports.deps import Deps

GRAVE, QUERY, NOTE = 30, 10, 1
"""What a finding adds to the severity: a query of an amount in another unit of measure, any other query, a note."""

MOST_SEVERE = 9999


def ranks_of(deps: Deps, filing: Filing, instrument: Instrument) -> Ranks:
    """Return what the last version of a filing weighs; it is found once, when that is submitted."""
    last = filing.last
    if last is None:
        return Ranks()
    moves = _moves(deps, filing, instrument, last)
    return Ranks(
        severity=_severity(instrument, last.noted),
        days_late=days_late(due_of(deps, filing.unit_id, instrument.form, period_of(filing.period)), filing),
        change=change_band((each.before, each.now) for each in moves if each.before is not None),
        moves=moves,
    )


def totals_of(deps: Deps, filing: Filing, instrument: Instrument, content: Working) -> dict[Ref, Decimal | None]:
    """Return the key totals of a form as a version holds them; None where there is no value."""
    refs = instrument.edition.key_totals.get(instrument.form.key, ())
    if not refs:
        return {}
    rows = content.rows
    answers = instrument.answers(content.answers) if rows is None else sums_of(deps, filing, instrument, rows)
    return {ref: _total(answers, ref) for ref in refs}


def _severity(instrument: Instrument, noted: Iterable[Noted]) -> int:
    weights = (
        NOTE if each.severity != Severity.QUERY else GRAVE if each.rule in instrument.edition.grave_queries else QUERY
        for each in noted
    )
    return min(sum(weights), MOST_SEVERE)


def _moves(deps: Deps, filing: Filing, instrument: Instrument, last: Version) -> tuple[Moved, ...]:
    """Return the key totals beside those of the period before; of a form without a series, of the version in force."""
    if last.content.nil_reason is not None:
        return ()
    before = _before(deps, filing, instrument)
    now = totals_of(deps, filing, instrument, last.content)
    then = totals_of(deps, filing, instrument, before.content) if before else {}
    return tuple(Moved(f"{ref.indicator}.{ref.part}", then.get(ref), value) for ref, value in now.items())


def _before(deps: Deps, filing: Filing, instrument: Instrument) -> Version | None:
    if instrument.form.is_many:
        return version_of(deps, filing, filing.in_force) if filing.in_force else None
    earlier = str(period_of(filing.period).before)
    return deps.filings.find_approved(filing.unit_id, filing.form, filing.item, earlier)


def _total(answers: Answers, ref: Ref) -> Decimal | None:
    rows = answers.rows.get(ref.indicator)
    if rows is None:
        return number_of(answers.value(ref.indicator, ref.part))
    cells = (row.get(ref.part) for row in rows)
    values = [number_of(cell.value) for cell in cells if isinstance(cell, Given)]
    return sum((value for value in values if value is not None), Decimal(0))


def number_of(value: object) -> Decimal | None:
    """Return a number as a decimal, None for anything else."""
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
