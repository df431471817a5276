"""Reading filings: lists, one in full, its versions, what changed, what a field held before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.filing import policy
from services.filing.completeness.expecting import BASICS_FORM
from services.filing.forms.answers import Answers, Given, Place, Value
from services.filing.forms.computing import suggestions
from services.filing.forms.context import Context
from services.filing.forms.reading import json_value
from services.filing.model.filings import AnswerValues, Filing, Version, Working
from services.filing.model.periods import period_of
from services.filing.model.states import EDITABLE, Action, State
from services.filing.model.units import Unit
from services.filing.operations.changes import in_sight
from services.filing.operations.context import context_of
from services.filing.operations.drafts import changed_answers, changed_extras, open_pointers
from services.filing.operations.due import DueDay, due_of, recent_due_of
from services.filing.operations.extras import suggested_extras
from services.filing.operations.findings import Checked, checked
from services.filing.operations.instruments import Instrument, instrument_for
from services.filing.operations.units import CELLS
from services.filing.operations.versions import version_of
from services.filing.ports.deps import Deps
from services.filing.ports.filings import Wanted
from services.filing.workflow import open_actions
from shared.calls import Call
from shared.errors import NotFound
from shared.identity.actor import UNIT_ROLES
from shared.paging import Page

MOST_BEFORE = 12
"""So many earlier values of a field are shown (K2)."""

CHECKED_ROWS = 200
"""Lists up to so many rows are checked whenever they are shown; longer ones when that is asked for."""

PREVIOUS = "previous"
"""The source of a suggestion that is last period's approved value."""


@dataclass(frozen=True)
class Suggestion:
    """What could stand in a cell, and where it comes from: a `Source` of the unit's facts, or `previous`."""

    pointer: str
    value: object
    source: str


@dataclass(frozen=True)
class View:
    """A filing as one actor sees it; `working` is the unit's own, for others the version that they look at.

    `unit` is None for a demonstration city. `checked` and `suggestions` are there while the unit writes, `seen` is what
    the actor has ticked off while they may decide.
    """

    filing: Filing
    unit: Unit | None
    instrument: Instrument
    working: Working
    open_actions: tuple[Action, ...]
    open_pointers: tuple[str, ...] | None
    head: Mapping[str, str]
    checked: Checked | None
    suggestions: tuple[Suggestion, ...]
    seen: tuple[str, ...]
    due: DueDay


@dataclass(frozen=True)
class SavedView:
    """A filing that its unit has just saved, with what is wrong with it; None for a list too long to be checked."""

    filing: Filing
    instrument: Instrument
    checked: Checked | None


@dataclass(frozen=True)
class Change:
    """A cell that differs between two versions, with both values in JSON; None where it was empty."""

    pointer: str
    indicator: str
    before: object
    after: object


@dataclass(frozen=True)
class Earlier:
    """What a cell held in an approved filing of an earlier period."""

    period: str
    value: object


def read_filing(deps: Deps, call: Call, filing_id: str) -> View:
    """Return a filing in full; a reviewer's read is recorded. Raises `NotFound`."""
    filing = in_sight(deps, call, filing_id)
    if not policy.own_unit(call.actor, filing):
        deps.reads.record(call, "read", filing_id)
    return view_of(deps, call, filing)


def view_of(deps: Deps, call: Call, filing: Filing, answers: Answers | None = None) -> View:
    """Return what the actor sees of a filing that it may see.

    `answers` are those of the working copy where the caller has just saved them.
    """
    instrument = instrument_for(deps, filing)
    find_due = due_of if answers is None else recent_due_of
    is_own = policy.own_unit(call.actor, filing)
    writes = is_own and filing.state in EDITABLE
    unit = deps.units.find_recent(filing.unit_id) if writes else deps.units.find(filing.unit_id)
    seen = filing if is_own else as_others_see(filing)
    context = context_of(deps, filing, instrument, filing.working, is_draft=True) if writes else None
    if writes and answers is None:
        answers = instrument.answers(filing.working.answers)
    found = _checked(deps, filing, instrument, context, answers)
    actions = open_actions(filing, call.actor)
    return View(
        filing=seen,
        unit=unit,
        instrument=instrument,
        working=filing.working if is_own else _shown(seen).content,
        open_actions=actions,
        open_pointers=open_pointers(filing) if is_own else None,
        head=head_of(instrument, unit, filing),
        checked=found,
        suggestions=suggestions_for(deps, filing, instrument, unit, context, answers) if context and answers else (),
        seen=deps.ticks.get(filing, call.actor.account_id).keys if Action.APPROVE in actions else (),
        due=find_due(deps, filing.unit_id, instrument.form, period_of(filing.period)),
    )


