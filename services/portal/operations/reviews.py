"""A reviewer's work: saving verdicts."""

from __future__ import annotations

from services.portal.model.answers import RegistrationAnswer
from services.portal.model.judgement import Judgement
from services.portal.ports import Deps


def save_judgement(
    deps: Deps, token: str, registration_id: str, version: int, judgement: Judgement
) -> RegistrationAnswer:
    """Store the reviewer's marks. Raises `StaleVersion`, `Conflict`, `NotAllowed`, `Invalid`."""
    review = {
        "materials": judgement.materials,
        "fields": judgement.fields,
        "conditions": judgement.conditions,
        "facts": judgement.facts,
        "reasons": judgement.reasons,
        "opinion": judgement.opinion,
        "confirms_carried": judgement.confirms_carried,
    }
    return deps.registrations.save_review(token, registration_id, version, review)
