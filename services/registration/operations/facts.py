"""The facts of the materials: stated by the filer, read by the reviewer, compared with everything that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.registration.form.facts import Checked, Source, check_facts
from services.registration.model.facts import FACT_BY_KEY, FactValues, Settlement
from services.registration.model.materials import Materials
from services.registration.model.registration import Registration, Revision
from services.registration.model.review import Review
from services.registration.model.states import Action
from services.registration.operations.changes import Changed, change
from services.registration.operations.drafts import only_open_slots
from services.registration.operations.stamped_form import compare_copy
from services.registration.ports import Deps
from shared.calls import Call
from shared.clock import local_date


def state_facts(deps: Deps, call: Call, registration_id: str, stated: FactValues) -> Registration:
    """Keep what the filer says the materials hold; it speeds the review up and decides nothing.

    Actor: own operator. From: draft, returned (only facts of a reopened material). Events: none.
    Raises `PartNotOpen` and what `change` raises.
    """

    def make(registration: Registration) -> Changed:
        before = registration.stated
        changed = {key for key in before.keys() | stated.keys() if before.get(key) != stated.get(key)}
        only_open_slots(registration, {FACT_BY_KEY[key].slot for key in changed})
        return replace(registration, stated=stated), ()

    return change(deps, call, registration_id, Action.SAVE, make)


def facts_of(deps: Deps, registration: Registration, review: Review | None = None) -> tuple[Checked, ...]:
    """Return the facts of the last revision, compared; `review` stands for the stored one where it is given."""
    return _facts_of(deps, registration, registration.revisions[-1], review or registration.review)


def facts_shown(deps: Deps, seen: Registration) -> tuple[Checked, ...]:
    """Return the facts of the revision that a reader sees, which need not be the last one: that may be undecided."""
    shown = (each for each in reversed(seen.revisions) if (each.form, each.materials) == (seen.form, seen.materials))
    revision = next(shown, seen.revisions[-1])
    return _facts_of(deps, seen, revision, revision.review)


def _facts_of(deps: Deps, registration: Registration, revision: Revision, review: Review | None) -> tuple[Checked, ...]:
    return check_facts(
        revision.form,
        revision.materials,
        revision.stated,
        review.facts if review else {},
        review.settled if review else {},
        copy=compare_copy(deps, _as_submitted(registration, revision)),
        directory=deps.directory.find_record(registration),
        today=local_date(deps.clock.now()),
    )


def own_facts(deps: Deps, registration: Registration) -> tuple[Checked, ...]:
    """Return the facts as the filer states them, compared with the form and each other.

    Never with the 名录库: whoever types another unit's code would learn what is known of it.
    """
    found = check_facts(
        registration.form,
        registration.materials,
        registration.stated,
        {},
        {},
        copy=compare_copy(deps, registration),
        directory=None,
        today=local_date(deps.clock.now()),
    )
    return tuple(
        replace(one, comparisons=tuple(each for each in one.comparisons if each.source is not Source.DIRECTORY))
        for one in found
    )


def proposed_in(materials: Materials) -> FactValues:
    """Return what the texts of the files seem to say; of several files, the first that says something counts."""
    proposed: dict[str, object] = {}
    for refs in materials.values():
        for ref in refs:
            proposed = {**ref.proposed, **proposed}
    return proposed


def settle(
    deps: Deps, registration: Registration, review: Review, reasons: Mapping[str, str], by: str, at: datetime
) -> Mapping[str, Settlement]:
    """Return the settlements of a review that is about to be saved, one for each fact in dispute with a reason.

    One that was given before stays bound to what it was given for, unless its words or the reading changed.
    """
    before = registration.review
    settled = {}
    for one in facts_of(deps, registration, review):
        key, reason = one.fact.key, reasons.get(one.fact.key, "")
        if not reason or not one.disputed:
            continue
        old = review.settled.get(key)
        was_read = before.facts.get(key) if before else None
        is_same = old is not None and old.reason == reason and was_read == review.facts.get(key)
        settled[key] = old if old and is_same else Settlement(reason, by, at, one.disputed)
    return settled


def _as_submitted(registration: Registration, revision: Revision) -> Registration:
    return replace(registration, form=revision.form, materials=revision.materials)
