"""The sheet of a day: counts, sums by route, kind, form, region and class, and the digest that freezes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from services.exchange.journal.entries import canonical
from services.exchange.reconciling.lines import Drawn, Line, Standing, digest_of_sent


class By(StrEnum):
    """What a group of lines has in common."""

    ROUTE = "route"
    KIND = "kind"
    REGION = "region"
    FORM = "form"
    FORM_REGION = "form_region"
    FORM_CLASS = "form_class"


@dataclass(frozen=True)
class Group:
    """So many lines, or cells of statistics, have this in common; `total` is what the cells come to, empty for lines."""

    by: By
    key: str
    count: int
    total: str = ""


@dataclass(frozen=True)
class Counts:
    """What a day comes to. `sent` are messages of the day, `carried` those of before; the standings are over both."""

    sent: int
    carried: int
    sendings: int
    bytes_out: int
    received: int
    rejected: int
    accepted: int
    refused: int
    differing: int
    unanswered: int


@dataclass(frozen=True)
class Sheet:
    """The statement of a day as it was drawn up from entries `first` to `last`, answers taken up to `cut`."""

    partner: str
    day: str
    since: str
    until: str
    frozen_at: str
    first: int
    last: int
    cut: int
    counts: Counts
    groups: tuple[Group, ...]
    sent_digest: str
    lines_digest: str

    @property
    def digest(self) -> str:
        """What freezes the sheet with all its lines."""
        return sha256(canonical(asdict(self))).hexdigest()


@dataclass(frozen=True)
class Span:
    """Which day of whom a sheet is for, and which entries it is drawn up from."""

    partner: str
    day: str
    since: str
    until: str
    frozen_at: str
    first: int
    last: int
    cut: int


def sheet_of(span: Span, found: Drawn) -> Sheet:
    """Return the sheet of what was drawn up."""
    lines = found.lines.values()
    standings = Counter(line.standing for line in lines)
    mine = [line for line in lines if not line.carried]
    return Sheet(
        **asdict(span),
        counts=Counts(
            sent=len(mine),
            carried=len(lines) - len(mine),
            sendings=sum(line.sendings for line in mine),
            bytes_out=found.bytes_out,
            received=sum(found.received.values()),
            rejected=sum(count for (_, outcome), count in found.received.items() if outcome == "rejected"),
            accepted=standings[Standing.ACCEPTED],
            refused=standings[Standing.REFUSED],
            differing=standings[Standing.DIFFERING],
            unanswered=standings[Standing.UNANSWERED],
        ),
        groups=tuple(groups_of(mine)),
        sent_digest=digest_of_sent((line.message_id, line.digest) for line in mine),
        lines_digest=digest_of_lines(lines),
    )


def groups_of(lines: Iterable[Line]) -> Iterator[Group]:
    """Yield what lines have in common, and what the control totals of statistics come to; what is refused counts for nobody."""
    counts: Counter[tuple[By, str]] = Counter()
    cells: dict[tuple[By, str], tuple[int, Decimal]] = {}
    for line in lines:
        counts[By.ROUTE, line.route] += 1
        counts[By.KIND, line.type] += 1
        if line.region:
            counts[By.REGION, line.region] += 1
        for each in line.totals if line.standing is not Standing.REFUSED else ():
            name = f"{each.form}/{each.measure}"
            _add(cells, (By.FORM, name), each.cells, each.total)
            for by, parts in ((By.FORM_REGION, each.by_region), (By.FORM_CLASS, each.by_class)):
                for code, total in parts.items():
                    _add(cells, (by, f"{name}/{code}"), 1, total)
    for (by, key), count in sorted(counts.items()):
        yield Group(by, key, count)
    for (by, key), (count, amount) in sorted(cells.items()):
        yield Group(by, key, count, format(amount, "f"))


def digest_of_lines(lines: Iterable[Line]) -> str:
    """Return one digest over lines, in the order of their ids."""
    digest = sha256()
    for line in sorted(lines, key=lambda each: each.message_id):
        digest.update(canonical(asdict(line)) + b"\n")
    return digest.hexdigest()


def _add(cells: dict[tuple[By, str], tuple[int, Decimal]], key: tuple[By, str], count: int, total: str) -> None:
    before, amount = cells.get(key, (0, Decimal(0)))
    cells[key] = (before + count, amount + Decimal(total))


def totals_by(groups: Iterable[Group], by: By) -> Mapping[str, Group]:
    """Return the groups of one kind by their keys."""
    return {group.key: group for group in groups if group.by is by}
