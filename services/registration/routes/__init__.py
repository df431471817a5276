"""The HTTP interface of registration; each route is permission, load, one operation, dump."""

from __future__ import annotations

from services.registration.routes import files, notices, registrations, reviews, standings, uploads

BLUEPRINTS = (registrations.bp, files.bp, uploads.bp, reviews.bp, standings.bp, notices.bp)
