"""A list as a workbook: as long as it is, in blocks, with texts that stay texts."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from services.exchange.comparing.fields import Field
from services.exchange.operations.deciding import all_cases
from services.exchange.packaging.listing import listing
from services.exchange.ports.cases import Wanted
from services.exchange.schemas.cases import LIST_HEADS, list_row
from shared.calls import Call
from shared.clock import local_date
from tests.support.exchange_conflict import announced, known, told_unit
from tests.support.exchange_desk import DESK, UNIT, make_deps


def read(blocks: list[bytes]) -> list[tuple[object, ...]]:
    book = load_workbook(io.BytesIO(b"".join(blocks)))
    return [tuple(cell.value for cell in row) for row in book.active.iter_rows()]


def test_the_cases_of_the_list_come_as_rows_with_their_age() -> None:
    deps = make_deps()
    told_unit(deps)
    announced(deps, known(name="=西湖+外包"))
    on = local_date(deps.clock.now())

    rows = read(
        list(listing("差异", LIST_HEADS, (list_row(case, on) for case in all_cases(deps, Call(DESK), Wanted("")))))
    )

    code = deps.survey_units.rows[UNIT].value(Field.CREDIT_CODE)
    assert rows[1] == LIST_HEADS
    assert rows[2][:6] == ("西湖外包平台有限公司", code, "330106", "浙江省杭州市西湖区", "变更", "单位详细名称")
    assert rows[2][9] == 0
    assert deps.reads.rows == [(DESK.account_id, "")]


def test_a_long_list_leaves_in_blocks_and_a_formula_stays_a_text() -> None:
    rows = (("=1+1", Decimal(number)) for number in range(40_000))

    blocks = list(listing("差异", ("甲", "乙"), rows))

    shown = read(blocks)
    assert len(blocks) > 3
    assert len(shown) == 40_002
    assert shown[-1] == ("=1+1", 39_999)
    assert load_workbook(io.BytesIO(b"".join(blocks))).active["A3"].data_type == "s"


def test_a_ragged_row_is_a_fault() -> None:
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        list(listing("差异", ("甲", "乙"), [("丙",)]))
