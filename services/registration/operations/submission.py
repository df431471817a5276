"""Submitting a registration: everything is checked, and a revision is made that stays as it is."""

from __future__ import annotations

from dataclasses import replace

from services.registration.form.checks import problems_before_submission
from services.registration.form.stamped_copy import problems_of
from services.registration.model.registration import Registration, Revision
from services.registration.model.states import Action
from services.registration.operations import events
from services.registration.operations.changes import Changed, change
from services.registration.operations.stamped_form import compare_copy
from services.registration.ports import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.codes import divisions
from shared.errors import Invalid, Problem


def submit_registration(deps: Deps, call: Call, registration_id: str, *, undertaking: bool) -> Registration:
    """Submit the working copy to the department of the 单位注册地.

    Actor: own operator. From: draft, returned. To: submitted. Events: submitted.
    Raises `Invalid` with the full list of what is missing and where the stamped form differs, `PlatformTaken` where the web site or the ICP number is
    held by another live registration, and what `change` raises.
    """

    def make(registration: Registration) -> Changed:
        now = deps.clock.now()
        today = local_date(now)
        problems = (
            *problems_before_submission(registration.form, registration.materials, today),
            *problems_of(compare_copy(deps, registration)),
        )
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
        )
        changed = replace(
            registration,
            division=division,
            path=divisions.path(division, today),
            submitted_at=now,
            revisions=(*registration.revisions, revision),
        )
        return changed, (events.told(changed, "submitted"),)
            explanation=explanation,
            purpose=registration.purpose,
            stated=registration.stated,

    return change(deps, call, registration_id, Action.SUBMIT, make)
