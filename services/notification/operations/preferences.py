"""What a person wants to be mailed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.notification.model.occasions import MailChoice
from services.notification.model.preferences import Preferences
from services.notification.ports import Deps
from shared.calls import Call
from shared.errors import Invalid, Problem


def read_preferences(deps: Deps, call: Call) -> Preferences:
    """Return the caller's own preferences."""
    return deps.preferences.get(call.actor.account_id)


def set_preferences(deps: Deps, call: Call, choices: Mapping[str, MailChoice]) -> Preferences:
    """Set the caller's choices of the categories that are named; the others stay.

    Raises `Invalid` for a category that has nothing to choose, `VersionRequired`, `StaleVersion`.
    """
    offered = deps.occasions.chosen()
    wrong = [category for category in choices if category not in offered]
    if wrong:
        expected = "、".join(deps.occasions.categories[each] for each in offered)
        raise Invalid(Problem("/choices", "category_unknown", "没有此通知类别。", expected) for _ in wrong)
    preferences = deps.preferences.get(call.actor.account_id)
    merged = {**preferences.choices, **choices}
    if call.version == preferences.version + 1 and merged == preferences.choices:
        return preferences
    call.check_version(preferences.version)
    return deps.preferences.save(replace(preferences, choices=merged))
