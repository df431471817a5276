"""Bank vouchers as they come in and go out over HTTP; amounts are texts in 万美元."""

from __future__ import annotations

from marshmallow import Schema, fields, post_load, validate

from services.filing.ledger.vouchers import Voucher
from services.filing.operations.vouchers import Told
from services.filing.schemas.contracts import Body, text
from shared.fields import Money, PlainDate, Text
from shared.web.paging import PageIn


class VouchersIn(PageIn):
    """Query of the register of vouchers."""

    unit = fields.String(load_default="", validate=validate.Length(max=40))


class VoucherChangeIn(Schema):
    """The amount and the day of a voucher."""

    dated_on = PlainDate(required=True)
    total = Money("万美元", places=6, required=True)


class VoucherIn(VoucherChangeIn):
    """A voucher to be registered."""

    bank = Text(200, required=True)
    number = Text(100, required=True)

    @post_load
    def told(self, data: dict[str, object], **_: object) -> Told:
        """Return the voucher as the operation takes it."""
        return Told(**data)  # type: ignore[arg-type]  # loaded by the fields above


class VoucherOut(Schema):
    """A voucher with the executions that it settles; its amount is null while nobody has told it."""

    id = fields.String()
    version = fields.Integer()
    unit_id = fields.String()
    bank = fields.String()
    number = fields.String()
    dated_on = fields.String()
    total = fields.String(allow_none=True)
    used = fields.String()
    remaining = fields.String(allow_none=True)
    shares = fields.List(fields.Dict())


class VouchersOut(Schema):
    """A page of vouchers; `unreadable` of its rows can't be opened and are left out."""

    items = fields.List(fields.Nested(VoucherOut))
    next_cursor = fields.String()
    unreadable = fields.Integer()


def voucher_body(voucher: Voucher) -> Body:
    """Return a voucher."""
    return {
        "id": voucher.id,
        "version": voucher.version,
        "unit_id": voucher.unit_id,
        "bank": voucher.bank,
        "number": voucher.number,
        "dated_on": voucher.dated_on.isoformat(),
        "total": None if voucher.total is None else text(voucher.total),
        "used": text(voucher.used),
        "remaining": None if voucher.remaining is None else text(voucher.remaining),
        "shares": [
            {"filing_id": each.filing_id, "contract_id": each.account_id, "amount": text(each.amount)}
            for each in voucher.shares
        ],
    }
