"""Client of the registration service for what goes with a review: facts, threads, decision sheets."""

from __future__ import annotations

from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.clients.registration import ROOT
from services.portal.model.answers import RegistrationAnswer, Streamed
from services.portal.model.casework import SheetAnswer, ThreadAnswer, TypedFacts


class HttpCasework:
    """`ports.Casework` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def state_facts(self, token: str, registration_id: str, version: int, facts: TypedFacts) -> RegistrationAnswer:
        """Store what the filer says the materials hold. Raises `Invalid`, `Conflict`, `StaleVersion`."""
        url = path(ROOT, registration_id, "facts")
        return cast(RegistrationAnswer, self._http.ask("PUT", url, token, body=dict(facts), version=version))

    def threads(self, token: str, registration_id: str) -> list[ThreadAnswer]:
        """Return the threads that the person may read."""
        answer = self._http.ask("GET", path(ROOT, registration_id, "threads"), token)
        return cast("dict[str, list[ThreadAnswer]]", answer)["items"]

    def open_thread(
        self, token: str, registration_id: str, key: str, visibility: str, pointer: str, text: str
    ) -> ThreadAnswer:
        """Begin a thread; the same key begins it once. Raises `Invalid`, `NotAllowed`."""
        body = {"visibility": visibility, "pointer": pointer, "text": text}
        url = path(ROOT, registration_id, "threads")
        return cast(ThreadAnswer, self._http.ask("POST", url, token, body=body, key=key))

    def answer(self, token: str, registration_id: str, thread_id: str, key: str, text: str) -> None:
        """Add a message to a thread; the same key adds it once. Raises `Invalid`, `NotAllowed`."""
        url = path(ROOT, registration_id, "threads", thread_id, "messages")
        self._http.ask("POST", url, token, body={"text": text}, key=key)

    def resolve(self, token: str, registration_id: str, thread_id: str, key: str, *, is_resolved: bool) -> None:
        """Close a thread, or open it again."""
        act = "resolution" if is_resolved else "reopening"
        self._http.ask("POST", path(ROOT, registration_id, "threads", thread_id, act), token, body={}, key=key)

    def mark_read(self, token: str, registration_id: str, thread_id: str, no: int) -> None:
        """Note up to which message the person has read a thread."""
        self._http.ask("PUT", path(ROOT, registration_id, "threads", thread_id, "reading"), token, body={"no": no})

    def sheets(self, token: str, registration_id: str) -> list[SheetAnswer]:
        """Return the decision sheets of a registration."""
        answer = self._http.ask("GET", path(ROOT, registration_id, "sheets"), token)
        return cast("dict[str, list[SheetAnswer]]", answer)["items"]

    def sheet(self, token: str, registration_id: str, sheet_id: str) -> Streamed:
        """Start to fetch a decision sheet."""
        return self._http.stream(path(ROOT, registration_id, "sheets", sheet_id), token)

    def certificates(self, token: str) -> Streamed:
        """Start to fetch the certificates by which sheets are verified."""
        return self._http.stream(path("signing-certificates"), token)
