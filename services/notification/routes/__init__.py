"""The HTTP interface of notification; each route is permission, load, one operation, dump."""

from __future__ import annotations

from services.notification.routes import mails, notices, preferences, templates

BLUEPRINTS = (notices.bp, preferences.bp, templates.bp, mails.bp)
