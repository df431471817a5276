"""Marks for follow-up: a department notes a value of a version with a reason, and looks at it again later.

A mark stays with the filing: whoever reads a later version sees it as long as the field is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.filing import policy
from services.filing.model.filings import Filing, Version
from services.filing.model.marks import Mark
from services.filing.model.units import Unit
from services.filing.operations.changes import in_sight
from services.filing.operations.instruments import instrument_for, instrument_of
from services.filing.operations.listing import rows_between
from services.filing.operations.places import forms_of, is_place, place_label
from services.filing.operations.reading import at
from services.filing.operations.versions import version_of
from services.filing.ports.casework import WantedMarks
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, StaleVersion
from shared.history import was_done
from shared.paging import Page

MARK, DONE, UNDONE = "mark", "done", "undone"
TRIES = 3


@dataclass(frozen=True)
class MarkView:
    """A mark with what its place is called; `now` is what stands there in the last version, None where the field is gone.

    `unit` and the title of the form are there in lists over filings; `unit` is None for a demonstration city.
    """

    mark: Mark
    place: str
    form_title: str = ""
    now: object = None
    is_there: bool = True
    unit: Unit | None = None


def mark_value(deps: Deps, call: Call, filing_id: str, pointer: str, note: str) -> MarkView:
    """Mark a value of the version that was submitted last.

    Actor: a department of the chain, for itself. From: any state after a submission; the filing does not change. The same
    request marks once. Raises `NotFound`, `NotAllowed`, `Invalid` for a place that the form does not have or where nothing stands, `KeyReused`.
    """
    filing, last = _marked(deps, call, filing_id)
    instrument = instrument_for(deps, filing)
    if not is_place(forms_of(instrument, filing.division, filing.period), pointer):
        raise Invalid([Problem("/pointer", "place_unknown", "表中没有这一项。", "表中的指标，如 /601/2")])
    value = _value_at(deps, filing, last, pointer)
    if value is None:
        raise Invalid([Problem("/pointer", "nothing_there", "这一项没有填报内容。", "已填报的指标")])
    if call.request is not None and (made := deps.marks.find_created(call.request)) is not None:
        return _of_filing(deps, filing, last, made)
    now = deps.clock.now()
    mark = Mark(
        id=deps.new_id(),
        version=0,
        filing_id=filing.id,
        unit_id=filing.unit_id,
        division=policy.division_of(call.actor),
        form=filing.form,
        edition=filing.edition,
        period=filing.period,
        of_division=filing.division,
        revision=last.no,
        pointer=pointer,
        value=value,
        note=note,
        made_by=call.actor.account_id,
        made_at=now,
        history=(call.entry(now, MARK, None, None),),
    )
    return _of_filing(deps, filing, last, deps.marks.add(mark))


def settle_mark(deps: Deps, call: Call, filing_id: str, mark_id: str, *, is_done: bool) -> MarkView:
    """Note that a mark is dealt with, or not yet after all. Doing it twice changes nothing.

    Actor: the department that marked. Raises `NotFound`, `NotAllowed`, `Conflict`.
    """
    filing, last = _marked(deps, call, filing_id)
    for _ in range(TRIES):
        mark = deps.marks.get(mark_id)
        if mark.filing_id != filing.id or mark.division != policy.division_of(call.actor):
            raise NotFound
        if mark.is_done is is_done or was_done(mark.history, call.request):
            return _of_filing(deps, filing, last, mark)
        entry = call.entry(deps.clock.now(), DONE if is_done else UNDONE, None, None)
        try:
            saved = deps.marks.save(replace(mark, is_done=is_done, history=(*mark.history, entry)))
        except StaleVersion:
            continue
        return _of_filing(deps, filing, last, saved)
    raise Conflict


def list_marks(deps: Deps, call: Call, filing_id: str) -> tuple[MarkView, ...]:
    """Return the marks of the actor's department on a filing, the oldest first, with what stands there now.

    Actor: a department of the chain; for others there are none. Raises `NotFound`.
    """
    filing = in_sight(deps, call, filing_id)
    if filing.last is None or not policy.is_of_the_chain(call.actor, filing):
        return ()
    last = version_of(deps, filing, filing.revision)
    found = deps.marks.list_of(filing.id, policy.division_of(call.actor))
    return tuple(_of_filing(deps, filing, last, each) for each in found)


def list_all_marks(deps: Deps, call: Call, wanted: WantedMarks, cursor: str, limit: int) -> Page[MarkView]:
    """Return a page of the marks of the actor's department, the newest first; the read is recorded. Raises `Malformed`."""
    division = policy.division_of(call.actor)
    page = deps.marks.list_of_department(division, wanted, cursor, limit)
    deps.reads.record(call, "list_marks", division)
    units = deps.units.find_all({each.unit_id for each in page.items})
    return Page(tuple(_listed(deps, each, units) for each in page.items), page.next_cursor)


def _marked(deps: Deps, call: Call, filing_id: str) -> tuple[Filing, Version]:
    filing = in_sight(deps, call, filing_id)
    if filing.last is None or not policy.is_of_the_chain(call.actor, filing):
        raise NotAllowed
    return filing, version_of(deps, filing, filing.revision)


def _of_filing(deps: Deps, filing: Filing, last: Version, mark: Mark) -> MarkView:
    instrument = instrument_for(deps, filing)
    place = place_label(forms_of(instrument, filing.division, filing.period), mark.pointer)
    now = _value_at(deps, filing, last, mark.pointer)
    return MarkView(mark, place, instrument.form.title, now, now is not None)


def _listed(deps: Deps, mark: Mark, units: Mapping[str, Unit]) -> MarkView:
    instrument = instrument_of(deps, mark.edition, mark.form)
    place = place_label(forms_of(instrument, mark.of_division, mark.period), mark.pointer)
    return MarkView(mark, place, instrument.form.title, unit=units.get(mark.unit_id))


def _value_at(deps: Deps, filing: Filing, version: Version, pointer: str) -> object:
    """Return what a version says at a place, also in a row of a long list, which is kept beside it; None for nothing."""
    content = version.content
    steps = pointer.split("/")[1:]
    if content.rows is not None and len(steps) > 1 and steps[1].isdecimal():
        found = rows_between(deps, filing, content.rows, int(steps[1]), 1)
        row: object = found[0] if found else None
        return at(row, f"/{steps[2]}") if isinstance(row, Mapping) and len(steps) > 2 else row
    return at({**content.answers, "extras": content.extras}, pointer)
