"""A form that is filled in to try the rules: in the shape of a filing, though none is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from services.portal.model.filing import FilingAnswer
from services.portal.model.survey import AnswerValues, FindingAnswer, FormAnswer
from services.portal.presenters.filing_form import FilingForm, filing_form
from services.portal.presenters.words import period_label
from shared.errors import Problem

PERIOD = "/period"

NEVER = "1970-01-01T00:00:00+00:00"
"""When a trial was saved, which no page shows."""


@dataclass(frozen=True)
class Trial:
    """What stands in a form of no unit, and what the rules found once it `is_checked`."""

    form: FormAnswer
    period: str
    answers: AnswerValues = field(default_factory=dict)
    findings: tuple[FindingAnswer, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_checked: bool = False

    @property
    def period_fault(self) -> str:
        """What is wrong with the period."""
        return "".join(each.message for each in self.problems if each.pointer == PERIOD)


def newest_period(form: FormAnswer, today: date) -> str:
    """Return the last period of the form that has ended."""
    if form["period"] == "year":
        return str(today.year - 1)
    return f"{today.year}-{today.month - 1:02}" if today.month > 1 else f"{today.year - 1}-12"


def trial_form(tried: Trial) -> FilingForm:
    """Return the form with its fields, and what was found beside them."""
    form = tried.form
    known: Mapping[str, object] = {
        "id": "",
        "version": 0,
        "unit_name": "",
        "form": form["key"],
        "edition": form["edition"],
        "period": tried.period,
        "period_label": period_label(tried.period),
        "item_name": "",
        "state": "draft",
        "state_label": "试填",
        "head": {},
        "answers": tried.answers,
        "shown": {},
        "closed": [],
        "extras": [],
        "findings": list(tried.findings),
        "suggestions": [],
        "evidence": [],
        "nil_reason": None,
        "rows": None,
        "open_actions": [{"action": "save"}],
        "open_pointers": None,
        "versions": [],
        "revision": 0,
        "updated_at": NEVER,
    }
    # A long list is tried by a few rows, which stand on the page like those of any other form.
    shown = cast(FormAnswer, {**form, "layout": "fields"}) if form["layout"] == "rows" else form
    view = filing_form(cast(FilingAnswer, known), shown, problems=tried.problems)
    return replace(view, has_past=False)
