"""Requests of registration as they go over the wire."""

from __future__ import annotations

from urllib.parse import quote

from services.registration.model.materials import PlanPart
from services.registration.schemas.outgoing import form_body
from services.sandbox.story.judgement import accepted, today
from shared.identity.actor import Actor, Role
from tests.support.files import make_pdf
from tests.support.registration import make_form
from tests.support.registration_site import Site

OPINION = {"opinion": "同意注册", "signatory": "陈明", "signed_on": today().isoformat()}
ACCEPT = {"verdict": "accept"}
REASON = {
    "reason_code": "materials_unclear",
    "reason": "备案证明过期",
    "signatory": "陈明",
    "signed_on": today().isoformat(),
}


def wire_form(**changes: object) -> dict[str, object]:
    """Return a complete form as JSON."""
    return form_body(make_form(**changes))


def filled(site: Site, actor: Actor, **changes: object) -> tuple[str, int]:
    """Return id and version of a registration that is ready to be submitted."""
    registration_id = site.create(actor)
    answer = site.call(actor, "PUT", f"/registrations/{registration_id}/form", 1, json=wire_form(**changes))
    assert answer.status_code == 200, answer.text
    version = 2
    for slot in "12345":
        file_id = uploaded(site, actor, registration_id, slot)
        parts = [part.value for part in PlanPart] if slot == "4" else []
        body = {"files": [{"file_id": file_id, "parts": parts}]}
        answer = site.call(actor, "PUT", f"/registrations/{registration_id}/materials/{slot}", version, json=body)
        assert answer.status_code == 200, answer.text
        version += 1
    return registration_id, version


def uploaded(site: Site, actor: Actor, registration_id: str, slot: str, text: str = "材料") -> str:
    """Return the id of a PDF that was uploaded for a material."""
    answer = site.upload(actor, registration_id, slot, quote(f"材料{slot}.pdf"), make_pdf(text))
    assert answer.status_code == 201, answer.text
    return str(answer.json["file_id"])  # type: ignore[index]


def submitted(site: Site, actor: Actor, **changes: object) -> tuple[str, int]:
    """Return id and version of a submitted registration."""
    registration_id, version = filled(site, actor, **changes)
    return registration_id, act(site, actor, registration_id, version, "submission", {"undertaking": True})


def under_review(
    site: Site, actor: Actor, reviewer: Actor, verdict: str = "accept", **changes: object
) -> tuple[str, int]:
    """Return id and version of a registration in review, with this verdict on material 5 and the rest accepted."""
    registration_id, version = submitted(site, actor, **changes)
    version = act(site, reviewer, registration_id, version, "review", {})
    whole = accepted(wire_form(**changes), opinion="")
    body = whole | {"materials": dict.fromkeys("1234", ACCEPT) | {"5": {"verdict": verdict, "note": "备案证明"}}}
    answer = site.call(reviewer, "PUT", f"/registrations/{registration_id}/review", version, json=body)
    assert answer.status_code == 200, answer.text
    return registration_id, version + 1


def act(site: Site, actor: Actor, registration_id: str, version: int, action: str, body: object) -> int:
    """Take a step and return the version after it."""
    answer = site.call(actor, "POST", f"/registrations/{registration_id}/{action}", version, json=body)
    assert answer.status_code == 200, answer.text
    return int(answer.json["version"])  # type: ignore[index]


def operator(number: int = 1) -> Actor:
    """Return the person of the `number`-th unit."""
    return Actor(account_id=f"{number:032x}", role=Role.OPERATOR, unit_id=f"{number + 1000:032x}")
