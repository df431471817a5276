"""View-models of one registration: its files, its state, its course, the form for reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.answers import (
    ChangeAnswer,
    CheckAnswer,
    DirectoryAnswer,
    FileAnswer,
    FormValues,
    HistoryAnswer,
    RegistrationAnswer,
    ReviewAnswer,
)
from services.portal.model.form import FULL_LABELS, STEPS, FormField
from services.portal.model.materials import PLAN_PARTS, PLAN_SLOT, SLOTS, Slot
from services.portal.model.pointers import PageSpot, field_key, spot_of
from services.portal.model.words import (
    ACTORS,
    DIRECTORY_TONES,
    STATE_TONES,
)
from services.portal.presenters.fields import is_locked, value_of
from services.portal.presenters.words import Badge, moment, plain, refusal, size, value_text

UNNAMED = "（尚未填写平台名称）"
REPRINTED = "/materials/1"
REPRINT_LABEL = "须重新提交"
REPRINT = "注册信息表有需更正的项目：更正后请重新打印、签字盖章，扫描上传。"
"""Why a material is open that nobody found fault with: the stamped form, with any item of the form."""

PICTURED_KINDS = frozenset({"pdf", "png", "jpeg", "zip"})
TEXT_KINDS = frozenset({"docx", "xlsx"})


@dataclass(frozen=True)
class FileView:
    """A file of a material. `pages` is 0 where there are no pictures of pages."""

    id: str
    name: str
    facts: str
    pages: int
    has_text: bool
    parts: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class MaterialView:
    """A place for files with what is in it."""

    slot: Slot
    files: tuple[FileView, ...]
    limits: str
    largest: int
    is_locked: bool
    can_add: bool
    remark: str
    remark_label: str
    missing_parts: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A row of the form for reading."""

    field: FormField
    text: str


@dataclass(frozen=True)
class Part:
    """A part of the form for reading."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Moment:
    """One act in a registration's course."""

    at: str
    who: str
    what: str
    state: str


@dataclass(frozen=True)
class DirectoryView:
    """Where the unit stands on its way to the 名录库."""

    badge: Badge
    at: str
    message_id: str
    reason: str


@dataclass(frozen=True)
class DecisionView:
    """The signature block of 地方商务主管部门意见, filled in."""

    label: str
    reason: str
    text: str
    signatory: str
    signed_on: str


@dataclass(frozen=True)
class ReturnedPart:
    """A part that a return reopened, and where it can be mended."""

    label: str
    verdict: str
    note: str
    spot: PageSpot


@dataclass(frozen=True)
class CheckView:
    """One check that the system made: what it looked at, whether it holds, and what it saw."""

    label: str
    holds: bool
    detail: str


@dataclass(frozen=True)
class RegistrationView:
    """A registration as a page shows it."""

    id: str
    version: int
    name: str
    operator: str
    badge: Badge
    division: str
    revision: int
    created_at: str
    updated_at: str
    submitted_at: str
    actions: frozenset[str]
    checks: tuple[CheckView, ...]
    notes: tuple[str, ...]
    directory: DirectoryView | None
    decision: DecisionView | None
    opinion: str
    course: tuple[Moment, ...]
    parts: tuple[Part, ...]
    materials: tuple[MaterialView, ...]
    done: int
    total: int
    returned_parts: tuple[ReturnedPart, ...]


@dataclass(frozen=True)
class ChangeView:
    """One difference between two revisions."""

    label: str
    before: str
    after: str


def _checks(checks: list[CheckAnswer]) -> tuple[CheckView, ...]:
    """Return the checks, those that ask for a look first."""
    ordered = sorted(checks, key=lambda check: check["holds"])
    return tuple(CheckView(check["label"], check["holds"], check["detail"]) for check in ordered)


def registration_view(registration: RegistrationAnswer) -> RegistrationView:
    """Return everything that the pages about one registration show."""
    form = registration["form"]
    review = registration["review"]
    return RegistrationView(
        id=registration["id"],
        version=registration["version"],
        name=str(form.get("platform_name") or UNNAMED),
        operator=str(form.get("operator_name") or ""),
        badge=Badge(registration["state_label"], STATE_TONES.get(registration["state"], "secondary")),
        division=registration["division_name"],
        revision=registration["revision"],
        created_at=moment(registration["created_at"]),
        updated_at=moment(registration["updated_at"]),
        submitted_at=moment(registration["submitted_at"]),
        actions=frozenset(registration["open_actions"]),
        checks=_checks(registration["checks"]),
        notes=tuple(note["message"] for note in registration["notes"]),
        directory=_directory(registration["directory"]),
        decision=decision_view(review),
        opinion=review["opinion"] if review else "",
        course=tuple(_moment(entry) for entry in reversed(registration["history"])),
        parts=form_parts(form, registration["division_name"]),
        materials=material_views(registration),
        done=registration["completeness"]["done"],
        total=registration["completeness"]["total"],
        returned_parts=_returned_parts(registration) if registration["state"] == "returned" else (),
    )


