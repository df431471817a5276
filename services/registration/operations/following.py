"""What follows from messages: the unit's way to the 名录库."""

from __future__ import annotations

from dataclasses import replace

from services.registration.model.directory import Directory, DirectoryState
from services.registration.model.registration import Registration
from services.registration.model.states import Action
from services.registration.ports import Deps
from shared.calls import Call

_PROGRESS = {
    DirectoryState.PENDING: 0,
    DirectoryState.SENT: 1,
    DirectoryState.UNANSWERED: 2,
    DirectoryState.REFUSED: 3,
    DirectoryState.ACCEPTED: 3,
}
"""Within one attempt, a message that comes late never takes the unit's state back."""


def note_directory(deps: Deps, call: Call, registration_id: str, news: Directory) -> Registration:
    """Note how far the unit has come on its way to the 名录库.

    Actor: the exchange, by message. From: any standing but none. Events: none. News of a message that another has
    followed, or that are older than what is known, change nothing. Raises `NotFound`, `StaleVersion` (the message is
    then taken again).
    """
    registration = deps.registrations.get(registration_id)
    known = registration.directory
    if known is None or not _is_about(news, known):
        return registration
    if (news.attempt, _PROGRESS[news.state]) <= (known.attempt, _PROGRESS[known.state]):
        return registration
    entry = call.entry(deps.clock.now(), Action.NOTE_DIRECTORY, registration.state, registration.state)
    changed = replace(registration, directory=news, updated_at=entry.at, history=(*registration.history, entry))
    return deps.registrations.save(changed, call)


def _is_about(news: Directory, known: Directory) -> bool:
    """Whether the news are of the message that is known; what was noted before revisions were, names none."""
    return news.kind is known.kind and (news.revision == known.revision or 0 in (news.revision, known.revision))
