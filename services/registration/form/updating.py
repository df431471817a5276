"""What a change of registered data must bring with it: the materials that prove it. Pure.

The stamped form is always new, since the form changed; the other materials go by what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.registration.form.changes import Change, differences
from services.registration.form.items import SLOT_LABELS
from services.registration.model.materials import Materials, Slot
from services.registration.model.registration import FormValues, Registration, Revision
from services.registration.model.standing import Purpose
from services.registration.model.states import State
from shared.errors import Problem

PROOFS: Mapping[str, frozenset[Slot]] = {
    "operator_name": frozenset({Slot.LICENCE, Slot.FILING}),
    "legal_representative": frozenset({Slot.LICENCE}),
    "credit_code": frozenset({Slot.LICENCE, Slot.FILING}),
    "division": frozenset({Slot.LICENCE}),
    "opened_on": frozenset({Slot.LICENCE}),
    "registered_capital": frozenset({Slot.LICENCE}),
    "registration_type": frozenset({Slot.LICENCE}),
    "platform_name": frozenset({Slot.FILING}),
    "website": frozenset({Slot.FILING, Slot.EVIDENCE}),
    "icp_number": frozenset({Slot.FILING}),
    "licence_number": frozenset({Slot.FILING}),
    "operating_since": frozenset({Slot.EVIDENCE}),
    "operation_plan": frozenset({Slot.PLAN}),
}
"""Which item asks for which new material besides material 1; items that are not named ask for none."""


def changed_since_in_force(registration: Registration, form: FormValues, materials: Materials) -> tuple[Change, ...]:
    """Return what differs from the revision in force."""
    base = registration.in_force
    return () if base is None else differences(base.form, base.materials, form, materials)


def asked_for(changes: Iterable[Change]) -> tuple[Slot, ...]:
    """Return the materials that these changes ask for anew, in order."""
    items = [change.pointer.removeprefix("/form/") for change in changes if change.pointer.startswith("/form/")]
    asked = {slot for item in items for slot in PROOFS.get(item.partition("/")[0], ())}
    asked |= {Slot.FORM} if items else set()
    return tuple(slot for slot in Slot if slot in asked)


def problems_of_change(registration: Registration) -> tuple[Problem, ...]:
    """Return why the working copy can't be submitted as a change; nothing for an application of another purpose."""
    base = registration.in_force
    if registration.purpose is not Purpose.CHANGE or base is None:
        return ()
    changes = changed_since_in_force(registration, registration.form, registration.materials)
    if not changes:
        text = "与现行注册信息相比没有任何变更。"
        return (Problem("/form", "nothing_changed", text, "至少一项变更", "变更事项"),)
    return tuple(
        Problem(
            f"/materials/{slot}",
            "material_not_new",
            f"变更事项须提交新的材料{slot}：{SLOT_LABELS[slot]}。",
            "变更后的材料",
            f"材料{slot}",
        )
        for slot in asked_for(changes)
        if not _has_new_file(base, registration.materials, slot)
    )


def is_unchanged_after_return(registration: Registration) -> bool:
    """Whether a returned application would be submitted again just as it was."""
    if registration.state is not State.RETURNED or not registration.revisions:
        return False
    last = registration.revisions[-1]
    return not differences(last.form, last.materials, registration.form, registration.materials)


def _has_new_file(base: Revision, materials: Materials, slot: Slot) -> bool:
    before = {ref.file_id for ref in base.materials.get(slot, ())}
    return any(ref.file_id not in before for ref in materials.get(slot, ()))
