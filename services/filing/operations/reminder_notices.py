"""The notices of reminders and digests, and what takes them back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from services.filing.model.units import CITY_UNIT
from services.filing.operations.owing import Debtor
from services.filing.reminding.digests import Digest
from services.filing.reminding.owed import OpenNotice, Owed
from services.filing.reminding.terms import DigestTerms
from services.filing.reminding.wording import owed_lines
from shared.codes import divisions
from shared.contracts.notification import NOTICE_DUE, NOTICE_SETTLED, READER, Notice, Recipient, in_role, of_unit
from shared.identity.reviewers import reviewing_role
from shared.messaging.events import Outgoing

OWNER = "filing"
TASKS = "/tasks"
DESK = "/filings/review"


def tell_debtor(debtor: Debtor, occasion: str, once: str, owed: Sequence[Owed], on: date, **values: str) -> Outgoing:
    """Return the notice that asks a unit for forms; it goes to the department where a city is to file them."""
    unit = debtor.respondent
    is_city = unit.unit_id.startswith(CITY_UNIT)
    said = {"count": str(len(owed)), "items": owed_lines(owed, on), **values}
    to = _department(unit.division) if is_city else of_unit(unit.unit_id)
    return _outgoing(Notice(f"{OWNER}.{occasion}", once, to, said, TASKS, unit.unit_id))


def settled_notice(notice: OpenNotice) -> Outgoing:
    """Return what takes a notice back that asks for nothing more."""
    data = {"occasion": f"{OWNER}.{notice.occasion}", "once": notice.once}
    return Outgoing(NOTICE_SETTLED[OWNER].type, data)


def tell_department(digest: Digest, on: date, terms: DigestTerms) -> Outgoing:
    """Return what a department is told of its work on a day."""

    def name_of(division: str) -> str:
        return divisions.last_name(division, on)

    once = hashlib.sha256(f"department_digest/{digest.division}/{on.isoformat()}".encode()).hexdigest()
    values = digest.values(terms, name_of)
    return _outgoing(Notice(f"{OWNER}.department_digest", once, _department(digest.division), values, DESK))


def _department(division: str) -> Recipient:
    return in_role(reviewing_role(division), division)


def _outgoing(notice: Notice) -> Outgoing:
    return Outgoing(NOTICE_DUE[OWNER].type, notice.clear, READER, dict(notice.values))
