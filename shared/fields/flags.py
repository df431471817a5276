"""The field of yes and no."""

from __future__ import annotations

from typing import Unpack

from shared.fields.faults import fault
from shared.fields.strict import Options, Strict


class Flag(Strict[bool]):
    """A JSON `true` or `false`; marshmallow's own field takes 1 and 0 for them, since Python holds them equal."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "boolean"}, **options)

    def read(self, value: object) -> bool:
        """Return the value. Code: not_boolean."""
        if not isinstance(value, bool):
            raise fault("not_boolean", "应为“是”或“否”。", "true 或 false")
        return value
