"""The HTTP interface of identity; each route is permission, load, one operation, dump."""

from __future__ import annotations

from services.identity.routes import accounts, contacts, keys, me, sessions, signups

BLUEPRINTS = (keys.bp, signups.bp, sessions.bp, me.bp, accounts.bp, contacts.bp)
