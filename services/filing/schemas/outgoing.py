"""What goes out of filings over HTTP. The `…_body` functions say what a reader may see; the `XOut` schemas describe it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from marshmallow import Schema, fields

from services.filing.forms.answers import Answers, Place, pointer_to
from services.filing.forms.computing import show
from services.filing.forms.model import Part
from services.filing.forms.reading import dump
from services.filing.model.evidence import FileRef
from services.filing.model.filings import Filing, Noted, SignOff, Version, Working
from services.filing.model.periods import period_of
from services.filing.operations.extras import CheckedExtras, answers_of, extras_of, pointer_of
from services.filing.operations.findings import Checked, apart
from services.filing.operations.instruments import Instrument
from services.filing.operations.reading import Change, Earlier, SavedView, Suggestion, View
from services.filing.schemas.chain import LinkOut, OpinionOut, chain_body, decision_body
from services.filing.schemas.classification import record_body
from services.filing.schemas.editions import form_body
from services.filing.schemas.findings import FindingOut, findings_body
from services.filing.schemas.overview import RowOut, division_name, row_body
from services.filing.schemas.rates import ConvertedOut, converted_body
from services.filing.schemas.words import ACTION_LABELS, SOURCE_LABELS
from shared.history import HistoryEntry

Body = dict[str, object]


class FindingsOut(Schema):
    """All findings of answers, with the cells that were computed."""

    findings = fields.List(fields.Nested(FindingOut))
    counted = fields.Dict()
    answers = fields.Dict()


class FileOut(Schema):
    """A piece of evidence."""

    file_id = fields.String()
    name = fields.String()
    kind = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    pages = fields.Integer(allow_none=True)
    uploaded_at = fields.String()


class ExtrasOut(Schema):
    """What a division adds: its form, the answers to it, and its findings while the unit writes."""

    id = fields.String()
    division = fields.String()
    division_name = fields.String()
    ground = fields.String()
    form = fields.Dict()
    answers = fields.Dict()
    shown = fields.Dict()
    closed = fields.List(fields.String())
    findings = fields.List(fields.Nested(FindingOut))


class VersionOut(Schema):
    """A version as it was submitted, with what was decided on it."""

    no = fields.Integer()
    submitted_at = fields.String()
    is_in_force = fields.Boolean()
    digest = fields.String()
    sign_off = fields.Dict()
    answers = fields.Dict()
    shown = fields.Dict()
    extras = fields.List(fields.Nested(ExtrasOut))
    rows = fields.Integer(allow_none=True)
    nil_reason = fields.String(allow_none=True)
    classification = fields.Dict(allow_none=True)
    evidence = fields.List(fields.Nested(FileOut))
    noted = fields.List(fields.Dict())
    converted = fields.List(fields.Nested(ConvertedOut))
    is_final = fields.Boolean()
    decision = fields.Nested(OpinionOut, allow_none=True)
    decisions = fields.List(fields.Nested(OpinionOut))
    undone = fields.List(fields.Nested(OpinionOut))


class FilingOut(RowOut):
    """A filing in full."""

    due_explanation = fields.String()
    head = fields.Dict()
    answers = fields.Dict()
    shown = fields.Dict()
    closed = fields.List(fields.String())
    extras = fields.List(fields.Nested(ExtrasOut))
    explanations = fields.Dict()
    evidence = fields.List(fields.Nested(FileOut))
    nil_reason = fields.String(allow_none=True)
    classification = fields.Dict(allow_none=True)
    rows = fields.Integer(allow_none=True)
    findings = fields.List(fields.Nested(FindingOut))
    counted = fields.Dict()
    is_checked = fields.Boolean()
    suggestions = fields.List(fields.Dict())
    open_actions = fields.List(fields.Dict())
    open_pointers = fields.List(fields.String(), allow_none=True)
    seen = fields.List(fields.String())
    duplicates = fields.List(fields.Dict())
    chain = fields.List(fields.Nested(LinkOut))
    versions = fields.List(fields.Dict())
    history = fields.List(fields.Dict())


class ExtrasFoundOut(Schema):
    """What is wrong with the answers to what a division adds."""

    id = fields.String()
    closed = fields.List(fields.String())
    findings = fields.List(fields.Nested(FindingOut))


class SavedOut(Schema):
    """What is said of a draft that was saved, where no more was asked for: its version, and every finding."""

    id = fields.String()
    version = fields.Integer()
    state = fields.String()
    updated_at = fields.String()
    closed = fields.List(fields.String())
    computed = fields.Dict()
    extras = fields.List(fields.Nested(ExtrasFoundOut))
    findings = fields.List(fields.Nested(FindingOut))
    counted = fields.Dict()


class ChangesOut(Schema):
    """What changed between two versions."""

    changes = fields.List(fields.Dict())


class EarlierOut(Schema):
    """What a field held before."""

    items = fields.List(fields.Dict())


class RowPageOut(Schema):
    """Rows of a long list."""

    first = fields.Integer()
    count = fields.Integer()
    rows = fields.List(fields.Dict())


def view_body(view: View) -> Body:
    """Return a filing in full as its reader sees it."""
    filing, form, working = view.filing, view.instrument.form, view.working
    answers = view.checked.answers if view.checked and working.rows is None else None
    return {
        **row_body(filing, form, view.unit, view.due),
        "due_explanation": view.due.explanation,
        "head": dict(view.head),
        "answers": dump(answers) if answers is not None else dict(working.answers),
        "shown": shown_body(view.instrument, view.instrument.answers(working.answers) if answers is None else answers),
        "closed": [place.pointer for place in view.checked.closed] if view.checked else [],
        "extras": _extras_bodies(view.instrument, filing, working, view.checked),
        "explanations": dict(working.explanations),
        "evidence": [file_body(each) for each in working.evidence],
        "nil_reason": working.nil_reason,
        "classification": record_body(working.classification, view.instrument.edition),
        "rows": working.rows.count if working.rows else None,
        "findings": findings_body(view.instrument, view.checked, working) if view.checked else [],
        "counted": dict(view.checked.counted) if view.checked else {},
        "is_checked": view.checked is not None,
        "suggestions": [_suggestion_body(each) for each in view.suggestions],
        "open_actions": [{"action": each.value, "label": ACTION_LABELS[each]} for each in view.open_actions],
        "open_pointers": list(view.open_pointers) if view.open_pointers is not None else None,
        "seen": list(view.seen),
        "chain": chain_body(filing),
        "versions": [version_row(filing, each) for each in filing.versions],
        "history": [_history_body(each) for each in filing.history],
    }


def saved_body(view: SavedView) -> Body:
    """Return what an autosave needs: the version to save on next, what is wrong, and the text of computed cells."""
    filing, instrument, found = view.filing, view.instrument, view.checked
    working = filing.working
    own = _extras_bodies(instrument, filing, working, found)
    answers = found.answers if found is not None and working.rows is None else Answers()
    return {
        "id": filing.id,
        "version": filing.version,
        "state": filing.state.value,
        "updated_at": filing.updated_at.isoformat(),
        "closed": [place.pointer for place in found.closed] if found else [],
        "computed": {place.pointer: show(part, answers.find(place)) for place, part in _computed_cells(instrument)},
        "extras": [{key: each[key] for key in ("id", "closed", "findings")} for each in own],
        "findings": findings_body(instrument, found, working) if found else [],
        "counted": dict(found.counted) if found else {},
    }


def _computed_cells(instrument: Instrument) -> Iterator[tuple[Place, Part]]:
    """Yield the cells that the system computes, without those in rows."""
    for indicator in instrument.form.indicators:
        for part in indicator.parts:
            if part.computed is not None and not indicator.is_rows:
                yield Place(indicator.code, part.key), part


def shown_body(instrument: Instrument, answers: Answers) -> dict[str, str]:
    """Return the text that stands in each answered cell on paper, by pointer."""
    texts: dict[str, str] = {}
    for code, row, cells in answers.groups():
        indicator = instrument.form.indicator(code)
        for key, answer in cells.items():
            part = indicator.part(key) if indicator else None
            if part is not None:
                texts[pointer_to(code, row, key)] = show(part, answer)
    return texts


def _extras_bodies(instrument: Instrument, filing: Filing, working: Working, checked: Checked | None) -> list[Body]:
    """Return the divisions' own indicators with their answers, checked where the filing was."""
    if checked is not None and checked.extras:
        return [_extras_body(instrument, each, working) for each in checked.extras]
    found = [(each, answers_of(each, working.extras)) for each in extras_of(instrument, filing)]
    return [_extras_body(instrument, CheckedExtras(each, answers, (), ()), working) for each, answers in found]


