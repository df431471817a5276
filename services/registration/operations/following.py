"""What follows from messages: notices to the applicant, and the unit's way to the 名录库."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from services.registration.form.items import REASON_LABELS
from services.registration.model.directory import Directory, DirectoryState
from services.registration.model.registration import Registration
from services.registration.model.review import Decision, Review
from services.registration.model.states import Action
from services.registration.ports import (
    Deps,
    Notice,
)
from shared.calls import Call

TITLES = {
    "submitted": "注册信息已提交",
    "returned": "注册信息被退回修改",
    "approved": "平台注册审核通过",
    "rejected": "平台未予注册",
    "withdrawn": "注册已撤回",
    "decision_undone": "审核决定已撤销，重新进入审核",
}

_TEXTS = {
    "submitted": "平台“{name}”的注册信息已提交，等待单位注册地商务主管部门审核。",
    "returned": "平台“{name}”的注册信息被退回，请按审核意见修改后重新提交。原因：{reason}",
    "approved": "平台“{name}”的注册已审核通过。意见：{reason}",
    "rejected": "平台“{name}”未予注册。原因：{reason}",
    "withdrawn": "平台“{name}”的注册已撤回。",
    "decision_undone": "平台“{name}”的审核决定已由审核部门撤销，注册重新进入审核。",
}

_PROGRESS = {
    DirectoryState.PENDING: 0,
    DirectoryState.SENT: 1,
    DirectoryState.UNANSWERED: 2,
    DirectoryState.REFUSED: 3,
    DirectoryState.ACCEPTED: 3,
}
"""Within one attempt, a message that comes late never takes the unit's state back."""


STORED_PRECISION = timedelta(milliseconds=1)
"""The time of an event is cut to this by the database; that of a decision, in its sealed blob, is not."""


def tell_applicant(deps: Deps, notice_id: str, registration_id: str, kind: str, revision: int, at: datetime) -> None:
    """Put a notice into the applicant's inbox, due for mail as well.

    Actor: none (a message of this service). Safe to run twice: `notice_id` is that of the message.
    Raises `NotFound`, `KeyError` for a kind that has no text.
    """
    registration = deps.registrations.get(registration_id)
    submitted = next(each for each in registration.revisions if each.no == revision)
    reason = _reason(_decision_at(submitted.review, at))
    text = _TEXTS[kind].format(name=submitted.form.get("platform_name", ""), reason=reason)
    deps.notices.add(
        Notice(
            id=notice_id,
            at=at,
            unit_id=registration.unit_id,
            registration_id=registration.id,
            kind=kind,
            title=TITLES[kind],
            text=text,
            email=str(submitted.form.get("email", "")),
        )
    )


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


def _decision_at(review: Review | None, at: datetime) -> Decision | None:
    """Return the last decision by then: it may have been taken back, and another taken, before its message came."""
    if review is None:
        return None
    taken = [undone.decision for undone in review.undone] + ([review.decision] if review.decision else [])
    return next((each for each in reversed(taken) if each.decided_at < at + STORED_PRECISION), None)


def _reason(decision: Decision | None) -> str:
    if decision is None:
        return ""
    if decision.reason_code is None:
        return decision.text
    return f"{REASON_LABELS[decision.reason_code]}：{decision.text}"
