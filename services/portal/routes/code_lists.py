"""Code lists for the search boxes of forms and filters."""

from __future__ import annotations

from flask import Blueprint, request

from services.portal.routes.guard import deps, open_page
from shared.errors import NotFound

bp = Blueprint("code_lists", __name__, url_prefix="/code-lists")

COUNTRIES = "country/iso3166-1"
LONGEST_TEXT = 50
MOST_CITIES = 20
MOST_DIVISIONS = 50
BELOW_COUNTY = "000000"
"""Township and community of a 区划代码, for the person to fill in."""

MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
"""First digits of the cities that are provinces."""


@bp.get("/<path:code_list>")
@open_page("code lists are public, and whoever tries the rules searches them")
def search(code_list: str) -> dict[str, list[dict[str, str]]]:
    """Search a list by code or name; only what may be chosen is offered."""
    text = request.args.get("q", "").strip()[:LONGEST_TEXT]
    if code_list == "cities":
        found = deps().divisions.search(text, MOST_CITIES * 5) if text else []
        cities = [(code, name) for code, name in found if _is_city(code)]
        return {"items": [{"code": code, "name": name} for code, name in cities[:MOST_CITIES]]}
    if code_list == "divisions":
        found = deps().divisions.search(text, MOST_DIVISIONS) if text else []
        items = [{"code": f"{code}{BELOW_COUNTY}", "name": name} for code, name in found if not code.endswith("00")]
        return {"items": items}
    wanted = COUNTRIES if code_list == "countries" else code_list
    if wanted.count("/") != 1:
        raise NotFound
    entries = deps().survey.search(wanted, text)
    return {"items": [{"code": each["code"], "name": each["name"]} for each in entries if each["is_leaf"]]}


def _is_city(code: str) -> bool:
    """Tell whether a form takes the code for a city: one with counties, a municipality, or a county under its province."""
    if code[2:4] == "90":
        return code[4:] != "00"
    if code[:2] in MUNICIPALITIES:
        return code[2:] == "0000"
    return code.endswith("00") and code[2:] != "0000"
