"""Reading the ledger: its pages, one message in full."""

from __future__ import annotations

from dataclasses import dataclass

from services.exchange import policy
from services.exchange.model.messages import Action, Message, Secret, State
from services.exchange.ports.deps import Deps
from services.exchange.workflow import open_actions
from shared.calls import Call
from shared.crypto.errors import KeyDestroyed
from shared.errors import NotFound
from shared.paging import Page


@dataclass(frozen=True)
class View:
    """A message as one actor sees it; `secret` for the desk only."""

    message: Message
    open_actions: tuple[Action, ...]
    secret: Secret | None


def list_messages(deps: Deps, state: State | None, cursor: str, limit: int) -> Page[Message]:
    """Return a page of the ledger, newest first. Raises `Malformed`."""
    return deps.messages.list_newest(state, cursor, limit)


def read_message(deps: Deps, call: Call, message_id: str) -> View:
    """Return a message in full; the desk sees the unit's record too, and its read is recorded. Raises `NotFound`."""
    return view_of(deps, call, deps.messages.get(message_id))


def view_of(deps: Deps, call: Call, message: Message) -> View:
    """Return what the actor sees of a message."""
    return View(message, open_actions(message, call.actor), _secret(deps, call, message))


def _secret(deps: Deps, call: Call, message: Message) -> Secret | None:
    if not policy.a_person_at_the_desk(call.actor, message):
        return None
    deps.reads.record(call, "read", message.id)
    try:
        return deps.messages.secret_of(message)
    except (NotFound, KeyDestroyed):  # a failed message has none, that of a destroyed unit is gone
        return None
