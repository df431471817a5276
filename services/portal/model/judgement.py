"""What a reviewer marks on the page of a review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Remarks = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Judgement:
    """What a reviewer has marked so far: verdict and note per material and per field, and the overall opinion."""

    materials: Remarks = field(default_factory=dict)
    fields: Remarks = field(default_factory=dict)
    opinion: str = ""

    @property
    def undecided(self) -> tuple[str, ...]:
        """The controls (`material-5`, `field-website`) that have a note and no verdict: such a note can't be stored."""
        stems = (("material", self.materials), ("field", self.fields))
        return tuple(f"{stem}-{key}" for stem, marks in stems for key, mark in marks.items() if not mark["verdict"])
