"""Submitting a registration: everything is checked, and a revision is made that stays as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.registration.form.checks import problems_before_submission
from services.registration.form.stamped_copy import problems_of
from services.registration.form.updating import is_unchanged_after_return, problems_of_change
from services.registration.model.registration import Registration, Revision
from services.registration.model.states import Action
from services.registration.operations import events
from services.registration.operations.changes import Changed, change
from services.registration.operations.stamped_form import compare_copy
from services.registration.operations.telling import tell_department, tell_operator
from services.registration.ports import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.codes import divisions
from shared.errors import Invalid, Problem


def submit_registration(
    deps: Deps, call: Call, registration_id: str, *, undertaking: bool, explanation: str = ""
) -> Registration:
    """Submit the working copy to the department of the 单位注册地.

    Actor: own operator. From: draft, returned. To: submitted. Events: submitted; operator and department are told.
    One that was returned and comes again without a change needs an explanation; a change, new proofs of what changed.
    Raises `Invalid` with the full list of what is missing and where the stamped form differs, `PlatformTaken` where the web site or the ICP number is
    held by another live registration, and what `change` raises.
    """

    def make(registration: Registration) -> Changed:
        now = deps.clock.now()
        today = local_date(now)
        problems = (
            *problems_before_submission(registration.form, registration.materials, today),
            *problems_of(compare_copy(deps, registration)),
            *problems_of_change(registration),
        )
        if is_unchanged_after_return(registration) and not explanation:
            text = "退回后没有任何修改。如仍需提交，请说明理由。"
            problems = (*problems, Problem("/explanation", "explanation_required", text, "说明", "情况说明"))
        if not undertaking:
            text = "请确认承诺：本单位承诺以上所填内容属实。"
            problems = (*problems, Problem("/undertaking", "not_confirmed", text, "true", "本单位承诺"))
        if problems:
            raise Invalid(problems, "注册信息不完整，不能提交。")
        division = str(registration.form["division"])
        revision = Revision(
            no=registration.revision + 1,
            submitted_at=now,
            form=registration.form,
            materials=registration.materials,
            explanation=explanation,
            purpose=registration.purpose,
            stated=registration.stated,
        )
        changed = replace(
            registration,
            division=division,
            path=_seen_by(registration, division, today),
            submitted_at=now,
            revisions=(*registration.revisions, revision),
        )
        number = str(revision.no)
        return changed, (
            events.told(changed, "submitted"),
            tell_operator(changed, "submitted", number),
            tell_department(changed, "awaiting_review", number, division, revision=number),
        )

    return change(deps, call, registration_id, Action.SUBMIT, make)


def _seen_by(registration: Registration, division: str, today: date) -> tuple[str, ...]:
    """Return the divisions whose departments see the application, and what is in force as long as that is elsewhere."""
    path = divisions.path(division, today)
    home = registration.life.division
    return path if home is None else tuple(dict.fromkeys((*path, *divisions.path(home, today))))
