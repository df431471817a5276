"""The HTTP interface of filing; each route is permission, load, one operation, dump."""

from __future__ import annotations

from services.filing.routes import (
    decisions,
    editions,
    evidence,
    filings,
    papers,
    rates,
    reviews,
    rows,
    units,
    versions,
    workbooks,
)

BLUEPRINTS = (
    editions.bp,
    units.bp,
    filings.bp,
    rows.bp,
    evidence.bp,
    versions.bp,
    papers.bp,
    workbooks.bp,
    reviews.bp,
    decisions.bp,
    rates.bp,
)
