"""Client of identity for the people of units: colleagues, invitations, the principal's place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.people import PeopleAnswer, ReceivedAnswer, RecoveryAnswer, SecondAct

PAGE = 50

_ACTS: Mapping[SecondAct, str] = {"confirm": "confirmation", "refuse": "refusal", "withdraw": "withdrawal"}


class HttpColleagues:
    """`ports.Colleagues` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def people(self, token: str) -> PeopleAnswer:
        """Return who acts for one's unit, and who is asked to."""
        return cast(PeopleAnswer, self._http.ask("GET", path("colleagues"), token))

    def end(self, token: str, key: str, account_id: str, version: int) -> None:
        """End a colleague's right."""
        self._http.ask("POST", path("colleagues", account_id, "end"), token, body={}, version=version, key=key)

    def invite(self, token: str, key: str, body: Mapping[str, object]) -> None:
        """Ask a person by mail; the same key asks once."""
        self._http.ask("POST", path("invitations"), token, body=dict(body), key=key)

    def offer(self, token: str, key: str, body: Mapping[str, object]) -> None:
        """Offer the principal's place; the same key offers it once."""
        self._http.ask("POST", path("transfers"), token, body=dict(body), key=key)

    def add_role(self, token: str, key: str, body: Mapping[str, object]) -> None:
        """Let one's unit be something more; the same key does it once."""
        self._http.ask("POST", path("unit-roles"), token, body=dict(body), key=key)

    def take_back(self, token: str, key: str, invitation_id: str, version: int) -> None:
        """Take an invitation of one's unit back."""
        url = path("invitations", invitation_id, "withdrawal")
        self._http.ask("POST", url, token, body={}, version=version, key=key)

    def received(self, token: str) -> list[ReceivedAnswer]:
        """Return the open invitations to oneself."""
        answer = self._http.ask("GET", path("me", "invitations"), token)
        return cast("dict[str, list[ReceivedAnswer]]", answer)["items"]

    def accept(self, token: str, key: str, invitation_id: str, code: str) -> None:
        """Accept with one's own account; the code is needed where the mail went to another address."""
        url = path("me", "invitations", invitation_id, "acceptance")
        self._http.ask("POST", url, token, body={"code": code} if code else {}, key=key)

    def decline(self, token: str, key: str, invitation_id: str) -> None:
        """Decline what was sent or offered to oneself."""
        self._http.ask("POST", path("me", "invitations", invitation_id, "declining"), token, body={}, key=key)

    def enrol(self, invitation_id: str, body: Mapping[str, str], address: str) -> None:
        """Accept with the mailed code, without being signed in."""
        url = path("invitations", invitation_id, "enrolment")
        self._http.ask("POST", url, body=dict(body), address=address)

    def decline_by_code(self, invitation_id: str, code: str, address: str) -> None:
        """Decline with the mailed code."""
        url = path("invitations", invitation_id, "declining")
        self._http.ask("POST", url, body={"code": code}, address=address)

    def recoveries(self, token: str, cursor: str = "") -> tuple[list[RecoveryAnswer], str]:
        """Return a page of the recoveries in sight, and the next cursor."""
        query: dict[str, str | int] = {"limit": PAGE, "cursor": cursor}
        page = cast(dict[str, object], self._http.ask("GET", path("recoveries"), token, query=query))
        return cast("list[RecoveryAnswer]", page["items"]), str(page["next_cursor"])

    def propose_recovery(self, token: str, key: str, body: Mapping[str, object]) -> None:
        """Propose a new principal for a unit; the same key proposes once."""
        self._http.ask("POST", path("recoveries"), token, body=dict(body), key=key)

    def act_on_recovery(self, token: str, key: str, recovery_id: str, version: int, act: SecondAct) -> None:
        """Take a step with a recovery."""
        url = path("recoveries", recovery_id, _ACTS[act])
        self._http.ask("POST", url, token, body={}, version=version, key=key)
