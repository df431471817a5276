"""Importing long lists: begun by the unit, read by the worker batch by batch, put into the draft when all is well.

After a crash the import goes on at the batch that it had not finished; a batch that was written twice leaves a segment
that nothing refers to, and the sweeper takes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import BinaryIO

from services.filing import policy
from services.filing.forms.answers import Given
from services.filing.forms.model import Layout, Severity
from services.filing.model.filings import Filing
from services.filing.model.imports import OPEN, Import, ImportState
from services.filing.model.periods import period_of
from services.filing.model.rows import RowSet
from services.filing.model.states import Action
from services.filing.operations.changes import Changed, change, in_sight
from services.filing.operations.context import context_of
from services.filing.operations.findings import row_json
from services.filing.operations.instruments import Instrument, instrument_for
from services.filing.operations.workbooks import inspect_workbook
from services.filing.ports.deps import Deps
from services.filing.workbooks.faults import CellFault, dump_faults, load_faults
from services.filing.workbooks.limits import LIMITS, MOST_FAULTS
from services.filing.workbooks.marking import mark
from services.filing.workbooks.rows import Batch, check_rows, look_at_list, rows
from services.filing.workflow import step_for
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotFound, StaleVersion, TongbaoError
from shared.idempotency import RequestKey

LEASE = timedelta(seconds=60)
"""An import whose worker said nothing for so long is taken up by another."""

TRIES = 5


def begin_import(deps: Deps, call: Call, filing_id: str, name: str, stream: BinaryIO, *, is_trial: bool) -> Import:
    """Take a workbook of rows in; the worker reads it. The rows take the place of those that are there.

    Actor: own unit. From: draft, returned. Raises `Invalid` for a file that is no workbook, `TooLarge`, `Conflict` for
    a form without rows, `NotFound`.
    """
    filing = in_sight(deps, call, filing_id)
    step_for(filing, Action.SAVE, call.actor)
    if instrument_for(deps, filing).form.layout is not Layout.ROWS:
        raise Conflict("此表没有明细行。")
    import_id = deps.new_id()
    received = deps.files.receive(import_id, filing, stream, LIMITS.bytes)
    try:
        inspect_workbook(deps, received.stored, name)
    except BaseException:
        deps.files.discard(import_id)
        raise
    now = deps.clock.now()
    made = Import(
        id=import_id,
        version=1,
        filing_id=filing.id,
        unit_id=filing.unit_id,
        actor=call.actor,
        is_trial=is_trial,
        state=ImportState.WAITING,
        file=received.stored,
        created_at=now,
        updated_at=now,
    )
    deps.imports.add(made)
    return made


def read_import(deps: Deps, call: Call, filing_id: str, import_id: str) -> Import:
    """Return how far an import is. Actor: own unit. Raises `NotFound`."""
    filing = in_sight(deps, call, filing_id)
    found = deps.imports.get(import_id)
    if found.filing_id != filing.id or not policy.own_unit(call.actor, filing):
        raise NotFound
    return found


def marked_import(deps: Deps, call: Call, filing_id: str, import_id: str) -> Iterator[bytes]:
    """Return the imported workbook with its faults at the cells. Raises `NotFound`, `Conflict` while it is read."""
    found = read_import(deps, call, filing_id, import_id)
    if found.state is not ImportState.READ:
        raise Conflict
    instrument = instrument_for(deps, deps.filings.get(filing_id))
    deps.reads.record(call, "marked_import", filing_id, import_id)
    return _marked(deps, instrument, found)


def run_next_import(deps: Deps) -> bool:
    """Read one waiting import to its end; tell whether there was one. Any number of workers may do this at once."""
    found = deps.imports.take(deps.clock.now(), LEASE)
    if found is None:
        return False
    try:
        _run(deps, found)
    except TongbaoError as error:
        _failed(deps, deps.imports.get(found.id), error)
    return True


def _run(deps: Deps, found: Import) -> None:
    filing = deps.filings.get(found.filing_id)
    instrument = instrument_for(deps, filing)
    with deps.files.open(found.file) as file:
        head = look_at_list(instrument.edition, instrument.form, file)
        found = deps.imports.save(replace(found, total=head.count, updated_at=deps.clock.now()))
        file.seek(0)
        for batch in rows(instrument.edition, instrument.form, file, found.next_row):
            found = deps.imports.save(_with_batch(deps, filing, instrument, found, batch))
            if found.counted.get(Severity.ERROR.value, 0) >= MOST_FAULTS:
                break  # nothing of it will be kept
    _finished(deps, found, [*head.faults])


def _with_batch(deps: Deps, filing: Filing, instrument: Instrument, found: Import, batch: Batch) -> Import:
    year = period_of(filing.period).year
    firms = (row.cells.get("firm") for row in batch.rows)
    names = {str(firm.value) for firm in firms if isinstance(firm, Given)}
    context = context_of(deps, filing, instrument, filing.working)
    known = replace(context, firms=deps.units.firms(names, year)) if names else context
    faults = (*batch.faults, *check_rows(instrument.edition, instrument.form, batch, known))
    written = found.rows
    if not found.is_trial:
        segment = deps.rows.write(filing, [row_json(row.cells) for row in batch.rows])
        written = RowSet((*found.rows.segments, segment))
    return _with_faults(replace(found, next_row=batch.next, rows=written, updated_at=deps.clock.now()), faults)


def _with_faults(found: Import, faults: tuple[CellFault, ...] | list[CellFault]) -> Import:
    counted = Counter(found.counted)
    counted.update(each.severity.value for each in faults)
    listed = (*found.faults, *dump_faults(faults))
    if len(listed) > MOST_FAULTS:  # no error is left out for a query or note before it
        listed = tuple(sorted(listed, key=lambda each: each["severity"] != Severity.ERROR.value)[:MOST_FAULTS])
    return replace(found, faults=listed, counted=dict(counted))


def _finished(deps: Deps, found: Import, faults: list[CellFault]) -> None:
    found = _with_faults(found, faults)
    if found.is_trial or found.counted.get(Severity.ERROR.value):
        deps.imports.save(replace(found, state=ImportState.READ, updated_at=deps.clock.now()))
        return

    def make(filing: Filing) -> Changed:
        return replace(filing, working=replace(filing.working, rows=found.rows)), ()

    _put_in(deps, found, make)
    deps.imports.save(replace(found, state=ImportState.DONE, updated_at=deps.clock.now()))


def _put_in(deps: Deps, found: Import, make: Callable[[Filing], Changed]) -> None:
    """Put the rows into the draft, once however often it is tried; a draft that is saved meanwhile is read again."""
    request = RequestKey(key=found.id, digest=found.id)
    for _ in range(TRIES):
        filing = deps.filings.get(found.filing_id)
        with suppress(StaleVersion):
            call = Call(actor=found.actor, version=filing.version, request=request)
            change(deps, call, filing.id, Action.SAVE, make)
            return
    raise StaleVersion


def _failed(deps: Deps, found: Import, error: TongbaoError) -> None:
    if found.state in OPEN:
        reason = error.problems[0].code if isinstance(error, Invalid) and error.problems else error.code
        deps.imports.save(replace(found, state=ImportState.FAILED, reason=reason, updated_at=deps.clock.now()))


def _marked(deps: Deps, instrument: Instrument, found: Import) -> Iterator[bytes]:
    faults = load_faults(found.faults)
    with deps.files.open(found.file) as file:
        yield from mark(instrument.edition, instrument.form, file, faults)
