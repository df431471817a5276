"""The pages, split by noun. Every view says who may open it; what says nothing is closed to everybody."""

from __future__ import annotations

from services.portal.routes import (
    account,
    drafts,
    files,
    health,
    home,
    messages,
    notices,
    registrations,
    reviews,
    sign_in,
    signup,
    standings,
    uploads,
    wordings,
)

BLUEPRINTS = (
    health.bp,
    sign_in.bp,
    account.bp,
    signup.bp,
    home.bp,
    notices.bp,
    registrations.bp,
    drafts.bp,
    files.bp,
    uploads.bp,
    reviews.bp,
    standings.bp,
    messages.bp,
    wordings.bp,
)
