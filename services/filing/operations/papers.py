"""Papers: forms as PDF, blank and filled, and receipts as the unit got them."""

from __future__ import annotations

from services.filing import policy
from services.filing.forms.answers import Answers
from services.filing.forms.printed import SECTION_ROWS, Explained, FormContent, Section, sections_of
from services.filing.model.filings import Filing, Noted, Version, Working
from services.filing.model.periods import period_of
from services.filing.model.receipts import FiledContent, ReceiptWords
from services.filing.model.rows import RowSet
from services.filing.operations.changes import in_sight
from services.filing.operations.extras import printed_extras
from services.filing.operations.findings import checked, noted
from services.filing.operations.instruments import Instrument, instrument_for, instrument_of
from services.filing.operations.listing import read_rows, row_indicator, rows_between
from services.filing.operations.reading import head_of
from services.filing.operations.submission import content_of
from services.filing.operations.versions import version_of
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.errors import NotFound


def print_blank(deps: Deps, edition_id: str, form_key: str) -> bytes:
    """Return a blank form as PDF. Raises `NotFound`."""
    instrument = instrument_of(deps, edition_id, form_key)
    return deps.form_printer.print_form(instrument.edition, instrument.form)


def print_filing(deps: Deps, call: Call, filing_id: str, no: int, section: int) -> bytes:
    """Return a version (0: the unit's working copy, as a draft) as PDF; of a long list, one section.

    The read is recorded. Raises `NotFound`, also for a section that the list does not have.
    """
    filing = in_sight(deps, call, filing_id)
    instrument = instrument_for(deps, filing)
    version = _version(deps, call, filing, no)
    working = version.content if version else filing.working
    deps.reads.record(call, "print", filing_id, str(no))
    answers, part = _answers(deps, filing, instrument, working, section)
    content = FormContent(
        period=period_of(filing.period),
        answers=answers,
        head=head_of(instrument, deps.units.find(filing.unit_id), filing),
        sign_off=version.sign_off if version else None,
        extras=printed_extras(instrument, filing, working.extras),
        explanations=_explained(_noted(deps, filing, instrument, version)),
        nil_reason=working.nil_reason,
        filing_id=filing.id,
        revision=version.no if version else 0,
        digest=version.digest if version else "",
        is_submitted=version is not None,
        section=part,
        printed_at=deps.clock.now(),
    )
    return deps.form_printer.print_form(instrument.edition, instrument.form, content)


def read_receipt(deps: Deps, call: Call, filing_id: str, no: int) -> str:
    """Return the signed receipt of a version as the unit got it. Raises `NotFound`."""
    version = _version(deps, call, in_sight(deps, call, filing_id), no)
    if version is None:
        raise NotFound
    return version.receipt


def print_receipt(deps: Deps, call: Call, filing_id: str, no: int) -> bytes:
    """Return the receipt of a version as signed PDF. Raises `NotFound`."""
    filing = in_sight(deps, call, filing_id)
    form = instrument_for(deps, filing).form
    unit = deps.units.find(filing.unit_id)
    words = ReceiptWords(unit.basic("name") if unit else "", form.number, form.title)
    return deps.receipt_printer.make(read_receipt(deps, call, filing_id, no), words)


def read_content(deps: Deps, call: Call, filing_id: str, no: int) -> FiledContent:
    """Return what the digest of a version is made over, for verifying it elsewhere; the read is recorded."""
    filing = in_sight(deps, call, filing_id)
    version = _version(deps, call, filing, no)
    if version is None:
        raise NotFound
    deps.reads.record(call, "read_content", filing_id, str(no))
    return content_of(deps, filing, version.content, version.sign_off)


def _version(deps: Deps, call: Call, filing: Filing, no: int) -> Version | None:
    """Return a version; None for the working copy (0), which is the unit's alone."""
    if no == 0 and policy.own_unit(call.actor, filing):
        return None
    return version_of(deps, filing, no)


def _answers(
    deps: Deps, filing: Filing, instrument: Instrument, working: Working, section: int
) -> tuple[Answers, Section]:
    if working.rows is None:
        if section != 1:
            raise NotFound
        return instrument.answers(working.answers), Section()
    return _section(deps, filing, instrument, working.rows, section)


def _section(deps: Deps, filing: Filing, instrument: Instrument, rows: RowSet, section: int) -> tuple[Answers, Section]:
    """Return one section of a long list: a page of its rows that is bearable to draw."""
    indicator = row_indicator(instrument)
    of = sections_of(rows.count)
    if not 1 <= section <= of:
        raise NotFound
    first = (section - 1) * SECTION_ROWS
    stored = rows_between(deps, filing, rows, first, SECTION_ROWS)
    cells = tuple(cells for _, cells, _ in read_rows(indicator, stored, 0))
    return Answers({}, {indicator.code: cells}), Section(section, of, first + 1)


def _noted(deps: Deps, filing: Filing, instrument: Instrument, version: Version | None) -> tuple[Noted, ...]:
    if version is not None:
        return version.noted
    return noted(instrument, checked(deps, filing, instrument, filing.working), filing.working.explanations)


def _explained(found: tuple[Noted, ...]) -> tuple[Explained, ...]:
    return tuple(
        Explained("、".join(each.indicators), each.title, each.explanation) for each in found if each.explanation
    )
