"""The department's queue and the page on which a registration is judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.answers import RegistrationAnswer
from services.portal.model.form import STEPS
from services.portal.model.judgement import Judgement, Remarks
from services.portal.model.materials import SLOTS
from services.portal.model.words import REASONS, STATES
from services.portal.operations.reviews import save_judgement
from services.portal.policy import DEPARTMENTS, READERS_OF_QUEUES
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.places import CONDITIONS
from services.portal.presenters.registration import change_views
from services.portal.presenters.review import decision_errors, queue_view, review_view
from services.portal.presenters.standing import standing_view
from services.portal.presenters.threads import by_place, sheet_views, thread_views
from services.portal.routes import guard
from services.portal.routes.facts import typed_facts
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.clock import local_date
from shared.errors import Conflict, Invalid, Problem, StaleVersion

bp = Blueprint("reviews", __name__, url_prefix="/reviews")

ONE = "/<id:registration_id>"
QUEUE = 20
NEIGHBOURS = 100

UNDECIDED = "有的说明没有选择审核意见（如“需更换”“需更正”），尚未保存。请选择后再保存。"
MEANWHILE = "审核记录已在别处更新，下面是您刚填写的内容，尚未保存。请核对后再保存。"
CLOSED = "此注册申请的状态已经改变，刚填写的审核记录没有保存。"


@dataclass(frozen=True)
class DecisionKind:
    """A way to end a review: the action, its words, and what it asks for."""

    action: str
    done: str
    title: str
    button: str
    tone: str
    needs_reason: bool


SIGNATURE = {"signatory": "签字人", "signed_on": "日期"}
REASONED = {"reason_code": "理由类别", "reason": "具体理由"} | SIGNATURE
OPINED = {"opinion": "意见"} | SIGNATURE
"""The fields of a decision, with their labels."""

DECISIONS = {
    "return": DecisionKind("return", "returned", "退回修改", "确认退回", "warning", True),
    "approve": DecisionKind("approve", "approved", "审核通过", "确认通过", "success", False),
    "reject": DecisionKind("reject", "rejected", "不予注册", "确认不予注册", "danger", True),
}


@bp.get("")
@signed_in(READERS_OF_QUEUES)
def queue() -> str:
    """Show what is to be judged and what was, filtered by state, or by the day until which it is to be decided."""
    state = request.args.get("state", "")
    state = state if state in dict(STATES) else ""
    cursor = request.args.get("cursor", "")
    by_due = request.args.get("order") == "due"
    more = {"order": "review_due"} if by_due else {}
    rows, next_cursor = deps().registrations.list(guard.token(), state, cursor, QUEUE, more)
    return render_template("reviews/queue.html", view=queue_view(rows, state, cursor, next_cursor, by_due=by_due))


@bp.get(ONE)
@signed_in(READERS_OF_QUEUES)
def show(registration_id: str) -> str:
    """Show a registration to be judged, with its documents, its neighbours in the queue, and what is new: since the
    revision in force where there is one, else since the revision before."""
    return _review_page(deps().registrations.get(guard.token(), registration_id))


@bp.post(f"{ONE}/start")
@signed_in(DEPARTMENTS)
def start(registration_id: str) -> Response:
    """Take a submitted registration into review."""
    deps().registrations.act(guard.token(), registration_id, posted_version(), "start_review", {})
    return redirect(url_for("reviews.show", registration_id=registration_id, done="started"), 303)


@bp.post(ONE)
@signed_in(DEPARTMENTS)
def save(registration_id: str) -> tuple[str, int] | Response:
    """Save verdicts, notes and opinion; then stay, or go on to the decision that was asked for.

    What can't be saved is shown again with the reason: it is the work of a long look at the documents.
    """
    judgement = _judgement(registration_id)
    if judgement.undecided:
        return _unsaved(registration_id, judgement, UNDECIDED), 422
    try:
        save_judgement(deps(), guard.token(), registration_id, posted_version(), judgement)
    except StaleVersion:
        return _unsaved(registration_id, judgement, MEANWHILE), 412
    except (Invalid, Conflict) as error:
        messages = "".join(dict.fromkeys(_named(problem, _labels(registration_id)) for problem in error.problems))
        return _unsaved(registration_id, judgement, messages or error.message), 422 if isinstance(
            error, Invalid
        ) else 409
    kind = request.form.get("go", "")
    if kind in DECISIONS:
        return redirect(url_for("reviews.decision", registration_id=registration_id, kind=kind), 303)
    return redirect(url_for("reviews.show", registration_id=registration_id, done="judged"), 303)


@bp.get(f"{ONE}/decision/<any(return, approve, reject):kind>")
@signed_in(DEPARTMENTS)
def decision(registration_id: str, kind: str) -> str:
    """Show the signature block of a decision."""
    today = local_date(deps().clock.now()).isoformat()
    return _decision_page(registration_id, kind, {"signed_on": today}, ())


@bp.post(f"{ONE}/decision/<any(return, approve, reject):kind>")
@signed_in(DEPARTMENTS)
def decide(registration_id: str, kind: str) -> tuple[str, int] | Response:
    """End the review."""
    decision_kind = DECISIONS[kind]
    labels = REASONED if decision_kind.needs_reason else OPINED
    values = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in labels}
    missing = tuple(ErrorLink(name, f"请填写{label}。") for name, label in labels.items() if not values[name])
    if missing:
        return _decision_page(registration_id, kind, values, missing), 422
    try:
        deps().registrations.act(guard.token(), registration_id, posted_version(), decision_kind.action, values)
    except (Invalid, Conflict, StaleVersion) as error:
        errors = decision_errors(error.problems) or messages_of(error, labels, next(iter(labels)))
        return _decision_page(registration_id, kind, values, errors), 422 if isinstance(error, Invalid) else 409
    return redirect(url_for("reviews.show", registration_id=registration_id, done=decision_kind.done), 303)


@bp.post(f"{ONE}/undo")
@signed_in(DEPARTMENTS)
def undo(registration_id: str) -> Response:
    """Take a decision back, with a reason."""
    body = {"reason": request.form.get("reason", "").strip()}
    deps().registrations.act(guard.token(), registration_id, posted_version(), "undo", body)
    return redirect(url_for("reviews.show", registration_id=registration_id, done="undone"), 303)


def _unsaved(registration_id: str, judgement: Judgement, notice: str) -> str:
    registration = deps().registrations.get(guard.token(), registration_id)
    if "save_review" not in registration["open_actions"]:
        return _review_page(registration, notice=CLOSED)
    return _review_page(registration, judgement, notice)


def _review_page(registration: RegistrationAnswer, typed: Judgement | None = None, notice: str = "") -> str:
    no, own_id = registration["revision"], registration["id"]
    against = registration["in_force"] if 0 < registration["in_force"] < no else no - 1
    changes = deps().registrations.diff(guard.token(), own_id, no, against) if no > 1 else ()
    before, after = _neighbours(own_id)
    threads = thread_views(deps().casework.threads(guard.token(), own_id), guard.account().id)
    return render_template(
        "reviews/review.html",
        view=review_view(registration, typed),
        undecided=typed.undecided if typed else (),
        notice=notice,
        life=standing_view(registration),
        against=against,
        changes=change_views(changes),
        threads=threads,
        threads_by=by_place(threads),
        sheets=sheet_views(deps().casework.sheets(guard.token(), own_id)),
        before=before,
        after=after,
    )


def _decision_page(registration_id: str, kind: str, values: dict[str, str], errors: tuple[ErrorLink, ...]) -> str:
    registration = deps().registrations.get(guard.token(), registration_id)
    if DECISIONS[kind].action not in registration["open_actions"]:
        raise Conflict
    view = review_view(registration)
    shown = {"opinion": view.opinion, "reason": view.opinion, **values}
    return render_template(
        "reviews/decision.html",
        view=view,
        kind=DECISIONS[kind],
        values=shown,
        reasons=REASONS,
        errors=errors,
        today=local_date(deps().clock.now()).isoformat(),
    )


def _judgement(registration_id: str) -> Judgement:
    """Return the verdicts, notes and readings of the posted page; what has none is left out."""
    facts = deps().registrations.get(guard.token(), registration_id)["facts"]
    groups = ("traits",)
    keys = [field.key for step in STEPS for field in step.fields if "/" not in field.key]
    return Judgement(
        materials=_remarks("material", (slot.key for slot in SLOTS)),
        fields=_remarks("field", (*keys, *groups)),
        conditions=_remarks("condition", (key for key, _ in CONDITIONS)),
        facts=typed_facts(facts, request.form, adopts=True),
        reasons={
            fact["key"]: reason
            for fact in facts
            if (reason := request.form.get(f"reason-{fact['key']}", "").replace("\r\n", "\n").strip())
        },
        confirms_carried=request.form.get("confirms_carried") == "yes",
        opinion=request.form.get("opinion", "").replace("\r\n", "\n").strip(),
    )


def _labels(registration_id: str) -> dict[str, str]:
    facts = deps().registrations.get(guard.token(), registration_id)["facts"]
    return {fact["key"]: fact["label"] for fact in facts}


def _named(problem: Problem, labels: Mapping[str, str]) -> str:
    """Return a fault with the name of the fact that it is about."""
    group, _, key = problem.pointer.strip("/").partition("/")
    label = labels.get(key, "") if group in ("facts", "reasons") else ""
    return f"{label}：{problem.message}" if label else problem.message


def _remarks(stem: str, keys: Iterable[str]) -> Remarks:
    remarks = {}
    for key in keys:
        verdict = request.form.get(f"{stem}-{key}-verdict", "")
        note = request.form.get(f"{stem}-{key}-note", "").replace("\r\n", "\n").strip()
        if verdict or note:
            remarks[key] = {"verdict": verdict, "note": note}
    return remarks


def _neighbours(registration_id: str) -> tuple[str, str]:
    """Return the ids before and after this one among those that wait for a decision, '' where there is none."""
    waiting: list[str] = []
    for state in ("submitted", "under_review"):
        rows, _ = deps().registrations.list(guard.token(), state, "", NEIGHBOURS)
        waiting += [row["id"] for row in rows]
    if registration_id not in waiting:
        return "", waiting[0] if waiting else ""
    at = waiting.index(registration_id)
    return waiting[at - 1] if at else "", waiting[at + 1] if at + 1 < len(waiting) else ""
