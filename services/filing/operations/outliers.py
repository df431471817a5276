"""What is unusual in a filing: its numbers beside the unit's own earlier ones, and beside other units of the region (C5).

The region is the lowest division on the filing's path, within what the reviewer sees, in which enough units filed the same
form for the same period; else the reviewer's own. Of other units nothing goes out but how many there are, their range and
their median, and that only where enough of them contribute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from services.filing.forms.conversions import Conversion
from services.filing.forms.expressions.expression import refs
from services.filing.forms.expressions.syntax import Ref
from services.filing.forms.model import Indicator, Part
from services.filing.model.filings import Filing, Version, Working
from services.filing.model.periods import period_of
from services.filing.operations.changes import in_sight
from services.filing.operations.instruments import Instrument, instrument_for
from services.filing.operations.weighing import number_of, totals_of
from services.filing.outliers.scores import LEAST, UNUSUAL, Scale, Score, Spread, beside_history, score, spread_of
from services.filing.policy import division_of
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.errors import NotFound

PERIODS = 12
"""So many earlier periods are looked at."""

MOST_UNITS = 300
"""So many filings of other units are read; of more, always the same ones, whose ids come first."""

_PERCENT = "percent"

Numbers = Mapping[Ref, Decimal]


@dataclass(frozen=True)
class Compared:
    """A number of the filing beside others; `region` and its spread say nothing where too few others have it."""

    ref: Ref
    indicator: Indicator
    part: Part
    value: Decimal = field(repr=False)
    history: Score
    own: Spread | None = field(repr=False)
    region: Score
    others: Spread | None = field(repr=False)

    @property
    def is_unusual(self) -> bool:
        """Whether it is out of its own history, or far from the other units."""
        return bool({self.history.verdict, self.region.verdict} & UNUSUAL)


@dataclass(frozen=True)
class Comparison:
    """All numbers of a filing beside others, the unusual ones first.

    `division` is the region and `units` how many others of it were read, `periods` how many earlier periods of the unit.
    """

    filing: Filing
    division: str
    units: int
    is_sample: bool
    periods: int
    cells: tuple[Compared, ...]


def read_outliers(deps: Deps, call: Call, filing_id: str) -> Comparison:
    """Return the numbers of a filing's last version beside others; the read is recorded.

    Actor: a department that sees the filing. Raises `NotFound`.
    """
    filing = in_sight(deps, call, filing_id)
    if filing.last is None or not division_of(call.actor):
        raise NotFound
    deps.reads.record(call, "read_outliers", filing.id)
    instrument = instrument_for(deps, filing)
    mine = _numbers(deps, filing, instrument, filing.last.content)
    before = [_numbers(deps, filing, instrument, each.content) for each in _earlier(deps, filing, instrument)]
    division, others = _region(deps, call, filing, instrument)
    cells = [_compared(instrument, ref, value, before, others) for ref, value in mine.items()]
    return Comparison(
        filing=filing,
        division=division,
        units=len(others),
        is_sample=sum(map(len, others.values())) >= MOST_UNITS,
        periods=len(before),
        cells=tuple(sorted(cells, key=lambda each: not each.is_unusual)),
    )


def _compared(
    instrument: Instrument,
    ref: Ref,
    value: Decimal,
    before: Sequence[Numbers],
    others: Mapping[str, Sequence[Numbers]],
) -> Compared:
    indicator = instrument.form.indicator(ref.indicator)
    part = indicator.part(ref.part) if indicator else None
    if indicator is None or part is None:
        raise NotFound
    scale = Scale.DIFFERENCE if part.kind_name == _PERCENT else Scale.RATIO
    own = [numbers[ref] for numbers in before if ref in numbers]
    given = {unit: [numbers[ref] for numbers in filed if ref in numbers] for unit, filed in others.items()}
    values = [each for found in given.values() for each in found] if sum(map(bool, given.values())) >= LEAST else []
    return Compared(
        ref=ref,
        indicator=indicator,
        part=part,
        value=value,
        history=beside_history(value, own),
        own=spread_of(own),
        region=score(value, values, scale),
        others=spread_of(values),
    )


def _numbers(deps: Deps, filing: Filing, instrument: Instrument, content: Working) -> Numbers:
    """Return the numbers that a version holds: single cells of this period, and the key totals of rows."""
    if content.nil_reason is not None:
        return {}
    found: dict[Ref, Decimal | None] = {}
    if content.rows is None:
        answers = instrument.answers(content.answers)
        found = {ref: number_of(answers.value(ref.indicator, ref.part)) for ref in _cells(instrument)}
    totals = totals_of(deps, filing, instrument, content)
    found |= {ref: totals[ref] for ref in totals if ref not in found}
    return {ref: value for ref, value in found.items() if value is not None}


def _cells(instrument: Instrument) -> Iterator[Ref]:
    """Yield the cells outside rows that hold a number of this period in a unit of measure that is always the same."""
    foreign = {each.amount for each in instrument.form.conversions if _is_foreign(each)}
    for indicator in instrument.form.indicators:
        for part in indicator.parts:
            ref = Ref(indicator.code, part.key)
            is_number = part.kind is not None and part.kind.is_number
            if is_number and not indicator.is_rows and ref not in foreign and not _is_of_before(part):
                yield ref


def _is_foreign(conversion: Conversion) -> bool:
    return isinstance(conversion.currency, Ref)


def _is_of_before(part: Part) -> bool:
    """Tell whether a cell holds what was filed for the period before."""
    return part.suggested is not None and any(ref.is_previous for ref in refs(part.suggested))


def _earlier(deps: Deps, filing: Filing, instrument: Instrument) -> list[Version]:
    """Return what is in force of the unit's earlier periods; of forms that are filed often, all of each period."""
    if not instrument.form.is_many:
        return [version for _, version in deps.filings.list_approved_before(filing, PERIODS)]
    period, periods = period_of(filing.period), []
    for _ in range(PERIODS):
        period = period.before
        periods.append(str(period))
    found = deps.filings.list_of_unit(filing.unit_id, [filing.form], periods)
    return [each.approved for each in found if each.approved is not None]


def _region(
    deps: Deps, call: Call, filing: Filing, instrument: Instrument
) -> tuple[str, Mapping[str, Sequence[Numbers]]]:
    """Return the region with the numbers of its other units, by unit."""
    seen = division_of(call.actor)
    divisions = filing.path[: filing.path.index(seen) + 1] if seen in filing.path else (seen,)
    found: Mapping[str, Sequence[Numbers]] = {}
    for division in divisions:
        found = _others(deps, filing, instrument, division)
        if len(found) >= LEAST:
            return division, found
    return divisions[-1], found


def _others(deps: Deps, filing: Filing, instrument: Instrument, division: str) -> Mapping[str, Sequence[Numbers]]:
    found: dict[str, list[Numbers]] = defaultdict(list)
    for other in deps.queue.alike(filing, division, MOST_UNITS):
        version = other.last
        if other.edition == filing.edition and version is not None and not version.is_early:
            found[other.unit_id].append(_numbers(deps, other, instrument, version.content))
    return found
