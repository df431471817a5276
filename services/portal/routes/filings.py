"""The page of a filing: filled in by its unit as on paper, saved while typing, signed off, submitted, taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.contracts import ContractImpact
from services.portal.model.filing import FilingAct, FilingAnswer, SignOffAnswer
from services.portal.model.places import inside, is_opened
from services.portal.model.survey import AnswerValues, FormAnswer
from services.portal.operations import filings
from services.portal.operations.filings import Typed
from services.portal.policy import FILERS, READERS_OF_FILINGS, files_for
from services.portal.presenters.filed import verdict_views
from services.portal.presenters.filing_form import FilingForm, filing_form
from services.portal.presenters.printing import print_sections
from services.portal.presenters.review_casework import chain_links
from services.portal.presenters.sheet_of_form import RowsView, Said, anchor_of, rows_view, sheet_view
from services.portal.presenters.signing import errors_of, listed_queries, typed_sign_off, unfounded
from services.portal.presenters.survey import validity_view
from services.portal.presenters.typed_answers import (
    PostedBelow,
    typed_answers,
    typed_explanations,
    with_row,
    without_row,
)
from services.portal.presenters.words import moment
from services.portal.routes import guard
from services.portal.routes.filing_casework import questions_beside
from services.portal.routes.filing_reach import SETTLED, reach_while_written
from services.portal.routes.guard import deps, posted_version, signed_in
from shared.clock import local_date
from shared.errors import Conflict, Invalid, Malformed, NotFound, Problem, StaleVersion

FORMS_OF_CONTRACTS = frozenset({"enterprise-2", "enterprise-3"})

bp = Blueprint("filings", __name__, url_prefix="/filings")

ONE = "/<id:filing_id>"
ROWS = 50
CONFLICT = "内容已在别处更新，下面是您刚填写的内容，尚未保存。请核对后再保存。"

DONE: Mapping[str, str] = {
    "withdraw": "filing_withdrawn",
    "correct": "filing_correcting",
    "drop_correction": "correction_dropped",
    "discard": "filing_discarded",
}
"""What the page says after each act."""


@bp.get(ONE)
@signed_in(READERS_OF_FILINGS)
def show(filing_id: str) -> str | Response:
    """Show a filing to its own unit: to be filled in, or as it was submitted; `at` leads on to a field.

    Departments are sent to its review.
    """
    filing, form = filing_and_form(filing_id)
    at = request.args.get("at", "")
    if not files_for(guard.account(), filing["unit_id"]):
        return redirect(url_for("filing_reviews.show", filing_id=filing_id, at=at or None), 303)
    if at:
        return redirect(url_for("filings.show", filing_id=filing_id, _anchor=anchor_of(at)), 303)
    view = filing_form(filing, form)
    if not view.can_write:
        return _state_page(filing, form, view)
    if form["layout"] == "rows":
        return redirect(url_for("filing_rows.show", filing_id=filing_id, done=request.args.get("done")), 303)
    return form_page(filing, form, view)


@bp.post(ONE)
@signed_in(FILERS)
def save(filing_id: str) -> Response | tuple[str, int]:
    """Save what was typed; then take what is offered, add or drop a row, or go on to the sign-off."""
    filing, form = filing_and_form(filing_id)
    typed = _typed(filing, form, is_final=True)
    try:
        saved = filings.save_typed(deps(), guard.token(), filing, form, posted_version(), typed)
        fresh = _taken(saved.filing, form)
    except StaleVersion:
        fresh = deps().filings.get(guard.token(), filing_id)
        view = filing_form(fresh, form, typed.answers, typed_extras=typed.extras)
        return form_page(fresh, form, view, CONFLICT, is_stale=True), 412
    except Conflict as error:
        view = filing_form(filing, form, typed.answers, error.problems, typed.extras)
        return form_page(filing, form, view, error.message), 409
    if saved.problems:
        return form_page(fresh, form, _overlaid(fresh, form, typed, saved.problems), has_focus=True), 422
    if request.form.get("add"):
        return form_page(fresh, form, _with_blank_row(fresh, form, request.form["add"])), 200
    return _after_save(filing_id)


@bp.post(f"{ONE}/autosave")
@signed_in(FILERS)
def autosave(filing_id: str) -> str:
    """Save what is typed so far, and give the page as it is then, for its own script."""
    filing, form = filing_and_form(filing_id)
    typed = _typed(filing, form, is_final=False)
    saved = filings.save_typed(deps(), guard.token(), filing, form, posted_version(), typed)
    return form_page(saved.filing, form, _overlaid(saved.filing, form, typed, saved.problems), is_piece=True)


@bp.post(f"{ONE}/nil")
@signed_in(FILERS)
def nil(filing_id: str) -> Response | tuple[str, int]:
    """Report that there is nothing this period, or take that back."""
    filing, form = filing_and_form(filing_id)
    reason = request.form.get("nil_reason", "").strip() or None
    try:
        filings.set_nil(deps(), guard.token(), filing, posted_version(), reason)
    except (Conflict, Invalid, StaleVersion) as error:
        fresh = deps().filings.get(guard.token(), filing_id)
        return form_page(fresh, form, filing_form(fresh, form), error.message), 409
    return redirect(url_for("filings.show", filing_id=filing_id, done="saved"), 303)


@bp.get(f"{ONE}/submission")
@signed_in(FILERS)
def sign_off(filing_id: str) -> str | Response:
    """Show the foot of the form, the law's duties, and what still has to be explained."""
    filing, form = filing_and_form(filing_id)
    if "submit" not in [each["action"] for each in filing["open_actions"]]:
        return redirect(url_for("filings.show", filing_id=filing_id), 303)
    return _sign_off_page(filing, form, _known_sign_off(filing))


