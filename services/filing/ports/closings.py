"""Where closings are kept with what they froze, and how the filings of their periods are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.filing.model.closings import Closing, LeftOut, SnapshotRow
from services.filing.model.filings import Filing
from services.filing.model.states import State
from shared.calls import Call
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.messaging.events import Outgoing


@dataclass(frozen=True)
class Group:
    """How many filings of a form, a state and a department there are in a period; `province` is where their units are.

    `reviewer` is the division whose department acts next, or decided last.
    """

    form: str
    state: State
    reviewer: str
    province: str
    count: int


@dataclass(frozen=True)
class Due:
    """A filing that a closing settles: at which version it stands, and whether that has been done by this closing."""

    filing_id: str
    version: int
    is_done: bool


@dataclass(frozen=True)
class Frozen:
    """A filing whose version in force is to be frozen; None where it can't be opened, with what is known in clear."""

    filing_id: str
    unit_id: str
    form: str
    period: str
    revision: int
    filing: Filing | None


@dataclass(frozen=True)
class Narrowed:
    """Which of the filings that are not approved are listed; empty texts narrow nothing."""

    form: str = ""
    state: State | None = None
    province: str = ""


class Closings(Protocol):
    """Closings with their rows. One is at work with one worker at a time, by a lease; each step is written whole."""

    def find_created(self, request: RequestKey) -> Closing | None:
        """Return the closing that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def find_any(self, periods: Iterable[str]) -> Closing | None:
        """Return the closing of any of these periods, None where none of them is closed."""
        ...

    def get(self, closing_id: str) -> Closing:
        """Return the closing. Raises `NotFound`."""
        ...

    def list_all(self) -> tuple[Closing, ...]:
        """Return all closings, the latest period first."""
        ...

    def add(self, closing: Closing, call: Call) -> Closing:
        """Store a new closing; a request that made one before returns that one. Raises `PeriodClosed`."""
        ...

    def save(
        self,
        closing: Closing,
        rows: Sequence[SnapshotRow] = (),
        left_out: Sequence[LeftOut] = (),
        events: Sequence[Outgoing] = (),
        act: HistoryEntry | None = None,
    ) -> Closing:
        """Store the next version with more rows and names, all or nothing; whoever worked on it is done.

        `act` is what the history gets, nothing for a step on the way. Raises `StaleVersion`.
        """
        ...

    def take(self, now: datetime, lease: timedelta) -> Closing | None:
        """Take a closing that nobody works on, or whose worker has said nothing for a lease; None where there is none."""
        ...

    def rows(self, closing_id: str, after: int, limit: int) -> tuple[SnapshotRow, ...]:
        """Return rows of a snapshot in their order, those behind number `after`."""
        ...

    def left_out(self, closing_id: str, after: str, limit: int) -> tuple[LeftOut, ...]:
        """Return what a closing left out by the filings' ids, those behind `after`."""
        ...


class PeriodFilings(Protocol):
    """The filings of some periods, in the order of their ids where nothing else is said."""

    def standings(self, periods: Sequence[str]) -> Sequence[Group]:
        """Return how many filings that were ever submitted stand where."""
        ...

    def not_approved(self, periods: Sequence[str], narrowed: Narrowed, after: str, limit: int) -> Sequence[LeftOut]:
        """Return filings that were submitted once and are neither approved nor final, those behind `after`."""
        ...

    def names_of_not_approved(self, periods: Sequence[str]) -> Iterator[str]:
        """Yield what tells each filing that is not approved, and how it stands, apart from any other."""
        ...

    def to_settle(self, periods: Sequence[str], after: str, limit: int, keys: KeyOf) -> Sequence[Due]:
        """Return what is approved, or was settled under a key of `keys`, behind `after`, up to `limit` looked at."""
        ...

    def unsettled(self, periods: Sequence[str], after: str, limit: int) -> Sequence[LeftOut]:
        """Return what was submitted once and is not final, behind `after`; also what is approved."""
        ...

    def in_force(self, periods: Sequence[str], after: str, limit: int) -> Sequence[Frozen]:
        """Return the filings that have a version in force, behind `after`."""
        ...

    def find_all(self, filing_ids: Sequence[str]) -> Mapping[str, Frozen]:
        """Return those of these filings that are there, by id."""
        ...


class KeyOf(Protocol):
    """Makes the key under which a closing settles a filing."""

    def __call__(self, filing_id: str) -> str:
        """Return it."""
        ...
