"""The simulated country in columns, as statistics would keep it once everything had come: for benches at full size, without servers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import pyarrow as pa

from services.sandbox.country.business import Contract, Country, Execution, Terms, contracts, executions
from services.sandbox.country.firms import Firm, name_of
from services.statistics.model.cells import Cell, Question
from services.statistics.model.columns import cells_of
from services.statistics.model.facts import BITS, FactSet, Line, Values, partition_of, spot_of
from services.statistics.model.snapshots import Snapshot
from services.statistics.repository.arrow import joined, table_of
from services.statistics.repository.cells import DuckCells
from services.statistics.repository.units import UnitsKept
from shared.contracts.filing import FactKind

ALL_LAYERS = sum(BITS.values())
AT_ONCE = 50_000
"""So many lines are there as objects at once."""


@dataclass(frozen=True)
class SimulatedColumns:
    """Partitions in memory, by their keys; as `repository.units.Columns` has them."""

    tables: Mapping[str, pa.Table] = field(repr=False)

    def keys(self, kind: FactKind, first: str, last: str) -> tuple[tuple[str, str], ...]:
        """Return the partitions of a kind from one month or year to another."""
        low, high = partition_of(kind, first), partition_of(kind, last)
        return tuple((key, "1") for key in sorted(self.tables) if low <= key <= high)

    def read(self, key: str, columns: Sequence[str]) -> pa.Table:
        """Return some columns of a partition."""
        return self.tables[key].select(list(columns))


@dataclass(frozen=True)
class SimulatedCells:
    """Reckons cells over simulated columns with the product's own engine; as `ports.facts.Cells` has it."""

    columns: SimulatedColumns
    engine: DuckCells
    units: UnitsKept = field(default_factory=UnitsKept)

    def of(self, _: Snapshot) -> SimulatedCells:
        """Return the same: nothing of the columns changes."""
        return self

    def changes(self, _older: Snapshot, _newer: Snapshot, _question: Question, *, of_units: bool) -> tuple[Cell, ...]:
        """Return no cell: nothing of the columns changes."""
        return ()

    def ask(self, question: Question) -> tuple[Cell, ...]:
        """Return the cells of a question."""
        return self.ask_all([question])[0]

    def ask_all(self, questions: Sequence[Question]) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells of each question."""
        return self.engine.ask_of(self.columns, self.units, questions)


def simulated_columns(country: Country, months: Iterable[str], year: int) -> SimulatedColumns:
    """Return contracts and executions of some months, as they are in force, and the firms of a year."""
    tables = {partition_of(FactKind.UNIT, str(year)): _table(FactKind.UNIT, _firms(country, year))}
    for month in months:
        tables[partition_of(FactKind.CONTRACT, month)] = _table(
            FactKind.CONTRACT, map(_contract, contracts(country, month))
        )
        done = map(_execution, executions(country, month))
        tables[partition_of(FactKind.EXECUTION, month)] = _table(FactKind.EXECUTION, done)
    return SimulatedColumns(tables)


def _firms(country: Country, year: int) -> Iterator[Sequence[object]]:
    for firm in country.firms:
        values = {
            "ownership": firm.ownership,
            "industry": firm.industry,
            "name": pseudonym(firm.name),
            "holder": pseudonym(name_of(firm.holder)) if firm.holder else "",
        }
        yield _row(firm, firm.id, Line(FactKind.UNIT, str(year), ALL_LAYERS, values))


def _contract(contract: Contract) -> Sequence[object]:
    terms = contract.terms
    values = {**_said(terms), "usd": contract.amount.usd, "cny": contract.amount.cny}
    return _row(terms.firm, terms.id, Line(FactKind.CONTRACT, terms.month, ALL_LAYERS, values))


def _execution(execution: Execution) -> Sequence[object]:
    amounts = {
        "usd": execution.amount.usd,
        "cny": execution.amount.cny,
        "settled_usd": execution.settled.usd,
        "settled_cny": execution.settled.cny,
    }
    values = {**_said(execution.terms), **amounts}
    return _row(execution.terms.firm, execution.id, Line(FactKind.EXECUTION, execution.month, ALL_LAYERS, values))


def _said(terms: Terms) -> Values:
    return {
        "business_class": terms.business_class,
        "nature": terms.nature,
        "market": terms.market,
        "client_industry": terms.client_industry,
    }


def _row(firm: Firm, filing: str, line: Line) -> Sequence[object]:
    province, city, county = spot_of(firm.path)
    facts = FactSet(
        filing=filing,
        version=1,
        form="",
        period=line.counted_in,
        unit=firm.id,
        province=province,
        city=city,
        county=county,
    )
    return cells_of(facts, line)


def _table(kind: FactKind, rows: Iterable[Sequence[object]]) -> pa.Table:
    left, tables = iter(rows), []
    while part := list(islice(left, AT_ONCE)):
        tables.append(table_of(kind, part))
    return joined(kind, tables).combine_chunks()


def pseudonym(text: str) -> str:
    """Return what stands for a text, without a key."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