@bp.post(f"{ONE}/submission")
@signed_in(FILERS)
def submit(filing_id: str) -> Response | tuple[str, int]:
    """Submit, signed off; what keeps it from being submitted is shown."""
    filing, form = filing_and_form(filing_id)
    signed, is_read = typed_sign_off(request.form), request.form.get("duties_read") == "true"
    said = Typed(filing["answers"], unfounded(filing) | typed_explanations(request.form), filings.stored_extras(filing))
    try:
        saved = filings.save_typed(deps(), guard.token(), filing, form, posted_version(), said)
        body = {"sign_off": signed, "duties_read": is_read}
        deps().filings.act(guard.token(), filing_id, saved.filing["version"], "submit", body)
    except (Invalid, Conflict, StaleVersion) as error:
        fresh = deps().filings.get(guard.token(), filing_id)
        page = _sign_off_page(fresh, form, signed, error.problems, error.message, is_read=is_read)
        return page, 422 if isinstance(error, Invalid) else 409
    return redirect(url_for("filings.show", filing_id=filing_id, done="filing_submitted"), 303)


@bp.post(f"{ONE}/<any(withdraw, correct, drop_correction, discard):action>")
@signed_in(FILERS)
def act(filing_id: str, action: str) -> Response | tuple[str, int]:
    """Withdraw, begin a correction, give it up, or give up a draft."""
    try:
        deps().filings.act(guard.token(), filing_id, posted_version(), cast(FilingAct, action), {})
    except StaleVersion as error:
        filing, form = filing_and_form(filing_id)
        return form_page(filing, form, filing_form(filing, form), error.message), 412
    if action == "discard":
        return redirect(url_for("tasks.show", done=DONE[action]), 303)
    return redirect(url_for("filings.show", filing_id=filing_id, done=DONE[action]), 303)


def filing_and_form(filing_id: str) -> tuple[FilingAnswer, FormAnswer]:
    """Return a filing with the form that it is of. Raises `NotFound`."""
    filing = deps().filings.get(guard.token(), filing_id)
    return filing, deps().survey.form(filing["edition"], filing["form"])


def form_page(
    filing: FilingAnswer,
    form: FormAnswer,
    view: FilingForm,
    notice: str = "",
    *,
    is_stale: bool = False,
    has_focus: bool = False,
    faults: Iterable[str] = (),
    is_piece: bool = False,
) -> str:
    """Return the page on which a form is filled in; `faults` say what is wrong with a file that was sent.

    One that `is_piece` is for the page's own script, which takes no threads from it.
    """
    threads, beside = ((), None) if is_piece else questions_beside(filing)
    edition = deps().survey.edition(filing["edition"])
    decisions = deps().filings.decisions(guard.token()) if edition["is_expired"] else ()
    return render_template(
        "filling/form.html",
        view=view,
        notice=notice,
        is_stale=is_stale,
        focus=has_focus,
        upload_faults=tuple(faults),
        threads=threads,
        beside=beside,
        validity=validity_view(edition, decisions, filing["period"]),
    )


def _typed(filing: FilingAnswer, form: FormAnswer, *, is_final: bool) -> Typed:
    """Return what was typed into the open cells, also those of divisions' indicators, without a row to be dropped."""
    opened, dropped = filing["open_pointers"], request.form.get("drop", "")
    answers = typed_answers(
        form, request.form, filing["answers"], lambda pointer: is_opened(pointer, opened), is_final=is_final
    )
    without_row(answers, dropped)
    extras: dict[str, AnswerValues] = {}
    for added in filing["extras"]:
        prefix = f"/extras/{added['id']}"
        posted = PostedBelow(request.form, prefix)
        typed = typed_answers(
            added["form"],
            posted,
            added["answers"],
            lambda pointer, prefix=prefix: is_opened(prefix + pointer, opened),  # type: ignore[misc]  # bound now
            is_final=is_final,
        )
        without_row(typed, inside(dropped, prefix) or "")
        extras[added["id"]] = typed
    return Typed(answers, typed_explanations(request.form), extras)


