"""A version beside what was approved of the same form for the last period before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.filing.model.filings import Filing, Version
from services.filing.operations.changes import in_sight
from services.filing.operations.drafts import changed_answers, changed_extras
from services.filing.operations.instruments import Instrument, instrument_for
from services.filing.operations.reading import Change, at
from services.filing.operations.versions import version_of
from services.filing.ports.deps import Deps
from shared.calls import Call


@dataclass(frozen=True)
class BesideLast:
    """What was in force for an earlier period, and what differs in a version from it.

    `period` is empty and `version` None where nothing was approved before.
    """

    filing: Filing
    instrument: Instrument
    period: str
    version: Version | None
    changes: tuple[Change, ...]


def changes_since_last_period(deps: Deps, call: Call, filing_id: str, no: int) -> BesideLast:
    """Return what a version changed against the last period before that has an approved filing of the form.

    The read is recorded. Raises `NotFound`.
    """
    filing = in_sight(deps, call, filing_id)
    instrument = instrument_for(deps, filing)
    now = version_of(deps, filing, no)
    deps.reads.record(call, "read_changes", filing_id, str(no))
    found = deps.filings.list_approved_before(filing, 1)
    if not found:
        return BesideLast(filing, instrument, "", None, ())
    period, before = found[0]
    old, new = _values(before), _values(now)
    pairs = (*changed_answers(before.content, now.content), *changed_extras(before.content, now.content))
    changes = tuple(Change(pointer, indicator, at(old, pointer), at(new, pointer)) for pointer, indicator in pairs)
    return BesideLast(filing, instrument, period, before, changes)


def _values(version: Version) -> Mapping[str, object]:
    return {**version.content.answers, "extras": version.content.extras}
