"""The HTTP interface of registration; each route is permission, load, one operation, dump."""

from __future__ import annotations

from services.registration.routes import files, registrations, reviews, sheets, standings, threads, uploads

BLUEPRINTS = (registrations.bp, files.bp, uploads.bp, reviews.bp, sheets.bp, threads.bp, standings.bp)
