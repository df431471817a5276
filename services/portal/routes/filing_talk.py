"""The pages on which people talk about a filing, field by field; and the list of all that is open."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import READERS_OF_FILINGS, READERS_OF_QUEUES, files_for
from services.portal.presenters.filed import filed_row
from services.portal.presenters.review_casework import places_of
from services.portal.presenters.threads import VISIBILITIES, TalkPage, listed_views
from services.portal.routes import guard
from services.portal.routes.filing_list import filter_of
from services.portal.routes.filing_versions import filing_and_form, passed_on
from services.portal.routes.guard import deps, signed_in
from services.portal.routes.talk import Typed, mark_all_read, talk_page, typed_text, words_of
from shared.errors import Invalid, NotAllowed

bp = Blueprint("filing_talk", __name__, url_prefix="/filings")

ONE = "/<id:filing_id>/threads"
STATES = {"open": "未解决", "resolved": "已解决"}
HINT = "“仅主管部门可见”的意见在逐级审核的各级部门之间传看，填报单位和填报人看不到。"
NOT_YET = "此表还没有到您所在的部门，现在只能留内部意见。"


@bp.get("/threads")
@signed_in(READERS_OF_FILINGS)
def list_all() -> str:
    """List the threads that the person reads on any filing, those not resolved unless asked otherwise."""
    chosen, state, cursor = filter_of({}), _state(), request.args.get("cursor", "")
    threads, next_cursor = deps().filing_casework.all_threads(guard.token(), _wanted(), cursor)
    is_department = guard.account().role in READERS_OF_QUEUES
    return render_template(
        "filed/talk.html",
        threads=listed_views(threads),
        filter=chosen,
        state=state,
        states=tuple(STATES.items()),
        is_department=is_department,
        next_cursor=next_cursor,
        is_first=not cursor,
    )


@bp.get("/threads/export")
@signed_in(READERS_OF_FILINGS)
def export() -> Response:
    """Give those threads out as a workbook, each with whether it was resolved."""
    return passed_on(deps().filing_casework.export_threads(guard.token(), _wanted()))


@bp.get(ONE)
@signed_in(READERS_OF_FILINGS)
def show(filing_id: str) -> str:
    """Show all threads of a filing; those that are new count as read from now on."""
    return _page(filing_id, Typed(at=request.args.get("at", "")))


@bp.post(ONE)
@signed_in(READERS_OF_QUEUES)
def begin(filing_id: str) -> tuple[str, int] | Response:
    """Begin a thread; the page's key makes a second click harmless."""
    at, visibility, text = request.form.get("at", ""), request.form.get("visibility", ""), typed_text()
    key = request.form.get("key", "")
    try:
        opened = deps().filing_casework.open_thread(guard.token(), filing_id, key, visibility, at, text)
    except Invalid as error:
        return _page(filing_id, Typed(at, text, visibility, fault=words_of(error))), 422
    except NotAllowed:
        if visibility != "filer":
            raise
        return _page(filing_id, Typed(at, text, visibility, fault=NOT_YET)), 403
    return _to(filing_id, opened["id"])


@bp.post(f"{ONE}/<id:thread_id>/messages")
@signed_in(READERS_OF_FILINGS)
def answer(filing_id: str, thread_id: str) -> tuple[str, int] | Response:
    """Add a message, whatever state the filing is in."""
    text = typed_text()
    try:
        deps().filing_casework.answer(guard.token(), filing_id, thread_id, request.form.get("key", ""), text)
    except Invalid as error:
        return _page(filing_id, Typed(text=text, answering=thread_id, fault=words_of(error))), 422
    return _to(filing_id, thread_id)


@bp.post(f"{ONE}/<id:thread_id>/<any(resolution, reopening):outcome>")
@signed_in(READERS_OF_QUEUES)
def resolve(filing_id: str, thread_id: str, outcome: str) -> Response:
    """Close a thread, or open it again."""
    key, is_resolved = request.form.get("key", ""), outcome == "resolution"
    deps().filing_casework.resolve(guard.token(), filing_id, thread_id, key, is_resolved=is_resolved)
    return _to(filing_id, thread_id)


def talk_about(filing_id: str, typed: Typed) -> str:
    """Return the page with what was typed, for other routes that share it."""
    return _page(filing_id, typed)


def _page(filing_id: str, typed: Typed) -> str:
    token, account = guard.token(), guard.account()
    filing, form = filing_and_form(filing_id)
    threads = deps().filing_casework.threads(token, filing_id)
    row, begins = filed_row(filing), account.role in READERS_OF_QUEUES and not files_for(account, filing["unit_id"])
    back = ("filing_reviews.show", "← 回到审核") if begins else ("filings.show", "← 回到报表")
    talk = TalkPage(
        title=row.title,
        subtitle="　".join(filter(None, (row.period, row.unit, row.item))),
        badge=row.badge,
        links=((url_for(back[0], filing_id=filing_id), back[1]), (url_for("filing_talk.list_all"), "全部沟通记录")),
        base=url_for("filing_talk.show", filing_id=filing_id),
        hint=HINT,
        marking=url_for("filing_marks.mark", filing_id=filing_id) if begins else "",
    )
    page = talk_page(talk, threads, places_of(form), tuple(VISIBILITIES.items()) if begins else (), typed)
    mark_all_read(threads, lambda thread_id, no: deps().filing_casework.mark_read(token, filing_id, thread_id, no))
    return page


def _state() -> str:
    state = request.args.get("state", "open")
    return state if state in STATES else ""


def _wanted() -> dict[str, str]:
    chosen = filter_of({}).query
    return {name: text for name, text in {**chosen, "state": _state()}.items() if text}


def _to(filing_id: str, thread_id: str) -> Response:
    return redirect(url_for("filing_talk.show", filing_id=filing_id, _anchor=f"t-{thread_id}"), 303)
