"""The places of a registration that something can be said about: their pointers and what they are called."""

from __future__ import annotations

from collections.abc import Mapping

from services.registration.form.items import CONDITIONS, SLOT_LABELS
from services.registration.form.print_code import PRINTED
from services.registration.model.facts import FACTS

WHOLE = ""
"""The pointer of the registration as a whole."""

PLACES: Mapping[str, str] = {
    WHOLE: "整份注册",
    **{item.pointer: item.label for item in PRINTED if item.pointer.count("/") == 2},
    "/form/traits": "平台特征",
    **{f"/materials/{slot}": f"材料{slot}" if slot.isdigit() else label for slot, label in SLOT_LABELS.items()},
    **{f"/conditions/{key}": f"注册条件{number}" for number, key in enumerate(CONDITIONS, 1)},
    **{f"/facts/{fact.key}": f"材料{fact.slot}：{fact.label}" for fact in FACTS},
}
"""Each place by its pointer; facts are the department's own, and not shown to the filer."""


def anchor_of(pointer: str) -> str:
    """Return the anchor of a place in the pages of the portal."""
    return "at" + pointer.replace("/", "-") if pointer else "threads"
