"""The HTTP interface of identity; each route is permission, load, one operation, dump."""

from __future__ import annotations

from services.identity.routes import (
    account_pages,
    accounts,
    appointments,
    assets,
    clients,
    colleagues,
    contacts,
    divisions,
    invitations,
    keys,
    me,
    recoveries,
    reviewers,
    sign_in,
    signups,
)
from services.identity.routes.oauth import endpoints

BLUEPRINTS = (
    keys.bp,
    signups.bp,
    me.bp,
    accounts.bp,
    appointments.bp,
    contacts.bp,
    clients.bp,
    colleagues.bp,
    invitations.bp,
    recoveries.bp,
    reviewers.bp,
    divisions.bp,
)
"""The interface for programs, in the description."""

PAGES = (endpoints.machines, endpoints.bp, sign_in.bp, account_pages.bp, assets.bp)
"""The protocol of the provider, and the pages that people see on the way."""
