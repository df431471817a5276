"""What was agreed on a contract at first and since (合同变更): its versions, as the page of the contract tells them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.filing.ledger.reading import Change, change_of, terms_of
from services.filing.ledger.terms import Terms
from services.filing.model.filings import Filing, Version
from services.filing.model.states import Action, State


class Standing(StrEnum):
    """What became of a version."""

    IN_FORCE = "in_force"
    PENDING = "pending"
    REPLACED = "replaced"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Amendment:
    """One version of a contract: what it says, and what it says of its change."""

    no: int
    submitted_at: datetime
    standing: Standing
    change: Change
    terms: Terms = field(repr=False)


def amendment(filing: Filing, version: Version) -> Amendment:
    """Return a version, which has its content, as an amendment of its contract."""
    answers = version.content.answers
    standing = standing_of(filing, version)
    return Amendment(version.no, version.submitted_at, standing, change_of(answers), terms_of(answers))


def standing_of(filing: Filing, version: Version) -> Standing:
    """Return what became of a version of a filing."""
    if version.no == filing.in_force:
        return Standing.IN_FORCE
    if version.no == filing.revision and filing.state is State.SUBMITTED:
        return Standing.PENDING
    if version.decision is None:
        return Standing.WITHDRAWN
    return Standing.RETURNED if version.decision.action is Action.RETURN else Standing.REPLACED
