"""The HTTP interface of filing; each route is permission, load, one operation, dump."""

from __future__ import annotations

from services.filing.routes import (
    assignments,
    classification,
    contracts,
    decisions,
    duplicates,
    editions,
    evidence,
    filings,
    marks,
    month_end,
    papers,
    rates,
    reliefs,
    reviews,
    rows,
    threads,
    units,
    versions,
    vouchers,
    workbooks,
)

BLUEPRINTS = (
    editions.bp,
    classification.bp,
    units.bp,
    filings.bp,
    month_end.bp,
    contracts.bp,
    vouchers.bp,
    duplicates.bp,
    rows.bp,
    evidence.bp,
    versions.bp,
    papers.bp,
    workbooks.bp,
    reviews.bp,
    threads.bp,
    marks.bp,
    assignments.bp,
    decisions.bp,
    rates.bp,
    reliefs.bp,
)
