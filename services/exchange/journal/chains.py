"""A chain per partner: how entries are linked, and how a chain is followed to the first that does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from services.exchange.journal.entries import NOTHING_BEFORE, Crossing, Entry, Malformed, read_line


@dataclass(frozen=True)
class Head:
    """How far a chain has come: the number of its last entry, the hash of that one and its moment; nothing at first."""

    number: int = 0
    hash: str = NOTHING_BEFORE
    at: str = ""


class Fault(StrEnum):
    """Why a line does not hold."""

    MALFORMED = "malformed"
    CHANGED = "changed"
    OTHER_CHAIN = "other_chain"
    MISSING = "missing"
    OUT_OF_ORDER = "out_of_order"
    NOT_LINKED = "not_linked"
    TIME_RUNS_BACK = "time_runs_back"
    ANCHORED_OTHERWISE = "anchored_otherwise"
    CUT_OFF = "cut_off"


class Broken(Exception):
    """The chain does not hold at the entry `number`."""

    def __init__(self, fault: Fault, number: int) -> None:
        self.fault = fault
        self.number = number
        super().__init__(f"{fault} {number}")


def linked(head: Head, crossings: Iterable[Crossing], at: str) -> Iterator[Entry]:
    """Yield the entries of crossings behind a head, in their order; time does not run back within a chain."""
    for crossing in crossings:
        entry = Entry(**asdict(crossing), number=head.number + 1, previous=head.hash, at=max(at, head.at))
        head = head_of(entry)
        yield entry


def head_of(entry: Entry) -> Head:
    """Return the head of a chain that ends with this entry."""
    return Head(entry.number, entry.hash, entry.at)


@dataclass
class Follower:
    """Follows the chain of a partner from a head that is trusted, entry by entry."""

    partner: str
    head: Head

    def take(self, entry: Entry, noted: str) -> Head:
        """Go one entry further; `noted` is the hash that was kept beside it. Raises `Broken` for the first bad one."""
        expected = self.head.number + 1
        if entry.number != expected:
            raise Broken(Fault.MISSING if entry.number > expected else Fault.OUT_OF_ORDER, expected)
        if entry.hash != noted:
            raise Broken(Fault.CHANGED, expected)
        if entry.partner != self.partner:
            raise Broken(Fault.OTHER_CHAIN, expected)
        if entry.previous != self.head.hash:
            raise Broken(Fault.NOT_LINKED, expected)
        if entry.at < self.head.at:
            raise Broken(Fault.TIME_RUNS_BACK, expected)
        self.head = Head(entry.number, noted, entry.at)
        return self.head

    def take_line(self, line: bytes) -> Entry:
        """Go one line of a container further and return its entry. Raises `Broken`."""
        try:
            entry, noted = read_line(line)
        except Malformed:
            raise Broken(Fault.MALFORMED, self.head.number + 1) from None
        self.take(entry, noted)
        return entry


def end_at(head: Head, count: int, hash: str) -> None:
    """Hold the end of what was followed against what was anchored or noted of it. Raises `Broken`."""
    if head.number < count:
        raise Broken(Fault.CUT_OFF, head.number + 1)
    if head.number > count or head.hash != hash:
        raise Broken(Fault.ANCHORED_OTHERWISE, count)
