"""Trying rules and lists without filing: nothing of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.filing.forms.checks import Finding, check
from services.filing.forms.computing import with_computed
from services.filing.forms.lists import ListEntry
from services.filing.forms.reading import dump, read
from services.filing.operations.context import context_to_try
from services.filing.operations.instruments import Instrument, instrument_of, read_period
from services.filing.ports.deps import Deps
from shared.clock import local_date
from shared.codes import lists
from shared.codes.schemes import Scheme
from shared.errors import Invalid, NotFound

MOST_ENTRIES = 50
"""So many entries of a list are given at once."""


@dataclass(frozen=True)
class Tried:
    """What the rules say to answers, with the cells that were computed."""

    instrument: Instrument
    findings: tuple[Finding, ...]
    answers: dict[str, object]


def try_answers(deps: Deps, edition_id: str, form_key: str, period_text: str, values: object) -> Tried:
    """Return every finding for answers; rules over what only the system knows decide nothing.

    Raises `NotFound`, `Invalid` with everything that could not be read.
    """
    instrument = instrument_of(deps, edition_id, form_key)
    period = read_period(period_text)
    reading = read(instrument.form, values)
    if reading.problems:
        raise Invalid([replace(each, pointer=f"/answers{each.pointer}") for each in reading.problems])
    context = context_to_try(period, local_date(deps.clock.now()))
    answers = with_computed(instrument.edition, instrument.form, reading.answers, context)
    found = check(instrument.edition, instrument.form, answers, context)
    return Tried(instrument, found, dump(answers))


def search_list(deps: Deps, scheme: str, version: str, text: str) -> Sequence[ListEntry]:
    """Return the entries of a code list that fit what was typed, the best first. Raises `NotFound`."""
    today = local_date(deps.clock.now())
    try:
        found = Scheme(scheme)
        if text.strip():
            return lists.search(found, text, today, limit=MOST_ENTRIES, version=version)
        return lists.entries(found, today, version=version)[:MOST_ENTRIES]
    except (ValueError, LookupError):
        raise NotFound from None