def _extras_body(instrument: Instrument, found: CheckedExtras, working: Working) -> Body:
    extras, own = found.extras, Instrument(instrument.edition, found.extras.form)
    prefix = pointer_of(extras, "")
    findings = [
        {**each, "pointers": [f"{prefix}{pointer}" for pointer in cast("list[str]", each["pointers"])]}
        for each in findings_body(own, apart(found), working)
    ]
    return {
        "id": extras.id,
        "division": extras.division,
        "division_name": division_name(extras.division),
        "ground": extras.ground,
        "form": form_body(instrument.edition, extras.form),
        "answers": dump(found.answers),
        "shown": {f"{prefix}{pointer}": text for pointer, text in shown_body(own, found.answers).items()},
        "closed": [f"{prefix}{place.pointer}" for place in found.closed],
        "findings": findings,
    }


def version_row(filing: Filing, version: Version) -> Body:
    """Return a version as the list of versions shows it."""
    return {
        "no": version.no,
        "submitted_at": version.submitted_at.isoformat(),
        "is_in_force": version.no == filing.in_force,
        "is_final": version.final_at is not None,
        "decision": decision_body(version.decision) if version.decision else None,
        "decisions": [decision_body(each) for each in version.decisions],
    }


def version_body(instrument: Instrument, filing: Filing, version: Version) -> Body:
    """Return a version in full."""
    content = version.content
    return {
        **version_row(filing, version),
        "digest": version.digest,
        "sign_off": sign_off_body(version.sign_off),
        "answers": dict(content.answers),
        "shown": shown_body(instrument, instrument.answers(content.answers)),
        "extras": _extras_bodies(instrument, filing, content, None),
        "rows": content.rows.count if content.rows else None,
        "nil_reason": content.nil_reason,
        "evidence": [file_body(each) for each in content.evidence],
        "noted": [_noted_body(each) for each in version.noted],
        "converted": [converted_body(each) for each in version.converted],
        "classification": record_body(content.classification, instrument.edition),
        "undone": [decision_body(each) for each in version.undone],
    }


