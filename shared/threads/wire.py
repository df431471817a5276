"""Threads on the wire."""

from __future__ import annotations

from collections.abc import Callable

from marshmallow import Schema, fields

from shared.fields import Choice, Text, WholeNumber
from shared.threads.model import Message, Visibility
from shared.threads.talking import SeenThread

LONGEST = 2000
"""Characters of a message."""

LONGEST_POINTER = 250


class MessageIn(Schema):
    """A message."""

    text = Text(LONGEST, multiline=True, required=True)


class ThreadIn(MessageIn):
    """A new thread: who reads it, what it is about, and its first message."""

    visibility = Choice(Visibility, required=True)
    pointer = Text(LONGEST_POINTER, min=0, load_default="")


class SeenIn(Schema):
    """Up to which message a thread was read."""

    no = WholeNumber(0, 100_000, required=True)


class ThreadOut(Schema):
    """A thread as its reader sees it."""

    id = fields.String()
    visibility = fields.String()
    pointer = fields.String()
    place = fields.String()
    anchor = fields.String()
    is_resolved = fields.Boolean()
    updated_at = fields.String()
    unread = fields.Integer()
    can_answer = fields.Boolean()
    can_resolve = fields.Boolean()
    messages = fields.List(fields.Dict())
    course = fields.List(fields.Dict())


class ThreadsOut(Schema):
    """The threads about a thing, the oldest first."""

    items = fields.List(fields.Nested(ThreadOut))


def thread_body(seen: SeenThread, place: str, anchor: str, department: Callable[[str], str]) -> dict[str, object]:
    """Return a thread with its messages, who wrote them, and when it was resolved or opened again.

    `place` is what its place is called, `anchor` where that is in a page; `department` names one by its division.
    """
    thread = seen.thread
    return {
        "id": thread.id,
        "visibility": thread.visibility.value,
        "pointer": thread.pointer,
        "place": place,
        "anchor": anchor,
        "is_resolved": thread.is_resolved,
        "updated_at": thread.updated_at.isoformat(),
        "unread": seen.unread,
        "can_answer": seen.can_answer,
        "can_resolve": seen.can_resolve,
        "messages": [_message_body(message, department) for message in thread.messages],
        "course": [
            {"at": entry.at.isoformat(), "actor_id": entry.actor_id, "action": entry.action} for entry in thread.history
        ],
    }


def _message_body(message: Message, department: Callable[[str], str]) -> dict[str, object]:
    return {
        "no": message.no,
        "at": message.at.isoformat(),
        "author_id": message.author_id,
        "side": message.side.value,
        "department": department(message.division) if message.division else "",
        "text": message.text,
    }
