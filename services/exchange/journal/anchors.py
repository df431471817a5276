"""The anchor of a day: where each chain stood when the day in Asia/Shanghai was over, signed, chained to the one before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from services.exchange.journal.entries import NOTHING_BEFORE, Malformed, canonical, digest_of, moment_text
from shared.clock import SHANGHAI

TYP = "tongbao-anchor"
"""What the signature says that it signs."""

FORM = "tongbao.anchor/1"


@dataclass(frozen=True)
class Standing:
    """Where a chain stood: the number of its entries, and the hash of the last."""

    chain: str
    count: int
    head: str


@dataclass(frozen=True)
class Anchor:
    """What is signed at the end of a `day`; `previous` is the SHA-256 of the token of the anchor before."""

    number: int
    day: str
    made_at: str
    previous: str
    chains: tuple[Standing, ...]

    @property
    def payload(self) -> bytes:
        """The bytes that are signed."""
        return canonical({"form": FORM, **asdict(self), "chains": [asdict(each) for each in self.chains]})

    def of(self, chain: str) -> Standing:
        """Return where a chain stood; one that did not exist yet stood at its beginning."""
        return next((each for each in self.chains if each.chain == chain), Standing(chain, 0, NOTHING_BEFORE))


@dataclass(frozen=True)
class SignedAnchor:
    """An anchor and the compact JWS that it came from."""

    anchor: Anchor
    token: str

    @property
    def digest(self) -> str:
        """What the next anchor quotes."""
        return digest_of(self.token.encode())


def following(before: SignedAnchor | None, day: date, made_at: datetime, chains: Iterable[Standing]) -> Anchor:
    """Return the anchor of a day behind the one before."""
    return Anchor(
        number=before.anchor.number + 1 if before else 1,
        day=day.isoformat(),
        made_at=moment_text(made_at),
        previous=before.digest if before else NOTHING_BEFORE,
        chains=tuple(sorted(chains, key=lambda each: each.chain)),
    )


def anchor_of(payload: bytes) -> Anchor:
    """Return the anchor of what was signed. Raises `Malformed`."""
    try:
        found = json.loads(payload)
        form = found.pop("form")
        anchor = Anchor(**{**found, "chains": tuple(Standing(**each) for each in found["chains"])})
        date.fromisoformat(anchor.day)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Malformed("anchor") from None
    if form != FORM or anchor.payload != payload:
        raise Malformed("anchor")
    return anchor


def first_unfit(anchors: Sequence[SignedAnchor]) -> SignedAnchor | None:
    """Return the first anchor that does not follow the one before it, None where all do."""
    for before, after in pairwise(anchors):
        is_next = after.anchor.number == before.anchor.number + 1 and after.anchor.day > before.anchor.day
        if not is_next or after.anchor.previous != before.digest or not _grew(before.anchor, after.anchor):
            return after
    return None


def _grew(before: Anchor, after: Anchor) -> bool:
    return all(each.count <= after.of(each.chain).count for each in before.chains)


def end_of(day: date) -> datetime:
    """Return the moment at which a day in Asia/Shanghai is over, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
