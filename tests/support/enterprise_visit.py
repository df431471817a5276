"""An enterprise at a browser on the whole system: it signs up and says who it is, and the ministry lets it file."""

from __future__ import annotations

from services.sandbox.processes import System
from services.sandbox.story.judgement import today
from services.sandbox.story.site import Person, Site, code_in, new_password
from services.sandbox.story.unit import DIVISION, Unit, make_unit
from shared.ids import new_id
from tests.support.browser import Visitor


def collect(system: System, site: Site) -> int:
    """Let the ministry decide that last year is collected past the approval's end; return that year."""
    offices = {row["username"]: row["password"] for row in system.accounts()}
    ministry = site.sign_in("ministry", offices["ministry"], service="filing")
    year = today().year - 1
    decision = {"edition": "2022", "from_period": str(year), "to_period": str(year)}
    words = {"document": "商办服贸函〔2026〕1号", "ground": "新制度批准前按现行制度填报。"}
    key = {"Idempotency-Key": new_id()}
    ministry.ask("POST", "/collection-decisions", 201, json=decision | words, headers=key)
    return year


def enrol(visitor: Visitor, site: Site, division: str = DIVISION) -> tuple[Unit, Person]:
    """Sign up, sign in and register a unit of a county; return it, and its person for questions by HTTP."""
    unit, password = make_unit(), new_password()
    visitor.go("/sign-up")
    visitor.page.locator("[name='role'][value='enterprise']").check()
    visitor.fill(credit_code=unit.code, unit_name=unit.name, division=division, contact_person="李晓红")
    visitor.fill(email=unit.email, phone="0571-88888888")
    visitor.press("发送激活码")
    visitor.fill(code=code_in(site.mail_to(unit.email, "激活")), password=password, repeated=password)
    visitor.press("开通账号")
    visitor.go("/sign-in")
    visitor.fill(username=unit.email, password=password)
    visitor.press("登录")
    visitor.go("/unit/registration")
    visitor.fill(name=unit.name, division=division, uscc=unit.code)
    visitor.press("登记")
    visitor.sees("单位信息已登记。")
    return unit, site.sign_in(unit.email, password, service="filing")


def begin(person: Person, form: str, year: int) -> str:
    """Begin a form for a year; return the id of the filing."""
    body = {"form": form, "period": str(year), "item": ""}
    filing = person.ask("POST", "/filings", 201, json=body, headers={"Idempotency-Key": new_id()})
    return str(filing["id"])
