"""What anybody may see of the survey, as the portal sees it: the real forms and rules, and receipts as a test says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from services.filing.forms.describing.rules import describe
from services.filing.forms.known_lists import KnownLists
from services.filing.schemas.editions import edition_body, rule_body
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
from shared.errors import NotFound, TooManyRequests
from tests.support.filing import TODAY
from tests.support.portal_filing import checked_parts, edition_2022, form_answer


@dataclass
class FakeSurvey:
    """The forms of edition 2022; of receipts it says what it is told to, and where it is told nothing, not so often."""

    verdict: VerificationAnswer | None = None
    shown: list[tuple[bytes, bytes | None]] = field(default_factory=list)
    askers: list[str] = field(default_factory=list)
    error: Exception | None = None

    def editions(self) -> Sequence[EditionAnswer]:
        return [self.edition("2022")]

    def edition(self, edition: str) -> EditionAnswer:
        if edition != "2022":
            raise NotFound
        return cast(EditionAnswer, edition_body(edition_2022(), TODAY))

    def form(self, edition: str, form: str) -> FormAnswer:
        self.edition(edition)
        return form_answer(form)

    def rules(self, edition: str) -> Sequence[RuleAnswer]:
        self.edition(edition)
        return [cast(RuleAnswer, rule_body(card)) for card in describe(edition_2022())]

    def check(self, edition: str, form: str, period: str, answers: AnswerValues, address: str) -> TriedAnswer:
        self.edition(edition)
        self.askers.append(address)
        if self.error is not None:
            raise self.error
        parts = checked_parts(form, answers, {})
        return {"findings": parts["findings"], "counted": {}, "answers": parts["answers"]}

    def print_blank(self, edition: str, form: str) -> Streamed:
        return Streamed({"Content-Type": "application/pdf"}, iter([b"%PDF-1.7"]))

    def search(self, code_list: str, text: str) -> Sequence[EntryAnswer]:
        scheme, version = code_list.split("/")
        entries = KnownLists().entries(scheme, version)
        fields = ("code", "name", "parent", "level", "is_leaf")
        found = [entry for entry in entries if text in entry.code or text in entry.name]
        return [cast(EntryAnswer, {name: getattr(each, name) for name in fields}) for each in found[:50]]

    def certificates(self) -> Streamed:
        return Streamed({"Content-Type": "application/octet-stream"}, iter([b"-----BEGIN CERTIFICATE-----"]))

    def verify_receipt(self, receipt: bytes, content: bytes | None, address: str) -> VerificationAnswer:
        if self.verdict is None:
            raise TooManyRequests(retry_after=40)
        self.shown.append((receipt, content))
        self.askers.append(address)
        return self.verdict
