"""The register of bank vouchers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import cast

from services.filing.ledger.vouchers import Voucher
from services.filing.operations import vouchers
from services.filing.operations.vouchers import Told
from services.filing.policy import Permission
from services.filing.routes.context import Answer, deps
from services.filing.schemas.contracts import Body
from services.filing.schemas.vouchers import (
    VoucherChangeIn,
    VoucherIn,
    VoucherOut,
    VouchersIn,
    VouchersOut,
    voucher_body,
)
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("vouchers", __name__, url_prefix="/vouchers", description="银行汇兑凭证登记簿")
ONE_VOUCHER = "/<string:voucher_id>"


@bp.post("")
@needs(Permission.UNIT)
@creating
@bp.arguments(VoucherIn)
@bp.response(201, VoucherOut)
def register(told: Told) -> Answer:
    """Register a voucher with its amount."""
    return _answer(vouchers.register_voucher(deps(), creating_call(), told), 201)


@bp.get("")
@needs(Permission.READ)
@bp.arguments(VouchersIn, location="query")
@bp.response(200, VouchersOut)
def list_all(query: dict[str, object]) -> Body:
    """List the vouchers that the reader sees, the latest day first."""
    cursor, limit = str(query["cursor"]), int(str(query["limit"]))
    page = vouchers.list_vouchers(deps(), reading_call(), str(query["unit"]), cursor, limit)
    items = [voucher_body(each) for each in page.items]
    return {"items": items, "next_cursor": page.next_cursor, "unreadable": page.unreadable}


@bp.get(ONE_VOUCHER)
@needs(Permission.READ)
@bp.response(200, VoucherOut)
def read(voucher_id: str) -> Answer:
    """Read a voucher with the executions that it settles."""
    return _answer(vouchers.read_voucher(deps(), reading_call(), voucher_id))


@bp.put(ONE_VOUCHER)
@needs(Permission.UNIT)
@changing
@bp.arguments(VoucherChangeIn)
@bp.response(200, VoucherOut)
def change(data: dict[str, object], voucher_id: str) -> Answer:
    """Tell the amount and the day of a voucher anew."""
    total, dated_on = cast(Decimal, data["total"]), cast(date, data["dated_on"])
    return _answer(vouchers.change_voucher(deps(), changing_call(), voucher_id, total, dated_on))


def _answer(voucher: Voucher, status: int = 200) -> Answer:
    return voucher_body(voucher), status, {"ETag": etag(voucher.version)}
