"""View-models of threads and of decision sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.casework import MessageOfThread, SheetAnswer, ThreadAnswer
from services.portal.model.filing_casework import ListedThread
from services.portal.presenters.words import Badge, moment, size

_SIDES = {"department": "商务主管部门", "unit": "填报单位"}
MINISTRY = "商务部"
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


def _who(message: MessageOfThread, own_id: str) -> str:
    if own_id and message["author_id"] == own_id:
        return "您"
    return f"{message['department']}{_SIDES[message['side']]}" if message["department"] != MINISTRY else MINISTRY


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
                _who(message, own_id),
                moment(message["at"]),
                message["text"],
            )
            for message in thread["messages"]
        ),
    )


@dataclass(frozen=True)
class TalkPage:
    """The page on which people talk about one thing: what it is, where it leads back to, and where it sends to.

    `base` is the address of the threads; `marking` that of marks for follow-up, empty where there are none.
    """

    title: str
    subtitle: str
    badge: Badge
    links: tuple[tuple[str, str], ...]
    base: str
    hint: str = ""
    marking: str = ""


@dataclass(frozen=True)
class ListedView:
    """A thread in a list over filings."""

    id: str
    filing_id: str
    title: str
    period: str
    unit: str
    place: str
    visibility: str
    is_internal: bool
    badge: Badge
    opened: str
    updated_at: str
    last: str


def listed_views(threads: Iterable[ListedThread]) -> tuple[ListedView, ...]:
    """Return the threads of a list over filings; an open one says whose turn it is."""
    return tuple(_listed(each) for each in threads)


def _listed(thread: ListedThread) -> ListedView:
    is_internal = thread["visibility"] == "internal"
    if thread["is_resolved"]:
        badge = Badge("已解决", "success")
    elif is_internal:
        badge = Badge("未解决", "secondary")
    else:
        badge = Badge("单位已答复", "primary") if thread["is_answered"] else Badge("待单位答复", "warning")
    return ListedView(
        id=thread["id"],
        filing_id=thread["filing_id"],
        title=thread["form_title"],
        period=thread["period_label"],
        unit=thread["unit_name"],
        place=thread["place"],
        visibility=thread["visibility_label"],
        is_internal=is_internal,
        badge=badge,
        opened=f"{thread['opened_by']}　{moment(thread['opened_at'])} 提出",
        updated_at=moment(thread["updated_at"]),
        last=thread["last"],
    )
