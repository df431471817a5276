"""What the 名录库 is asked, how far a load of all its units has come, and which units of the survey follow its news."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.exchange.model.directory import DirectoryRecord


class Asks(StrEnum):
    """What an inquiry asks for: a unit by its credit code, announcements that never came, a page of all units."""

    CODE = "code"
    MISSING = "missing"
    PAGE = "page"


@dataclass(frozen=True)
class Question:
    """What is asked, as it crosses the border; what does not belong to the kind of question is empty."""

    asks: Asks
    credit_code: str = field(default="", repr=False)
    unit: str = field(default="", repr=False)
    first: int = 0
    last: int = 0
    after: str = field(default="", repr=False)
    size: int = 0


class InquiryState(StrEnum):
    """Whether the 名录库 has answered."""

    ASKED = "asked"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Inquiry:
    """A question on its way; `id` is that of the message in the ledger. `found` counts what the answer held.

    `by` is the account that asked, the exchange's own name where it asked by itself; `load_id` is that of the load whose page it asks for.
    """

    id: str
    question: Question
    state: InquiryState
    asked_at: datetime
    by: str = ""
    answered_at: datetime | None = None
    found: int = 0
    reason: str = ""
    load_id: str = ""


class LoadState(StrEnum):
    """How a load of all units stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True)
class Load:
    """A load of all units of the 名录库, page by page. `after` is the directory's id of the last unit that was taken.

    Of `taken` units `stored` changed the mirror; `differing` have the number of ours and another record: ours stays.
    """

    id: str
    version: int
    state: LoadState
    started_at: datetime
    updated_at: datetime
    by: str
    page_size: int
    after: str = field(default="", repr=False)
    inquiry_id: str = ""
    pages: int = 0
    total: int = 0
    taken: int = 0
    stored: int = 0
    differing: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Follower:
    """A unit of the survey which the news of the 名录库 about its credit code concern.

    Without `claims` a department has examined that the code is its own. Who only registered itself has typed them (fields of
    the record by name), and is told nothing unless the record says all the same. `told` is the sequence of the record that filing was told last, of the directory's unit `told_of`.
    """

    unit_id: str
    division: str
    credit_code: str = field(repr=False)
    at: datetime
    told: int = 0
    told_of: str = field(default="", repr=False)
    claims: Mapping[str, str] = field(default_factory=dict, repr=False)

    def may_be_told(self, record: DirectoryRecord) -> bool:
        """Whether the unit has shown to be the one of the record."""
        return all(_plain(record.text(name)) == _plain(claim) for name, claim in self.claims.items())


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
