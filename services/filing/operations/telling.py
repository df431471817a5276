"""Whom a change tells, and how: notices to the unit and to the department that reviews."""

from __future__ import annotations

import hashlib

from services.filing.ledger.alarms import DuplicateAlarm
from services.filing.model.filings import Filing
from services.filing.model.periods import period_of
from services.filing.model.reliefs import Relief
from services.filing.model.units import CITY_UNIT
from services.filing.operations.instruments import Instrument
from services.filing.policy import reviewing_division
from shared.contracts.notification import NOTICE_DUE, READER, Notice, Recipient, in_role, of_unit
from shared.identity.reviewers import reviewing_role
from shared.messaging.events import Outgoing

OWNER = "filing"


def tell_unit(filing: Filing, instrument: Instrument, occasion: str, anchor: str = "", **values: str) -> Outgoing:
    """Return the notice to all persons of the unit; to its department where a city filed."""
    to = _department(filing.division) if filing.unit_id.startswith(CITY_UNIT) else of_unit(filing.unit_id)
    return _notice(filing, instrument, occasion, to, anchor, values)


def tell_department(filing: Filing, instrument: Instrument, occasion: str) -> Outgoing:
    """Return the notice to the reviewers of the department that acts next."""
    return _notice(filing, instrument, occasion, _department(reviewing_division(filing)), "", {})


def tell_of_duplicate(alarm: DuplicateAlarm, occasion: str, division: str) -> Outgoing:
    """Return the notice of an alarm to a department, or to the ministry for the whole country; it names nobody."""
    once = f"{alarm.id}/{occasion}/{alarm.version}/{division}"
    notice = Notice(
        occasion=f"{OWNER}.{occasion}",
        once=hashlib.sha256(once.encode()).hexdigest(),
        to=_department(division),
        link=f"/duplicates/{alarm.id}",
    )
    return Outgoing(NOTICE_DUE[OWNER].type, notice.clear, READER, {})


def tell_unit_of_relief(relief: Relief, form_title: str, occasion: str, **values: str) -> Outgoing:
    """Return the notice of an extension or exception to all persons of the unit, or to the department of the city."""
    to = _department(relief.division) if relief.is_of_city else of_unit(relief.unit_id)
    return _relief_notice(relief, form_title, occasion, to, values)


def tell_department_of_relief(relief: Relief, form_title: str, occasion: str) -> Outgoing:
    """Return the notice of what a unit asked for to the reviewers of the department that decides."""
    return _relief_notice(relief, form_title, occasion, _department(relief.decider), {})


def _relief_notice(relief: Relief, form_title: str, occasion: str, to: Recipient, values: dict[str, str]) -> Outgoing:
    once = f"{relief.id}/{occasion}/{relief.version}"
    period = {"period": period_of(relief.period).label} if relief.period else {}
    notice = Notice(
        occasion=f"{OWNER}.{occasion}",
        once=hashlib.sha256(once.encode()).hexdigest(),
        to=to,
        values={"form": form_title, **period, **values},
        link=f"/reliefs/{relief.id}",
        about=relief.unit_id,
    )
    return Outgoing(NOTICE_DUE[OWNER].type, notice.clear, READER, dict(notice.values))


def _department(division: str) -> Recipient:
    return in_role(reviewing_role(division), division)


def _notice(
    filing: Filing, instrument: Instrument, occasion: str, to: Recipient, anchor: str, values: dict[str, str]
) -> Outgoing:
    once = f"{filing.id}/{occasion}/{filing.version}"
    notice = Notice(
        occasion=f"{OWNER}.{occasion}",
        once=hashlib.sha256(once.encode()).hexdigest(),
        to=to,
        values={"form": instrument.form.title, "period": period_of(filing.period).label, **values},
        link=f"/filings/{filing.id}?at={anchor}" if anchor else f"/filings/{filing.id}",
        about=filing.unit_id,
    )
    return Outgoing(NOTICE_DUE[OWNER].type, notice.clear, READER, dict(notice.values))
