"""Clients that never give up: the same request, key and version again until there is an answer."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.sandbox.story.judgement import accepted, today
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from tests.support.chaos_system import Ground
from tests.support.codes import make_uscc
from tests.support.files import make_pdf
from tests.support.registration_wire import wire_form

PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 0.2
REVIEWER = Actor(account_id="a" * 32, role=Role.COUNTY_REVIEWER, division="330106")
DESK = Actor(account_id="b" * 32, role=Role.DIRECTORY_DESK)
PLAN_PARTS = ["management_rules", "service_process", "fees", "quality_assurance"]
SUBMISSION: Mapping[str, object] = {"undertaking": True}
APPROVAL: Mapping[str, object] = {"opinion": "同意注册", "signatory": "陈明", "signed_on": today().isoformat()}
PDF = make_pdf("材料")

Json = dict[str, Any]  # Any: JSON as the services answer it


class Refused(Exception):
    """An answer that no retry mends."""


@dataclass(frozen=True)
class Acknowledged:
    """An act that was answered with 2xx: its key as histories keep it, and the version that the answer told."""

    action: str
    key: str
    version: int


@dataclass
class Unit:
    """An operator with its registration, and all that it was promised."""

    number: int
    registration_id: str = ""
    version: int = 0
    acknowledged: list[Acknowledged] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        """The person who acts for the unit."""
        return Actor(account_id=f"{self.number:032x}", role=Role.OPERATOR, unit_id=self.unit_id)

    @property
    def unit_id(self) -> str:
        """The id of the unit."""
        return f"{self.number + 10**6:032x}"

    def form(self) -> Json:
        """Return a form of which there is only one."""
        number = self.number
        return wire_form(
            credit_code=make_uscc(number),
            website=f"https://www.yuncai{number}.example",
            icp_number=f"浙ICP备{number:08d}号-1",
            platform_name=f"云采{number}服务外包交易平台",
            email=f"lianxiren-{number}@yuncai.example",
        )


class Clients:
    """Sends requests for everybody; safe for threads. `seen` counts answers by status, and 0 for none."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._http = httpx.Client(timeout=httpx.Timeout(15.0, connect=3.0), trust_env=False)
        self._lock = threading.Lock()
        self.seen: Counter[int] = Counter()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def send(self, service: str, actor: Actor, method: str, path: str, headers: Mapping[str, str], **body: Any) -> Json:
        """Send a request until it is answered with 2xx. Raises `Refused` for any answer but that and 503."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            answer = self.try_once(service, actor, method, path, headers, **body)
            if answer is not None and answer.is_success:
                return dict(answer.json())
            if answer is not None and answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                raise Refused(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            time.sleep(PAUSE_SECONDS)
        raise Refused(f"{method} {path}: no answer in {PATIENCE_SECONDS:.0f} s")

    def try_once(
        self, service: str, actor: Actor, method: str, path: str, headers: Mapping[str, str], **body: Any
    ) -> httpx.Response | None:
        """Send a request once; None where the connection failed or broke."""
        url = f"{self._ground.system.urls[service]}{path}"
        try:
            answer = self._http.request(method, url, headers=self._ground.issuer.headers(actor) | dict(headers), **body)
        except httpx.TransportError:
            self._count(0)
            return None
        self._count(answer.status_code)
        return answer

    def change_once(
        self, unit: Unit, actor: Actor, act: str, body: Mapping[str, object], key: str
    ) -> httpx.Response | None:
        """Try a step once; None where no answer came."""
        path = f"/registrations/{unit.registration_id}/{act}"
        headers = {"Idempotency-Key": key, "If-Match": f'"{unit.version}"'}
        return self.try_once("registration", actor, "POST", path, headers, json=body)

    def change(
        self, unit: Unit, actor: Actor, method: str, act: str, body: Mapping[str, object], *, key: str = ""
    ) -> None:
        """Take a step on the version that is known, and keep what was acknowledged."""
        path = f"/registrations/{unit.registration_id}/{act}"
        key = key or new_id()
        headers = {"Idempotency-Key": key, "If-Match": f'"{unit.version}"'}
        answer = self.send("registration", actor, method, path, headers, json=body)
        kept = hashlib.sha256("\n".join((actor.account_id, method, path, key)).encode()).hexdigest()
        unit.version = answer["version"]
        unit.acknowledged.append(Acknowledged(act, kept, unit.version))

    def prepare(self, unit: Unit) -> Unit:
        """Make the unit's registration ready to be submitted."""
        made = self.send("registration", unit.actor, "POST", "/registrations", {"Idempotency-Key": new_id()}, json={})
        unit.registration_id, unit.version = made["id"], made["version"]
        self.change(unit, unit.actor, "PUT", "form", unit.form())
        for slot in "12345":
            self.put_material(unit, slot, PDF)
        return unit

    def put_material(self, unit: Unit, slot: str, content: bytes) -> None:
        """Send a file and make the material consist of it."""
        path = f"/registrations/{unit.registration_id}/files"
        sent = self.send("registration", unit.actor, "POST", path, file_headers(slot), content=content)
        parts = PLAN_PARTS if slot == "4" else []
        body = {"files": [{"file_id": sent["file_id"], "parts": parts}]}
        self.change(unit, unit.actor, "PUT", f"materials/{slot}", body)

    def submit(self, unit: Unit) -> None:
        """Have the operator submit."""
        self.change(unit, unit.actor, "POST", "submission", SUBMISSION)

    def review(self, unit: Unit) -> None:
        """Have the county accept every material."""
        self.change(unit, REVIEWER, "POST", "review", {})
        self.change(unit, REVIEWER, "PUT", "review", accepted(unit.form()))

    def approve(self, unit: Unit) -> None:
        """Have the county approve."""
        self.change(unit, REVIEWER, "POST", "approval", APPROVAL)

    def carry_through(self, unit: Unit) -> Unit:
        """Submit, review and approve; then look into the ledger of the exchange."""
        self.submit(unit)
        self.review(unit)
        self.approve(unit)
        self.send("exchange", DESK, "GET", "/messages?limit=1", {})
        return unit

    def _count(self, status: int) -> None:
        with self._lock:
            self.seen[status] += 1


def file_headers(slot: str) -> dict[str, str]:
    """Return the headers of an upload of a PDF."""
    return {"Content-Type": "application/octet-stream", "X-File-Name": "a.pdf", "X-Material": slot}
