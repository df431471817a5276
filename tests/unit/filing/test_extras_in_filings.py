"""A division's own indicators in the life of a filing: typed, checked, submitted, returned, printed, beside the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from services.filing.errors import FieldNotOpen
from services.filing.forms.catalogue import FOLDER, Catalogue
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.loading.editions import load_edition, read_folder
from services.filing.forms.printed import FormContent
from services.filing.model.evidence import FileRef
from services.filing.model.filings import Filing
from services.filing.operations.drafts import Content, begin_correction, save_content
from services.filing.operations.instruments import instrument_for
from services.filing.operations.papers import print_filing
from services.filing.operations.reading import field_history, version_changes, view_of
from services.filing.schemas.outgoing import version_body, view_body
from shared.calls import Call
from shared.errors import Invalid
from tests.support.filing_deps import OPERATOR, UNIT, Office, make_office
from tests.support.platform_filing import ANSWERS, EXPLAINED
from tests.support.tree import ROOT

ID = "330100-platform-1"
OWN: Mapping[str, Any] = {"h1": {"2": 15}, "h2": {"2": 25}, "h3": {"1": {"not_applicable": "首年运营"}, "2": 60}}
FILE = "f" * 32


@cache
def _catalogue() -> Catalogue:
    example = read_folder(ROOT / "tests" / "forms" / "divisions")["hangzhou-platform-1.toml"]
    documents = {**read_folder(FOLDER / "2022"), "divisions/hangzhou.toml": example}
    return Catalogue((load_edition(documents, KnownLists()),))


@pytest.fixture
def office() -> Office:
    return make_office(_catalogue(), datetime(2025, 1, 8, 2, 0, tzinfo=UTC))


def filled(office: Office, own: Mapping[str, Any] = OWN) -> Filing:
    return office.filled(extras={ID: own})


def saved(office: Office, filing: Filing, own: Mapping[str, Any]) -> Filing:
    content = Content(answers=ANSWERS, extras={ID: own}, explanations=EXPLAINED, evidence=[FILE])
    return save_content(office.deps, Call(OPERATOR, version=filing.version), filing.id, content)


def pointers(error: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [each.pointer for each in error.value.problems]


def test_its_form_is_shown_with_the_filing_and_its_answers_stay_apart(office: Office) -> None:
    filing = filled(office)

    body: Any = view_body(view_of(office.deps, Call(OPERATOR), filing))

    (own,) = body["extras"]
    assert (own["id"], own["division_name"]) == (ID, "杭州市")
    assert [each["code"] for each in own["form"]["indicators"]] == ["h1", "h2", "h3"]
    assert own["answers"]["h1"] == {"2": 15}
    assert own["shown"][f"/extras/{ID}/h1/2"] == "15"
    assert not set(own["answers"]) & set(body["answers"])


def test_a_unit_elsewhere_is_asked_nothing_more(office: Office) -> None:
    office.tell(UNIT, division="330203")

    with pytest.raises(Invalid) as refused:
        filled(office)

    assert pointers(refused) == [f"/extras/{ID}"]


@pytest.mark.parametrize(
    ("extras", "pointer"),
    [
        ({"nothing": {}}, "/extras/nothing"),
        ({ID: []}, f"/extras/{ID}"),
        ({ID: {"605": {"2": 1}}}, f"/extras/{ID}/605"),
        ({ID: {"h1": {"2": "十"}}}, f"/extras/{ID}/h1/2"),
        ({ID: {"h1": {"$ne": None}}}, f"/extras/{ID}/h1/$ne"),
        ({"~/": {}}, "/extras/~0~1"),
    ],
)
def test_what_cannot_be_read_is_named_in_its_place(office: Office, extras: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        office.filled(extras=extras)

    assert pointers(refused) == [pointer]


def test_what_is_wrong_with_them_keeps_the_filing_from_being_submitted(office: Office) -> None:
    filing = filled(office, {**OWN, "h1": {"2": 16}})

    body: Any = view_body(view_of(office.deps, Call(OPERATOR), filing))
    with pytest.raises(Invalid) as refused:
        office.submit(filing)

    (finding,) = body["extras"][0]["findings"]
    assert finding["rule"] == "hz-finance"
    assert finding["pointers"] == [f"/extras/{ID}/h1/2", f"/extras/{ID}/h2/2"]
    assert "国家表的 605" in finding["text"]
    assert pointers(refused) == [f"/extras/{ID}/h1/2"]
    assert "hz-finance" not in {each["rule"] for each in body["findings"]}


def test_one_that_is_missing_is_named(office: Office) -> None:
    filing = filled(office, {key: OWN[key] for key in ("h1", "h2")})

    with pytest.raises(Invalid) as refused:
        office.submit(filing)

    assert pointers(refused) == [f"/extras/{ID}/h3/1", f"/extras/{ID}/h3/2"]


def test_a_query_about_them_travels_with_its_explanation(office: Office) -> None:
    own = {**OWN, "h3": {**OWN["h3"], "2": 101}}
    explained = {**EXPLAINED, f"{ID}:hz-local-suppliers": "含外地分公司。"}
    filing = office.filled(extras={ID: own}, explanations=explained)

    submitted = office.submit(filing)

    noted = {each.rule: each for each in submitted.versions[0].noted}
    assert noted["hz-local-suppliers"].explanation == "含外地分公司。"
    assert noted["hz-local-suppliers"].pointers == (f"/extras/{ID}/h3/2",)


def test_an_explanation_of_another_set_or_of_the_national_form_is_none_of_theirs(office: Office) -> None:
    own = {**OWN, "h3": {**OWN["h3"], "2": 101}}
    elsewhere = dict.fromkeys(
        ("hz-local-suppliers", "hz-local-suppliers@/h3/2", "other:hz-local-suppliers"), "含外地分公司。"
    )
    filing = office.filled(extras={ID: own}, explanations={**EXPLAINED, **elsewhere})

    body: Any = view_body(view_of(office.deps, Call(OPERATOR), filing))
    with pytest.raises(Invalid) as refused:
        office.submit(filing)

    (finding,) = body["extras"][0]["findings"]
    assert (finding["key"], finding["explanation"]) == (f"{ID}:hz-local-suppliers@/h3/2", "")
    assert [(each.pointer, each.code) for each in refused.value.problems] == [
        (f"/extras/{ID}/h3/2", "explanation_required")
    ]


def test_they_are_kept_in_the_version_and_in_its_digest_and_leave_the_national_answers_as_they_are(
    office: Office,
) -> None:
    other = make_office(_catalogue(), office.clock.now())

    one = office.submit(filled(office))
    two = other.submit(filled(other, {**OWN, "h3": {**OWN["h3"], "2": 61}}))

    assert one.versions[0].content.extras[ID]["h1"] == {"2": 15}  # type: ignore[index]  # answers by code and part
    assert one.versions[0].content.answers == two.versions[0].content.answers
    assert one.versions[0].digest != two.versions[0].digest
    shown: Any = version_body(instrument_for(office.deps, one), one, one.versions[0])
    assert shown["extras"][0]["answers"]["h3"]["2"] == 60


def test_a_return_may_open_one_of_them_alone(office: Office) -> None:
    returned = office.give_back(office.submit(filled(office)), f"/extras/{ID}/h3/2")

    with pytest.raises(FieldNotOpen) as refused:
        saved(office, returned, {**OWN, "h1": {"2": 16}})
    mended = saved(office, returned, {**OWN, "h3": {**OWN["h3"], "2": 61}})

    assert pointers(refused) == [f"/extras/{ID}/h1/2"]
    assert office.submit(mended).revision == 2


@pytest.mark.parametrize("pointer", [f"/extras/{ID}/h9", "/extras/other/h1", f"/extras/{ID}/h1/9", "/h1/2", "/extras"])
def test_a_return_names_only_what_is_there(office: Office, pointer: str) -> None:
    submitted = office.submit(filled(office))

    with pytest.raises(Invalid) as refused:
        office.give_back(submitted, pointer)

    assert pointers(refused) == ["/pointers/0"]


def test_what_changed_of_them_is_shown_between_versions(office: Office) -> None:
    approved = office.approve(office.submit(filled(office)))
    correcting = begin_correction(office.deps, Call(OPERATOR, version=approved.version), approved.id)
    filing = saved(office, correcting, {**OWN, "h3": {**OWN["h3"], "2": 61}})

    changes = version_changes(office.deps, Call(OPERATOR), filing.id, 0, 1)

    assert [(each.pointer, each.before, each.after) for each in changes] == [(f"/extras/{ID}/h3/2", 60, 61)]


def test_last_year_is_offered_and_remembered(office: Office) -> None:
    before = office.approve(_of_2023(office))

    filing = office.begin()

    view = view_of(office.deps, Call(OPERATOR), filing)
    offered = {each.pointer: each.value for each in view.suggestions}
    earlier = field_history(office.deps, Call(OPERATOR), filing.id, f"/extras/{ID}/h3/2")
    assert before.in_force == 1
    assert offered[f"/extras/{ID}/h3/1"] == 60
    assert [(each.period, each.value) for each in earlier] == [("2023", 60)]


def test_they_stand_in_the_annex_of_the_print(office: Office) -> None:
    submitted = office.submit(filled(office))

    print_filing(office.deps, Call(OPERATOR), submitted.id, 1, 1)

    (content,) = office.papers.printed
    assert isinstance(content, FormContent)
    assert [(each.name, each.value) for each in content.extras] == [
        ("金融业采购商：银行 本年 家", "15"),
        ("金融业采购商：其他 本年 家", "25"),
        ("企业供应商：本市 上年同期 家", "不适用"),
        ("企业供应商：本市 本年 家", "60"),
    ]


def _of_2023(office: Office) -> Filing:
    begun = office.begin(period="2023")
    office.deps.files.keep(begun, FileRef(FILE, "r.pdf", "pdf", 10, "0" * 64, 1, "", office.clock.now(), {"id": FILE}))
    return office.submit(saved(office, begun, OWN))
