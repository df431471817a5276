"""People of the offices at a browser on the whole system: appointed by the level above, and signed in for the first time."""

from __future__ import annotations

import secrets

from playwright.sync_api import Browser

from services.sandbox.processes import System
from services.sandbox.story.offices import Account, open_account
from services.sandbox.story.site import Site, new_password
from tests.support.browser import Visitor


def demo_offices(system: System) -> dict[str, Account]:
    """Return the demo accounts by their user names."""
    return {row["username"]: Account(row["username"], row["password"]) for row in system.accounts()}


def appoint(system: System, site: Site, role: str, division: str | None = None) -> Account:
    """Have the level above open an account of a role; return it with its first password."""
    username = f"e2e-{secrets.token_hex(4)}"
    body = {"username": username, "display_name": "陈明", "role": role, "division": division}
    first = open_account(site, demo_offices(system), body | {"email": f"{username}@example.com"})
    return Account(username, first)


def sign_in(visitor: Visitor, username: str, password: str) -> None:
    """Sign in with what is typed."""
    visitor.go("/sign-in")
    visitor.fill(username=username, password=password)
    visitor.press("登录")


def sign_in_first(visitor: Visitor, account: Account, shot: str = "") -> None:
    """Sign in with the first password and change it, as one must; `shot` names a picture of that."""
    sign_in(visitor, *account)
    visitor.sees("须修改后才能使用系统")
    if shot:
        visitor.keep(shot)
    password = new_password()
    visitor.fill(password=password, repeated=password)
    visitor.press("修改密码")


def county_reviewer(system: System, site: Site, chromium: Browser, division: str) -> Visitor:
    """Return a county's reviewer who has just been appointed, signed in at a browser of their own."""
    county = Visitor.at(chromium, site.urls["portal"])
    sign_in_first(county, appoint(system, site, "county_reviewer", division))
    return county
