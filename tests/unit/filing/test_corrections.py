"""What a correction changes of the facts that statistics count: the filing's own, and executions that follow a contract."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from services.filing.model.filings import Filing
from services.filing.operations.corrections import correction_of
from services.filing.operations.drafts import Content, begin_correction, save_content
from services.filing.operations.findings import checked
from services.filing.operations.instruments import instrument_for
from services.filing.operations.review import finalise_filing
from services.filing.operations.submission import submit_filing
from services.filing.schemas.corrections import correction_body
from shared.calls import Call
from shared.errors import NotFound
from shared.identity.actor import Actor, Role
from tests.support.filing_deps import MINISTRY, Office, department_of
from tests.support.filing_typed import BASICS, CONTRACT
from tests.support.month_end import FIRM, MONTH, SIGN_OFF, contract, line, make_firm_office, save
from tests.unit.filing.test_told_facts import approved

CITY = department_of("330100")
ELSEWHERE = Actor("e-2", Role.ENTERPRISE, unit_id="f" * 32, division="330106")
AMENDED = {"kind": "2", "effective_on": "2026-01-15", "reason": "补充协议"}


def settled(office: Office, filing: Filing) -> Filing:
    """Have a filing approved by all departments, and settled for good."""
    filing = approved(office, filing)
    return finalise_filing(office.deps, Call(MINISTRY, version=filing.version), filing.id)


def executed(office: Office, contracted: Filing) -> Filing:
    """Have an execution of ten on a contract settled."""
    (saved,) = save(office, line(contracted))
    assert saved.filing is not None
    version = saved.filing.version
    return settled(
        office, submit_filing(office.deps, Call(FIRM, version=version), saved.filing.id, SIGN_OFF, duties_read=True)
    )


def rewritten(office: Office, filing: Filing, **answers: object) -> Filing:
    """Begin a correction of a contract, and write it."""
    draft = begin_correction(office.deps, Call(FIRM, version=filing.version), filing.id)
    said = {**CONTRACT, "202": {"number": "HT-1"}, "change": AMENDED, **answers}
    saved = save_content(office.deps, Call(FIRM, version=draft.version), filing.id, Content(answers=said))
    found = checked(office.deps, saved, instrument_for(office.deps, saved), saved.working)
    content = Content(answers=said, explanations={each.rule: "已核实" for each in found.findings})
    return save_content(office.deps, Call(FIRM, version=saved.version), filing.id, content)


@pytest.fixture
def office() -> Office:
    """Return an office whose month is closed, with a firm that files in it."""
    found = make_firm_office()
    found.close(MONTH)
    found.clock.moment = datetime(2026, 2, 3, 2, 0, tzinfo=UTC)
    approved(found, next(each for each in found.filings.kept.values() if each.form == "enterprise-1"))
    return found


def test_before_a_correction_stands_what_was_settled_and_nothing_else(office: Office) -> None:
    filing = settled(office, contract(office, "HT-1"))

    found = correction_of(office.deps, Call(FIRM), filing.id)

    assert [(each["business_class"], each["usd"]) for each in found.before] == [("I11", Decimal(100))]
    assert found.after is None
    assert (found.unit["ownership"], found.unit["industry"]) == (BASICS["108"], "6510")


def test_what_was_never_settled_has_nothing_before(office: Office) -> None:
    filing = approved(office, contract(office, "HT-1"))

    found = correction_of(office.deps, Call(FIRM), filing.id)

    assert found.before == ()
    assert [each["usd"] for each in found.after or ()] == [Decimal(100)]


def test_an_amount_that_is_corrected_stands_in_both_and_leaves_executions_alone(office: Office) -> None:
    filing = settled(office, contract(office, "HT-1"))
    executed(office, filing)

    draft = rewritten(office, filing, **{"206": {"amount": "150", "currency": "USD", "usd": "150"}})
    found = correction_of(office.deps, Call(FIRM), draft.id)

    assert [each["usd"] for each in found.before] == [Decimal(100)]
    assert [each["usd"] for each in found.after or ()] == [Decimal(150)]


def test_a_class_that_is_corrected_takes_the_executions_along(office: Office) -> None:
    filing = settled(office, contract(office, "HT-1"))
    executed(office, filing)

    draft = rewritten(office, filing, **{"209": "I12"})
    found = correction_of(office.deps, Call(FIRM), draft.id)

    assert [(each["kind"], each["business_class"], each["usd"]) for each in found.before] == [
        ("contract", "I11", Decimal(100)),
        ("execution", "I11", Decimal(10)),
    ]
    assert [(each["kind"], each["business_class"]) for each in found.after or ()] == [
        ("contract", "I12"),
        ("execution", "I12"),
    ]


def test_a_department_sees_a_correction_once_it_is_submitted(office: Office) -> None:
    filing = settled(office, contract(office, "HT-1"))
    draft = rewritten(office, filing, **{"206": {"amount": "150", "currency": "USD", "usd": "150"}})

    while_written = correction_of(office.deps, Call(CITY), draft.id)
    submit_filing(office.deps, Call(FIRM, version=draft.version), draft.id, SIGN_OFF, duties_read=True)
    submitted = correction_of(office.deps, Call(CITY), draft.id)

    assert while_written.after is None
    assert [each["usd"] for each in submitted.after or ()] == [Decimal(150)]


def test_nobody_else_finds_it(office: Office) -> None:
    filing = settled(office, contract(office, "HT-1"))

    with pytest.raises(NotFound):
        correction_of(office.deps, Call(ELSEWHERE), filing.id)


def test_no_name_number_or_id_of_a_contract_goes_out(office: Office) -> None:
    filing = settled(office, contract(office, "HT-1"))

    body = correction_body(correction_of(office.deps, Call(FIRM), filing.id))

    assert body["before"] == [
        {
            "kind": "contract",
            "counted_in": MONTH,
            "business_class": "I11",
            "class_list": "business_class/2022",
            "nature": "2",
            "market": "USA",
            "client_industry": "I",
            "usd": "100",
            "cny": None,
        }
    ]
    assert "HT-1" not in str(body)
