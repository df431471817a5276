"""Contracts: lists with totals, one in full, and what a correction moves."""

from __future__ import annotations

from typing import cast

from services.filing.ledger.terms import ContractState
from services.filing.operations import contracts
from services.filing.policy import Permission
from services.filing.ports.ledger import WantedContracts
from services.filing.routes.context import ONE, deps
from services.filing.schemas.contracts import (
    Body,
    ContractOut,
    ContractsIn,
    ContractsOut,
    ImpactsOut,
    TotalsOut,
    WantedContractsIn,
    contract_body,
    contract_row,
    impact_body,
    totals_body,
)
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.limits import costly

bp = Blueprint("contracts", __name__, description="合同台账")


@bp.get("/contracts")
@needs(Permission.READ)
@bp.arguments(ContractsIn, location="query")
@bp.response(200, ContractsOut)
def list_all(query: dict[str, object]) -> Body:
    """List the contracts that the reader sees, last changed first."""
    cursor, limit = str(query["cursor"]), int(str(query["limit"]))
    page = contracts.list_contracts(deps(), reading_call(), _wanted(query), cursor, limit)
    known = contracts.units_of(deps(), page.items)
    items = [contract_row(each, known.get(each.unit_id)) for each in page.items]
    return {"items": items, "next_cursor": page.next_cursor, "unreadable": page.unreadable}


@bp.get("/contracts/totals")
@needs(Permission.READ)
@costly
@bp.arguments(WantedContractsIn, location="query")
@bp.response(200, TotalsOut)
def totals(query: dict[str, object]) -> Body:
    """Add up the contracts of one unit: one's own, or for a department those of the unit that is named."""
    return totals_body(contracts.total_contracts(deps(), reading_call(), _wanted(query)))


@bp.get("/contracts/<string:contract_id>")
@needs(Permission.READ)
@bp.response(200, ContractOut)
def read(contract_id: str) -> Body:
    """Read a contract with its executions, 310 as it is now, and the other parts of its number."""
    return contract_body(contracts.read_contract(deps(), reading_call(), contract_id))


@bp.get(f"{ONE}/impact")
@needs(Permission.FILE)
@bp.response(200, ImpactsOut)
def impact(filing_id: str) -> Body:
    """Show what the working copy of a filed contract or execution would move."""
    return {"items": [impact_body(each) for each in contracts.impact_of(deps(), reading_call(), filing_id)]}


def _wanted(query: dict[str, object]) -> WantedContracts:
    return WantedContracts(
        state=cast("ContractState | None", query["state"]),
        unit_id=str(query["unit"]),
        business_class=str(query["business_class"]),
        nature=str(query["nature"]),
        number=str(query["number"]),
    )
