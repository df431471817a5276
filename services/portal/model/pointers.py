"""Where a JSON pointer of the registration service leads to in the pages."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.model.form import GROUPS, STEP_OF_FIELD

MATERIALS_STEP = 5
CHECK_STEP = 6


@dataclass(frozen=True)
class PageSpot:
    """A step of the wizard and the id of an element there, empty where there is no closer one."""

    step: int
    anchor: str = ""


def field_key(pointer: str) -> str:
    """Return the field's key (`website`, `traits/matching`) of a pointer into a form or a registration, or ''."""
    parts = pointer.strip("/").split("/")
    if parts[0] == "form":
        parts = parts[1:]
    if not parts:
        return ""
    if parts[0] in GROUPS:
        return "/".join(parts[:2])
    return parts[0]


def material_key(pointer: str) -> str:
    """Return the slot (`1` … `5`, `details`) of a pointer into the materials, or ''."""
    parts = pointer.strip("/").split("/")
    return parts[1] if parts[0] == "materials" and len(parts) > 1 else ""


def spot_of(pointer: str) -> PageSpot:
    """Return where in the wizard a pointer's fault can be mended."""
    slot = material_key(pointer)
    if slot:
        return PageSpot(MATERIALS_STEP, f"material-{slot}")
    key = field_key(pointer)
    step = STEP_OF_FIELD.get(key)
    if step is not None:
        return PageSpot(step.no, "f-" + key.replace("/", "-"))
    if key in GROUPS:
        return PageSpot(1)
    return PageSpot(CHECK_STEP, key if key in {"undertaking", "explanation"} else "")
