"""The 45 classes: pointers, deductions, and shares."""

from datetime import date

import pytest

from shared.codes import classes, lists
from shared.codes.classes import Reason, ShareKind
from shared.codes.schemes import Scheme

DAY = date(2024, 6, 30)


def test_every_class_says_what_it_is_and_has_a_place_of_three_levels() -> None:
    listed = classes.classes(DAY)

    assert len(listed) == 45
    assert all(each.scope for each in listed)
    assert all(len(lists.path(Scheme.BUSINESS_CLASS, each.code, DAY)) == 3 for each in listed)


@pytest.mark.parametrize(
    ("code", "word", "belongs_to"),
    [
        ("I13", "软件产品", ("I11",)),
        ("I13", "集成电路、电子电路产品的", ("I12",)),
        ("I13", "电子商务平台", ("I23",)),
        ("I21", "云计算", ("I31",)),
        ("I23", "代运营", ("B22",)),
        ("I33", "采集", ("B21",)),
        ("B11", "驻场", ("I",)),
        ("B21", "挖掘", ("I33",)),
        ("K21", "规划设计", ("K22",)),
        ("K23", "创意设计", ("K21",)),
        ("K31", "医疗诊断", ("B", "K13")),
    ],
)
def test_what_a_class_leaves_out_points_to_where_it_belongs(code: str, word: str, belongs_to: tuple[str, ...]) -> None:
    found = classes.find(code, DAY)

    assert found is not None
    assert belongs_to in [each.belongs_to for each in found.exclusions if word in each.what]


def test_wages_goods_and_hardware_are_deducted_by_the_class_that_has_them() -> None:
    deducted = {
        each.code for each in classes.classes(DAY) for out in each.exclusions if out.reason is Reason.NOT_COUNTED
    }

    assert deducted == {"B11", "B26", "I14"}
    assert {str(entry.facts.get("business_class", "")) for entry in lists.entries(Scheme.NOT_COUNTED, DAY)} == {
        *deducted,
        "",
    }


@pytest.mark.parametrize("code", ["I", "I1", "I18", "", "i11"])
def test_only_a_class_can_be_named_by_a_contract(code: str) -> None:
    assert classes.find(code, DAY) is None


def test_the_two_classes_with_a_share_of_design_have_their_kinds() -> None:
    with_shares = {each.code: classes.share_kinds(each.code, DAY) for each in classes.classes(DAY)}

    assert {
        code: [(kind.share_from, kind.share_to) for kind in kinds] for code, kinds in with_shares.items() if kinds
    } == {
        "K21": [(5, 10), (10, 15), (15, 20)],
        "K22": [(5, 8), (8, 15)],
    }
    assert with_shares["K22"][0] == ShareKind("K22-road", "道路 EPC 项目", 5, 8)


def test_the_rules_for_mixed_contracts_are_five_and_the_last_has_two_steps() -> None:
    rules = lists.entries(Scheme.MIXED_CONTRACT_RULE, DAY)

    assert [rule.code for rule in rules] == ["1", "2", "3", "4", "5", "5.1", "5.2"]
    assert (rules[3].facts["prefer"], rules[3].facts["over"]) == ("K", "B")
