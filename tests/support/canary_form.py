"""The registration form with a canary in every free field."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from tests.support.canary_words import Canaries

DIVISION = "330106"


def form_with(words: Canaries, email: str, turn: str) -> dict[str, object]:
    """Return a form whose every free field holds a canary; what is left are choices and the division."""
    born = words.day(f"opened on, {turn}", date(1951, 1, 1), 12_000)
    texts = (
        "operator_name",
        "legal_representative",
        "postal_address",
        "contact_person",
        "platform_name",
        "main_trades",
        "background",
        "organisation",
        "trade_so_far",
        "operation_plan",
    )
    return {
        **{name: words.text(name) for name in texts},
        "credit_code": words.others["credit code"],
        "division": DIVISION,
        "opened_on": born,
        "registered_capital": words.amount(f"registered capital, {turn}"),
        "registration_type": "domestic",
        "advanced_technology_enterprise": True,
        "phone": words.phone(f"telephone, {turn}"),
        "fax": words.phone(f"fax, {turn}"),
        "email": email,
        "website": f"https://www.{words.plain('web site')}.example",
        "icp_number": f"浙ICP备{_digits()}号-1",
        "licence_number": f"浙B2-{_digits()}",
        "operating_since": words.day(f"operating since, {turn}", date.fromisoformat(born) + timedelta(days=1), 5_000),
        "trade_volume": words.amount(f"trade volume, {turn}"),
        "top_suppliers": [words.text(f"supplier {number}") for number in range(5)],
        "top_buyers": [words.text(f"buyer {number}") for number in range(5)],
        "traits": {"matching": True, "services": True, "online": True},
        "conditions": {"legal_person_and_team": True, "rules_and_quality": True, "users_and_trades": True},
    }


def _digits() -> str:
    return str(10**7 + secrets.randbelow(9 * 10**7))
