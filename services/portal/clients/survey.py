"""Client of the filing service for what is public: editions, forms, rules, code lists, receipts."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import Streamed
from services.portal.model.receipts import VerificationAnswer
from services.portal.model.survey import (
    AnswerValues,
    EditionAnswer,
    EntryAnswer,
    FormAnswer,
    RuleAnswer,
    TriedAnswer,
)
from shared.clock import Clock
from shared.crypto.kept import Kept

EDITIONS = "editions"

FORMS_KEPT = timedelta(minutes=5)
MOST_FORMS = 100


class HttpSurvey:
    """`ports.Survey` over HTTP. Forms are kept for a while: an edition never changes once it is in force."""

    def __init__(self, http: ServiceHttp, clock: Clock) -> None:
        self._http = http
        self._forms: Kept[FormAnswer] = Kept(clock, FORMS_KEPT, MOST_FORMS)

    def editions(self) -> Sequence[EditionAnswer]:
        """Return all editions."""
        return cast("dict[str, Sequence[EditionAnswer]]", self._http.ask("GET", path(EDITIONS)))["items"]

    def edition(self, edition: str) -> EditionAnswer:
        """Return an edition. Raises `NotFound`."""
        return cast(EditionAnswer, self._http.ask("GET", path(EDITIONS, edition)))

    def form(self, edition: str, form: str) -> FormAnswer:
        """Return a form with all its indicators. Raises `NotFound`."""
        url = path(EDITIONS, edition, "forms", form)
        kept = self._forms.get(url)
        if kept is None:
            kept = cast(FormAnswer, self._http.ask("GET", url))
            self._forms.put(url, kept)
        return kept

    def rules(self, edition: str) -> Sequence[RuleAnswer]:
        """Return every rule of an edition. Raises `NotFound`."""
        answer = self._http.ask("GET", path(EDITIONS, edition, "rules"))
        return cast("dict[str, Sequence[RuleAnswer]]", answer)["items"]

    def check(self, edition: str, form: str, period: str, answers: AnswerValues, address: str) -> TriedAnswer:
        """Return what the rules say to answers that nobody files.

        `address` is that of the browser, for the service's limits. Raises `Invalid` for what can't be read,
        `TooManyRequests`.
        """
        body = {"period": period, "answers": dict(answers)}
        url = path(EDITIONS, edition, "forms", form, "check")
        return cast(TriedAnswer, self._http.ask("POST", url, body=body, address=address))

    def print_blank(self, edition: str, form: str) -> Streamed:
        """Start to fetch a blank form as PDF."""
        return self._http.stream(path(EDITIONS, edition, "forms", form, "print"), "")

    def search(self, code_list: str, text: str) -> Sequence[EntryAnswer]:
        """Return entries of a list (`scheme/version`) that fit what was typed. Raises `NotFound`."""
        answer = self._http.ask("GET", path("lists", *code_list.split("/")), query={"q": text})
        return cast("dict[str, Sequence[EntryAnswer]]", answer)["items"]

    def certificates(self) -> Streamed:
        """Start to fetch the public certificates by which a receipt is verified."""
        return self._http.stream(path("receipt-certificates"), "")

    def verify_receipt(self, receipt: bytes, content: bytes | None, address: str) -> VerificationAnswer:
        """Return what is said of a file that is shown as a receipt, and of the content beside it.

        `address` is that of the browser, for the service's limits. Raises `TooManyRequests`.
        """
        body = {"receipt": _encoded(receipt), "content": None if content is None else _encoded(content)}
        return cast(VerificationAnswer, self._http.ask("POST", "/receipts/verification", body=body, address=address))


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
