"""The HTTP interface of the exchange; each route is permission, load, one operation, dump."""

from __future__ import annotations

from services.exchange.routes import cases, journal, messages

BLUEPRINTS = (messages.bp, cases.bp, journal.bp, journal.jobs_bp)
