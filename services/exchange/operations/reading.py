"""Reading the ledger: its pages, one message in full."""

from __future__ import annotations

from dataclasses import dataclass

from services.exchange import policy
from services.exchange.model.messages import Action, Message, Secret
from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Wanted
from services.exchange.workflow import open_actions
from shared.calls import Call
from shared.crypto.errors import KeyDestroyed
from shared.errors import NotAllowed, NotFound
from shared.paging import Page


@dataclass(frozen=True)
class View:
    """A message as one actor sees it; `secret`, for what people said of it, for the desk only."""

    message: Message
    open_actions: tuple[Action, ...]
    secret: Secret | None


def list_messages(deps: Deps, wanted: Wanted, cursor: str, limit: int) -> Page[Message]:
    """Return a page of what is wanted of the ledger, newest first. Raises `Malformed`."""
    return deps.messages.list_newest(wanted, cursor, limit)


def mark_of(deps: Deps, text: str) -> str:
    """Return by what the ledger finds the messages on a unit: a keyed hash of its whole credit code, name or id."""
    return deps.messages.mark_of(text)


def read_message(deps: Deps, call: Call, message_id: str) -> View:
    """Return a message without its content; the desk sees what people said of it too. Raises `NotFound`."""
    return view_of(deps, call, deps.messages.get(message_id))


def read_body(deps: Deps, call: Call, message_id: str) -> tuple[Message, Secret]:
    """Return what a message says; that it was looked at is recorded first.

    Actor: the desk of the message's partner. Raises `NotFound`, also where the content was removed in its time or its
    unit erased, and `NotAllowed`.
    """
    message = deps.messages.get(message_id)
    if not policy.a_person_at_the_desk(call.actor, message):
        raise NotAllowed
    deps.reads.record(call, "read_body", message.id)
    try:
        return message, deps.messages.secret_of(message)
    except KeyDestroyed:
        raise NotFound from None


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
