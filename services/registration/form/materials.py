"""Which files each material takes (regulation 指引 四（二））: kinds, how many, how large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.registration.model.materials import Slot
from shared.documents.kinds import Kind

MIB = 1024 * 1024

_COPIES = frozenset({Kind.PDF, Kind.PNG, Kind.JPEG, Kind.OFD})
_PAPERS = _COPIES | {Kind.DOCX, Kind.XLSX, Kind.ZIP}


@dataclass(frozen=True)
class SlotRule:
    """What a slot takes: `most` files of at most `size` bytes each, of these kinds."""

    kinds: frozenset[Kind]
    most: int
    size: int


RULES: Mapping[Slot, SlotRule] = {
    Slot.FORM: SlotRule(_COPIES, most=5, size=20 * MIB),
    Slot.LICENCE: SlotRule(_COPIES, most=3, size=20 * MIB),
    Slot.EVIDENCE: SlotRule(_PAPERS, most=20, size=50 * MIB),
    Slot.PLAN: SlotRule(frozenset({Kind.PDF, Kind.DOCX, Kind.OFD}), most=10, size=50 * MIB),
    Slot.FILING: SlotRule(_COPIES, most=10, size=20 * MIB),
    Slot.DETAILS: SlotRule(_PAPERS, most=20, size=50 * MIB),
}

LARGEST = max(rule.size for rule in RULES.values())
