"""Finding the class of a contract: a description, ranked classes, the guided paths, and the choice back into 企业2表.

The page holds everything itself: nothing of it is stored before the choice is taken into a filing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.classification import EndAnswer, PathsAnswer, SearchAnswer, on_path
from services.portal.model.filing import FilingAnswer, VersionAnswer
from services.portal.operations import classification
from services.portal.operations.classification import FORM, Asked, Choice, Refused
from services.portal.policy import READERS_OF_FILINGS
from services.portal.presenters.classification import (
    RecordView,
    candidate_views,
    class_options,
    question_views,
    record_view,
)
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from shared.errors import Conflict, Invalid, NotFound, StaleVersion

bp = Blueprint("classification", __name__, url_prefix="/classification")

LONGEST = 1000
NO_TEXT = "请先写几句合同是做什么的。"
TOO_LONG = f"描述不能超过 {LONGEST} 字。"
REFUSED: Mapping[Refused, tuple[str, str]] = {
    Refused.NO_CLASS: ("chosen", "请选择一个业务类型。"),
    Refused.OPEN: ("scope", "请先答完“要不要填报”的问题。"),
    Refused.OUT: ("scope", "按所答，这份合同不予填报，不能带回报表。"),
    Refused.FAMILY: ("chosen", "所选业务类型与“含几类服务”的回答不符，请改选或改答。"),
    Refused.AMOUNT: ("deductions", "扣除的金额应为不小于 0 的数（万元），最多 6 位小数。"),
}


@dataclass
class Held:
    """What the page holds."""

    filing: FilingAnswer | None = None
    text: str = ""
    scope: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mixed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    chosen: str = ""
    amounts: dict[str, str] = field(default_factory=dict)


@bp.get("")
@signed_in(READERS_OF_FILINGS)
def show() -> str:
    """Show the page, with what the filing that it was opened from says of the contract."""
    filing = _filing(request.args.get("filing", ""))
    if filing is None:
        return _page(Held())
    before = classification.kept(filing)
    if before is None:
        return _page(Held(filing, text=classification.described(filing)))
    scope = {name: tuple(values) for name, values in before.scope.items()}
    mixed = {name: tuple(values) for name, values in before.mixed.items()}
    return _page(Held(filing, before.text, scope, mixed, before.chosen, dict(before.amounts)))


@bp.post("")
@signed_in(READERS_OF_FILINGS)
def step() -> str | Response | tuple[str, int]:
    """Search, go on with the questions, or take the choice into the filing."""
    asked = _posted()
    action = request.form.get("go", "")
    if len(asked.text) > LONGEST:
        return _page(asked, (ErrorLink("text", TOO_LONG),)), 422
    if action == "search":
        if not asked.text:
            return _page(asked, (ErrorLink("text", NO_TEXT),)), 422
        asked.scope, asked.chosen = {}, ""
        return _page(asked, is_new=True)
    if action != "adopt":
        return _page(asked)
    said = Asked(asked.text, asked.scope, asked.mixed, asked.chosen, asked.amounts)
    choice = classification.choose(deps(), said, _edition(asked))
    if isinstance(choice, Refused):
        return _page(asked, (ErrorLink(*REFUSED[choice]),)), 422
    if asked.filing is None:
        return _page(asked, taken=choice)
    return _adopted(asked, asked.filing, choice)


def classified(filing: FilingAnswer, version: VersionAnswer) -> RecordView | None:
    """Return how the class of a version was found, in words; None where nothing is kept."""
    record = version.get("classification")
    if record is None:
        return None
    edition = filing["edition"]
    return record_view(record, deps().classes.paths(edition), deps().classes.list(edition))


def _adopted(asked: Held, filing: FilingAnswer, choice: Choice) -> Response | tuple[str, int]:
    try:
        classification.adopt(deps(), guard.token(), filing, choice)
    except (Conflict, StaleVersion, Invalid) as error:
        return _page(asked, (ErrorLink("chosen", error.message),)), 409
    return redirect(url_for("filings.show", filing_id=filing["id"], done="saved", _anchor="at-209"), 303)


def _posted() -> Held:
    form = request.form
    answered = set(form.getlist("asked"))
    values = {name: tuple(form.getlist(name)) for name in (*form, *answered) if ":" in name}
    return Held(
        filing=_filing(form.get("filing", "")),
        text=form.get("text", "").replace("\r\n", "\n").strip(),
        scope={name.removeprefix("scope:"): each for name, each in values.items() if name.startswith("scope:")},
        mixed={name.removeprefix("mixed:"): each for name, each in values.items() if name.startswith("mixed:")},
        chosen=form.get("other", "") or form.get("chosen", ""),
        amounts={
            name.removeprefix("amount:"): each[0].strip()
            for name, each in values.items()
            if name.startswith("amount:") and each
        },
    )


def _filing(filing_id: str) -> FilingAnswer | None:
    """Return the filing that the page was opened from; only an own 企业2表 that can be written counts."""
    if not filing_id:
        return None
    if len(filing_id) != 32 or not filing_id.isalnum():
        raise NotFound
    found = deps().filings.get(guard.token(), filing_id)
    if found["form"] != FORM:
        raise NotFound
    return found


def _edition(asked: Held) -> str:
    return asked.filing["edition"] if asked.filing else ""


def _page(asked: Held, errors: tuple[ErrorLink, ...] = (), *, is_new: bool = False, taken: Choice | None = None) -> str:
    edition = _edition(asked)
    paths, classes = deps().classes.paths(edition), deps().classes.list(edition)
    found = _found(asked, edition)
    words = found["suggestion"]["words"] if found else {}
    if found and is_new:
        asked.scope = {each["question"]: tuple(each["values"]) for each in found["suggestion"]["answers"]}
        asked.chosen = found["candidates"][0]["code"] if found["candidates"] else ""
    scope, mixed = _ends(asked, paths, edition)
    return render_template(
        "classification/page.html",
        asked=asked,
        has_found=found is not None,
        candidates=candidate_views(found["candidates"], classes, asked.chosen) if found else (),
        options=class_options(classes),
        scope_title=paths["scope"]["title"],
        mixed_title=paths["mixed"]["title"],
        scope_questions=question_views(paths["scope"], asked.scope, "scope", words),
        mixed_questions=question_views(paths["mixed"], asked.mixed, "mixed", {}),
        scope=scope,
        mixed=mixed,
        taken=taken,
        total=f"{taken.deducted:f}" if taken else "",
        is_deducted=bool(taken and taken.deducted > Decimal(0)),
        names=dict(class_options(classes)),
        errors=errors,
    )


def _found(asked: Held, edition: str) -> SearchAnswer | None:
    if not asked.text or len(asked.text) > LONGEST:
        return None
    return deps().classes.search(guard.token(), asked.text, edition)


def _ends(asked: Held, paths: PathsAnswer, edition: str) -> tuple[EndAnswer, EndAnswer | None]:
    """Return how far the answers lead; those that the paths don't come to are dropped from the page."""
    asked.scope, asked.mixed = on_path(paths["scope"], asked.scope), on_path(paths["mixed"], asked.mixed)
    scope = deps().classes.evaluate("scope", asked.scope, edition)
    mixed = deps().classes.evaluate("mixed", asked.mixed, edition) if asked.mixed else None
    return scope, mixed
