"""The contract ledger: the list with its sums, and one contract with its executions, on the screen and as a sheet."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from services.portal.model.contracts import ContractsAnswer
from services.portal.policy import PEOPLE_OF_UNITS, READERS_OF_FILINGS
from services.portal.presenters.contract_sheet import amendment_views, paper_no, sheet_of
from services.portal.presenters.contracts import HEIGHT, NATURES, STATES, WIDTH, chart_of, contract_view, contract_views
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from services.portal.routes.sign_in import messages_of
from shared.clock import local_date
from shared.errors import Invalid

bp = Blueprint("contracts", __name__, url_prefix="/contracts")

BUSINESS_CLASSES = "business_class/2022"
"""The list that the first edition began with, by which the ledger names classes too."""

FILTERS = {"state": "履行情况", "nature": "合同性质", "business_class": "业务类型", "number": "合同号"}


@bp.get("")
@signed_in(READERS_OF_FILINGS)
def show() -> str | tuple[str, int]:
    """Show the contracts that the person sees, narrowed, with the sums of one unit."""
    wanted = {name: text for name in (*FILTERS, "unit") if (text := request.args.get(name, "").strip())}
    asked = {**wanted, **({"business_class": _code(wanted["business_class"])} if "business_class" in wanted else {})}
    is_own = guard.account().role in PEOPLE_OF_UNITS
    errors: tuple[ErrorLink, ...] = ()
    found: ContractsAnswer = {"items": [], "next_cursor": "", "unreadable": 0}
    totals = None
    try:
        found = deps().contracts.list(guard.token(), asked, request.args.get("cursor", ""))
        totals = deps().contracts.totals(guard.token(), asked) if is_own or "unit" in wanted else None
    except Invalid as error:
        errors = messages_of(error, FILTERS, "number")
    page = render_template(
        "contracts/list.html",
        contracts=contract_views(found["items"]),
        next_cursor=found["next_cursor"],
        unreadable=found["unreadable"],
        totals=totals,
        classes=BUSINESS_CLASSES,
        wanted=wanted,
        filters=FILTERS,
        states=STATES.items(),
        natures=NATURES.items(),
        is_own=is_own,
        errors=errors,
    )
    return (page, 422) if errors else page


@bp.get("/<id:contract_id>")
@signed_in(READERS_OF_FILINGS)
def read(contract_id: str) -> str:
    """Show a contract: what it says, its executions in the order of their days, and how far it is."""
    contract = deps().contracts.get(guard.token(), contract_id)
    is_own = guard.account().role in PEOPLE_OF_UNITS
    return render_template(
        "contracts/page.html",
        contract=contract,
        view=contract_view(contract),
        parts=contract_views(contract["parts"]),
        amendments=amendment_views(contract["amendments"]),
        chart=chart_of(contract),
        width=WIDTH,
        height=HEIGHT,
        is_own=is_own,
    )


@bp.get("/<id:contract_id>/sheet")
@signed_in(READERS_OF_FILINGS)
def sheet(contract_id: str) -> str:
    """Show all of a contract on one sheet to be printed; the paper forms are printed from their filings."""
    contract = deps().contracts.get(guard.token(), contract_id)
    today = local_date(deps().clock.now())
    return render_template("contracts/sheet.html", sheet=sheet_of(contract, today), paper_no=paper_no(contract))


def _code(typed: str) -> str:
    """Return the code of what was chosen or typed: `I11 软件研发服务` or `i11`."""
    return typed.split(maxsplit=1)[0].upper()
