"""How the class of a contract was found is kept with it, must agree with what is filed, and stays with the version."""

from __future__ import annotations

from typing import Any

import pytest

from services.filing.errors import FieldNotOpen, NotExpected
from services.filing.model.filings import Filing, ReasonCode
from services.filing.model.receipts import digest_of
from services.filing.operations.classifying import save_classification
from services.filing.operations.drafts import Content, begin_correction, begin_filing, save_content
from services.filing.operations.review import Signed, return_filing
from services.filing.operations.submission import content_of, submit_filing
from shared.calls import Call
from shared.errors import Invalid
from tests.support.filing_deps import COUNTY, Office
from tests.support.filing_typed import CONTRACT
from tests.support.month_end import FIRM, MONTH, SIGN_OFF, make_firm_office

SCOPE = {"organisations": "yes", "own": "yes", "statutory": "no", "kind": "none", "product": "no"}
RECORD: dict[str, Any] = {
    "edition": "2022",
    "query": "软件研发与测试",
    "scope": [{"question": name, "values": [value]} for name, value in SCOPE.items()]
    + [{"question": "amount", "values": []}],
    "deductions": [],
    "chosen": "I11",
    "mixed": [],
}


def _drafted(office: Office, record: dict[str, Any] | None, **answers: Any) -> Filing:
    filing = begin_filing(office.deps, Call(FIRM), "enterprise-2", MONTH)
    filing = save_classification(office.deps, Call(FIRM, version=1), filing.id, record)
    explained = {"e2-signed-in-earlier-year": "年末签署", "e2-deduction-reminder": "无"}
    content = Content(answers={**CONTRACT, **answers}, explanations=explained)
    return save_content(office.deps, Call(FIRM, version=filing.version), filing.id, content)


def _submitted(office: Office, filing: Filing) -> Filing:
    call = Call(FIRM, version=filing.version)
    return submit_filing(office.deps, call, filing.id, SIGN_OFF, duties_read=True)


def test_the_record_outlives_saving_and_goes_with_the_version_and_its_digest() -> None:
    office = make_firm_office()

    filing = _submitted(office, _drafted(office, RECORD))

    version = filing.versions[-1]
    without = content_of(office.deps, filing, filing.working, SIGN_OFF)
    assert version.content.classification is not None
    assert version.content.classification.chosen == "I11"
    assert version.digest == digest_of(without)
    approved = office.approve(filing)
    corrected = begin_correction(office.deps, Call(FIRM, version=approved.version), filing.id)
    assert corrected.working.classification == version.content.classification


def test_a_class_other_than_the_chosen_one_and_another_deduction_are_refused() -> None:
    office = make_firm_office()
    amount = {**CONTRACT["206"], "deducted": "5"}

    with pytest.raises(Invalid) as refused:
        _submitted(office, _drafted(office, RECORD, **{"209": "I13", "206": amount}))

    found = [(each.pointer, each.code, each.expected) for each in refused.value.problems]
    assert found == [
        ("/answers/209", "classification_not_chosen", "I11"),
        ("/answers/206/deducted", "classification_deducted", "0"),
    ]


def test_a_contract_without_a_record_is_filed_all_the_same() -> None:
    office = make_firm_office()

    filing = _submitted(office, _drafted(office, None))

    assert filing.versions[-1].content.classification is None


def test_a_faulty_record_is_refused_and_nothing_is_stored() -> None:
    office = make_firm_office()
    filing = begin_filing(office.deps, Call(FIRM), "enterprise-2", MONTH)

    with pytest.raises(Invalid):
        save_classification(office.deps, Call(FIRM, version=1), filing.id, {**RECORD, "chosen": "X99"})

    assert office.filings.get(filing.id) == filing


def test_only_contracts_have_a_record() -> None:
    office = make_firm_office()
    filing = begin_filing(office.deps, Call(FIRM), "enterprise-3", MONTH)

    with pytest.raises(NotExpected):
        save_classification(office.deps, Call(FIRM, version=1), filing.id, RECORD)


@pytest.mark.parametrize(("pointer", "is_open"), [("/209", True), ("/206/usd", True), ("/204", False)])
def test_a_return_opens_the_record_with_the_class_or_the_amount(pointer: str, is_open: bool) -> None:
    office = make_firm_office()
    filing = _submitted(office, _drafted(office, RECORD))
    signed = Signed("请核实", "张审核", ReasonCode.WRONG_CLASS, [pointer])
    returned = return_filing(office.deps, Call(COUNTY, version=filing.version), filing.id, signed)
    call = Call(FIRM, version=returned.version)

    if not is_open:
        with pytest.raises(FieldNotOpen):
            save_classification(office.deps, call, filing.id, None)
        return

    assert save_classification(office.deps, call, filing.id, None).working.classification is None
