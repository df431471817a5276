"""Extensions and exceptions: the list, one of them, asking, deciding, giving and ending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import FILERS, READERS_OF_FILINGS, READERS_OF_QUEUES
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.reliefs import GROUNDS, KINDS, STATES, relief_view, relief_views
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from shared.ids import new_id

bp = Blueprint("reliefs", __name__, url_prefix="/reliefs")

Page = str | Response | tuple[str, int]
ONE = "/<id:relief_id>"
MEANWHILE = "此项刚有变化，下面是您刚填写的内容，尚未提交。请核对后再提交。"
ASK_FIELDS = {"until": "延至", "reason": "申请理由"}
GIVE_FIELDS = {
    "unit_id": "单位编号",
    "kind": "种类",
    "form": "报表",
    "from_day": "起日",
    "to_day": "止日",
    "ground": "情形",
    "reason": "理由",
}
ACTS = {"grant": "grant", "refuse": "refusal", "withdraw": "withdrawal", "end": "ending"}
"""What each button of the page is called over HTTP."""

DONE_OF = {
    "grant": "extension_granted",
    "refuse": "extension_refused",
    "withdraw": "extension_withdrawn",
    "end": "exception_ended",
}
ANSWER_FIELDS = {"until": "延至", "answer": "答复"}


@bp.get("")
@signed_in(READERS_OF_FILINGS)
def show() -> str:
    """Show what the person sees, last asked for first; departments begin with what waits for them."""
    is_department = guard.account().role in READERS_OF_QUEUES
    state = request.args.get("state", "waiting" if is_department else "")
    state = state if state in STATES or (is_department and state == "waiting") else ""
    wanted = {"waiting": "true"} if state == "waiting" else {"state": state}
    found, next_cursor = deps().reliefs.list(guard.token(), wanted, request.args.get("cursor", ""))
    return render_template(
        "reliefs/list.html",
        reliefs=relief_views(found),
        next_cursor=next_cursor,
        state=state,
        states=STATES,
        is_department=is_department,
    )


@bp.get("/extension")
@signed_in(FILERS)
def begin() -> str:
    """Show the form in which a later day is asked for, of a task of the to-do list."""
    return _asking({name: request.args.get(name, "") for name in ("form", "period")})


@bp.post("/extension")
@signed_in(FILERS)
def ask() -> Page:
    """Ask for a later day; what can't be sent is shown again as it was typed."""
    typed = _typed("form", "period", "until", "reason", "key")
    faults = [ErrorLink(name, f"请填写{label}。") for name, label in ASK_FIELDS.items() if not typed[name]]
    if not faults and not _is_day(typed["until"]):
        faults = [ErrorLink("until", "请填写日期，如 2026-01-20。")]
    if faults:
        return _asking(typed, faults), 422
    body = {name: typed[name] for name in ("form", "period", "until", "reason")}
    try:
        made = deps().reliefs.ask(guard.token(), typed["key"], body)
    except Invalid as error:
        return _asking(typed, messages_of(error, ASK_FIELDS, "until")), 422
    except Conflict as error:
        return _asking(typed, notice=error.message), 409
    return redirect(url_for("reliefs.read", relief_id=made["id"], done="extension_asked"), 303)


@bp.get("/exception")
@signed_in(READERS_OF_QUEUES)
def start() -> str:
    """Show the form in which a department gives a unit an exception."""
    return _giving({"unit_id": request.args.get("unit", "")})


@bp.post("/exception")
@signed_in(READERS_OF_QUEUES)
def give() -> Page:
    """Give an exception; what can't be sent is shown again as it was typed."""
    typed = _typed(*GIVE_FIELDS, "key")
    faults = [
        ErrorLink(each, f"请填写{label}。") for each, label in GIVE_FIELDS.items() if each != "form" and not typed[each]
    ]
    if faults:
        return _giving(typed, faults), 422
    try:
        made = deps().reliefs.give(guard.token(), typed["key"], {name: typed[name] for name in GIVE_FIELDS})
    except Invalid as error:
        return _giving(typed, messages_of(error, GIVE_FIELDS, "unit_id")), 422
    except NotFound:
        return _giving(typed, [ErrorLink("unit_id", "本辖区没有这个单位。")]), 404
    except NotAllowed as error:
        return _giving(typed, notice=error.message), 403
    return redirect(url_for("reliefs.read", relief_id=made["id"], done="exception_given"), 303)


@bp.get(ONE)
@signed_in(READERS_OF_FILINGS)
def read(relief_id: str) -> str:
    """Show one, with what the person can do with it."""
    return _page(relief_id, {})


@bp.post(ONE)
@signed_in(READERS_OF_FILINGS)
def act(relief_id: str) -> Page:
    """Grant, refuse, take back or end; what can't be sent is shown again as it was typed."""
    typed = _typed("act", "until", "answer")
    chosen = typed["act"]
    if chosen not in ACTS:
        raise NotFound
    faults = []
    if chosen in ("refuse", "end") and not typed["answer"]:
        faults = [ErrorLink("answer", "请填写答复。")]
    if chosen == "grant" and not _is_day(typed["until"]):
        faults = [ErrorLink("until", "请填写日期，如 2026-01-20。")]
    if faults:
        return _page(relief_id, typed, faults), 422
    bodies = {"grant": {"until": typed["until"], "answer": typed["answer"]}, "withdraw": {}}
    body = bodies.get(chosen, {"answer": typed["answer"]})
    try:
        deps().reliefs.act(guard.token(), relief_id, posted_version(), ACTS[chosen], body)
    except Invalid as error:
        return _page(relief_id, typed, messages_of(error, ANSWER_FIELDS, "answer")), 422
    except StaleVersion:
        return _page(relief_id, typed, notice=MEANWHILE), 412
    except Conflict as error:
        return _page(relief_id, typed, notice=error.message), 409
    return redirect(url_for("reliefs.read", relief_id=relief_id, done=DONE_OF[chosen]), 303)


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in names}


def _is_day(text: str) -> bool:
    try:
        return len(date.fromisoformat(text).isoformat()) == len(text)
    except ValueError:
        return False


def _asking(typed: Mapping[str, str], errors: Sequence[ErrorLink] = (), notice: str = "") -> str:
    """Return the page of asking about a task of the to-do list. Raises `NotFound` for what is none."""
    tasks = deps().filings.tasks(guard.token())
    task = next((each for each in tasks if (each["form"], each["period"]) == (typed["form"], typed["period"])), None)
    if task is None:
        raise NotFound
    return render_template(
        "reliefs/ask.html", task=task, typed=typed, errors=errors, notice=notice, key=typed.get("key") or new_id()
    )


def _giving(typed: Mapping[str, str], errors: Sequence[ErrorLink] = (), notice: str = "") -> str:
    editions = deps().survey.editions()
    newest = max(editions, key=lambda each: each["valid_from"])
    return render_template(
        "reliefs/give.html",
        typed=typed,
        errors=errors,
        notice=notice,
        kinds=KINDS,
        grounds=GROUNDS,
        forms=[(each["key"], f"{each['number']}　{each['title']}") for each in newest["forms"]],
        key=typed.get("key") or new_id(),
    )


def _page(relief_id: str, typed: Mapping[str, str], errors: Sequence[ErrorLink] = (), notice: str = "") -> str:
    view = relief_view(deps().reliefs.get(guard.token(), relief_id))
    return render_template("reliefs/one.html", relief=view, typed=typed, errors=errors, notice=notice)
