"""The three-way desk: cases by age, one with its fields side by side and the decision beside each; the quality checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import DECIDERS_OF_CASES, READERS_OF_CASES, READERS_OF_QUALITY, READERS_OF_QUEUES
from services.portal.presenters import cases as views
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.words import moment
from services.portal.routes import guard
from services.portal.routes.filing_versions import passed_on
from services.portal.routes.guard import deps, posted_version, signed_in
from shared.errors import Conflict, Invalid, Malformed, NotFound, StaleVersion

bp = Blueprint("cases", __name__)

Page = str | Response | tuple[str, int]
ONE = "/cases/<id:case_id>"
MEANWHILE = "本案刚有变化（他人已处理，或名录库、单位另有新的信息）。下面是您刚填写的内容，尚未提交，请核对后再提交。"
NOTHING = "请至少对一个字段选择处理意见。"


@bp.get("/cases")
@signed_in(READERS_OF_CASES)
def show() -> Page:
    """Show the cases that the person sees, the oldest first, with how many there are of each age."""
    wanted = _wanted()
    fault, status = "", 200
    rows: tuple[views.CaseLine, ...] = ()
    ages: tuple[tuple[str, str, int], ...] = ()
    next_cursor = ""
    try:
        found, next_cursor = deps().cases.list(guard.token(), wanted, request.args.get("cursor", ""))
        rows = views.case_lines(found)
        narrowed = {name: text for name, text in wanted.items() if name in ("division", "proposal")}
        ages = views.age_links(deps().cases.counts(guard.token(), narrowed))
    except (Invalid, Malformed, NotFound) as error:
        fault, status = (error.problems[0].message if error.problems else "没有这个地区，或不在本部门辖区。"), 422
    page = render_template(
        "exchange/cases.html",
        rows=rows,
        ages=ages,
        wanted=wanted,
        next_cursor=next_cursor,
        states=views.STATES,
        proposals=views.PROPOSALS,
        all_ages=views.AGES,
        fault=fault,
    )
    return (page, status) if fault else page


@bp.get("/cases/export")
@signed_in(READERS_OF_CASES)
def export() -> Response:
    """Give out the list as a workbook."""
    return passed_on(deps().cases.export(guard.token(), _wanted()))


@bp.get(ONE)
@signed_in(READERS_OF_CASES)
def read(case_id: str) -> str:
    """Show a case: the directory's value, ours, and on what it rests; fields that differ first."""
    return _page(case_id, {})


@bp.post(ONE)
@signed_in(DECIDERS_OF_CASES)
def decide(case_id: str) -> Page:
    """Record the decisions; what can't be sent is shown again as it was typed."""
    typed = _typed()
    chosen = [(name, choice, reason) for name, (choice, reason) in typed.items() if choice in views.CHOICES]
    if not chosen:
        return _page(case_id, typed, [ErrorLink("decisions", NOTHING)]), 422
    body = [{"field": name, "choice": choice, **_said(reason)} for name, choice, reason in chosen]
    try:
        deps().cases.decide(guard.token(), case_id, posted_version(), body)
    except Invalid as error:
        return _page(case_id, typed, _faults(error, [name for name, _, _ in chosen])), 422
    except StaleVersion:
        return _page(case_id, typed, notice=MEANWHILE), 412
    except Conflict as error:
        return _page(case_id, typed, notice=error.message), 409
    return redirect(url_for("cases.read", case_id=case_id, done="case_decided"), 303)


@bp.get("/quality")
@signed_in(READERS_OF_QUALITY)
def quality() -> str:
    """Show what the last run of the quality checks found, in numbers."""
    found = deps().cases.quality(guard.token())
    return render_template(
        "exchange/quality.html",
        at=moment(found["at"]),
        is_there=found["at"] is not None,
        units=found["units"],
        checks=views.check_lines(found),
    )


@bp.get("/quality/<id:check>")
@signed_in(READERS_OF_QUALITY)
def found(check: str) -> str:
    """Show the units that a check found."""
    page = deps().cases.found(guard.token(), check, request.args.get("cursor", ""))
    return render_template(
        "exchange/found.html",
        check=check,
        title=page["title"],
        rows=views.found_lines(page["items"]),
        next_cursor=page["next_cursor"],
    )


def _wanted() -> dict[str, str]:
    """Return what the list is narrowed to; what no list knows is left out."""
    known: Mapping[str, Mapping[str, str]] = {"state": views.STATES, "proposal": views.PROPOSALS, "age": views.AGES}
    wanted = {name: request.args.get(name, "") for name in known}
    wanted = {name: text for name, text in wanted.items() if text in known[name]}
    division = request.args.get("division", "").strip()
    return wanted | ({"division": division} if division else {})


def _typed() -> dict[str, tuple[str, str]]:
    """Return choice and reason of each field of the form, in the order of the page."""
    names = [name.removeprefix("reason-") for name in request.form if name.startswith("reason-")]
    return {
        name: (
            request.form.get(f"choice-{name}", ""),
            request.form.get(f"reason-{name}", "").replace("\r\n", "\n").strip(),
        )
        for name in names
    }


def _said(reason: str) -> dict[str, str]:
    return {"reason": reason} if reason else {}


def _faults(error: Invalid, names: Sequence[str]) -> list[ErrorLink]:
    """Return the problems as links to the controls that they are about."""
    found = []
    for problem in error.problems:
        parts = problem.pointer.strip("/").split("/")
        number = int(parts[1]) if len(parts) > 2 and parts[1].isdecimal() else len(names)
        name = names[number] if number < len(names) else ""
        control = "reason" if parts[-1] == "reason" else "choice"
        found.append(ErrorLink(f"{control}-{name}" if name else "decisions", f"{problem.indicator}：{problem.message}"))
    return found or [ErrorLink("decisions", error.message)]


def _page(
    case_id: str, typed: Mapping[str, tuple[str, str]], errors: Sequence[ErrorLink] = (), notice: str = ""
) -> str:
    case = deps().cases.get(guard.token(), case_id)
    role = guard.account().role
    return render_template(
        "exchange/case.html",
        case=views.case_view(case, typed),
        may_decide=role in DECIDERS_OF_CASES,
        may_see_grounds=role in READERS_OF_QUEUES,
        errors=errors,
        notice=notice,
    )
