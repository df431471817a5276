"""A reviewer's work: saving verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.portal.model.answers import RegistrationAnswer
from services.portal.ports import Deps

Remarks = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Judgement:
    """What a reviewer has marked so far: verdict and note per material and per field, and the overall opinion."""

    materials: Remarks = field(default_factory=dict)
    fields: Remarks = field(default_factory=dict)
    opinion: str = ""


def save_judgement(
    deps: Deps, token: str, registration_id: str, version: int, judgement: Judgement
) -> RegistrationAnswer:
    """Store the reviewer's marks. Raises `StaleVersion`, `Conflict`, `NotAllowed`, `Invalid`."""
    review = {"materials": judgement.materials, "fields": judgement.fields, "opinion": judgement.opinion}
    return deps.registrations.save_review(token, registration_id, version, review)
