"""What an approval does to a registration: the revision comes into force, and the 名录库 is told what is new."""

from __future__ import annotations

from dataclasses import replace

from services.registration.form.changes import Change, differences
from services.registration.model.directory import Directory, DirectoryKind, DirectoryState
from services.registration.model.registration import Registration, Revision
from services.registration.model.review import Decision
from services.registration.model.standing import Life, Purpose, Standing
from services.registration.operations import events
from services.registration.operations.changes import Changed
from services.registration.operations.telling import tell_department, tell_operator, told_of
from services.registration.workflow import AFTER_APPROVAL
from shared.clock import local_date
from shared.codes import divisions
from shared.messaging.events import Outgoing


def into_force(registration: Registration, decision: Decision) -> Changed:
    """Return the registration with its last revision in force, and the events that tell of it.

    A first registration, and one after de-registration, is new to the 名录库; a change tells what it is about, and
    nothing where the 名录库 keeps none of it. A registration that was suspended stays so.
    """
    before, purpose, standing = registration.in_force, registration.purpose, registration.standing
    last = registration.revisions[-1]
    division = str(last.form["division"])
    life = replace(
        registration.life,
        standing=AFTER_APPROVAL[standing],
        in_force=last.no,
        division=division,
        round=registration.life.round + (purpose is not Purpose.CHANGE),
        since=registration.life.since if purpose is Purpose.CHANGE else decision.signed_on,
        ending=None if purpose is Purpose.RENEWAL else registration.life.ending,
        told=_told_of_the_application(registration.life),
    )
    changed = replace(
        registration, life=life, division=division, path=divisions.path(division, local_date(decision.decided_at))
    )
    if before is None or standing is Standing.DEREGISTERED:
        waiting = Directory(DirectoryState.PENDING, decision.decided_at, kind=DirectoryKind.NEW, revision=last.no)
        notice = tell_operator(changed, "approved", str(last.no), reason=told_of(decision))
        return replace(changed, directory=waiting), (events.approved(changed, decision), notice)
    return _changed(changed, before, last, decision, purpose)


def _changed(
    registration: Registration, before: Revision, last: Revision, decision: Decision, purpose: Purpose
) -> Changed:
    differing = differences(before.form, before.materials, last.form, last.materials)
    notice = tell_operator(
        registration, "change_approved", str(last.no), items=labels_of(differing), reason=decision.text
    )
    moved = _moved_away(registration, before, last)
    told = events.told_to_directory(differing)
    if not told:
        kept = "renewed" if purpose is Purpose.RENEWAL else "amended"
        return registration, (events.told(registration, kept), notice, *moved)
    waiting = Directory(DirectoryState.PENDING, decision.decided_at, kind=DirectoryKind.CHANGE, revision=last.no)
    event = events.changed(registration, decision, told)
    return replace(registration, directory=waiting), (event, notice, *moved)


def labels_of(changes: tuple[Change, ...]) -> str:
    """Return the names of what changed, for people."""
    return "、".join(dict.fromkeys(change.label for change in changes))


def _moved_away(registration: Registration, before: Revision, last: Revision) -> tuple[Outgoing, ...]:
    old, new = str(before.form["division"]), str(last.form["division"])
    if old == new:
        return ()
    return (tell_department(registration, "moved_away", str(last.no), old),)


def _told_of_the_application(life: Life) -> tuple[str, ...]:
    """Keep what was told of papers; what was told of a review is over with it."""
    return tuple(key for key in life.told if not key.startswith("late/"))
