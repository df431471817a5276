"""What stands on a printed form beside the form itself: the answers, who signed off, and what belongs in its annex."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.filing.forms.answers import Answers
from services.filing.model.filings import SignOff
from services.filing.model.periods import Period

SECTION_ROWS = 250
"""Rows of one print: a longer list is printed in sections, each a file of its own.

Measured: 9 ms of a processor and 0.2 MB of memory for each row, so 5,000 rows at once would take 45 s and over 1 GB.
"""


class TooLongToPrint(ValueError):
    """The answers hold more rows than one section does."""


@dataclass(frozen=True)
class Section:
    """Which part of a long list the answers hold: section `no` of `of`, beginning with row `first_row` of the list."""

    no: int = 1
    of: int = 1
    first_row: int = 1


@dataclass(frozen=True)
class Explained:
    """The explanation of one query: where (codes of indicators), what was asked, and what the unit says."""

    code: str
    title: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Extra:
    """An answer to an indicator of the division's own, with its unit of measure; never among the national ones."""

    name: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class FormContent:
    """What a filled form says. `head` is by the keys of `Form.head`.

    `digest` is that of the version, and is printed with its QR code where the form `is_submitted`; what is not bears
    the word 草稿. `nil_reason` is None where there is something to report.
    """

    period: Period
    answers: Answers = field(default_factory=Answers, repr=False)
    head: Mapping[str, str] = field(default_factory=dict, repr=False)
    sign_off: SignOff | None = field(default=None, repr=False)
    explanations: tuple[Explained, ...] = ()
    extras: tuple[Extra, ...] = ()
    nil_reason: str | None = field(default=None, repr=False)
    filing_id: str = ""
    revision: int = 0
    digest: str = ""
    is_submitted: bool = False
    section: Section = Section()
    printed_at: datetime | None = None


def sections_of(rows: int) -> int:
    """Return how many sections a list of so many rows is printed in; one at least."""
    return max(1, -(-rows // SECTION_ROWS))
