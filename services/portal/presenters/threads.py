"""View-models of threads and of decision sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.casework import SheetAnswer, ThreadAnswer
from services.portal.presenters.words import moment, size

_SIDES = {"department": "商务主管部门", "unit": "填报单位"}
VISIBILITIES = {"filer": "填报单位可见", "internal": "仅主管部门可见"}


@dataclass(frozen=True)
class MessageView:
    """A message: who wrote it when."""

    who: str
    at: str
    text: str


@dataclass(frozen=True)
class ThreadView:
    """A thread with what can be done with it."""

    id: str
    place: str
    pointer: str
    anchor: str
    visibility: str
    is_internal: bool
    is_resolved: bool
    unread: int
    can_answer: bool
    can_resolve: bool
    messages: tuple[MessageView, ...]


@dataclass(frozen=True)
class SheetView:
    """A decision sheet in a list."""

    id: str
    title: str
    number: str
    decided_at: str
    size: str
    digest: str
    stands: bool


def thread_views(threads: Iterable[ThreadAnswer], own_id: str = "") -> tuple[ThreadView, ...]:
    """Return the threads, those that are open first; a person's own messages are named so."""
    views = [_thread(thread, own_id) for thread in threads]
    return tuple(sorted(views, key=lambda view: view.is_resolved))


def by_place(threads: Iterable[ThreadView]) -> Mapping[str, list[ThreadView]]:
    """Return the threads by the pointer of their place."""
    found: dict[str, list[ThreadView]] = {}
    for thread in threads:
        found.setdefault(thread.pointer, []).append(thread)
    return found


def sheet_views(sheets: Iterable[SheetAnswer]) -> tuple[SheetView, ...]:
    """Return the decision sheets, the newest first."""
    views = [
        SheetView(
            sheet["id"],
            sheet["title"],
            sheet["number"],
            moment(sheet["decided_at"]),
            size(sheet["size"]),
            sheet["sha256"],
            sheet["stands"],
        )
        for sheet in sheets
    ]
    return tuple(reversed(views))


def _thread(thread: ThreadAnswer, own_id: str) -> ThreadView:
    return ThreadView(
        id=thread["id"],
        place=thread["place"],
        pointer=thread["pointer"],
        anchor=thread["anchor"],
        visibility=VISIBILITIES[thread["visibility"]],
        is_internal=thread["visibility"] == "internal",
        is_resolved=thread["is_resolved"],
        unread=thread["unread"],
        can_answer=thread["can_answer"],
        can_resolve=thread["can_resolve"],
        messages=tuple(
            MessageView(
                "您" if own_id and message["author_id"] == own_id else _SIDES[message["side"]],
                moment(message["at"]),
                message["text"],
            )
            for message in thread["messages"]
        ),
    )
