"""Forms as Excel files: templates out, filled ones in, with what is wrong at the cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO

from services.filing import policy
from services.filing.forms.model import Layout
from services.filing.forms.reading import dump
from services.filing.model.filings import Filing, Working
from services.filing.model.states import Action
from services.filing.operations.changes import in_sight
from services.filing.operations.drafts import Content, save_content
from services.filing.operations.findings import checked
from services.filing.operations.instruments import instrument_for, instrument_of
from services.filing.operations.listing import read_rows, row_indicator, rows_of
from services.filing.operations.reading import head_of
from services.filing.operations.versions import version_of
from services.filing.ports.deps import Deps
from services.filing.workbooks.faults import CellFault
from services.filing.workbooks.limits import LIMITS
from services.filing.workbooks.marking import mark
from services.filing.workbooks.reading import faults_of, read_workbook
from services.filing.workbooks.template import filled_list, template
from services.filing.workflow import step_for
from shared.calls import Call
from shared.documents.admission import admit
from shared.documents.kinds import Kind
from shared.documents.names import check_file_name
from shared.errors import Conflict, Invalid, Problem

KINDS = frozenset({Kind.XLSX})


@dataclass(frozen=True)
class Imported:
    """A workbook that was read: what is wrong at which cell, and the filing, saved unless it was only tried."""

    filing: Filing
    faults: tuple[CellFault, ...]
    is_saved: bool


def blank_workbook(deps: Deps, edition_id: str, form_key: str) -> bytes:
    """Return the template of a form. Raises `NotFound`."""
    instrument = instrument_of(deps, edition_id, form_key)
    return template(instrument.edition, instrument.form)


def workbook_of(deps: Deps, call: Call, filing_id: str, no: int) -> Iterator[bytes]:
    """Return a version (0: the unit's working copy) as a workbook that can be sent back; the read is recorded."""
    filing = in_sight(deps, call, filing_id)
    instrument = instrument_for(deps, filing)
    working = _content(deps, call, filing, no)
    deps.reads.record(call, "export", filing_id, str(no))
    head = head_of(instrument, deps.units.find(filing.unit_id), filing)
    if working.rows is None:
        return iter((template(instrument.edition, instrument.form, instrument.answers(working.answers), head),))
    stored = read_rows(row_indicator(instrument), rows_of(deps, filing, working.rows), 0)
    return filled_list(instrument.edition, instrument.form, (cells for _, cells, _ in stored), head)


def import_workbook(deps: Deps, call: Call, filing_id: str, name: str, stream: BinaryIO, *, is_trial: bool) -> Imported:
    """Read a filled workbook into the working copy; one that can't be read wholly changes nothing.

    Actor: own unit. From: draft, returned. Events: none. A trial changes nothing at all.
    Raises `Invalid` for a file that is no template of the form, and with every cell that can't be read unless it is a
    trial; what `drafts.save_content` raises.
    """
    filing = _open(deps, call, filing_id)
    instrument = instrument_for(deps, filing)
    if instrument.form.layout is Layout.ROWS:
        raise Conflict("明细表请用批量导入。")
    with received(deps, filing, name, stream) as file:
        reading = read_workbook(instrument.edition, instrument.form, file)
    faults = reading.faults
    working = replace(filing.working, answers=dump(reading.answers))
    if is_trial:
        found = checked(deps, filing, instrument, working).findings
        at_cells = faults_of(instrument.edition, instrument.form, reading, found)
        return Imported(filing, (*faults, *at_cells), is_saved=False)
    if faults:
        raise Invalid([problem_of(each) for each in faults], "工作簿中有无法读取的内容，未作任何更改。")
    content = Content(
        answers=working.answers,
        extras=working.extras,
        explanations=working.explanations,
        evidence=[ref.file_id for ref in working.evidence],
        nil_reason=None,
    )
    return Imported(save_content(deps, call, filing_id, content), (), is_saved=True)


def mark_workbook(deps: Deps, call: Call, filing_id: str, name: str, stream: BinaryIO) -> Iterator[bytes]:
    """Return a copy of a workbook with what is wrong at its cells; nothing is kept. Raises as `import_workbook`."""
    filing = _open(deps, call, filing_id)
    instrument = instrument_for(deps, filing)
    with received(deps, filing, name, stream) as file:
        reading = read_workbook(instrument.edition, instrument.form, file)
        working = replace(filing.working, answers=dump(reading.answers))
        found = checked(deps, filing, instrument, working).findings
        faults = (*reading.faults, *faults_of(instrument.edition, instrument.form, reading, found))
        file.seek(0)
        yield from mark(instrument.edition, instrument.form, file, faults)


@contextmanager
def received(deps: Deps, filing: Filing, name: str, stream: BinaryIO) -> Iterator[BinaryIO]:
    """Seal and store a workbook, give it out as a seekable stream when it was inspected, and remove it afterwards."""
    file_id = deps.new_id()
    received = deps.files.receive(file_id, filing, stream, LIMITS.bytes)
    try:
        inspect_workbook(deps, received.stored, name)
        with deps.files.open(received.stored) as content:
            yield content
    finally:
        deps.files.discard(file_id)


def inspect_workbook(deps: Deps, stored: Mapping[str, object], name: str) -> None:
    """Inspect and scan a stored workbook. Raises `Invalid`, `Unavailable` where the scanner does not answer."""
    name = check_file_name(name)
    admit(lambda: deps.files.open(stored), name, KINDS, LIMITS, deps.scanner)


def _open(deps: Deps, call: Call, filing_id: str) -> Filing:
    filing = in_sight(deps, call, filing_id)
    step_for(filing, Action.SAVE, call.actor)
    return filing


def _content(deps: Deps, call: Call, filing: Filing, no: int) -> Working:
    if no == 0 and policy.own_unit(call.actor, filing):
        return filing.working
    return version_of(deps, filing, no).content


def problem_of(fault: CellFault) -> Problem:
    """Return the fault as a problem that names the cell."""
    return replace(
        fault.problem, pointer=f"/answers{fault.pointer}", message=f"{fault.sheet} {fault.cell}：{fault.message}"
    )
