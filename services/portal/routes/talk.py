"""What the pages of threads share: what was typed, what is shown again, and that what was shown is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import render_template, request

from services.portal.model.casework import ThreadAnswer
from services.portal.presenters.threads import TalkPage, thread_views
from services.portal.routes import guard
from services.portal.routes.guard import deps
from shared.errors import Invalid

LONGEST = 2000

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Typed:
    """What was typed and could not be sent: at which place, for whom, or in answer to which thread; and what is wrong."""

    at: str = ""
    text: str = ""
    visibility: str = ""
    answering: str = ""
    note: str = ""
    fault: str = ""


def talk_page(
    talk: TalkPage, threads: Sequence[ThreadAnswer], places: Choices, visibilities: Choices, typed: Typed
) -> str:
    """Return the page; `visibilities` are those of which the person may begin a thread."""
    return render_template(
        "threads.html",
        talk=talk,
        threads=thread_views(threads, guard.account().id),
        places=places,
        visibilities=visibilities,
        at=typed.at if typed.at in dict(places) else "",
        text=typed.text,
        visibility=typed.visibility,
        answering=typed.answering,
        note=typed.note,
        fault=typed.fault,
        new_key=deps().secrets.new,
    )


def mark_all_read(threads: Iterable[ThreadAnswer], mark: Callable[[str, int], None]) -> None:
    """Note of every thread with something new that it was read to its end."""
    for thread in threads:
        if thread["unread"]:
            mark(thread["id"], len(thread["messages"]))


def typed_text(name: str = "text") -> str:
    """Return what was typed, its lines as they are stored."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def words_of(error: Invalid) -> str:
    """Return what is wrong, each reason once."""
    return "".join(dict.fromkeys(problem.message for problem in error.problems)) or error.message
