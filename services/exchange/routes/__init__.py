"""The HTTP interface of the exchange; each route is permission, load, one operation, dump."""

from __future__ import annotations

from services.exchange.routes import cases, deliveries, desk, directory, journal, messages, quality, sharing, statements

BLUEPRINTS = (
    messages.bp,
    desk.bp,
    cases.bp,
    quality.bp,
    directory.bp,
    journal.bp,
    journal.jobs_bp,
    deliveries.bp,
    sharing.bp,
    statements.bp,
)
