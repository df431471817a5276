"""Whom a change tells, and how: notices to the operator, the department, and the level above it."""

from __future__ import annotations

import hashlib

from services.registration.form.items import REASON_LABELS
from services.registration.model.registration import Registration
from services.registration.model.review import Decision
from shared.contracts.notification import NOTICE_DUE, READER, Notice, Recipient, in_role, of_unit
from shared.identity.actor import COUNTRY
from shared.identity.reviewers import reviewing_role
from shared.messaging.events import Outgoing

OWNER = "registration"


def tell_operator(registration: Registration, occasion: str, once: str, anchor: str = "", **values: str) -> Outgoing:
    """Return the notice to all persons of the unit; `once` names the very occasion among those of the registration.

    `anchor` is a part of the registration's page, or a pointer (`/form/website`) to what is to be mended.
    """
    return _notice(registration, occasion, once, of_unit(registration.unit_id), anchor, values)


def tell_department(
    registration: Registration, occasion: str, once: str, division: str, anchor: str = "", **values: str
) -> Outgoing:
    """Return the notice to the reviewers of a division."""
    return _notice(registration, occasion, once, reviewers_of(division), anchor, values)


def tell_level_above(registration: Registration, occasion: str, once: str, division: str, **values: str) -> Outgoing:
    """Return the notice to those above the department of a division: city, province or ministry."""
    path = registration.path
    above = path[path.index(division) + 1] if division in path and path[-1] != division else COUNTRY
    return _notice(registration, occasion, once, reviewers_of(above), "", values)


def told_of(decision: Decision) -> str:
    """Return the reason of a decision as the applicant reads it."""
    return decision.text if decision.reason_code is None else f"{REASON_LABELS[decision.reason_code]}：{decision.text}"


def reviewers_of(division: str) -> Recipient:
    """Return the reviewers of a division; for the whole country the ministry's."""
    return in_role(reviewing_role(division), division)


def _notice(
    registration: Registration, occasion: str, once: str, to: Recipient, anchor: str, values: dict[str, str]
) -> Outgoing:
    shown = registration.in_force or (registration.revisions[-1] if registration.revisions else None)
    name = str(shown.form.get("platform_name", "")) if shown else ""
    notice = Notice(
        occasion=f"{OWNER}.{occasion}",
        once=hashlib.sha256(f"{registration.id}/{occasion}/{once}".encode()).hexdigest(),
        to=to,
        values={"platform_name": name, **values},
        link=_link(registration, anchor),
        about=registration.unit_id,
    )
    return Outgoing(NOTICE_DUE[OWNER].type, notice.clear, READER, dict(notice.values))


def _link(registration: Registration, anchor: str) -> str:
    page = f"/registrations/{registration.id}"
    if anchor.startswith("/"):
        return f"{page}?at={anchor}"
    return f"{page}#{anchor}" if anchor else page
