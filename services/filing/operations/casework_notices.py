"""Notices of what goes with a review: a question, an answer, what departments say to each other, an assignment.

What was said stays in the system: a notice names the form, the period and the place, sealed for its reader.
"""

from __future__ import annotations

import hashlib

from services.filing.model.filings import Filing
from services.filing.model.periods import period_of
from services.filing.model.units import CITY_UNIT
from services.filing.operations.instruments import Instrument
from shared.contracts.notification import NOTICE_DUE, READER, Notice, Recipient, in_role, of_account, of_unit
from shared.identity.reviewers import reviewing_role
from shared.messaging.events import Outgoing
from shared.threads.model import Thread

OWNER = "filing"


def tell_unit_of_question(filing: Filing, instrument: Instrument, thread: Thread, place: str) -> Outgoing:
    """Return the notice to all persons of the unit, or to the department of the city that filed, with the field's address."""
    is_city = filing.unit_id.startswith(CITY_UNIT)
    to = _department(filing.division) if is_city else of_unit(filing.unit_id)
    link = f"/filings/{filing.id}?at={thread.pointer}" if thread.pointer else f"/filings/{filing.id}#threads"
    return _notice(filing, instrument, "question", _once(thread), to, link, place=place)


def tell_departments_of_answer(
    filing: Filing, instrument: Instrument, thread: Thread, place: str
) -> tuple[Outgoing, ...]:
    """Return the notices to the departments that asked or answered in a thread."""
    return tuple(
        _notice(
            filing, instrument, "answer", f"{_once(thread)}/{each}", _department(each), _review(filing), place=place
        )
        for each in thread.divisions
    )


def tell_departments_of_remark(
    filing: Filing, instrument: Instrument, thread: Thread, place: str, acting: str
) -> tuple[Outgoing, ...]:
    """Return the notices to the other departments in an internal thread, and to the one that acts next."""
    own = thread.messages[-1].division
    told = [each for each in dict.fromkeys((*thread.divisions, acting)) if each != own]
    return tuple(
        _notice(
            filing, instrument, "remark", f"{_once(thread)}/{each}", _department(each), _review(filing), place=place
        )
        for each in told
    )


def tell_assignee(filing: Filing, instrument: Instrument, assignee_id: str, once: str) -> Outgoing:
    """Return the notice to the reviewer to whom a filing was assigned."""
    return _notice(filing, instrument, "assigned", once, of_account(assignee_id), _review(filing))


def _once(thread: Thread) -> str:
    return f"{thread.id}/{len(thread.messages)}"


def _review(filing: Filing) -> str:
    return f"/filings/{filing.id}/review"


def _department(division: str) -> Recipient:
    return in_role(reviewing_role(division), division)


def _notice(
    filing: Filing, instrument: Instrument, occasion: str, once: str, to: Recipient, link: str, **values: str
) -> Outgoing:
    notice = Notice(
        occasion=f"{OWNER}.{occasion}",
        once=hashlib.sha256(f"{filing.id}/{occasion}/{once}".encode()).hexdigest(),
        to=to,
        values={"form": instrument.form.title, "period": period_of(filing.period).label, **values},
        link=link,
        about=filing.unit_id,
    )
    return Outgoing(NOTICE_DUE[OWNER].type, notice.clear, READER, dict(notice.values))