def _taken(filing: FilingAnswer, form: FormAnswer) -> FilingAnswer:
    """Return the filing with what was asked to be taken of what is offered."""
    wanted = request.form.get("take", "")
    if not wanted:
        return filing
    return filings.take_offered(deps(), guard.token(), filing, form, "" if wanted == "*" else wanted)


def _overlaid(filing: FilingAnswer, form: FormAnswer, typed: Typed, problems: tuple[Problem, ...]) -> FilingForm:
    """Return the form with what was typed where some of it could not be saved, so that the page still shows it."""
    if not problems:
        return filing_form(filing, form)
    return filing_form(filing, form, {**filing["answers"], **typed.answers}, problems, typed.extras)


def _with_blank_row(filing: FilingAnswer, form: FormAnswer, wanted: str) -> FilingForm:
    answers = with_row(filing["answers"], wanted)
    extras = {
        each["id"]: with_row(each["answers"], inside(wanted, f"/extras/{each['id']}") or "")
        for each in filing["extras"]
    }
    return filing_form(filing, form, answers, typed_extras=extras)


def _after_save(filing_id: str) -> Response:
    if request.form.get("go") == "submit":
        return redirect(url_for("filings.sign_off", filing_id=filing_id), 303)
    if request.form.get("go") == "classify":
        return redirect(url_for("classification.show", filing=filing_id), 303)
    taken = request.form.get("take", "")
    anchor = f"at{taken.replace('/', '-')}" if taken.startswith("/") else None
    return redirect(url_for("filings.show", filing_id=filing_id, done="saved", _anchor=anchor), 303)


def _state_page(filing: FilingAnswer, form: FormAnswer, view: FilingForm) -> str:
    said = Said(
        answers=filing["answers"],
        shown=filing["shown"],
        head=filing["head"],
        period=filing["period_label"],
        sign_off=_signed(filing),
        nil_reason=filing["nil_reason"],
    )
    newest = max(filing["versions"], key=lambda version: version["no"], default=None)
    threads, beside = questions_beside(filing)
    return render_template(
        "filling/state.html",
        view=view,
        is_settled=filing["state"] == SETTLED,
        sheet=sheet_view(form, said),
        rows=_rows(filing, form),
        sections=print_sections(form, filing["rows"]),
        submitted_at=moment(filing["submitted_at"]),
        verdicts=verdict_views(form, newest["decisions"]) if newest else (),
        chain=chain_links(filing["chain"]) if filing["revision"] else (),
        threads=threads,
        beside=beside,
    )


def _rows(filing: FilingAnswer, form: FormAnswer) -> RowsView | None:
    if form["layout"] != "rows":
        return None
    first = first_row()
    page = deps().filings.rows(guard.token(), filing["id"], 0, first, ROWS)
    return rows_view(form, page["rows"], first, page["count"], ROWS)


def first_row() -> int:
    """Return from which row on the page shows a long list. Raises `Malformed`."""
    text = request.args.get("first", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Malformed
    return int(text)


def _signed(filing: FilingAnswer) -> SignOffAnswer | None:
    if not filing["revision"]:
        return None
    return deps().filings.version(guard.token(), filing["id"], filing["revision"])["sign_off"]


def _known_sign_off(filing: FilingAnswer) -> dict[str, str]:
    """Return the foot as it was signed last time, today's date in it."""
    today = local_date(deps().clock.now()).isoformat()
    try:
        before = _signed(filing)
    except NotFound:
        before = None
    known = dict(cast("Mapping[str, str]", before)) if before else {"filler": guard.account().display_name}
    return {**known, "reported_on": today}


def _sign_off_page(
    filing: FilingAnswer,
    form: FormAnswer,
    signed: Mapping[str, str],
    problems: Iterable[Problem] = (),
    notice: str = "",
    *,
    is_read: bool = False,
) -> str:
    queries = listed_queries(filing)
    return render_template(
        "filling/sign_off.html",
        view=filing_form(filing, form),
        queries=queries,
        more=sum(filing["counted"].values()) - len(filing["findings"]) if filing["counted"] else 0,
        sign_off=signed,
        errors=errors_of(problems),
        notice=notice,
        is_read=is_read,
        impacts=_impacts(filing),
        reach=reach_while_written(filing),
    )


def _impacts(filing: FilingAnswer) -> list[ContractImpact]:
    """Return what a correction of a contract or an execution moves; nothing for what was never submitted."""
    is_correction = filing["form"] in FORMS_OF_CONTRACTS and filing["revision"] > 0
    return deps().contracts.impacts(guard.token(), filing["id"]) if is_correction else []
