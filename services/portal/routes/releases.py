"""The ministry's desk of releases: closed periods, what was prepared, the check, the sign-off, the day of publication."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from services.portal.model.publications import KINDS
from services.portal.model.releases import ReleaseAnswer, ReportAnswer
from services.portal.policy import MAKERS_OF_RELEASES, READERS_OF_RELEASES, SIGNERS
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.release_reports import report_view
from services.portal.presenters.releases import desk_view, release_view
from services.portal.presenters.table_sheets import sheet_of
from services.portal.presenters.tables import grid_of
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.clock import local_date
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from shared.ids import new_id

bp = Blueprint("releases", __name__, url_prefix="/statistics/releases")

Page = str | Answer | tuple[str, int]
ONE = "/<id:release_id>"
LOOK_AGAIN = "10"
"""Seconds after which a page of a release that is checked asks anew."""

UNDER_WAY = "release_under_way"
LABELS = {"kind": "资料种类", "period": "报告期"}
SIGNING = {"statement": "签发意见", "exception_reason": "例外签发理由"}
READABLE = frozenset({"passed", "approved", "withdrawn", "scheduled", "published"})
"""States of a release that has tables to be looked at."""


@bp.get("")
@signed_in(READERS_OF_RELEASES)
def show() -> str:
    """Show the closed periods and the releases."""
    return _list()


@bp.post("")
@signed_in(MAKERS_OF_RELEASES)
def prepare() -> Page:
    """Prepare a release of a closed period."""
    kind, period = request.form.get("kind", ""), request.form.get("period", "")
    if not period:
        return _list([ErrorLink("period", "请选择报告期。")]), 422
    try:
        made = deps().releases.prepare(guard.token(), request.form.get("key", ""), kind, period)
    except Conflict as error:
        return _list([ErrorLink("kind" if error.code == UNDER_WAY else "period", error.message)]), 409
    except Invalid as error:
        return _list(messages_of(error, LABELS, "period")), 422
    return redirect(url_for("releases.read", release_id=made["id"], done="release_prepared"), 303)


@bp.get(ONE)
@signed_in(READERS_OF_RELEASES)
def read(release_id: str) -> Answer:
    """Show a release: its check, what can be done, what happened. While it is checked the page asks anew by itself."""
    release = deps().releases.get(guard.token(), release_id)
    answer = Answer(_page(release), mimetype="text/html")
    if release["state"] == "draft":
        answer.headers["Refresh"] = LOOK_AGAIN
    return answer


@bp.get(f"{ONE}/<id:code>")
@signed_in(MAKERS_OF_RELEASES)
def table(release_id: str, code: str) -> str:
    """Show a table as it would be handed over."""
    answer = deps().releases.get(guard.token(), release_id)
    content = deps().releases.content(guard.token(), release_id)
    found = next((each for each in content["tables"] if each["code"] == code), None)
    if found is None:
        raise NotFound
    return render_template(
        "statistics/release_table.html",
        view=release_view(answer, guard.account()),
        title=found["title"],
        code=code,
        sheet=sheet_of(grid_of(found), request.args),
    )


@bp.post(f"{ONE}/approval")
@signed_in(SIGNERS)
def approve(release_id: str) -> Page:
    """Sign a release off."""
    body = {name: request.form.get(name, "").strip() for name in SIGNING if name in request.form}
    return _acted(release_id, "approval", "release_approved", body)


@bp.post(f"{ONE}/withdrawal")
@signed_in(MAKERS_OF_RELEASES)
def withdraw(release_id: str) -> Page:
    """Give a release up."""
    return _acted(release_id, "withdrawal", "release_withdrawn", {})


@bp.post(f"{ONE}/schedule")
@signed_in(MAKERS_OF_RELEASES)
def schedule(release_id: str) -> Page:
    """Set the day of publication, or another one."""
    day = request.form.get("publish_on", "")
    if not day:
        return _one(release_id, [ErrorLink("publish_on", "请选择发布日期。")]), 422
    return _acted(release_id, "schedule", "release_scheduled", {"publish_on": day})


def _acted(release_id: str, act: str, done: str, body: dict[str, str]) -> Page:
    try:
        deps().releases.act(guard.token(), release_id, act, posted_version(), body)
    except StaleVersion as error:
        return _one(release_id, notice=error.message), 412
    except NotAllowed as error:
        return _one(release_id, notice=f"{error.message}制表人不能签发自己制的表。"), 403
    except Conflict as error:
        return _one(release_id, notice=error.message), 409
    except Invalid as error:
        labels = {"publish_on": "发布日期"} if act == "schedule" else SIGNING
        return _one(release_id, messages_of(error, labels, next(iter(labels)))), 422
    return redirect(url_for("releases.read", release_id=release_id, done=done), 303)


def _list(errors: Sequence[ErrorLink] = ()) -> str:
    snapshots, releases = deps().releases.snapshots(guard.token()), deps().releases.all(guard.token())
    return render_template(
        "statistics/releases.html",
        view=desk_view(snapshots, releases, request.args.get("year", "")),
        kinds=KINDS,
        may_prepare=guard.account().role in MAKERS_OF_RELEASES,
        errors=errors,
        typed=request.form,
        key=new_id(),
    )


def _one(release_id: str, errors: Sequence[ErrorLink] = (), notice: str = "") -> str:
    return _page(deps().releases.get(guard.token(), release_id), errors, notice)


def _page(answer: ReleaseAnswer, errors: Sequence[ErrorLink] = (), notice: str = "") -> str:
    may_read = guard.account().role in MAKERS_OF_RELEASES
    report = _report(answer["id"]) if may_read and answer["checked"] else None
    return render_template(
        "statistics/release.html",
        view=release_view(answer, guard.account()),
        report=report_view(report) if report else None,
        may_look=may_read and answer["state"] in READABLE,
        errors=errors,
        notice=notice,
        typed=request.form,
        today=local_date(deps().clock.now()).isoformat(),
    )


def _report(release_id: str) -> ReportAnswer | None:
    """Return the report of the check, None of a release that was checked before there were reports."""
    try:
        return deps().releases.report(guard.token(), release_id)
    except NotFound:
        return None
