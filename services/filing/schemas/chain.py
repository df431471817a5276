"""The departments that review a filing, and what they decided, as they go out over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, fields

from services.filing.model.filings import Decision, Filing
from services.filing.model.states import Action, State
from services.filing.policy import chain_of, reviewing_division
from services.filing.schemas.words import REASON_LABELS
from shared.codes import divisions
from shared.identity.actor import COUNTRY, Role
from shared.identity.reviewers import reviewing_role

Body = dict[str, object]

MINISTRY = "商务部"

LEVELS: Mapping[Role, str] = {
    Role.COUNTY_REVIEWER: "区（县）级",
    Role.CITY_REVIEWER: "地（市）级",
    Role.PROVINCE_REVIEWER: "省级",
    Role.MINISTRY: MINISTRY,
}
"""The levels of review as 总说明（六） names them, by the role that reviews there."""


class OpinionOut(Schema):
    """What one department decided on a version."""

    action = fields.String()
    label = fields.String()
    text = fields.String()
    signatory = fields.String()
    decided_at = fields.String()
    division = fields.String()
    division_name = fields.String()
    level_label = fields.String()
    reason_code = fields.String(allow_none=True)
    reason_label = fields.String()
    pointers = fields.List(fields.String())
    seen = fields.List(fields.String())


class LinkOut(Schema):
    """One department of the chain: `standing` is passed, acting, returned or waiting."""

    division = fields.String()
    division_name = fields.String()
    level_label = fields.String()
    standing = fields.String()
    decided_at = fields.String(allow_none=True)
    signatory = fields.String()


def chain_body(filing: Filing) -> list[Body]:
    """Return the departments of the chain in their order, each with how far the last version is with it."""
    decisions = filing.last.decisions if filing.last else ()
    made = {each.division: each for each in decisions}
    return [_link_body(filing, division, made.get(division)) for division in chain_of(filing)]


def decision_body(decision: Decision) -> Body:
    """Return a decision with the words for its department and its reason."""
    return {
        "action": decision.action.value,
        "label": "审核通过" if decision.action is Action.APPROVE else "退回",
        "text": decision.text,
        "signatory": decision.signatory,
        "decided_at": decision.decided_at.isoformat(),
        "division": decision.division,
        "division_name": department_name(decision.division),
        "level_label": level_label(decision.division),
        "reason_code": decision.reason_code.value if decision.reason_code else None,
        "reason_label": REASON_LABELS[decision.reason_code] if decision.reason_code else "",
        "pointers": list(decision.pointers),
        "seen": list(decision.seen),
    }


def department_name(division: str) -> str:
    """Return the name of the division of a department, 商务部 for the whole country; the code where it has none."""
    if division == COUNTRY:
        return MINISTRY
    found = divisions.find_current(division)
    return found.name if found else division


def level_label(division: str) -> str:
    """Return the level of a department."""
    return LEVELS[reviewing_role(division)]


def _link_body(filing: Filing, division: str, decision: Decision | None) -> Body:
    return {
        "division": division,
        "division_name": department_name(division),
        "level_label": level_label(division),
        "standing": _standing(filing, division, decision),
        "decided_at": decision.decided_at.isoformat() if decision else None,
        "signatory": decision.signatory if decision else "",
    }


def _standing(filing: Filing, division: str, decision: Decision | None) -> str:
    if decision is not None and decision.action is Action.RETURN:
        return "returned"
    if division in filing.passed:
        return "passed"
    is_acting = filing.state is State.SUBMITTED and division == reviewing_division(filing)
    return "acting" if is_acting else "waiting"
