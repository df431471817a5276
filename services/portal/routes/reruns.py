"""Sending many messages again: what was ticked or found is looked at, asked for with a reason, and followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import KEEPERS_OF_ROUTES, READERS_OF_RERUNS
from services.portal.presenters.exchange_desk import preview_view, rerun_items, rerun_view
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.messages import FILTERS
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from services.portal.routes.messages import wanted_from
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid
from shared.ids import new_id

bp = Blueprint("reruns", __name__, url_prefix="/exchange/reruns")

Page = str | Response | tuple[str, int]
NOTHING = "请先勾选报文，或选择“筛选出的全部”。"
OUTCOMES = {"waiting": "待重发", "done": "已重发", "refused": "未重发"}
PAGE = 50


@bp.get("")
@signed_in(READERS_OF_RERUNS)
def show_all() -> str:
    """Show the re-runs, the newest first."""
    found, following = deps().exchange_desk.reruns(guard.token(), request.args.get("cursor", ""))
    return render_template("messages/reruns.html", rows=[rerun_view(each) for each in found], next_cursor=following)


@bp.post("/preview")
@signed_in(KEEPERS_OF_ROUTES)
def preview() -> Page:
    """Show what would be sent again, and what would not and why."""
    if request.form.get("scope") == "found":
        wanted = wanted_from({name: request.form.get(f"wanted-{name}", "") for name in FILTERS})
        return _preview({"wanted": wanted})
    ticked = request.form.getlist("items")
    return _preview({"ids": ticked}) if ticked else _preview({"ids": []}, errors=(ErrorLink("chosen", NOTHING),))


@bp.post("")
@signed_in(KEEPERS_OF_ROUTES)
def begin() -> Page:
    """Have the messages sent again; what can't be sent is shown again as it was typed."""
    items, reason = _items(), request.form.get("reason", "").replace("\r\n", "\n").strip()
    again = {"ids": [str(each["id"]) for each in items]}
    if not reason:
        return _preview(again, errors=(ErrorLink("reason", "请填写重发的理由。"),))
    try:
        made = deps().exchange_desk.begin(guard.token(), request.form.get("key", ""), items, reason)
    except Invalid as error:
        return _preview(again, reason, messages_of(error, {"reason": "理由"}, "chosen"))
    except Conflict as error:
        return _preview(again, reason, (ErrorLink("chosen", error.message),))
    return redirect(url_for("reruns.show", rerun_id=made["id"], done="rerun_begun"), 303)


@bp.get("/<id:rerun_id>")
@signed_in(READERS_OF_RERUNS)
def show(rerun_id: str) -> str:
    """Show how far a re-run is, and what became of each message."""
    outcome = request.args.get("outcome", "")
    outcome = outcome if outcome in OUTCOMES else ""
    after = request.args.get("after", "0")
    found = deps().exchange_desk.items(
        guard.token(), rerun_id, outcome, int(after) if after.isascii() and after.isdigit() else 0
    )
    return render_template(
        "messages/rerun.html",
        view=rerun_view(deps().exchange_desk.rerun(guard.token(), rerun_id)),
        items=rerun_items(found),
        following=found[-1]["no"] if len(found) == PAGE else None,
        outcome=outcome,
        outcomes=OUTCOMES,
    )


def _preview(body: Mapping[str, object], reason: str = "", errors: Sequence[ErrorLink] = ()) -> Page:
    try:
        answer = deps().exchange_desk.preview(guard.token(), new_id(), body)
    except Invalid as error:
        answer, errors = {"items": [], "going": 0}, (*errors, ErrorLink("chosen", error.problems[0].message))
    page = render_template(
        "messages/rerun_preview.html", view=preview_view(answer), reason=reason, errors=errors, key=new_id()
    )
    return (page, 422) if errors else page


def _items() -> list[Mapping[str, object]]:
    """Return the messages of the form with the versions that were seen."""
    pairs = (text.partition(":") for text in request.form.getlist("items"))
    return [{"id": id, "version": int(version)} for id, _, version in pairs if version.isascii() and version.isdigit()]
