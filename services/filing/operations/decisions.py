"""The ministry's decisions to collect periods under an approval that has ended."""

from __future__ import annotations

from dataclasses import dataclass

from services.filing.model.decisions import CollectionDecision
from services.filing.operations.instruments import read_period
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.errors import Invalid, Problem


@dataclass(frozen=True)
class Wanted:
    """What is to be decided: from which period to which, on what paper, for what reason."""

    edition: str
    from_period: str
    to_period: str
    document: str
    ground: str


def decide_collection(deps: Deps, call: Call, wanted: Wanted) -> CollectionDecision:
    """Record that periods are collected under an edition whose approval has ended.

    Actor: the ministry. Events: none. The same request records one decision only.
    Raises `Invalid` for an unknown edition, periods in the wrong order, or none after the end of the approval.
    """
    edition = deps.catalogue.find(wanted.edition)
    first, last = read_period(wanted.from_period, "/from_period"), read_period(wanted.to_period, "/to_period")
    problems: list[Problem] = []
    if edition is None:
        problems.append(Problem("/edition", "edition_unknown", "没有这个制度版本。", "已载入的制度版本", "制度版本"))
    elif last.last_day <= edition.valid_to:
        text = "所定报告期在批准文号有效期内，无需决定。"
        problems.append(Problem("/to_period", "still_valid", text, f"> {edition.valid_to.isoformat()}", "止于"))
    if last.last_day < first.first_day:
        problems.append(Problem("/to_period", "periods_reversed", "止期早于起期。", f"≥ {first}", "止于"))
    if problems:
        raise Invalid(problems)
    decision = CollectionDecision(
        id=deps.new_id(),
        edition=wanted.edition,
        from_period=str(first),
        to_period=str(last),
        document=wanted.document,
        ground=wanted.ground,
        decided_by=call.actor.account_id,
        decided_at=deps.clock.now(),
    )
    return deps.decisions.add(decision, call)


def list_decisions(deps: Deps) -> tuple[CollectionDecision, ...]:
    """Return all decisions, the newest first."""
    return deps.decisions.list_all()
