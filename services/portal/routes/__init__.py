"""The pages, split by noun. Every view says who may open it; what says nothing is closed to everybody."""

from __future__ import annotations

from services.portal.routes import (
    account,
    drafts,
    facts,
    files,
    health,
    home,
    messages,
    notices,
    registrations,
    reviews,
    sheets,
    sign_in,
    signup,
    standings,
    threads,
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
    facts.bp,
    uploads.bp,
    reviews.bp,
    threads.bp,
    sheets.bp,
    standings.bp,
    messages.bp,
    wordings.bp,
)
