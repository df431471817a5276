"""What leaves with a change: facts with ids and codes, and for the exchange the unit's record, sealed."""

from __future__ import annotations

from services.registration.model.registration import Registration
from services.registration.model.review import Decision
from services.registration.ports import Outgoing

TYPE = "tongbao.registration.{}.v1"
READER_EXCHANGE = "exchange"
UNIT_TYPE = "服务外包交易平台"


def told(registration: Registration, name: str) -> Outgoing:
    """Return the fact `name` with ids and codes only."""
    return Outgoing(TYPE.format(name), _clear(registration))


def approved(registration: Registration, decision: Decision) -> Outgoing:
    """Return the approval with the unit's record, sealed for the exchange with the 名录库."""
    form = registration.form
    unit_keys = (
        "credit_code",
        "legal_representative",
        "division",
        "opened_on",
        "registration_type",
        "registered_capital",
        "contact_person",
        "phone",
        "email",
    )
    secret = {
        "unit": {
            "unit_id": registration.unit_id,
            "name": form["operator_name"],
            "address": form["postal_address"],
            "unit_types": [UNIT_TYPE],
            **{key: form.get(key) for key in unit_keys},
        },
        "platform": {
            "name": form["platform_name"],
            "website": form["website"],
            "icp_number": form["icp_number"],
        },
        "effective_date": decision.signed_on,
        "evidence": {
            "registration_id": registration.id,
            "revision": registration.revision,
            "approved_at": decision.decided_at,
        },
    }
    return Outgoing(TYPE.format("approved"), _clear(registration), READER_EXCHANGE, secret)


def _clear(registration: Registration) -> dict[str, object]:
    return {
        "registration_id": registration.id,
        "unit_id": registration.unit_id,
        "division": registration.division,
        "revision": registration.revision,
    }
