"""The tree of divisions as of a day, within what an office may see."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request

from services.portal.policy import KEEPERS_OF_DIVISIONS, READERS_OF_DIVISIONS
from services.portal.presenters.division_tree import found_views, tree_view
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from shared.clock import local_date
from shared.identity.actor import COUNTRY, REVIEWERS

bp = Blueprint("division_tree", __name__, url_prefix="/divisions/tree")

FIRST, LAST = date(1983, 1, 1), date(2099, 12, 31)
"""Days that the list can speak of."""

MOST_FOUND = 50
LONGEST_TEXT = 50
WRONG_DAY = f"日期应在 {FIRST.isoformat()} 至 {LAST.isoformat()} 之间，格式为“年-月-日”。"


@bp.get("")
@signed_in(READERS_OF_DIVISIONS)
def show() -> str | tuple[str, int]:
    """Show the tree of a day, opened where it was asked for, or what a search has found."""
    typed, text = request.args.get("on", "").strip(), request.args.get("q", "").strip()[:LONGEST_TEXT]
    sought, today = request.args.get("open", ""), local_date(deps().clock.now())
    on = _day(typed) if typed else today
    errors = () if on else (ErrorLink("on", WRONG_DAY),)
    day, root = on or today, _root()
    listed = deps().divisions
    top = listed.entry(root, day)
    found = listed.matching(text, day, root, MOST_FOUND + 1) if text else []
    page = render_template(
        "people/division_tree.html",
        tree=tree_view(top, lambda code: listed.entries_below(code, day), listed.path_to(sought, day), sought, day)
        if top and not text
        else None,
        found=found_views(found[:MOST_FOUND], day),
        has_more=len(found) > MOST_FOUND,
        on=day.isoformat(),
        typed=typed or day.isoformat(),
        text=text,
        errors=errors,
        is_whole=root == COUNTRY,
        is_keeper=guard.account().role in KEEPERS_OF_DIVISIONS,
    )
    return (page, 422) if errors else page


def _root() -> str:
    """Return the division that the person sees, with everything below it: the own one of a department, else all."""
    account = guard.account()
    return account.division if account.role in REVIEWERS else COUNTRY


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None
