"""Whether the stamped 注册信息表 (material 1) says what the electronic form says, as far as its printed code tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.registration.form.print_code import Printed, code_of, from_text
from services.registration.model.materials import Materials, Slot
from services.registration.model.registration import FormValues
from shared.errors import Problem

POINTER = f"/materials/{Slot.FORM}"
PLACE = "材料1"
AGAIN = "请重新打印注册信息表，签字盖章后扫描上传。"


class Standing(StrEnum):
    """How the stamped copy stands to the electronic form."""

    ABSENT = "absent"
    NOT_READABLE = "not_readable"
    MATCHES = "matches"
    DIFFERS = "differs"
    OTHER_FORM = "other_form"


@dataclass(frozen=True)
class Comparison:
    """The standing, the items that differ, and the revision for which the copy was printed (0: not known)."""

    standing: Standing
    items: tuple[Printed, ...] = ()
    revision: int = 0


def compare(key: bytes, registration_id: str, form: FormValues, materials: Materials) -> Comparison:
    """Compare every code on material 1 with the form; the worst standing counts. `key` as in `code_of`."""
    refs = materials.get(Slot.FORM, ())
    codes = [code for ref in refs for text in ref.print_codes if (code := from_text(text)) is not None]
    if not codes:
        return Comparison(Standing.NOT_READABLE if refs else Standing.ABSENT)
    if any(code.registration_id != registration_id for code in codes):
        return Comparison(Standing.OTHER_FORM)
    expected = code_of(key, registration_id, 0, form)
    revision = max(code.revision for code in codes)
    wrong = [code for code in codes if (code.digest, code.items) != (expected.digest, expected.items)]
    if not wrong:
        return Comparison(Standing.MATCHES, revision=revision)
    differing = {item: None for code in wrong for item in code.differing(expected)}
    return Comparison(Standing.DIFFERS, tuple(differing), revision)


def problems_of(comparison: Comparison) -> tuple[Problem, ...]:
    """Return why the registration can't be submitted with this copy; a code that can't be read is no reason."""
    if comparison.standing is Standing.OTHER_FORM:
        text = f"材料1是另一份注册的信息表。{AGAIN}"
        return (Problem(POINTER, "stamped_other_form", text, "本注册的注册信息表", PLACE),)
    if comparison.standing is not Standing.DIFFERS:
        return ()
    text = f"材料1（盖章的注册信息表）与当前填报内容不一致。{AGAIN}"
    whole = Problem(POINTER, "stamped_copy_differs", text, "与填报内容一致", PLACE)
    return (whole, *(_difference(item) for item in comparison.items))


def _difference(item: Printed) -> Problem:
    text = f"“{item.label}”与材料1（盖章的注册信息表）不一致：打印后有改动。{AGAIN}"
    return Problem(item.pointer, "stamped_item_differs", text, "与材料1一致", item.label)
