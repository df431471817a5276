"""The register of bank vouchers: the list by day, and telling what a voucher amounts to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
FILING = re.compile(r"[0-9a-f]{32}")
PERIOD = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])")
FIELDS = {"bank": "银行名称", "number": "银行汇兑凭证号", "dated_on": "凭证日期", "total": "凭证金额"}
TOLD = ("dated_on", "total")


@dataclass(frozen=True)
class Way:
    """From where somebody came to tell an amount, and goes back to: a filing, or the grid of a month."""

    filing: str = ""
    period: str = ""

    @property
    def names(self) -> dict[str, str]:
        """What the addresses of this page carry along."""
        return {name: text for name, text in (("filing", self.filing), ("period", self.period)) if text}

    @property
    def back(self) -> str:
        """The address to go back to, empty where the person came from nowhere."""
        if self.filing:
            return url_for("filings.show", filing_id=self.filing)
        return url_for("month_end.show", period=self.period) if self.period else ""

    def done(self) -> Response:
        """Go back where somebody came from a form, else to the register."""
        if self.filing:
            return redirect(url_for("filings.show", filing_id=self.filing, done="voucher_told"), 303)
        if self.period:
            return redirect(url_for("month_end.show", period=self.period, done="voucher_told"), 303)
        return redirect(url_for("vouchers.show", done="saved"), 303)


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
    return _way().done()


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
    return _way().done()


def _way() -> Way:
    filing, period = request.args.get("filing", ""), request.args.get("period", "")
    return Way(filing if FILING.fullmatch(filing) else "", period if PERIOD.fullmatch(period) else "")


def _page(typed: Mapping[str, str], errors: Sequence[ErrorLink] = (), chosen: str = "") -> str:
    cursor = request.args.get("cursor", "")
    listed = deps().contracts.vouchers(guard.token(), cursor)
    found: VoucherAnswer | None = next((each for each in listed["items"] if _is_meant(each, chosen, typed)), None)
    known = {"dated_on": found["dated_on"], "total": found["total"] or ""} if found and not errors else {}
    return render_template(
        "vouchers/list.html",
        vouchers=listed["items"],
        next_cursor=listed["next_cursor"],
        unreadable=listed["unreadable"],
        way=_way(),
        cursor=cursor,
        chosen=found,
        typed={**typed, **known},
        fields=FIELDS,
        new_key=new_id,
        errors=errors,
    )


def _is_meant(voucher: VoucherAnswer, chosen: str, typed: Mapping[str, str]) -> bool:
    """Tell whether a voucher is the chosen one, or the one without an amount that a form named."""
    if chosen:
        return voucher["id"] == chosen
    is_named = (voucher["bank"], voucher["number"]) == (typed.get("bank"), typed.get("number"))
    return is_named and voucher["total"] is None
