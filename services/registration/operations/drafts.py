"""Starting a registration, filling it in, withdrawing it and taking it up again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from services.registration.errors import PartNotOpen
from services.registration.form.changes import differences, open_parts
from services.registration.form.materials import RULES
from services.registration.model.materials import FileRef, PlanPart, Slot
from services.registration.model.registration import FormValues, Registration
from services.registration.model.states import Action, State
from services.registration.operations import events
from services.registration.operations.applications import at_home
from services.registration.operations.changes import Changed, change
from services.registration.operations.telling import tell_operator
from services.registration.ports import Deps
from shared.calls import Call
from shared.errors import Invalid, NotAllowed, Problem


class Chosen(NamedTuple):
    """A file of a material, and the parts of the operation plan that it covers."""

    file_id: str
    parts: tuple[PlanPart, ...] = ()


def create_registration(deps: Deps, call: Call) -> Registration:
    """Start an empty registration of the actor's unit.

    Actor: operator. To: draft. Events: none. The same request makes one registration only.
    Raises `NotAllowed` for an actor without a unit, `KeyReused`.
    """
    if call.actor.unit_id is None:
        raise NotAllowed
    if call.request is not None:
        made = deps.registrations.find_created(call.request)
        if made is not None:
            return made
    now = deps.clock.now()
    entry = call.entry(now, Action.CREATE, None, State.DRAFT)
    registration = Registration(
        id=deps.new_id(),
        version=1,
        unit_id=call.actor.unit_id,
        owner_id=call.actor.account_id,
        state=State.DRAFT,
        created_at=now,
        updated_at=now,
        history=(entry,),
    )
    return deps.registrations.add(registration, call)


def save_form(deps: Deps, call: Call, registration_id: str, form: FormValues) -> Registration:
    """Replace the form of the working copy.

    Actor: own operator. From: draft, returned (only the parts that the return reopened). Events: none.
    Raises `PartNotOpen` and what `change` raises.
    """

    def make(registration: Registration) -> Changed:
        changed = replace(registration, form=form)
        _only_open_parts(registration, changed)
        return changed, ()

    return change(deps, call, registration_id, Action.SAVE, make)


def set_material(deps: Deps, call: Call, registration_id: str, slot: Slot, chosen: Sequence[Chosen]) -> Registration:
    """Say which files a material consists of, in order.

    Actor: own operator. From: draft, returned (only a reopened material). Events: none.
    Raises `Invalid` for files that are not there, doubled or too many, `PartNotOpen`, and what `change` raises.
    """

    def make(registration: Registration) -> Changed:
        files = _files_of(deps, registration, slot, chosen)
        changed = replace(registration, materials={**registration.materials, slot: files})
        _only_open_parts(registration, changed)
        return changed, ()

    return change(deps, call, registration_id, Action.SAVE, make)


def withdraw_registration(deps: Deps, call: Call, registration_id: str) -> Registration:
    """Take a registration back; its web site and ICP number become free.

    Actor: own operator. From: submitted, under review, returned. To: withdrawn. Events: withdrawn.
    """

    def make(registration: Registration) -> Changed:
        notice = tell_operator(registration, "withdrawn", str(registration.version))
        return at_home(deps, registration), (events.told(registration, "withdrawn"), notice)

    return change(deps, call, registration_id, Action.WITHDRAW, make)


def resume_registration(deps: Deps, call: Call, registration_id: str) -> Registration:
    """Take a withdrawn registration up again as a draft.

    Actor: own operator. From: withdrawn. To: draft. Events: none.
    """
    return change(deps, call, registration_id, Action.RESUME, lambda registration: (registration, ()))


def only_open_slots(registration: Registration, slots: Iterable[Slot]) -> None:
    """Refuse a change that belongs to a material which a return left closed. Raises `PartNotOpen`."""
    if registration.state is not State.RETURNED:
        return
    reopened = open_parts(registration.review)
    closed = sorted({f"/materials/{slot}" for slot in slots} - reopened)
    if closed:
        text = "该材料未被要求修改。"
        raise PartNotOpen(
            problems=[Problem(part, "part_not_open", text, "、".join(sorted(reopened))) for part in closed]
        )


def _files_of(deps: Deps, registration: Registration, slot: Slot, chosen: Sequence[Chosen]) -> tuple[FileRef, ...]:
    problems: list[Problem] = []
    files: list[FileRef] = []
    most = RULES[slot].most
    if len(chosen) > most:
        problems.append(Problem("/files", "too_many_files", f"此项材料最多 {most} 个文件。", f"≤ {most}"))
    for position, choice in enumerate(chosen):
        pointer = f"/files/{position}"
        found = _file(deps, registration, slot, choice.file_id)
        if found is None:
            problems.append(Problem(f"{pointer}/file_id", "file_unknown", "文件不存在，请重新上传。", "已上传的文件"))
        elif any(ref.file_id == choice.file_id for ref in files):
            problems.append(Problem(f"{pointer}/file_id", "file_doubled", "同一文件重复。", "每个文件一次"))
        elif choice.parts and slot is not Slot.PLAN:
            problems.append(Problem(f"{pointer}/parts", "parts_not_here", "仅材料4须注明所含内容。", "无"))
        else:
            files.append(replace(found, parts=tuple(dict.fromkeys(choice.parts))))
    if problems:
        raise Invalid(problems)
    return tuple(files)


def _file(deps: Deps, registration: Registration, slot: Slot, file_id: str) -> FileRef | None:
    """Return a file that the slot holds already, or one that was uploaded for it."""
    for ref in registration.materials.get(slot, ()):
        if ref.file_id == file_id:
            return ref
    uploaded = deps.files.find(file_id)
    if uploaded is None or uploaded.registration_id != registration.id or uploaded.slot is not slot:
        return None
    return uploaded.ref


def _only_open_parts(before: Registration, after: Registration) -> None:
    """Refuse a change of a returned registration outside the parts that the reviewer reopened."""
    if before.state is not State.RETURNED:
        return
    reopened = open_parts(before.review)
    problems = [
        Problem(changed.pointer, "part_not_open", f"“{changed.label}”未被要求修改。", "、".join(sorted(reopened)))
        for changed in differences(before.form, before.materials, after.form, after.materials)
        if not any(changed.pointer == part or changed.pointer.startswith(f"{part}/") for part in reopened)
    ]
    if problems:
        raise PartNotOpen(problems=problems)
