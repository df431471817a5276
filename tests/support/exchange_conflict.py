"""What the directory and a unit of the survey say of each other, and the desk between them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.exchange.model.cases import Case
from services.exchange.model.messages import Kind, Message
from services.exchange.model.mirror import Known, UnitState
from services.exchange.model.partners import Partner
from services.exchange.operations.casework import follow_directory, follow_message
from services.exchange.operations.sending import send_fact
from services.exchange.policy import PARTNERS
from services.exchange.ports.directory import Told
from shared.calls import Call
from shared.contracts.filing import UNIT_CHANGED
from tests.support.exchange import MOMENT, make_record
from tests.support.exchange_desk import BY_ITSELF, UNIT, DeskDeps, make_approval
from tests.support.exchange_mirror import make_announcement, make_directory_record

DIRECTORY = Call(PARTNERS[Partner.DIRECTORY], "c" * 32)


def known(number: int = 1, *, unit: str = "D1", state: UnitState = UnitState.IN_FORCE, **changes: Any) -> Known:
    """Return a unit of the directory that says of `make_record` what it says of itself, but for the changes."""
    told = make_record(UNIT, "2" * 32)["unit"]
    values = {
        "credit_code": told["credit_code"],
        "organisation_code": "",
        "name": told["name"],
        "address": "浙江省杭州市西湖区文一路1号",
        "division": "330106009000",
        "legal_representative": told["legal_representative"],
        "opened_on": "2020-01",
        "registration_type": "173",
        "phone": "0571-88000000",
        "email": told["email"],
    }
    return Known(unit, number, state, make_directory_record(**(values | changes)), MOMENT)


def told_unit(deps: DeskDeps) -> Message:
    """Have the exchange tell the directory of the unit, and return the message."""
    message = send_fact(deps, BY_ITSELF, make_approval())
    assert message is not None
    follow_message(deps, BY_ITSELF, message)
    return message


def announced(deps: DeskDeps, unit: Known, **changes: Any) -> tuple[Case, ...]:
    """Have the directory announce how it has the unit."""
    deps.directory.mirror.put([Told(unit)], DIRECTORY)
    return follow_directory(deps, DIRECTORY, unit, make_announcement(**changes))


def correct(deps: DeskDeps, event: str, **unit: Any) -> Message | None:
    """Have the unit correct itself by a 企业1表; None where the directory was told that already."""
    names = ("uscc", "organisation_code", "name", "english_name", "opened_on", "legal_representative")
    filed = {"unit_id": UNIT, **dict.fromkeys((*names, "registration_type"), ""), **unit}
    deps.border.records[event] = {"unit": filed, "changes": [], "effective_date": date(2026, 3, 1)}
    fact = make_approval(
        event_id=event, type=UNIT_CHANGED.type, registration_id="", filing_id="f" * 32, kind=Kind.UNIT_CHANGE
    )
    return send_fact(deps, BY_ITSELF, replace(fact, sealed=event))
