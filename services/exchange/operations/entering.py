"""The journal fills: what came is noted in the transaction that takes it, and what waits is linked into the chains."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.exchange.journal.entries import Crossing, digest_of
from services.exchange.model.partners import Direction, Partner, RouteName
from services.exchange.ports.deps import Deps
from services.exchange.ports.journal import Arrival
from shared.contracts.border import EXCHANGE
from shared.contracts.notification import NOTICE_DUE, Notice, in_role
from shared.identity.actor import Role

AT_ONCE = 500
"""Entries that are linked in one transaction."""

STUCK_AFTER = timedelta(minutes=1)
"""How long something may wait to be entered before the exchange counts as unable to keep its journal."""

REJECTED = "rejected"
"""The outcome of what came and could not be trusted."""


UNREAD = "unread"
"""The type of what nobody could read."""


@dataclass(frozen=True)
class Came:
    """What came over the border as it came: sealed, on a route, carried by a bus message."""

    event_id: str
    type: str
    sealed: str
    partner: Partner
    route: RouteName


def enter_receipt(deps: Deps, came: Came, message_id: str, attempt: int, outcome: str, quoted: str, owner: str) -> None:
    """Note a receipt with what its partner signed, sealed under the key of `owner`.

    Actor: the partner. Within the transaction that takes the receipt.
    """
    proof = deps.signer.proof_in(came.sealed, came.type)
    crossing = _crossing(came, _payload(proof), message_id, attempt, outcome, quoted)
    deps.journal.note(Arrival(crossing, proof, owner or came.partner.value), deps.clock.now())


def enter_arrival(deps: Deps, came: Came, outcome: str = "", about: str = "") -> None:
    """Note anything else that came, or with `REJECTED` what was not taken.

    `about` is our message that a receipt which was not taken is about, where its partner signed it; what it quotes is
    entered then. Actor: the partner. Within the transaction that takes it; beside it where it is put aside. Safe to run
    twice.
    """
    payload = _payload(deps.signer.proof_in(came.sealed, came.type))
    message_id = about if outcome == REJECTED else _text_in(payload, "message_id")
    quoted = _text_in(payload, "digest") if about else ""
    deps.journal.note(Arrival(_crossing(came, payload, message_id, 0, outcome, quoted)), deps.clock.now())


def enter_unread(deps: Deps, partner: Partner, route: RouteName, body: bytes) -> None:
    """Note what came and nobody could read: cut short, of no known type, under an id that is taken, or tried in vain.

    Actor: the partner, or whoever writes into its queue. Beside any transaction. Safe to run twice. The entry holds the digest of
    what came and its size; what it says of itself is nothing to go by.
    """
    token = digest_of(body)
    crossing = Crossing(
        event=digest_of(f"{route}/{token}".encode())[:32],
        partner=partner.value,
        direction=Direction.IN.value,
        route=route.value,
        message_id="",
        type=UNREAD,
        attempt=0,
        content="",
        token=token,
        size=len(body),
        outcome=REJECTED,
    )
    deps.journal.note(Arrival(crossing), deps.clock.now())


def link_waiting(deps: Deps) -> int:
    """Link what waits into the chains, release what is on its way out, and return how much it was.

    Actor: the exchange. Nothing leaves that is not entered: what is to go out is found by the relay only then.
    """
    return deps.journal.link(deps.clock.now(), AT_ONCE)


def stuck_since(deps: Deps) -> datetime | None:
    """Return since when the journal can't be written, None where it can."""
    oldest = deps.journal.oldest_waiting()
    return oldest if oldest is not None and oldest < deps.clock.now() - STUCK_AFTER else None


def tell_stuck(deps: Deps) -> bool:
    """Tell the desk and the administrators that the journal can't be written and nothing is sent; once in an hour."""
    since = stuck_since(deps)
    if since is None:
        return False
    now = deps.clock.now()
    for role in (Role.DIRECTORY_DESK, Role.ADMINISTRATOR):
        notice = Notice(
            occasion=f"{EXCHANGE}.journal_stuck",
            once=f"journal.{now:%Y%m%d%H}",
            to=in_role(role, None),
            values={"since": f"{since:%Y-%m-%d %H:%M} UTC"},
            link="/journal" if role is Role.DIRECTORY_DESK else "",
        )
        deps.journal.tell(NOTICE_DUE[EXCHANGE].type, deps.border.seal_notice(notice), now)
    return True


def _crossing(came: Came, payload: bytes, message_id: str, attempt: int, outcome: str, quoted: str) -> Crossing:
    return Crossing(
        event=came.event_id,
        partner=came.partner.value,
        direction=Direction.IN.value,
        route=came.route.value,
        message_id=message_id,
        type=came.type,
        attempt=attempt,
        content=digest_of(payload) if payload else "",
        token=digest_of(came.sealed.encode()),
        size=len(came.sealed),
        outcome=outcome,
        quoted=quoted,
    )


def _payload(proof: str) -> bytes:
    """Return what a compact JWS signs; empty for none."""
    parts = proof.split(".")
    if len(parts) != 3:
        return b""
    try:
        return base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
    except (binascii.Error, ValueError):
        return b""


def _text_in(payload: bytes, name: str) -> str:
    """Return a text of what was signed, the id of a message say; empty where there is none."""
    try:
        found = json.loads(payload)
    except ValueError:
        return ""
    text = found.get(name, "") if isinstance(found, dict) else ""
    return text if isinstance(text, str) else ""
