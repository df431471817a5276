"""What every step with a filing does: begin, save, explain, submit, approve."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from services.sandbox.story import judgement
from services.sandbox.story.play import Story
from services.sandbox.story.site import Json, Person
from shared.ids import new_id

SIGN_OFF = {"unit_head": "王小明", "statistics_head": "李晓红", "filler": "周海", "phone": "0571-88888888"}
OPINION = {"opinion": "数据属实，同意上报。", "signatory": "西湖区商务局 陈明"}

ABOVE = ("city.330100", "province.330000", "ministry")
"""The accounts of the departments above the county."""


def key() -> dict[str, str]:
    """Return the header of a creation."""
    return {"Idempotency-Key": new_id()}


def path(filing: Mapping[str, object]) -> str:
    """Return the address of a filing."""
    return f"/filings/{filing['id']}"


def begin(person: Person, form: str, period: str, status: int = 201) -> Json:
    """Begin a form for a period, and return the answer of a status."""
    body = {"form": form, "period": period}
    return dict(person.ask("POST", "/filings", status, json=body, headers=key()))


def save(person: Person, filing: Json, **content: object) -> Json:
    """Save the working copy."""
    return dict(person.ask("PUT", f"{path(filing)}/content", 200, filing["version"], json=content))


def explained(filing: Json) -> dict[str, str]:
    """Return an explanation of every query."""
    return {each["key"]: "属实" for each in filing["findings"] if each["severity"] == "query"}


def signed() -> Json:
    """Return the foot of a form, signed off today."""
    return {"sign_off": {**SIGN_OFF, "reported_on": judgement.today().isoformat()}, "duties_read": True}


def submit(person: Person, filing: Json) -> Json:
    """Submit a filing."""
    return dict(person.ask("POST", f"{path(filing)}/submission", 200, filing["version"], json=signed()))


def approve(story: Story, filing: Json) -> Json:
    """Let each department of the chain approve a filing, the ministry last, and return it as the ministry sees it."""
    for person in chain(story):
        seen = person.ask("GET", path(filing))
        filing = dict(person.ask("POST", f"{path(filing)}/approval", 200, seen["version"], json=OPINION))
    return filing


def chain(story: Story) -> tuple[Person, ...]:
    """Return a person of each department that reviews what a unit of the county files, in their order, at filing."""
    for name in ABOVE:
        if name not in story.people:
            story.people[name] = story.site.sign_in(*story.offices[name], service="filing")
    return tuple(story.people[name].at(story.site.urls["filing"]) for name in ("county", *ABOVE))


def upload(person: Person, filing: Json, name: str, content: bytes) -> Json:
    """Send a file of evidence."""
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": quote(name)}
    return dict(person.ask("POST", f"{path(filing)}/files", 201, content=content, headers=headers))