def saved_view(deps: Deps, filing: Filing, answers: Answers | None = None) -> SavedView:
    """Return what an autosave needs to know of the filing that its unit has just saved: it was checked all the same.

    `answers` are those of the working copy where the caller has them already.
    """
    instrument = instrument_for(deps, filing)
    context = context_of(deps, filing, instrument, filing.working, is_draft=True)
    return SavedView(filing, instrument, _checked(deps, filing, instrument, context, answers))


def read_findings(deps: Deps, call: Call, filing_id: str) -> tuple[Filing, Instrument, Checked]:
    """Return the unit's filing with every finding, of a long list too. Actor: own unit. Raises `NotFound`."""
    filing = in_sight(deps, call, filing_id)
    if not policy.own_unit(call.actor, filing):
        raise NotFound
    instrument = instrument_for(deps, filing)
    return filing, instrument, checked(deps, filing, instrument, filing.working)


def is_long(working: Working) -> bool:
    """Tell whether the working copy is a list too long to be checked at every look."""
    return working.rows is not None and working.rows.count > CHECKED_ROWS


def as_others_see(filing: Filing) -> Filing:
    """Return the filing without the unit's working copy; one that is being corrected shows as approved."""
    is_corrected = filing.state in EDITABLE and filing.in_force
    state = (State.FINAL if policy.was_settled(filing) else State.APPROVED) if is_corrected else filing.state
    return replace(filing, state=state, working=Working())


def list_filings(deps: Deps, call: Call, wanted: Wanted, cursor: str, limit: int) -> Page[Filing]:
    """Return a page of the filings in the actor's sight, last changed first; a reviewer's read is recorded.

    Raises `Malformed`.
    """
    page = deps.filings.list_in_sight(call.actor, wanted, cursor, limit)
    if call.actor.role not in UNIT_ROLES:
        deps.reads.record(call, "list_filings", call.actor.division or "")
    shown = (each if policy.own_unit(call.actor, each) else as_others_see(each) for each in page.items)
    return Page(tuple(shown), page.next_cursor)


def units_of(deps: Deps, filings: Sequence[Filing]) -> Mapping[str, Unit]:
    """Return the units that filed these, by id; demonstration cities are not among them."""
    return deps.units.find_all({each.unit_id for each in filings})


def read_version(deps: Deps, call: Call, filing_id: str, no: int) -> tuple[Filing, Version]:
    """Return a version as it was submitted. Raises `NotFound`."""
    filing = in_sight(deps, call, filing_id)
    version = version_of(deps, filing, no)
    deps.reads.record(call, "read_version", filing_id, str(no))
    return filing, version


def version_changes(deps: Deps, call: Call, filing_id: str, no: int, against: int) -> tuple[Change, ...]:
    """Return what changed from version `against` to version `no`; 0 is the unit's working copy. Raises `NotFound`."""
    filing = in_sight(deps, call, filing_id)
    deps.reads.record(call, "read_changes", filing_id, str(no))
    old, new = _content_of(deps, call, filing, against), _content_of(deps, call, filing, no)
    before, after = _values(old), _values(new)
    return tuple(
        Change(pointer, indicator, at(before, pointer), at(after, pointer))
        for pointer, indicator in (*changed_answers(old, new), *changed_extras(old, new))
    )


