"""Decision sheets: ordered with a decision, made by the worker, given out to whoever sees the registration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from services.registration.form.items import REASON_LABELS
from services.registration.form.sheets import digest_of, reasons_of
from services.registration.model.registration import Registration
from services.registration.model.review import Decision
from services.registration.model.sheets import Sheet, SheetContent, SheetKind, SheetReason
from services.registration.model.standing import Purpose
from services.registration.model.states import Action
from services.registration.operations.changes import in_sight
from services.registration.ports import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.codes import divisions
from shared.errors import NotFound
from shared.messaging.events import Outgoing

SHEET_DUE = "tongbao.registration.sheet_due.v1"
OWN_READER = "registration"

KINDS = {
    (Action.RETURN, Purpose.FIRST): SheetKind.RETURN,
    (Action.RETURN, Purpose.CHANGE): SheetKind.RETURN,
    (Action.RETURN, Purpose.RENEWAL): SheetKind.RETURN,
    (Action.APPROVE, Purpose.FIRST): SheetKind.APPROVAL,
    (Action.APPROVE, Purpose.CHANGE): SheetKind.CHANGE,
    (Action.APPROVE, Purpose.RENEWAL): SheetKind.RENEWAL,
    (Action.REJECT, Purpose.FIRST): SheetKind.REJECTION,
    (Action.REJECT, Purpose.CHANGE): SheetKind.CHANGE_REJECTION,
    (Action.REJECT, Purpose.RENEWAL): SheetKind.REJECTION,
}
"""Which sheet tells the decision on an application, by what was asked for."""


@dataclass(frozen=True)
class Listed:
    """A sheet, and whether its decision still stands: a return or a rejection may have been taken back."""

    sheet: Sheet
    stands: bool


@dataclass(frozen=True)
class SheetFile:
    """A sheet with its content, verified piece by piece."""

    sheet: Sheet
    content: Iterator[bytes]


def of_review(registration: Registration, decision: Decision) -> Outgoing:
    """Return the order of the sheet that tells the decision on the last revision."""
    last = registration.revisions[-1]
    return ordered(
        registration,
        KINDS[decision.action, last.purpose],
        text=decision.text,
        ground=REASON_LABELS[decision.reason_code] if decision.reason_code else "",
        reasons=reasons_of(last.review) if last.review and decision.action is not Action.APPROVE else (),
        division=registration.division or "",
        signatory=decision.signatory,
        signed_on=decision.signed_on,
        at=decision.decided_at,
        revision_no=last.no,
    )


def of_standing(registration: Registration, kind: SheetKind, at: datetime, text: str, ground: str = "") -> Outgoing:
    """Return the order of the sheet that tells what the department in charge does with a registration in force."""
    return ordered(
        registration,
        kind,
        text=text,
        ground=ground,
        division=registration.home or "",
        signatory="",
        signed_on=local_date(at),
        at=at,
    )


def ordered(
    registration: Registration,
    kind: SheetKind,
    *,
    text: str,
    ground: str,
    division: str,
    signatory: str,
    signed_on: date,
    at: datetime,
    reasons: tuple[SheetReason, ...] = (),
    revision_no: int = 0,
) -> Outgoing:
    """Return the order of a sheet of any kind, its content as it is now, sealed for this service's own worker.

    It leaves with the decision, in the same write; what happens to the registration afterwards changes nothing of it.
    `division` is that of the department that decides; `revision_no` 0 stands for the revision in force.
    """
    shown = registration.in_force or registration.revisions[-1]
    revision = next((each for each in registration.revisions if each.no == revision_no), shown)
    form = revision.form
    content = {
        "digest": digest_of(revision),
        "platform_name": form.get("platform_name", ""),
        "operator_name": form.get("operator_name", ""),
        "credit_code": form.get("credit_code", ""),
        "text": text,
        "ground": ground,
        "reasons": [[reason.part, reason.verdict, reason.note] for reason in reasons],
        "department": f"{divisions.last_name(division, local_date(at))}商务主管部门",
        "signatory": signatory,
        "signed_on": signed_on,
        "decided_at": at,
    }
    clear = {
        "registration_id": registration.id,
        "unit_id": registration.unit_id,
        "division": division,
        "revision": revision.no,
        "kind": kind.value,
    }
    return Outgoing(SHEET_DUE, clear, OWN_READER, content)


def make_sheet(deps: Deps, sheet_id: str, unit_id: str, division: str, content: SheetContent) -> None:
    """Make an ordered sheet: number, page, signature, sealed file.

    Actor: none (a message of this service). Safe to run twice: the number is given once per `sheet_id`, and a sheet
    that is there is left as it is. Raises `Unavailable`, `KeyFileUnsafe`.
    """
    sheet = deps.sheets.number(sheet_id, unit_id, division, content)
    if not sheet.is_ready:
        deps.sheets.keep(sheet, deps.sheet_maker.make(content, sheet.number))


def list_sheets(deps: Deps, call: Call, registration_id: str) -> tuple[Listed, ...]:
    """Return the sheets of a registration in the actor's sight, the oldest first. Raises `NotFound`."""
    registration = in_sight(deps, call, registration_id)
    undone = {
        each.decision.decided_at
        for revision in registration.revisions
        if revision.review
        for each in revision.review.undone
    }
    found = deps.sheets.list_of(registration.id)
    return tuple(Listed(sheet, sheet.decided_at not in undone) for sheet in found if sheet.is_ready)


def download_sheet(deps: Deps, call: Call, registration_id: str, sheet_id: str) -> SheetFile:
    """Give a sheet out; the read is recorded. Raises `NotFound` outside the actor's sight."""
    registration = in_sight(deps, call, registration_id)
    sheet = next((each for each in deps.sheets.list_of(registration.id) if each.id == sheet_id), None)
    if sheet is None or sheet.stored is None:
        raise NotFound
    deps.reads.record(call, "download_sheet", registration_id, sheet_id)
    return SheetFile(sheet, deps.sheets.stream(sheet))
