"""Client of the notification service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.notification import (
    NoticeAnswer,
    PreferencesAnswer,
    TemplateAnswer,
    TemplateRow,
    WordingAnswer,
)

NOTICES = "notices"
TEMPLATES = "templates"


class HttpNotifications:
    """`ports.Notifications` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def list(self, token: str, cursor: str = "", limit: int = 20) -> tuple[list[NoticeAnswer], str]:
        """Return a page of one's notices, newest first, and the next cursor."""
        query: dict[str, str | int] = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        page = cast(dict[str, object], self._http.ask("GET", path(NOTICES), token, query=query))
        return cast("list[NoticeAnswer]", page["items"]), str(page["next_cursor"])

    def unread(self, token: str) -> int:
        """Return how many of one's notices are unread."""
        return int(cast(dict[str, int], self._http.ask("GET", path(NOTICES, "unread"), token))["unread"])

    def read(self, token: str, notice_id: str) -> None:
        """Mark a notice as read. Raises `NotFound`."""
        self._http.ask("POST", path(NOTICES, notice_id, "reading"), token, body={})

    def read_all(self, token: str) -> None:
        """Mark all of one's notices as read."""
        self._http.ask("POST", path(NOTICES, "reading"), token, body={})

    def preferences(self, token: str) -> PreferencesAnswer:
        """Return one's preferences."""
        return cast(PreferencesAnswer, self._http.ask("GET", "/preferences", token))

    def set_preferences(self, token: str, version: int, choices: Mapping[str, str]) -> None:
        """Set the choice of each category that is named. Raises `Invalid`, `StaleVersion`."""
        rows = [{"category": category, "mail": mail} for category, mail in choices.items()]
        self._http.ask("PUT", "/preferences", token, body={"choices": rows}, version=version)

    def templates(self, token: str) -> Iterable[TemplateRow]:
        """Return the templates of all occasions."""
        answer = cast(dict[str, object], self._http.ask("GET", path(TEMPLATES), token))
        return cast("Iterable[TemplateRow]", answer["items"])

    def template(self, token: str, key: str) -> TemplateAnswer:
        """Return a template in full. Raises `NotFound`."""
        return cast(TemplateAnswer, self._http.ask("GET", path(TEMPLATES, key), token))

    def preview(self, token: str, key: str, wording: WordingAnswer) -> WordingAnswer:
        """Return a wording with made-up values. Raises `Invalid`."""
        return cast(WordingAnswer, self._http.ask("POST", path(TEMPLATES, key, "preview"), token, body=wording))

    def edit(self, token: str, key: str, version: int, wording: WordingAnswer) -> None:
        """Keep a wording as the draft. Raises `Invalid`, `StaleVersion`."""
        self._http.ask("PUT", path(TEMPLATES, key, "draft"), token, body=wording, version=version)

    def discard(self, token: str, key: str, version: int) -> None:
        """Drop the draft. Raises `Conflict`, `StaleVersion`."""
        self._http.ask("POST", path(TEMPLATES, key, "discarding"), token, body={}, version=version)

    def publish(self, token: str, key: str, version: int, reason: str) -> None:
        """Make the draft the next version. Raises `Conflict`, `Invalid`, `StaleVersion`."""
        self._http.ask("POST", path(TEMPLATES, key, "publication"), token, body={"reason": reason}, version=version)

    def return_to(self, token: str, key: str, version: int, no: int, reason: str) -> None:
        """Publish an earlier version again. Raises `Conflict`, `NotFound`, `Invalid`, `StaleVersion`."""
        body = {"version": no, "reason": reason}
        self._http.ask("POST", path(TEMPLATES, key, "return"), token, body=body, version=version)

    def ping(self) -> None:
        """Return when the service answers."""
        self._http.ask("GET", "/healthz")
