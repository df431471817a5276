"""How somebody comes into an office in the demo: appointed by the level above, and by two people where power is given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from services.sandbox.story.site import Json, Site, StepFailed, expect, text_of
from shared.ids import new_id


class Account(NamedTuple):
    """A person's way to sign in."""

    username: str
    password: str


SUPERIORS = {
    "county_reviewer": "city.330100",
    "city_reviewer": "province.330000",
    "province_reviewer": "ministry",
}
"""Which demo account appoints to a role; the administrator to all others."""

ADMINISTRATOR, SECOND = "administrator", "administrator.2"


def open_account(site: Site, offices: Mapping[str, Account], body: Json) -> str:
    """Have the level above open an account, and return its first password. Raises `StepFailed`.

    `offices` are the demo accounts by name. The password of a powerful role comes by mail, and a second administrator
    confirms before it can be used for anything.
    """
    superior = SUPERIORS.get(str(body["role"]), ADMINISTRATOR)
    opener = site.sign_in(*offices[superior], service="identity")
    made = opener.ask("POST", "/accounts", 201, json=body, headers={"Idempotency-Key": new_id()})
    if not made["is_mailed"]:
        return str(made["first_password"])
    expect(made["first_password"] is None, "the proposer was shown the password of a powerful role")
    path = f"/accounts/{made['id']}/grants/{made['grants'][0]['id']}/confirmation"
    own = opener.send("POST", path, made["version"], json={}, headers={"Idempotency-Key": new_id()})
    expect(own.status_code == 403, f"the proposer's own confirmation was answered {own.status_code}")
    second = site.sign_in(*offices[SECOND], service="identity")
    second.ask("POST", path, 200, made["version"], json={}, headers={"Idempotency-Key": new_id()})
    found = re.search(r"首次密码：(\S+)", text_of(site.mail_to(str(body["email"]), "首次密码")))
    if found is None:
        raise StepFailed("the mail holds no first password")
    return found[1]
