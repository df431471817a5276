"""What differences amount to: 新增, 变更, 注销, 迁移, 合并, 拆分, 误划属地."""

from __future__ import annotations

from datetime import date

import pytest

from services.exchange.comparing.comparison import compare
from services.exchange.comparing.fields import Field
from services.exchange.comparing.proposals import LABELS, Proposal, proposals
from services.exchange.comparing.verdicts import Said

ON = date(2026, 11, 28)
OURS = {
    Field.STANDING: Said("in_force"),
    Field.NAME: Said("杭州云采科技有限公司"),
    Field.DIVISION: Said("330106"),
    Field.ADDRESS: Said("浙江省杭州市西湖区文一路1号"),
}


def proposed(**theirs: str) -> tuple[Proposal, ...]:
    record = OURS | {Field(name): Said(value) for name, value in theirs.items()}
    return proposals(compare(record, OURS, ON), ON)


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ({}, ()),
        ({"name": "杭州云采科技股份有限公司"}, (Proposal.CHANGE,)),
        ({"address": "浙江省杭州市西湖区文二路9号"}, (Proposal.CHANGE,)),
        ({"division": "330110", "address": "浙江省杭州市余杭区文一西路2号"}, (Proposal.MOVE,)),
        ({"division": "330110"}, (Proposal.WRONG_PLACE,)),
        ({"division": "330110", "address": "杭州市西湖区文一路1号"}, (Proposal.WRONG_PLACE,)),
        ({"division": "330110", "address": "文一路1号"}, (Proposal.WRONG_PLACE,)),
        ({"division": "330110", "address": "余杭区文一路1号"}, (Proposal.MOVE,)),
        ({"division": "330110", "name": "另一家公司"}, (Proposal.WRONG_PLACE, Proposal.CHANGE)),
        ({"division": "330100"}, ()),
        ({"standing": "ceased"}, (Proposal.CLOSE,)),
    ],
)
def test_differences_are_called_by_their_kind(theirs: dict[str, str], expected: tuple[Proposal, ...]) -> None:
    assert proposed(**theirs) == expected


def test_an_announced_move_is_one_though_the_address_was_not_renewed() -> None:
    theirs = OURS | {Field.DIVISION: Said("330110")}

    assert proposals(compare(theirs, OURS, ON), ON, announced=[Proposal.MOVE]) == (Proposal.MOVE,)


def test_a_merger_and_a_split_are_no_matter_of_fields() -> None:
    same = compare(OURS, OURS, ON)

    assert proposals(same, ON, announced=[Proposal.SPLIT, Proposal.MERGE]) == (Proposal.MERGE, Proposal.SPLIT)


def test_a_unit_that_one_side_does_not_know_is_new() -> None:
    assert proposals(compare({}, OURS, ON), ON, is_known=False) == (Proposal.NEW,)


def test_every_kind_has_its_name() -> None:
    assert set(LABELS) == set(Proposal)
