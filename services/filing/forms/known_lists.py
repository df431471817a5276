"""The code lists of `shared.codes`, as the loader asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.filing.forms.lists import ListEntry
from shared.codes import lists
from shared.codes.schemes import Scheme


class KnownLists:
    """Implements `CodeLists`: a version is asked for by its name, and entries that ended in it still count."""

    def find(self, scheme: str, version: str, code: str) -> ListEntry | None:
        """Return the last meaning of a code; raises LookupError for an unknown list or version."""
        return lists.find_last(_scheme(scheme), code, version)

    def entries(self, scheme: str, version: str) -> Sequence[ListEntry]:
        """Return the entries in force on the version's last known day; raises LookupError as `find`."""
        found = _scheme(scheme)
        known = next((one for one in lists.versions(found) if one.key == version), None)
        if known is None:
            raise LookupError(f"{scheme}/{version}")
        return lists.entries(found, known.valid_to or date.max, version=version)


def _scheme(name: str) -> Scheme:
    try:
        return Scheme(name)
    except ValueError:
        raise LookupError(name) from None
