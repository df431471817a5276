"""Who reviews for a division: the role of its commerce department, or of the ministry for the whole country."""

from __future__ import annotations

from shared.identity.actor import COUNTRY, Role

_ROLES = {2: Role.PROVINCE_REVIEWER, 4: Role.CITY_REVIEWER, 6: Role.COUNTY_REVIEWER}
"""By the significant digits of a code (GB/T 2260)."""


def reviewing_role(division: str) -> Role:
    """Return the role that reviews for a division of six digits, `000000` for the whole country."""
    if division == COUNTRY:
        return Role.MINISTRY
    return _ROLES[max(len(division.rstrip("0")) + 1, 2) // 2 * 2]
