"""The register of bank vouchers: the list by day, and telling what a voucher amounts to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.contracts import VoucherAnswer
from services.portal.policy import PEOPLE_OF_UNITS
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid, StaleVersion
from shared.ids import new_id

bp = Blueprint("vouchers", __name__, url_prefix="/vouchers")

Page = str | Response | tuple[str, int]
FIELDS = {"bank": "银行名称", "number": "银行汇兑凭证号", "dated_on": "凭证日期", "total": "凭证金额"}
TOLD = ("dated_on", "total")


@bp.get("")
@signed_in(PEOPLE_OF_UNITS)
def show() -> Page:
    """Show the vouchers, the latest day first; a link from a form brings bank and number along."""
    typed = {name: request.args.get(name, "") for name in ("bank", "number")}
    return _page(typed, chosen=request.args.get("voucher", ""))


@bp.post("")
@signed_in(PEOPLE_OF_UNITS)
def register() -> Page:
    """Register a voucher with its amount."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        deps().contracts.register(guard.token(), request.form.get("key", ""), typed)
    except Invalid as error:
        return _page(typed, messages_of(error, FIELDS, "total")), 422
    except Conflict as error:
        return _page(typed, (ErrorLink("number", error.message),)), 409
    return redirect(url_for("vouchers.show", done="saved"), 303)


@bp.post("/<id:voucher_id>")
@signed_in(PEOPLE_OF_UNITS)
def change(voucher_id: str) -> Page:
    """Tell the amount and the day of a voucher anew."""
    typed = {name: request.form.get(name, "").strip() for name in TOLD}
    try:
        deps().contracts.change(guard.token(), voucher_id, posted_version(), typed)
    except Invalid as error:
        return _page(typed, messages_of(error, FIELDS, "total"), voucher_id), 422
    except StaleVersion as error:
        return _page(typed, (ErrorLink("total", error.message),), voucher_id), 412
    return redirect(url_for("vouchers.show", done="saved"), 303)


def _page(typed: Mapping[str, str], errors: Sequence[ErrorLink] = (), chosen: str = "") -> str:
    cursor = request.args.get("cursor", "")
    vouchers, next_cursor = deps().contracts.vouchers(guard.token(), cursor)
    found: VoucherAnswer | None = next((each for each in vouchers if each["id"] == chosen), None)
    known = {"dated_on": found["dated_on"], "total": found["total"] or ""} if found and not errors else {}
    return render_template(
        "vouchers/list.html",
        vouchers=vouchers,
        next_cursor=next_cursor,
        cursor=cursor,
        chosen=found,
        typed={**typed, **known},
        fields=FIELDS,
        new_key=new_id,
        errors=errors,
    )