def field_history(deps: Deps, call: Call, filing_id: str, pointer: str) -> tuple[Earlier, ...]:
    """Return what a cell held in the approved filings of the last periods, the newest first. Raises `NotFound`."""
    filing = in_sight(deps, call, filing_id)
    deps.reads.record(call, "read_field_history", filing_id)
    versions = deps.filings.list_approved_before(filing, MOST_BEFORE)
    found = (Earlier(period, at(_values(version.content), pointer)) for period, version in versions)
    return tuple(each for each in found if each.value is not None)


def suggestions_for(
    deps: Deps, filing: Filing, instrument: Instrument, unit: Unit | None, context: Context, answers: Answers
) -> tuple[Suggestion, ...]:
    """Return what could stand in cells without an answer: the unit's basic facts, and what the form proposes."""
    found = [
        Suggestion(place.pointer, json_value(value), _source_of(instrument, place))
        for place, value in suggestions(instrument.edition, instrument.form, answers, context).items()
    ]
    main = replace(context, main=answers)
    found += [Suggestion(*each, PREVIOUS) for each in suggested_extras(deps, filing, instrument, main)]
    if instrument.form.key == BASICS_FORM and unit is not None:
        found += _basics(unit, answers)
        found += _from_last_year(deps, filing, instrument, answers, {each.pointer for each in found})
    return tuple(found)


def head_of(instrument: Instrument, unit: Unit | None, filing: Filing) -> dict[str, str]:
    """Return what fills the lines of the form's head."""
    if unit is None:
        return {}
    platform = unit.platform(filing.item)
    known = {
        "uscc": unit.basic("uscc"),
        "organisation_code": unit.basic("organisation_code"),
        "name": unit.basic("name"),
        "platform_name": platform.name if platform else "",
        "platform_english_name": platform.english_name if platform else "",
    }
    return {line.key: known.get(line.key, "") for line in instrument.form.head}


def at(answers: AnswerValues, pointer: str) -> object:
    """Return what stands at a JSON pointer, None where nothing does."""
    value: object = answers
    for step in pointer.split("/")[1:]:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, Sequence) and not isinstance(value, str) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _basics(unit: Unit, answers: Answers) -> list[Suggestion]:
    places = {name: Place(code, part) for name, (code, part) in CELLS.items()}
    return [
        Suggestion(place.pointer, unit.basic(name), unit.basics[name].source.value)
        for name, place in places.items()
        if unit.basic(name) and answers.find(place) is None
    ]


def _from_last_year(
    deps: Deps, filing: Filing, instrument: Instrument, answers: Answers, offered: set[str]
) -> list[Suggestion]:
    """Return last year's basic information for the cells that are still empty."""
    before = next(iter(deps.filings.list_approved_before(filing, 1)), None)
    if before is None:
        return []
    earlier = instrument.answers(before[1].content.answers)
    values: dict[Place, Value] = {
        place: answer.value
        for place in earlier.places()
        if place.row is None and isinstance(answer := earlier.find(place), Given)
    }
    return [
        Suggestion(place.pointer, json_value(value), PREVIOUS)
        for place, value in values.items()
        if answers.find(place) is None and place.pointer not in offered
    ]


def _checked(
    deps: Deps, filing: Filing, instrument: Instrument, context: Context | None, answers: Answers | None
) -> Checked | None:
    """Return the findings while the unit writes, and the list is not too long for that."""
    if context is None or is_long(filing.working):
        return None
    return checked(deps, filing, instrument, filing.working, context, answers)


def _source_of(instrument: Instrument, place: Place) -> str:
    indicator = instrument.form.indicator(place.indicator)
    part = indicator.part(place.part) if indicator else None
    return PREVIOUS if part and part.suggested and "previous:" in part.suggested.text else "system"


def _shown(filing: Filing) -> Version:
    """Return the version that others look at: the last one submitted, which is what is under review or decided."""
    if filing.last is None:
        raise NotFound
    return filing.last


def _content_of(deps: Deps, call: Call, filing: Filing, no: int) -> Working:
    if no == 0 and policy.own_unit(call.actor, filing):
        return filing.working
    return version_of(deps, filing, no).content


def _values(content: Working) -> AnswerValues:
    """Return all that pointers lead into: the national answers, and those of divisions below `extras`."""
    return {**content.answers, "extras": content.extras}
