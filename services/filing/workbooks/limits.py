"""How large a workbook may be. The file is inspected within these limits before anything here reads it."""

from __future__ import annotations

from shared.documents.kinds import MIB, Limits

MOST_ROWS = 50_000
"""Rows of one list."""

MOST_FAULTS = 10_000
"""Faults of one file that are worth collecting; who meets more should stop and say so."""

MOST_COMMENTS = 5_000
"""Faults of a marked copy that get a comment of their own; the others are filled, and all are in the summary."""

LIMITS = Limits(bytes=50 * MIB, unpacked=512 * MIB, xml_part=256 * MIB, elements=8_000_000)
"""A contract list of 50,000 rows and 40 columns has four million elements once a spreadsheet program has saved it."""
