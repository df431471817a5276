"""Facts, threads and decision sheets as the portal's pages see them, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from services.portal.model.answers import RegistrationAnswer, Streamed
from services.portal.model.casework import SheetAnswer, ThreadAnswer, TypedFacts
from tests.support.portal_answers import make_registration, make_thread


@dataclass
class FakeCasework:
    """Keeps what was asked for; raises `error` instead where one is set."""

    kept: list[dict[str, object]] = field(default_factory=list)
    kept_sheets: list[dict[str, object]] = field(default_factory=list)
    stated: list[TypedFacts] = field(default_factory=list)
    said: list[tuple[str, ...]] = field(default_factory=list)
    seen: list[tuple[str, int]] = field(default_factory=list)
    error: Exception | None = None

    def state_facts(self, token: str, registration_id: str, version: int, facts: TypedFacts) -> RegistrationAnswer:
        self._maybe_fail()
        self.stated.append(facts)
        return make_registration(id=registration_id)

    def threads(self, token: str, registration_id: str) -> list[ThreadAnswer]:
        return cast("list[ThreadAnswer]", self.kept)

    def open_thread(
        self, token: str, registration_id: str, key: str, visibility: str, pointer: str, text: str
    ) -> ThreadAnswer:
        self._maybe_fail()
        self.said.append((key, visibility, pointer, text))
        return cast(ThreadAnswer, make_thread(id="t9"))

    def answer(self, token: str, registration_id: str, thread_id: str, key: str, text: str) -> None:
        self._maybe_fail()
        self.said.append((thread_id, text))

    def resolve(self, token: str, registration_id: str, thread_id: str, key: str, *, is_resolved: bool) -> None:
        self.said.append((thread_id, "resolved" if is_resolved else "reopened"))

    def mark_read(self, token: str, registration_id: str, thread_id: str, no: int) -> None:
        self.seen.append((thread_id, no))

    def sheets(self, token: str, registration_id: str) -> list[SheetAnswer]:
        return cast("list[SheetAnswer]", self.kept_sheets)

    def sheet(self, token: str, registration_id: str, sheet_id: str) -> Streamed:
        return Streamed({"Content-Type": "application/pdf"}, iter([b"%PDF"]))

    def certificates(self, token: str) -> Streamed:
        return Streamed({"Content-Type": "application/octet-stream"}, iter([b"PEM"]))

    def _maybe_fail(self) -> None:
        if self.error is not None:
            raise self.error
