"""The HTTP interface of statistics; each route is permission, load, one operation, dump."""

from __future__ import annotations

from services.statistics.routes import dashboards, facts, published, reach, releases, snapshots, tables

BLUEPRINTS = (facts.bp, tables.bp, snapshots.bp, releases.bp, published.bp, dashboards.bp, reach.bp)