def sign_off_body(sign_off: SignOff) -> Body:
    """Return the foot of a form."""
    return {
        "unit_head": sign_off.unit_head,
        "statistics_head": sign_off.statistics_head,
        "filler": sign_off.filler,
        "phone": sign_off.phone,
        "reported_on": sign_off.reported_on.isoformat(),
    }


def file_body(ref: FileRef) -> Body:
    """Return a piece of evidence."""
    return {
        "file_id": ref.file_id,
        "name": ref.name,
        "kind": ref.kind,
        "size": ref.size,
        "sha256": ref.sha256,
        "pages": ref.pages,
        "uploaded_at": ref.uploaded_at.isoformat(),
    }


def change_body(change: Change) -> Body:
    """Return a changed cell."""
    return {
        "pointer": change.pointer,
        "indicator": change.indicator,
        "before": change.before,
        "after": change.after,
    }


def earlier_body(earlier: Earlier) -> Body:
    """Return an earlier value of a field."""
    return {"period": earlier.period, "period_label": period_of(earlier.period).label, "value": earlier.value}


def _suggestion_body(suggestion: Suggestion) -> Body:
    return {
        "pointer": suggestion.pointer,
        "value": suggestion.value,
        "source": suggestion.source,
        "source_label": SOURCE_LABELS.get(suggestion.source, ""),
    }


def _noted_body(noted: Noted) -> Body:
    return {
        "key": noted.key,
        "rule": noted.rule,
        "severity": noted.severity,
        "title": noted.title,
        "pointers": list(noted.pointers),
        "indicators": list(noted.indicators),
        "expected": noted.expected,
        "explanation": noted.explanation,
    }


def _history_body(entry: HistoryEntry) -> Body:
    return {
        "at": entry.at.isoformat(),
        "by": entry.actor_id,
        "action": entry.action,
        "label": ACTION_LABELS.get(entry.action, entry.action),
        "state": entry.to_state,
    }
