"""What a reviewer marks on the page of a review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Remarks = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Judgement:
    """What a reviewer has marked so far: verdict and note per material, field and condition, and the overall opinion.

    `facts` are the readings of the materials, `reasons` why one that does not agree is accepted.
    """

    materials: Remarks = field(default_factory=dict)
    fields: Remarks = field(default_factory=dict)
    conditions: Remarks = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    confirms_carried: bool = False
    opinion: str = ""

    @property
    def undecided(self) -> tuple[str, ...]:
        """The controls (`material-5`, `field-website`) that have a note and no verdict: such a note can't be stored."""
        stems = (("material", self.materials), ("field", self.fields), ("condition", self.conditions))
        return tuple(f"{stem}-{key}" for stem, marks in stems for key, mark in marks.items() if not mark["verdict"])
