"""Exchange rates: a table in, the list, and the rate that applies on a day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from flask import request

from services.filing.operations import rates
from services.filing.policy import Permission
from services.filing.rates.keeping import WantedRates
from services.filing.rates.table import LARGEST
from services.filing.routes.context import deps
from services.filing.schemas.rates import (
    Body,
    RateOnOut,
    RatesIn,
    RatesOut,
    RatesReadOut,
    rate_body,
    rates_read_body,
)
from services.filing.schemas.workbooks import TrialIn
from shared.errors import NotFound
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.files import take_raw_body
from shared.web.limits import costly
from shared.web.openapi import file_upload

bp = Blueprint("rates", __name__, url_prefix="/rates", description="汇率")

PIECE = 64 * 1024


@bp.post("/import")
@needs(Permission.KEEP_RATES)
@costly
@bp.doc(**file_upload(LARGEST, {}))
@bp.arguments(TrialIn, location="query")
@bp.response(200, RatesReadOut)
def take_in(query: dict[str, str]) -> Body:
    """Read a table of rates (CSV) and store it, or only try it (`dry_run`); the same table again changes nothing."""
    take_raw_body(LARGEST)
    found = rates.import_rates(deps(), reading_call(), _pieces(), is_trial=query["dry_run"] == "true")
    return rates_read_body(found)


@bp.get("")
@needs(Permission.READ_RATES)
@bp.arguments(RatesIn, location="query")
@bp.response(200, RatesOut)
def list_all(query: dict[str, object]) -> Body:
    """List the published rates, the latest day first."""
    wanted = WantedRates(query["currency"], query["first_day"], query["last_day"])  # type: ignore[arg-type]  # loaded by the fields
    page = rates.list_rates(deps(), wanted, str(query["cursor"]), int(str(query["limit"])))
    return {"items": [rate_body(each) for each in page.items], "next_cursor": page.next_cursor}


@bp.get("/<string:currency>/<string:day>")
@needs(Permission.READ_RATES)
@bp.response(200, RateOnOut)
def on_day(currency: str, day: str) -> Body:
    """Read the rate that applies on a day: the last one published on it or before."""
    asked = _day(day)
    return {**rate_body(rates.rate_on(deps(), currency, asked)), "asked": asked.isoformat()}


def _pieces() -> Iterator[bytes]:
    while piece := request.stream.read(PIECE):
        yield piece


def _day(text: str) -> date:
    """Return the day of an address. Raises `NotFound`."""
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if day.isoformat() == text:
            return day
    raise NotFound
