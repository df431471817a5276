"""The whole corpus of files that must be refused: (file name, builder, expected code) by what they are."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.hostile_actions import ACTIVE
from tests.support.hostile_bombs import BOMBS
from tests.support.hostile_names import NAMES
from tests.support.hostile_packages import PACKAGES
from tests.support.hostile_pdfs import PDFS, PICTURES
from tests.support.hostile_polyglots import POLYGLOTS

HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = (
    PDFS | PICTURES | PACKAGES | POLYGLOTS | ACTIVE | BOMBS | NAMES
)
