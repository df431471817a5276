"""Client of the registration service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast
from urllib.parse import quote

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import (
    ChangeAnswer,
    FileAnswer,
    FormValues,
    RegistrationAnswer,
    RegistrationRow,
    RevisionAnswer,
    RevisionRow,
    Streamed,
)

ROOT = "registrations"

_ACTIONS = {
    "submit": "submission",
    "withdraw": "withdrawal",
    "resume": "resumption",
    "start_review": "review",
    "return": "return",
    "approve": "approval",
    "reject": "rejection",
    "undo": "undo",
    "open_change": "change",
    "renew": "renewal",
    "discard": "discarding",
    "suspend": "suspension",
    "lift_suspension": "suspension/lifting",
    "request_deregistration": "deregistration-request",
    "take_back_request": "deregistration-request/withdrawal",
    "refuse_deregistration": "deregistration-request/refusal",
    "announce_deregistration": "deregistration-notice",
    "make_statement": "deregistration-notice/statement",
    "call_off_deregistration": "deregistration-notice/calling-off",
    "deregister": "deregistration",
}
"""The resource that each action is posted to."""


class HttpRegistrations:
    """`ports.Registrations` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def create(self, token: str, key: str) -> RegistrationAnswer:
        """Open a draft; the same key opens it once."""
        return cast(RegistrationAnswer, self._http.ask("POST", path(ROOT), token, body={}, key=key))

    def list(
        self, token: str, state: str = "", cursor: str = "", limit: int = 20, more: Mapping[str, str] | None = None
    ) -> tuple[list[RegistrationRow], str]:
        """Return a page of rows in sight and the next cursor; `more` narrows and orders it, else newest first."""
        query = {**_query(state, cursor, limit), **(more or {})}
        answer = self._http.ask("GET", path(ROOT), token, query=query)
        page = cast(dict[str, object], answer)
        return cast(list[RegistrationRow], page["items"]), str(page["next_cursor"])

    def get(self, token: str, registration_id: str) -> RegistrationAnswer:
        """Return a registration in full."""
        return cast(RegistrationAnswer, self._http.ask("GET", path(ROOT, registration_id), token))

    def save_form(self, token: str, registration_id: str, version: int, form: FormValues) -> RegistrationAnswer:
        """Store the whole form. Raises `Invalid`, `StaleVersion`, `Conflict`."""
        url = path(ROOT, registration_id, "form")
        return cast(RegistrationAnswer, self._http.ask("PUT", url, token, body=form, version=version))

    def upload(
        self, token: str, registration_id: str, slot: str, file_name: str, length: int | None, chunks: Iterable[bytes]
    ) -> FileAnswer:
        """Pass a file on, piece by piece. Raises `Invalid`, `TooLarge`."""
        headers = {"X-File-Name": quote(file_name, safe=""), "X-Material": slot}
        url = path(ROOT, registration_id, "files")
        return cast(FileAnswer, self._http.upload(url, token, headers, length, chunks))

    def set_material(
        self, token: str, registration_id: str, version: int, slot: str, files: Iterable[Mapping[str, object]]
    ) -> RegistrationAnswer:
        """Say which files a material consists of."""
        url = path(ROOT, registration_id, "materials", slot)
        body = {"files": [dict(file) for file in files]}
        return cast(RegistrationAnswer, self._http.ask("PUT", url, token, body=body, version=version))

    def act(
        self, token: str, registration_id: str, version: int, action: str, body: Mapping[str, object]
    ) -> RegistrationAnswer:
        """Take an action of the workflow. Raises `Conflict`, `NotAllowed`, `StaleVersion`, `Invalid`."""
        url = path(ROOT, registration_id, *_ACTIONS[action].split("/"))
        return cast(RegistrationAnswer, self._http.ask("POST", url, token, body=dict(body), version=version))

    def save_review(
        self, token: str, registration_id: str, version: int, review: Mapping[str, object]
    ) -> RegistrationAnswer:
        """Store verdicts, notes and opinion of the review under way."""
        url = path(ROOT, registration_id, "review")
        return cast(RegistrationAnswer, self._http.ask("PUT", url, token, body=dict(review), version=version))

    def file(self, token: str, registration_id: str, file_id: str) -> Streamed:
        """Start to fetch a file."""
        return self._http.stream(path(ROOT, registration_id, "files", file_id), token)

    def page(self, token: str, registration_id: str, file_id: str, page: int) -> Streamed:
        """Start to fetch the picture of a page (1-based)."""
        return self._http.stream(path(ROOT, registration_id, "files", file_id, "pages", page), token)

    def text(self, token: str, registration_id: str, file_id: str) -> str:
        """Return the text of a document that has no pictures of pages."""
        answer = self._http.ask("GET", path(ROOT, registration_id, "files", file_id, "text"), token)
        return cast(dict[str, str], answer)["text"]

    def print(self, token: str, registration_id: str) -> Streamed:
        """Start to fetch the form as PDF."""
        return self._http.stream(path(ROOT, registration_id, "print"), token)

    def revisions(self, token: str, registration_id: str) -> Iterable[RevisionRow]:
        """Return all submitted revisions."""
        answer = self._http.ask("GET", path(ROOT, registration_id, "revisions"), token)
        return cast("Iterable[RevisionRow]", _items(answer))

    def revision(self, token: str, registration_id: str, no: int) -> RevisionAnswer:
        """Return one submitted revision."""
        return cast(RevisionAnswer, self._http.ask("GET", path(ROOT, registration_id, "revisions", no), token))

    def diff(self, token: str, registration_id: str, no: int, against: int) -> Iterable[ChangeAnswer]:
        """Return what changed from revision `against` to revision `no`."""
        url = path(ROOT, registration_id, "revisions", no, "diff")
        answer = self._http.ask("GET", url, token, query={"against": against})
        return cast("dict[str, Iterable[ChangeAnswer]]", answer)["changes"]

    def ping(self) -> None:
        """Return when the service answers."""
        self._http.ask("GET", "/healthz")


def _query(state: str, cursor: str, limit: int) -> dict[str, str | int]:
    query: dict[str, str | int] = {"limit": limit}
    if state:
        query["state"] = state
    if cursor:
        query["cursor"] = cursor
    return query


def _items(answer: object) -> object:
    """Return the rows of a list, whether bare or in `items`."""
    return answer["items"] if isinstance(answer, dict) else answer
