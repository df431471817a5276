"""What a second round of review takes over from the one before: the judgement of every part that did not change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.registration.form.changes import differences
from services.registration.model.facts import FACT_BY_KEY
from services.registration.model.registration import Revision
from services.registration.model.review import Review


def carry_over(before: Revision, now: Revision, reviewer_id: str, at: datetime) -> Review:
    """Return a new review of `now` that starts from the review of an earlier revision.

    Verdicts and facts of unchanged parts are taken over and named in `carried`, so that a person confirms them; the
    conditions of registration rest on all parts and are taken over too. The opinion is written anew.
    """
    if before.review is None:
        return Review(reviewer_id=reviewer_id, started_at=at)
    old = before.review
    changed = {change.pointer for change in differences(before.form, before.materials, now.form, now.materials)}
    review = Review(
        reviewer_id=reviewer_id,
        started_at=at,
        materials={slot: mark for slot, mark in old.materials.items() if f"/materials/{slot}" not in changed},
        fields={key: mark for key, mark in old.fields.items() if not _has_changed(f"/form/{key}", changed)},
        conditions=old.conditions,
        facts={key: value for key, value in old.facts.items() if not _is_of(key, changed)},
        settled={key: value for key, value in old.settled.items() if not _is_of(key, changed)},
    )
    return replace(review, carried=tuple(parts_of(review)))


def still_carried(before: Review, after: Review) -> tuple[str, ...]:
    """Return the pointers that stand as they were carried over, after a reviewer saved the review."""
    old, new = parts_of(before), parts_of(after)
    return tuple(pointer for pointer in before.carried if pointer in new and new[pointer] == old.get(pointer))


def parts_of(review: Review) -> Mapping[str, object]:
    """Return every judged part by its pointer: materials, items of the form, conditions and facts."""
    return {
        **{f"/materials/{slot}": mark for slot, mark in review.materials.items()},
        **{f"/form/{key}": mark for key, mark in review.fields.items()},
        **{f"/conditions/{key}": mark for key, mark in review.conditions.items()},
        **{f"/facts/{key}": value for key, value in review.facts.items()},
    }


def _has_changed(part: str, changed: set[str]) -> bool:
    return any(pointer == part or pointer.startswith(f"{part}/") for pointer in changed)


def _is_of(key: str, changed: set[str]) -> bool:
    return key not in FACT_BY_KEY or f"/materials/{FACT_BY_KEY[key].slot}" in changed
