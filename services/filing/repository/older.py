"""Reading filings that were stored when one department reviewed them: the decision of each version stood alone.

What that department had approved was approved for good, and stays so: as if the whole chain had passed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from services.filing.model.filings import Filing
from services.filing.model.states import IN_FORCE, State
from services.filing.policy import chain_of
from shared.mongo.client import Document


def with_decisions(unsealed: object) -> object:
    """Return what a blob holds of a version with its decisions in a list."""
    version = cast(Mapping[str, object], unsealed)
    if "decision" not in version:
        return version
    decision = version["decision"]
    return {**version, "decisions": [decision] if decision else []}


def chain_fields(filing: Filing) -> Document:
    """Return what a document of that time does not say: who has approved it, and since when it waits."""
    return {
        "passed": list(chain_of(filing)) if filing.state in IN_FORCE else [],
        "waiting_since": filing.submitted_at if filing.state is State.SUBMITTED else None,
    }
