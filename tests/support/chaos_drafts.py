"""Drafts of 平台1表 that are saved again and again, and what of it was promised; the checker of them."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.identity.actor import COUNTRY, Actor, Role
from shared.ids import new_id
from shared.messaging.relay import PENDING
from tests.support.chaos_checks import DRAIN_SECONDS
from tests.support.chaos_clients import PDF, Clients, Unit
from tests.support.chaos_system import Ground
from tests.support.filing_site import DECISION
from tests.support.platform_filing import ANSWERS, EXPLAINED

MINISTRY = Actor(account_id="c" * 32, role=Role.MINISTRY, division=COUNTRY)
PERIODS = ("2022", "2023", "2024", "2025")
SIGN_OFF = {
    "unit_head": "王小明",
    "statistics_head": "李晓红",
    "filler": "周海",
    "phone": "0571-88888888",
    "reported_on": "2026-01-08",
}


@dataclass
class Draft:
    """A filing with all saves that were answered: the key of each and the version that the answer told."""

    unit: Unit
    period: str
    filing_id: str = ""
    version: int = 0
    saved: int = 0
    evidence: list[str] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)

    def content(self, number: int) -> dict[str, Any]:
        """Return what the save of this number says."""
        answers = {**ANSWERS, "621": {**ANSWERS["621"], "2": number}}
        return {"answers": answers, "explanations": EXPLAINED, "evidence": self.evidence, "nil_reason": None}


class Desk:
    """Fills in drafts over HTTP."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def decide(self) -> None:
        """Let 2025 be collected."""
        key = {"Idempotency-Key": new_id()}
        self._clients.send("filing", MINISTRY, "POST", "/collection-decisions", key, json=DECISION)

    def wait_for(self, unit: Unit) -> None:
        """Wait until the unit is known with its platform."""
        until = time.monotonic() + DRAIN_SECONDS
        while True:
            answer = self._clients.try_once("filing", unit.actor, "GET", "/units/mine", {})
            if answer is not None and answer.is_success and answer.json()["platforms"]:
                return
            assert time.monotonic() < until, "filing was not told of the unit"
            time.sleep(0.2)

    def begin(self, draft: Draft) -> Draft:
        """Begin the filing with a file of evidence."""
        actor, body = draft.unit.actor, {"form": "platform-1", "period": draft.period, "item": ""}
        made = self._clients.send("filing", actor, "POST", "/filings", {"Idempotency-Key": new_id()}, json=body)
        draft.filing_id, draft.version = made["id"], made["version"]
        headers = {"Content-Type": "application/octet-stream", "X-File-Name": "a.pdf"}
        path = f"/filings/{draft.filing_id}/files"
        draft.evidence = [self._clients.send("filing", actor, "POST", path, headers, content=PDF)["file_id"]]
        return draft

    def save(self, draft: Draft) -> None:
        """Save once more, and keep what was acknowledged."""
        number = draft.saved + 1
        answer = self._change(draft, "PUT", "content", draft.content(number))
        assert answer["answers"]["621"]["2"] == number
        draft.saved = number

    def submit(self, draft: Draft) -> None:
        """Submit what was saved last."""
        self._change(draft, "POST", "submission", {"sign_off": SIGN_OFF, "duties_read": True})

    def read(self, draft: Draft) -> dict[str, Any]:
        """Return the filing as its unit sees it."""
        return self._clients.send("filing", draft.unit.actor, "GET", f"/filings/{draft.filing_id}", {})

    def _change(self, draft: Draft, method: str, act: str, body: object) -> dict[str, Any]:
        path, key, actor = f"/filings/{draft.filing_id}/{act}", new_id(), draft.unit.actor
        headers = {"Idempotency-Key": key, "If-Match": f'"{draft.version}"'}
        answer = self._clients.send("filing", actor, method, path, headers, json=body)
        kept = hashlib.sha256("\n".join((actor.account_id, method, path, key)).encode()).hexdigest()
        draft.version = answer["version"]
        draft.acknowledged[kept] = draft.version
        return answer


def faults(ground: Ground, desk: Desk, drafts: Sequence[Draft]) -> list[str]:
    """Return every save that was acknowledged and is not there, or is there twice, and every event likewise."""
    found = {each["_id"]: each for each in ground.mongo["filing"]["filings"].find()}
    wrong = [fault for draft in drafts for fault in _of_draft(desk, draft, found.get(draft.filing_id))]
    notices = ground.mongo["notification"]["notices"].find({"occasion": "filing.submitted"})
    told = Counter(each["about"] for each in notices)
    wanted = Counter(draft.unit.unit_id for draft in drafts)
    return wrong + [f"unit {unit} was told {told[unit]} times" for unit in wanted if told[unit] != wanted[unit]]


def drained(ground: Ground) -> float:
    """Wait until no event of filing is on its way any more and return the seconds that took."""
    began = time.monotonic()
    while rest := list(_on_its_way(ground)):
        assert time.monotonic() - began < 2 * DRAIN_SECONDS, f"still on its way: {rest}"
        time.sleep(0.2)
    return time.monotonic() - began


def _on_its_way(ground: Ground) -> Iterator[str]:
    own = ("filing.", "notification.")
    yield from (f"{count} messages in {name}" for name, count in ground.backlog().items() if name.startswith(own))
    if count := ground.mongo["filing"]["filings"].count_documents(PENDING):
        yield f"{count} filings with an outbox"
    if count := ground.mongo["notification"]["arrivals"].count_documents({}):
        yield f"{count} occasions nobody was told of"


def _of_draft(desk: Desk, draft: Draft, document: dict[str, Any] | None) -> Iterator[str]:
    if document is None:
        yield f"{draft.filing_id} is lost"
        return
    kept = {entry["key"]: entry["v"] for entry in document["history"] if "key" in entry}
    keys = Counter(entry["key"] for entry in document["history"] if "key" in entry)
    for key, version in draft.acknowledged.items():
        if keys[key] != 1 or kept[key] != version:
            yield f"{draft.filing_id}: a save acknowledged at {version} stands {keys[key]} times, at {kept.get(key)}"
    if document["v"] != draft.version or len(kept) != len(draft.acknowledged) + 1:  # and the creation
        yield f"{draft.filing_id}: version {document['v']} with {len(kept)} acts; told {draft.version}"
    seen = desk.read(draft)
    if (seen["state"], seen["revision"], seen["answers"]["621"]["2"]) != ("submitted", 1, draft.saved):
        yield f"{draft.filing_id}: {seen['state']} in revision {seen['revision']}, or not what was saved last"
