"""One person per role, all near to one unit in 330106 西湖区."""

from __future__ import annotations

from collections.abc import Mapping

from shared.identity.actor import COUNTRY, Actor, Role

UNIT = "1" * 32


def _person(number: int, role: Role, unit_id: str | None = None, division: str | None = None) -> Actor:
    return Actor(account_id=f"{number:032x}", role=role, unit_id=unit_id, division=division)


PEOPLE: Mapping[str, Actor | None] = {
    "nobody": None,
    "operator": _person(1, Role.OPERATOR, UNIT),
    "enterprise": _person(2, Role.ENTERPRISE, UNIT),
    "training": _person(3, Role.TRAINING_INSTITUTION, UNIT),
    "county": _person(4, Role.COUNTY_REVIEWER, division="330106"),
    "city": _person(5, Role.CITY_REVIEWER, division="330100"),
    "province": _person(6, Role.PROVINCE_REVIEWER, division="330000"),
    "ministry": _person(7, Role.MINISTRY, division=COUNTRY),
    "desk": _person(8, Role.DIRECTORY_DESK),
    "sharing": _person(11, Role.SHARING_DESK),
    "head": _person(12, Role.STATISTICS_HEAD),
    "auditor": _person(9, Role.AUDITOR),
    "admin": _person(10, Role.ADMINISTRATOR),
}
