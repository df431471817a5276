"""What differs between two revisions, and which parts of a returned registration are open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.registration.form.items import CONDITIONS, ITEM_BY_KEY, SLOT_LABELS, TRAITS
from services.registration.model.materials import Materials, Slot
from services.registration.model.registration import FormValues
from services.registration.model.review import Review, Verdict


@dataclass(frozen=True)
class Change:
    """One difference: where, under which name, and the two values as text."""

    pointer: str
    label: str
    before: object
    after: object


_LABELS = {key: item.label for key, item in ITEM_BY_KEY.items()}
_GROUPS = {"traits": TRAITS, "conditions": CONDITIONS}


def differences(
    old_form: FormValues, old_materials: Materials, new_form: FormValues, new_materials: Materials
) -> tuple[Change, ...]:
    """Return every difference of form and materials, in the order of the form."""
    return (*_form_changes(old_form, new_form), *_material_changes(old_materials, new_materials))


def _form_changes(old: FormValues, new: FormValues) -> Iterable[Change]:
    for key, label in _LABELS.items():
        if old.get(key) != new.get(key):
            yield Change(f"/form/{key}", label, old.get(key), new.get(key))
    for group, texts in _GROUPS.items():
        before, after = _answers(old, group), _answers(new, group)
        for key, text in texts.items():
            if before.get(key) != after.get(key):
                yield Change(f"/form/{group}/{key}", text, before.get(key), after.get(key))


def _answers(form: FormValues, group: str) -> dict[str, object]:
    value = form.get(group)
    return dict(value) if isinstance(value, dict) else {}


def _material_changes(old: Materials, new: Materials) -> Iterable[Change]:
    for slot, label in SLOT_LABELS.items():
        before, after = _files(old, slot), _files(new, slot)
        if before != after:
            yield Change(f"/materials/{slot}", label, [name for _, name, _ in before], [name for _, name, _ in after])


def _files(materials: Materials, slot: Slot) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(ref.file_id, ref.name, ref.parts) for ref in materials.get(slot, ())]


def open_parts(review: Review | None) -> frozenset[str]:
    """Return the pointers that a return reopens: the faulty parts, and with any field the stamped form (material 1).

    A form that may change must be printed, stamped and scanned anew: the accepted copy would no longer match it.
    """
    faulty = faulty_parts(review)
    has_field = any(part.startswith("/form/") for part in faulty)
    return faulty | {f"/materials/{Slot.FORM}"} if has_field else faulty


def faulty_parts(review: Review | None) -> frozenset[str]:
    """Return the pointers of the materials and fields that were not accepted."""
    if review is None:
        return frozenset()
    materials = {f"/materials/{slot}" for slot, mark in review.materials.items() if mark.verdict is not Verdict.ACCEPT}
    fields = {f"/form/{key}" for key, mark in review.fields.items() if mark.verdict is not Verdict.ACCEPT}
    return frozenset(materials | fields)
