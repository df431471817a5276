"""The survey as anybody may read it: its rules, its blank forms, and the rules to be tried on answers that nobody keeps."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.portal.presenters.survey import rules_view
from services.portal.presenters.trial import Trial, newest_period, trial_form
from services.portal.presenters.typed_answers import typed_answers, with_row, without_row
from services.portal.routes.guard import address, deps, open_page
from shared.clock import local_date
from shared.errors import Invalid, NotFound, TooManyRequests
from shared.web.problems import status_of

bp = Blueprint("survey", __name__, url_prefix="/editions")

anybody = open_page("the forms and rules of the survey are public")


@bp.get("")
@anybody
def newest() -> AnyResponse:
    """Lead to the rules of the newest edition."""
    edition = max(deps().survey.editions(), key=lambda each: each["valid_from"], default=None)
    if edition is None:
        raise NotFound
    return redirect(url_for("survey.rules", edition_id=edition["id"]))


@bp.get("/<id:edition_id>/rules")
@anybody
def rules(edition_id: str) -> str:
    """Show every rule of an edition, narrowed by form and severity, and its blank forms."""
    edition = deps().survey.edition(edition_id)
    found = deps().survey.rules(edition_id)
    form, severity = request.args.get("form", ""), request.args.get("severity", "")
    return render_template("survey/rules.html", view=rules_view(edition, found, form, severity))


@bp.get("/<id:edition_id>/forms/<id:form_key>/print")
@anybody
def print_blank(edition_id: str, form_key: str) -> Response:
    """Give out a blank form as PDF."""
    streamed = deps().survey.print_blank(edition_id, form_key)
    return Response(streamed.chunks, headers=dict(streamed.headers))


@bp.get("/<id:edition_id>/forms/<id:form_key>/trial")
@anybody
def blank_trial(edition_id: str, form_key: str) -> str:
    """Show a form to be filled in for a trial."""
    form = deps().survey.form(edition_id, form_key)
    today = local_date(deps().clock.now())
    return _trial_page(edition_id, Trial(form, newest_period(form, today)))


@bp.post("/<id:edition_id>/forms/<id:form_key>/trial")
@anybody
def trial(edition_id: str, form_key: str) -> str | tuple[str, int]:
    """Say what the rules find in what was typed; nothing of it is kept."""
    form = deps().survey.form(edition_id, form_key)
    period, added = request.form.get("period", "").strip(), request.form.get("add", "")
    answers = typed_answers(form, request.form, {}, lambda _: True, is_final=not added)
    without_row(answers, request.form.get("drop", ""))
    typed = Trial(form, period, with_row(answers, added))
    try:
        tried = deps().survey.check(edition_id, form_key, period, answers, address())
    except Invalid as error:
        return _trial_page(edition_id, replace(typed, problems=tuple(error.problems))), 422
    except TooManyRequests as error:
        text = f"试填过于频繁，请 {error.retry_after} 秒后再试。"
        return _trial_page(edition_id, typed, text), status_of(error)
    shown = typed.answers if added else tried["answers"]
    return _trial_page(edition_id, Trial(form, period, shown, tuple(tried["findings"]), is_checked=True))


def _trial_page(edition_id: str, tried: Trial, notice: str = "") -> str:
    return render_template(
        "survey/trial.html", edition_id=edition_id, tried=tried, view=trial_form(tried), notice=notice, is_trial=True
    )
