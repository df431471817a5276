"""Exchange rates: the list by day and currency, and a table in, looked at first and stored as it was looked at."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import KEEPERS_OF_RATES
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.rates import TableView, rate_views, table_view
from services.portal.routes import guard
from services.portal.routes.bodies import sent_files
from services.portal.routes.errors import drain
from services.portal.routes.guard import FILE_FORM_TYPE, deps, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Invalid, Malformed, StaleVersion, TooLarge, UnsupportedMedia

bp = Blueprint("rates", __name__, url_prefix="/rates")

Page = str | Response | tuple[str, int]
LARGEST = 1024 * 1024
FILTERS = {"currency": "币种", "first_day": "起始日期", "last_day": "截止日期"}
NO_FILE = "请先选择文件。"
TOO_LARGE = "文件不能超过 1 MB，请按年份分开导入。"
PREVIEW_OVER = "预览已失效，请重新选择文件。"
MEANWHILE = "刚有他人导入了同样的汇率，请核对后重新导入。"


@bp.get("")
@signed_in(KEEPERS_OF_RATES)
def show() -> Page:
    """Show the published rates, the latest day first, narrowed to a currency and days."""
    return _page()


@bp.post("/preview")
@signed_in(KEEPERS_OF_RATES, takes_file=True)
def preview() -> Page:
    """Show what a table would do; nothing is stored."""
    if request.mimetype != FILE_FORM_TYPE:
        raise UnsupportedMedia
    request.max_content_length = LARGEST * 8
    try:
        sent = sent_files(LARGEST)
    except TooLarge:
        drain()
        return _page((ErrorLink("file", TOO_LARGE),)), 413
    guard.check_token(sent.fields.get(guard.TOKEN_FIELD, ""))
    table = sent.files.get("file", b"")
    if not table:
        return _page((ErrorLink("file", NO_FILE),)), 422
    try:
        seen = table_view(deps().rates.take(guard.token(), table, is_trial=True))
    except Malformed as error:
        return _page((ErrorLink("file", error.message),)), 422
    page = _page(seen=seen, packed=pack(table) if seen.can_be_stored else "")
    return page if seen.can_be_stored else (page, 422)


@bp.post("")
@signed_in(KEEPERS_OF_RATES)
def store() -> Page:
    """Store the table that was looked at."""
    table = unpack(request.form.get("table", ""))
    if not table:
        return _page((ErrorLink("file", PREVIEW_OVER),)), 400
    try:
        read = deps().rates.take(guard.token(), table, is_trial=False)
    except Malformed:
        return _page((ErrorLink("file", PREVIEW_OVER),)), 400
    except StaleVersion:
        return _page((ErrorLink("file", MEANWHILE),)), 412
    if not read["is_stored"]:
        return _page(seen=table_view(read)), 422
    return redirect(url_for("rates.show", done="rates_stored"), 303)


def pack(table: bytes) -> str:
    """Return a table as the page of its preview holds it."""
    return base64.b64encode(zlib.compress(table, 9)).decode()


def unpack(text: str) -> bytes:
    """Return the table that a page held; nothing where the page was meddled with."""
    try:
        unpacking = zlib.decompressobj()
        table = unpacking.decompress(base64.b64decode(text, validate=True), LARGEST)
    except (binascii.Error, zlib.error, ValueError):
        return b""
    return table if unpacking.eof else b""


def _page(errors: Sequence[ErrorLink] = (), seen: TableView | None = None, packed: str = "") -> str:
    wanted = {name: text for name in FILTERS if (text := request.args.get(name, "").strip())}
    rates, next_cursor, refused = _listed(wanted) if seen is None else ((), "", ())
    return render_template(
        "rates/list.html",
        rates=rates,
        next_cursor=next_cursor,
        wanted=wanted,
        filters=FILTERS,
        seen=seen,
        packed=packed,
        errors=[*refused, *errors],
    )


def _listed(wanted: Mapping[str, str]) -> tuple[Sequence[object], str, Sequence[ErrorLink]]:
    """Return the lines of the list and the next cursor, or what is wrong with the filter."""
    asked = {**wanted, **({"currency": wanted["currency"].upper()} if "currency" in wanted else {})}
    try:
        found, next_cursor = deps().rates.list(guard.token(), asked, request.args.get("cursor", ""))
    except Invalid as error:
        return (), "", messages_of(error, FILTERS, "currency")
    return rate_views(found), next_cursor, ()
