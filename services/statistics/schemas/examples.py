"""Bodies for the interface's description, by the name of their schema."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, object] = {
    "PartitionsOut": {"items": [{"kind": "execution", "counted_in": "2025-03", "lines": 418204, "behind": 12}]},
}
