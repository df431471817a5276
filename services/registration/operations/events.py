"""What leaves with a change: facts with ids and codes, and the unit's record, sealed for the exchange or for filing."""

from __future__ import annotations

from collections.abc import Iterable

from services.registration.form.changes import Change
from services.registration.model.registration import Registration
from services.registration.model.review import Decision
from services.registration.model.standing import Ending
from shared.messaging.events import Outgoing

TYPE = "tongbao.registration.{}.v1"
READER_EXCHANGE = "exchange"
READER_FILING = "filing"
UNIT_TYPE = "服务外包交易平台"

_UNIT = {
    "operator_name": "name",
    "postal_address": "address",
    "credit_code": "credit_code",
    "legal_representative": "legal_representative",
    "division": "division",
    "opened_on": "opened_on",
    "registration_type": "registration_type",
    "registered_capital": "registered_capital",
    "contact_person": "contact_person",
    "phone": "phone",
    "email": "email",
}
_PLATFORM = {"platform_name": "name", "website": "website", "icp_number": "icp_number"}
_IN_DIRECTORY = {
    **{key: f"unit/{name}" for key, name in _UNIT.items()},
    **{key: f"platform/{name}" for key, name in _PLATFORM.items()},
}
"""Items of the form that the 名录库 is told, with their place in its record."""


def told(registration: Registration, name: str) -> Outgoing:
    """Return the fact `name` with ids and codes only."""
    return Outgoing(TYPE.format(name), _clear(registration))


def approved(registration: Registration, decision: Decision) -> Outgoing:
    """Return the approval with the unit's record, sealed for the exchange with the 名录库."""
    secret = {
        **_record(registration),
        "effective_date": decision.signed_on,
        "evidence": _evidence(registration, decision),
    }
    return Outgoing(TYPE.format("approved"), _clear(registration), READER_EXCHANGE, secret)


def told_to_directory(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return what of these changes stands in the record that the 名录库 keeps."""
    return tuple(change for change in changes if change.pointer.removeprefix("/form/") in _IN_DIRECTORY)


def changed(registration: Registration, decision: Decision, changes: Iterable[Change]) -> Outgoing:
    """Return the approved change with the whole record as it is now, and each change with what was before."""
    told = [
        {"field": _IN_DIRECTORY[change.pointer.removeprefix("/form/")], "before": change.before, "after": change.after}
        for change in changes
    ]
    secret = {
        **_record(registration),
        "changes": told,
        "effective_date": decision.signed_on,
        "evidence": _evidence(registration, decision),
    }
    return Outgoing(TYPE.format("changed"), _clear(registration), READER_EXCHANGE, secret)


def deregistered(registration: Registration, ending: Ending) -> Outgoing:
    """Return the end of a registration with the record that was in force, and its coded ground."""
    evidence = {
        "registration_id": registration.id,
        "revision": registration.life.in_force,
        "approved_at": ending.at,
    }
    secret = {
        **_record(registration),
        "ground": ending.ground.value,
        "effective_date": ending.on,
        "evidence": evidence,
    }
    return Outgoing(TYPE.format("deregistered"), _clear(registration), READER_EXCHANGE, secret)


def unit_known(before: Registration, after: Registration) -> tuple[Outgoing, ...]:
    """Return what filing is told of a unit, wherever a step changes what is in force or how far; else nothing.

    The record is that of the revision in force, after an ending that of the last one; so is the division.
    """
    if (before.standing, before.life.in_force) == (after.standing, after.life.in_force):
        return ()
    return (known(after),)


def known(registration: Registration) -> Outgoing:
    """Return what filing is told of a unit whose platform was registered at some time."""
    clear = {
        **_clear(registration),
        "division": registration.home,
        "revision": registration.life.in_force,
        "standing": registration.standing.value,
    }
    secret = {**_record(registration), "standing": registration.standing.value}
    return Outgoing(TYPE.format("unit_known"), clear, READER_FILING, secret)


def _record(registration: Registration) -> dict[str, object]:
    """Return what others keep of the unit and its platform, by the revision in force."""
    revision = registration.in_force
    form = registration.form if revision is None else revision.form
    unit = {name: form.get(key) for key, name in _UNIT.items()}
    return {
        "unit": {"unit_id": registration.unit_id, "unit_types": [UNIT_TYPE], **unit},
        "platform": {name: form[key] for key, name in _PLATFORM.items()},
    }


def _evidence(registration: Registration, decision: Decision) -> dict[str, object]:
    return {
        "registration_id": registration.id,
        "revision": registration.revision,
        "approved_at": decision.decided_at,
    }


def _clear(registration: Registration) -> dict[str, object]:
    return {
        "registration_id": registration.id,
        "unit_id": registration.unit_id,
        "division": registration.division,
        "revision": registration.revision,
    }
