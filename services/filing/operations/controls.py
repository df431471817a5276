"""Control totals of a period: what the settled filings come to, for statistics to hold their frozen figures against."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal

from services.filing.model.filings import Filing, Version
from services.filing.operations.fact_lines import Said, lines_of
from services.filing.operations.instruments import instrument_for
from services.filing.ports.deps import Deps
from shared.contracts.filing import CONTROLLED

Amount = tuple[str, str, Decimal]
"""A form, a measure, and what is added to its sum."""

FORMS = frozenset(each.form for each in CONTROLLED)


def amounts_of(deps: Deps, filing: Filing, version: Version, scope: Collection[str]) -> Iterator[Amount]:
    """Yield what a version adds to the control totals of the periods that are closed; a line without a rate adds none."""
    if filing.form not in FORMS:
        return
    wanted = [each for each in CONTROLLED if each.form == filing.form]
    for line in lines_of(Said(filing, version, instrument_for(deps, filing))):
        for each in wanted:
            is_meant = line["kind"] is each.kind and (not each.category or line.get("category") == each.category)
            amount = line.get(each.column)
            if is_meant and line["counted_in"] in scope and isinstance(amount, Decimal):
                yield each.form, each.measure, amount
