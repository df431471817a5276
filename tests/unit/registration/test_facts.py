"""Facts of the materials: what agrees, what differs, what is missing, and what a reviewer settled."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.registration.form.fact_values import canonical
from services.registration.form.facts import NOT_ASKED, Checked, Source, check_facts, expiries
from services.registration.form.print_code import PRINTED
from services.registration.form.stamped_copy import Comparison, Standing
from services.registration.model.facts import (
    ABSENT,
    FACTS,
    NO_END,
    DirectoryRecord,
    FactKind,
    Result,
    Settlement,
)
from tests.support.registration import make_facts, make_form, make_materials

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
MATCHING = Comparison(Standing.MATCHES, revision=1)


def checked(
    *,
    form: dict[str, object] | None = None,
    settled: dict[str, Settlement] | None = None,
    copy: Comparison = MATCHING,
    directory: DirectoryRecord | None = None,
    **changes: object,
) -> dict[str, Checked]:
    found = check_facts(
        form or make_form(),
        make_materials(),
        {},
        make_facts(**changes),
        settled or {},
        copy=copy,
        directory=directory,
        today=TODAY,
    )
    return {one.fact.key: one for one in found}


def results(one: Checked, source: Source) -> list[Result]:
    return [comparison.result for comparison in one.comparisons if comparison.source is source]


def test_every_material_has_facts_and_a_sound_registration_has_nothing_in_dispute() -> None:
    found = checked()

    disputed = {key: one.disputed for key, one in found.items() if one.disputed}
    assert disputed == {}
    assert {fact.slot for fact in FACTS} == {"1", "2", "3", "4", "5"}
    assert all(one.is_recorded and one.is_settled for one in found.values())


@pytest.mark.parametrize(
    ("key", "value", "source"),
    [
        ("licence_name", "杭州另一科技有限公司", Source.FORM),
        ("licence_name", "杭州另一科技有限公司", Source.MATERIAL),
        ("licence_credit_code", "91330106000000019X", Source.RULE),
        ("licence_credit_code", "91330106000000019", Source.RULE),
        ("licence_representative", "李四", Source.FORM),
        ("licence_opened_on", date(2015, 3, 2), Source.FORM),
        ("licence_valid_until", date(2026, 3, 1), Source.RULE),
        ("licence_capital", Decimal("1000.01"), Source.FORM),
        ("evidence_site", "other.example", Source.FORM),
        ("evidence_traded_on", date(2026, 3, 3), Source.RULE),
        ("plan_fees", False, Source.RULE),
        ("icp_number", "浙ICP备12345679号", Source.FORM),
        ("icp_number", "备案12345678", Source.RULE),
        ("icp_subject", "杭州另一科技有限公司", Source.MATERIAL),
    ],
)
def test_what_does_not_agree_is_found_where_it_is(key: str, value: object, source: Source) -> None:
    found = checked(**{key: value})[key]

    assert Result.DIFFERS in results(found, source)
    assert not found.is_settled


def test_of_two_materials_that_differ_the_one_that_is_not_as_filed_is_in_dispute() -> None:
    found = checked(licence_representative="王大明")

    assert Result.DIFFERS in results(found["form_signed_by"], Source.MATERIAL)
    assert [key for key, one in found.items() if one.disputed] == ["licence_representative"]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (FactKind.NAME, "杭州云采（集团）有限公司", "杭州云采(集团) 有限公司"),
        (FactKind.NAME, "Ｙｕｎｃａｉ", "yuncai"),
        (FactKind.NAME, "买买提·艾力", "买买提•艾力"),
        (FactKind.SITE, "https://www.yuncai.example/a", "yuncai.example"),
        (FactKind.ICP_NUMBER, "浙icp备12345678号－1", "浙ICP备12345678号-1"),
        (FactKind.ICP_LICENCE, "浙ICP证B2-20200001号", "浙B2-20200001"),
        (FactKind.AMOUNT, Decimal("1000.00"), Decimal("1E+3")),
    ],
)
def test_the_same_thing_written_otherwise_agrees(kind: FactKind, one: object, other: object) -> None:
    assert canonical(kind, one) == canonical(kind, other) != ""


def test_the_proof_of_a_filing_may_leave_the_number_of_the_site_out_but_not_name_another() -> None:
    without = checked(icp_number="浙ICP备12345678号")["icp_number"]
    another = checked(icp_number="浙ICP备12345678号-2")["icp_number"]

    assert results(without, Source.FORM) == [Result.AGREES]
    assert results(another, Source.FORM) == [Result.DIFFERS]


def test_a_fact_that_does_not_stand_on_the_paper_is_missing_and_one_nobody_looked_for_is_not_recorded() -> None:
    absent = checked(licence_name=ABSENT)["licence_name"]
    unread = checked(licence_name=None)["licence_name"]

    assert results(absent, Source.FORM) == [Result.MISSING]
    assert (absent.is_recorded, absent.is_settled) == (True, False)
    assert not unread.is_recorded


def test_a_permit_is_expected_only_where_the_form_names_one() -> None:
    without = checked()["permit_number"]
    named = checked(form=make_form(licence_number="浙B2-20200001"))["permit_number"]
    unnamed = checked(permit_number="浙B2-20200001")["permit_number"]

    assert (without.is_expected, named.is_recorded) == (False, False)
    assert results(unnamed, Source.FORM) == [Result.MISSING]


def test_a_settlement_holds_for_what_it_was_given_for_and_for_nothing_else() -> None:
    before = checked(licence_name="杭州云采技术有限公司")["licence_name"]
    settled = {"licence_name": Settlement("已更名，见变更通知书", "c" * 32, NOW, before.disputed)}

    same = checked(settled=settled, licence_name="杭州云采技术有限公司")["licence_name"]
    other = checked(settled=settled, licence_name="杭州云采服务有限公司")["licence_name"]

    assert same.is_settled
    assert not other.is_settled


def test_the_directory_is_compared_where_it_knows_the_unit_and_never_agrees_where_it_does_not() -> None:
    record = DirectoryRecord(NOW, {"operator_name": "杭州云采科技有限公司", "legal_representative": "张三"})

    found, unknown = checked(directory=record), checked()

    assert results(found["licence_name"], Source.DIRECTORY) == [Result.AGREES]
    assert results(found["licence_representative"], Source.DIRECTORY) == [Result.DIFFERS]
    assert results(unknown["licence_name"], Source.DIRECTORY) == [Result.NOT_COMPARABLE]
    assert unknown["licence_name"].comparisons[-1].value == NOT_ASKED


def test_an_item_changed_after_printing_shows_at_the_facts_of_the_stamped_form() -> None:
    item = next(item for item in PRINTED if item.pointer == "/form/operator_name")

    found = checked(copy=Comparison(Standing.DIFFERS, (item,), 1))

    assert results(found["form_seal_name"], Source.CODE) == [Result.DIFFERS]
    assert results(found["form_signed_by"], Source.CODE) == [Result.AGREES]
    assert results(checked(copy=Comparison(Standing.NOT_READABLE))["form_seal_name"], Source.CODE) == [
        Result.NOT_COMPARABLE
    ]


def test_a_postal_address_elsewhere_is_no_dispute() -> None:
    found = checked(licence_address="浙江省杭州市西湖区学院路9号")["licence_address"]

    assert results(found, Source.FORM) == [Result.NOT_COMPARABLE]
    assert found.is_settled


def test_ends_of_validity_are_listed_for_the_watch() -> None:
    facts = make_facts(licence_valid_until=NO_END, permit_valid_until=date(2027, 1, 1))

    found = {one.fact.key: one.until for one in expiries(facts)}

    assert found == {"licence_valid_until": None, "permit_valid_until": date(2027, 1, 1)}
    assert expiries({"licence_valid_until": ABSENT}) == ()
