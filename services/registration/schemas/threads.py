"""Threads on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.registration.form.places import PLACES, anchor_of
from services.registration.model.threads import Visibility
from services.registration.operations.threads import SeenThread
from shared.fields import Choice, Text, WholeNumber

LONGEST = 2000
"""Characters of a message."""


class MessageIn(Schema):
    """A message."""

    text = Text(LONGEST, multiline=True, required=True)


class ThreadIn(MessageIn):
    """A new thread: who reads it, what it is about, and its first message."""

    visibility = Choice(Visibility, required=True)
    pointer = Text(100, min=0, load_default="")


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
    """The threads of a registration, the oldest first."""

    items = fields.List(fields.Nested(ThreadOut))


def thread_body(seen: SeenThread) -> dict[str, object]:
    """Return a thread with its messages, who wrote them, and when it was resolved or opened again."""
    thread = seen.thread
    return {
        "id": thread.id,
        "visibility": thread.visibility.value,
        "pointer": thread.pointer,
        "place": PLACES.get(thread.pointer, ""),
        "anchor": anchor_of(thread.pointer),
        "is_resolved": thread.is_resolved,
        "updated_at": thread.updated_at.isoformat(),
        "unread": seen.unread,
        "can_answer": seen.can_answer,
        "can_resolve": seen.can_resolve,
        "messages": [
            {
                "no": message.no,
                "at": message.at.isoformat(),
                "author_id": message.author_id,
                "side": message.side.value,
                "text": message.text,
            }
            for message in thread.messages
        ],
        "course": [
            {"at": entry.at.isoformat(), "actor_id": entry.actor_id, "action": entry.action} for entry in thread.history
        ],
    }