def form_parts(form: FormValues, division_name: str) -> tuple[Part, ...]:
    """Return the form for reading, part by part as on paper."""
    return tuple(
        Part(
            step.paper,
            tuple(Line(field, value_text(field, value_of(form, field.key), division_name)) for field in step.fields),
        )
        for step in STEPS
        if step.fields
    )


def material_views(registration: RegistrationAnswer) -> tuple[MaterialView, ...]:
    """Return the six places for files."""
    return tuple(material_view(registration, slot) for slot in SLOTS)


def material_view(registration: RegistrationAnswer, slot: Slot) -> MaterialView:
    """Return one place for files."""
    files = tuple(file_view(file, slot.key) for file in registration["materials"].get(slot.key, []))
    review = registration["review"]
    remark = review["materials"].get(slot.key) if review and registration["open_parts"] is not None else None
    is_faulty = remark is not None and remark["verdict"] != "accept"
    is_reprint = (
        not is_faulty and f"/materials/{slot.key}" == REPRINTED and REPRINTED in (registration["open_parts"] or ())
    )
    locked = is_locked(registration, f"/materials/{slot.key}")
    covered = {code for file in files for code, _, has in file.parts if has}
    return MaterialView(
        slot=slot,
        files=files,
        limits=f"可传 {'、'.join(slot.extensions).upper()}；每个不超过 {size(slot.largest)}，最多 {slot.most} 个",
        largest=slot.largest,
        is_locked=locked,
        can_add=not locked and len(files) < slot.most,
        remark=remark["note"] if remark and is_faulty else REPRINT if is_reprint else "",
        remark_label=remark["verdict_label"] if remark and is_faulty else REPRINT_LABEL if is_reprint else "",
        missing_parts=tuple(label for code, label in PLAN_PARTS if code not in covered)
        if slot.key == PLAN_SLOT and files
        else (),
    )


def file_view(file: FileAnswer, slot: str) -> FileView:
    """Return one file."""
    pages = (file["pages"] or 0) if file["kind"] in PICTURED_KINDS else 0
    facts = [file["kind"].upper(), size(file["size"])]
    if file["pages"]:
        facts.append(f"{file['pages']} 页")
    parts = tuple((code, label, code in file["parts"]) for code, label in PLAN_PARTS) if slot == PLAN_SLOT else ()
    return FileView(file["file_id"], file["name"], " · ".join(facts), pages, file["kind"] in TEXT_KINDS, parts)


def decision_view(review: ReviewAnswer | None) -> DecisionView | None:
    """Return the decision of a review, None where there is none yet."""
    decision = review["decision"] if review else None
    if decision is None:
        return None
    return DecisionView(
        label=decision["action_label"],
        reason=decision["reason_label"],
        text=decision["text"],
        signatory=decision["signatory"],
        signed_on=decision["signed_on"],
    )


def change_views(changes: Iterable[ChangeAnswer]) -> tuple[ChangeView, ...]:
    """Return the differences between two revisions."""
    return tuple(
        ChangeView(
            FULL_LABELS.get(field_key(change["pointer"]), change["label"]),
            plain(change["before"]),
            plain(change["after"]),
        )
        for change in changes
    )


def _directory(directory: DirectoryAnswer | None) -> DirectoryView | None:
    if directory is None:
        return None
    badge = Badge(directory["state_label"], DIRECTORY_TONES.get(directory["state"], "secondary"))
    return DirectoryView(
        badge, moment(directory["at"]), directory["message_id"] or "", refusal(directory["reason_code"])
    )


def _moment(entry: HistoryAnswer) -> Moment:
    who = ACTORS.get(entry["action"], "系统")
    return Moment(moment(entry["at"]), who, entry["action_label"], entry["to_state_label"])


def _returned_parts(registration: RegistrationAnswer) -> tuple[ReturnedPart, ...]:
    review = registration["review"]
    if review is None:
        return ()
    titles: Mapping[str, str] = {slot.key: f"{slot.label}　{slot.title}" for slot in SLOTS}
    found = [(titles.get(key, key), f"/materials/{key}", mark) for key, mark in review["materials"].items()]
    found += [(FULL_LABELS.get(key, key), f"/form/{key}", mark) for key, mark in review["fields"].items()]
    parts = [
        ReturnedPart(label, mark["verdict_label"], mark["note"], spot_of(pointer))
        for label, pointer, mark in found
        if mark["verdict"] != "accept"
    ]
    named = {pointer for _, pointer, mark in found if mark["verdict"] != "accept"}
    if REPRINTED in (registration["open_parts"] or ()) and REPRINTED not in named:
        parts.append(ReturnedPart(titles["1"], REPRINT_LABEL, REPRINT, spot_of(REPRINTED)))
    return tuple(parts)
