"""Whom a relocation tells: the unit, and each department once for all units that go the same way."""

from __future__ import annotations

import hashlib

from services.filing.model.relocations import Relocation
from services.filing.operations.telling import OWNER
from shared.clock import local_date
from shared.codes import divisions
from shared.contracts.notification import NOTICE_DUE, READER, Notice, Recipient, in_role, of_unit
from shared.identity.reviewers import reviewing_role
from shared.messaging.events import Outgoing

LINK = "/relocations"


def tell_of_relocation(relocation: Relocation) -> tuple[Outgoing, ...]:
    """Return the notices that a unit belongs elsewhere: to it, and to the departments of both divisions."""
    values = {"before": name_of(relocation, relocation.before), "after": name_of(relocation, relocation.after)}
    to_unit = _notice("relocated", relocation.id, of_unit(relocation.unit_id), values, "/", relocation.unit_id)
    day = local_date(relocation.updated_at).isoformat()
    departments = dict.fromkeys((relocation.before, relocation.after))
    return (to_unit, *(_to_department("relocation_noted", each, day, relocation, values) for each in departments))


def ask_for_place(relocation: Relocation) -> tuple[Outgoing, ...]:
    """Return the notices that a department is to say where a unit belongs: to it, and to the unit."""
    values = {"before": name_of(relocation, relocation.before)}
    once = f"{relocation.id}/{relocation.placer}"
    to_unit = _notice("to_be_placed", once, of_unit(relocation.unit_id), values, "/", relocation.unit_id)
    day = local_date(relocation.updated_at).isoformat()
    return to_unit, _to_department("placement_due", relocation.placer, day, relocation, values)


def name_of(relocation: Relocation, division: str) -> str:
    """Return the full name of a division, as it was last where it has ended."""
    return divisions.last_name(division, local_date(relocation.updated_at))


def _to_department(occasion: str, division: str, day: str, relocation: Relocation, values: dict[str, str]) -> Outgoing:
    once = "/".join((relocation.before, relocation.after, day, division))
    return _notice(occasion, once, in_role(reviewing_role(division), division), values, LINK, "")


def _notice(occasion: str, once: str, to: Recipient, values: dict[str, str], link: str, about: str) -> Outgoing:
    notice = Notice(
        occasion=f"{OWNER}.{occasion}",
        once=hashlib.sha256(f"{occasion}/{once}".encode()).hexdigest(),
        to=to,
        values=values,
        link=link,
        **({"about": about} if about else {}),
    )
    return Outgoing(NOTICE_DUE[OWNER].type, notice.clear, READER, dict(notice.values))
