"""What a careful reviewer puts on record of sound materials: verdicts, conditions, and the facts that stand on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from shared.clock import SystemClock, local_date

CONDITIONS = ("legal_person_and_team", "rules_and_quality", "users_and_trades")

AS_IN_THE_FORM: Mapping[str, str] = {
    "form_seal_name": "operator_name",
    "form_signed_by": "legal_representative",
    "licence_name": "operator_name",
    "licence_credit_code": "credit_code",
    "licence_representative": "legal_representative",
    "licence_opened_on": "opened_on",
    "licence_capital": "registered_capital",
    "licence_address": "postal_address",
    "evidence_platform_name": "platform_name",
    "evidence_site": "website",
    "evidence_operating_since": "operating_since",
    "evidence_trade_volume": "trade_volume",
    "plan_platform_name": "platform_name",
    "icp_number": "icp_number",
    "icp_site": "website",
    "icp_subject": "operator_name",
    "permit_number": "licence_number",
}
"""The facts that say what an item of the form says."""

PLAN = ("management_rules", "service_process", "fees", "quality_assurance")


def today() -> date:
    """Return the day in China, with which decisions are signed."""
    return local_date(SystemClock().now())


def facts(form: Mapping[str, object]) -> dict[str, object]:
    """Return the facts of materials that agree with this form, as they go over the wire."""
    yesterday = (today() - timedelta(days=1)).isoformat()
    permit = {"permit_subject": form.get("operator_name"), "permit_valid_until": "长期"}
    return {
        **(permit if form.get("licence_number") else {}),
        **{key: form[item] for key, item in AS_IN_THE_FORM.items() if item in form},
        "form_signed_on": yesterday,
        "licence_valid_until": "长期",
        "evidence_traded_on": yesterday,
        **{f"plan_{part}": True for part in PLAN},
    }


def accepted(form: Mapping[str, object], opinion: str = "材料齐全") -> dict[str, object]:
    """Return a review that accepts everything."""
    accept = {"verdict": "accept"}
    return {
        "materials": dict.fromkeys("12345", accept),
        "fields": {},
        "conditions": dict.fromkeys(CONDITIONS, accept),
        "facts": facts(form),
        "opinion": opinion,
        "confirms_carried": True,
    }
