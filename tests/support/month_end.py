"""A firm at a month's end, over memory: its basic information is filed, and contracts come with a number each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from services.filing.model.filings import Filing, SignOff
from services.filing.model.states import State
from services.filing.model.units import UnitType
from services.filing.operations.decisions import Wanted, decide_collection
from services.filing.operations.drafts import Content, begin_filing, save_content
from services.filing.operations.executions import Line, Saved, save_executions
from services.filing.operations.findings import checked
from services.filing.operations.instruments import instrument_for
from services.filing.operations.review import approve_filing
from services.filing.operations.submission import submit_filing
from services.filing.policy import reviewing_division
from shared.calls import Call
from shared.idempotency import RequestKey
from shared.identity.actor import Actor, Role
from tests.support.filing_deps import AGREED, MINISTRY, Office, department_of, make_office
from tests.support.filing_deps import SIGN_OFF as SIGNED
from tests.support.filing_typed import BASICS, CONTRACT

NOW = datetime(2026, 1, 20, 2, 0, tzinfo=UTC)
MONTH, BEFORE = "2026-01", "2025-12"
FIRM_UNIT = "e" * 32
FIRM = Actor("e-1", Role.ENTERPRISE, unit_id=FIRM_UNIT, division="330106")
SIGN_OFF: SignOff = replace(SIGNED, reported_on=NOW.date())
DECIDED = Wanted("2022", "2025", "2026-12", "商办服贸函〔2025〕1号", "继续填报")


def make_firm_office() -> Office:
    """Return an office with a firm that has filed its basic information, in January 2026."""
    office = make_office(now=NOW)
    decide_collection(office.deps, Call(MINISTRY), DECIDED)
    office.tell(FIRM_UNIT, UnitType.ENTERPRISE, basics={"name": "杭州软件研发有限公司", "uscc": "91330106000000019W"})
    filed(office, "enterprise-1", "2025", BASICS)
    return office


def contract(office: Office, number: str, **answers: Any) -> Filing:
    """File a contract of a number."""
    return filed(office, "enterprise-2", MONTH, {**CONTRACT, "202": {"number": number}, **answers})


def filed(office: Office, form: str, period: str, answers: Mapping[str, Any]) -> Filing:
    """File a form with every query explained."""
    filing = begin_filing(office.deps, Call(FIRM), form, period)
    filing = save_content(office.deps, Call(FIRM, version=1), filing.id, Content(answers=answers))
    found = checked(office.deps, filing, instrument_for(office.deps, filing), filing.working)
    content = Content(answers=answers, explanations={each.rule: "已核实" for each in found.findings})
    filing = save_content(office.deps, Call(FIRM, version=filing.version), filing.id, content)
    return submit_filing(office.deps, Call(FIRM, version=filing.version), filing.id, SIGN_OFF, duties_read=True)


def line(of: Filing, key: str = "1", **changes: Any) -> Line:
    """Return a line that can be submitted; `changes` replace its parts, `typed` some of what was typed."""
    typed = {
        "305": {"date": "2026-01-15"},
        "306": "中国银行杭州分行",
        "307": f"PZ-{key}",
        "308": "10",
        "309": "10",
        **changes.pop("typed", {}),
    }
    answers = {code: value for code, value in typed.items() if value is not None}
    return replace(Line(key, of.id, answers), **changes)


def save(office: Office, *lines: Line, period: str = MONTH, key: str = "k" * 8) -> tuple[Saved, ...]:
    """Save lines under a key of their request."""
    return save_executions(office.deps, Call(FIRM, request=RequestKey(key, key)), period, lines)


def approved(office: Office, filing: Filing) -> Filing:
    """Let all departments approve."""
    while filing.state is State.SUBMITTED:
        reviewer = department_of(reviewing_division(filing))
        filing = approve_filing(office.deps, Call(reviewer, version=filing.version), filing.id, AGREED)
    return filing
