"""Beginning a filing, filling it in, giving it up, and correcting one that was approved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.filing.completeness.expecting import BASICS_FORM, TYPES
from services.filing.errors import BasicsMissing, FieldNotOpen, NotExpected, UnitUnknown
from services.filing.forms.answers import Answers, Place
from services.filing.forms.model import Filer, Form, Layout, Reporter
from services.filing.forms.reading import dump, read
from services.filing.model.evidence import FileRef
from services.filing.model.filings import AnswerValues, Explanations, Filing, Working
from services.filing.model.periods import Period
from services.filing.model.rows import RowSet
from services.filing.model.states import Action, State
from services.filing.model.units import Unit, UnitType, city_unit_id
from services.filing.operations.changes import Changed, change
from services.filing.operations.extras import extras_of, read_extras
from services.filing.operations.instruments import Instrument, instrument_for, instrument_on, read_period
from services.filing.policy import chain_of
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.codes import divisions, lists
from shared.codes.schemes import Scheme
from shared.errors import Invalid, NotAllowed, Problem
from shared.identity.actor import REVIEWERS

MOST_EVIDENCE = 20
MOST_EXPLANATIONS = 500


@dataclass(frozen=True)
class Content:
    """What a draft is replaced with; `extras` are answers to divisions' own indicators, `evidence` files by their id."""

    answers: AnswerValues = field(default_factory=dict)
    extras: AnswerValues = field(default_factory=dict)
    explanations: Explanations = field(default_factory=dict)
    evidence: Sequence[str] = ()
    nil_reason: str | None = None


@dataclass(frozen=True)
class Saved:
    """A filing whose working copy was saved.

    `answers` are what stands in that, as it was read on the way in; None where the request had been carried out before,
    so that what is stored is to be read.
    """

    filing: Filing
    answers: Answers | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Written:
    """A working copy as it is to be stored, with its answers as they were read."""

    working: Working
    answers: Answers = field(repr=False)


@dataclass(frozen=True)
class Start:
    """Which form of which edition is begun for which period, and the unit that it is filed for."""

    instrument: Instrument
    period: str
    unit_id: str
    division: str
    path: tuple[str, ...]


def begin_filing(deps: Deps, call: Call, form_key: str, period_text: str, item: str = "") -> Filing:
    """Begin to fill in a form for a period; what can be pre-filled is offered by `reading.suggestions_for`.

    Actor: a person of the unit, or the department of a demonstration city for its own forms. To: draft. Events: none.
    The same request begins one filing only. Raises `Invalid`, `NotFound` for an unknown form, `ApprovalExpired`,
    `NotExpected`, `UnitUnknown`, `BasicsMissing` (the first contract comes after 企业1表), `AlreadyFiled`.
    """
    if call.request is not None:
        made = deps.filings.find_created(call.request)
        if made is not None:
            return made
    period = read_period(period_text)
    start = start_of(deps, call, form_key, period)
    return deps.filings.add(new_draft(deps, call, start, item), call)


def start_of(deps: Deps, call: Call, form_key: str, period: Period) -> Start:
    """Return what every filing that is begun of a form for a period has in common. Raises as `begin_filing`."""
    instrument = instrument_on(deps, form_key, period)
    return Start(instrument, str(period), *_filing_unit(deps, call, instrument.form))


def new_draft(deps: Deps, call: Call, start: Start, item: str = "") -> Filing:
    """Return an empty draft that is not stored yet. Raises `Invalid` where `item` has to name a platform of the unit."""
    form, filing_id, now = start.instrument.form, deps.new_id(), deps.clock.now()
    return Filing(
        id=filing_id,
        version=1,
        unit_id=start.unit_id,
        owner_id=call.actor.account_id,
        form=form.key,
        edition=start.instrument.edition.id,
        period=start.period,
        item=_item(deps, form, start.unit_id, filing_id, item),
        state=State.DRAFT,
        division=start.division,
        path=start.path,
        created_at=now,
        updated_at=now,
        working=Working(rows=RowSet() if form.layout is Layout.ROWS else None),
        history=(call.entry(now, Action.CREATE, None, State.DRAFT),),
    )


def save_content(deps: Deps, call: Call, filing_id: str, content: Content) -> Filing:
    """Replace the working copy with what the unit has typed; it may be incomplete, what is there must be readable.

    Actor: own unit. From: draft, returned (only what the return opened). Events: none.
    Raises `Invalid` with every fault, `FieldNotOpen`, and what `change` raises.
    """
    return save_draft(deps, call, filing_id, content).filing


def save_draft(deps: Deps, call: Call, filing_id: str, content: Content) -> Saved:
    """Do as `save_content`, for a caller that goes on with the answers."""
    tries: list[Written] = []

    def make(filing: Filing) -> Changed:
        written = read_content(deps, filing, content)
        tries.append(written)
        _only_open(filing, written.working)
        return replace(filing, working=written.working), ()

    filing = change(deps, call, filing_id, Action.SAVE, make)
    return Saved(filing, next((each.answers for each in tries if each.working is filing.working), None))


def discard_filing(deps: Deps, call: Call, filing_id: str) -> Filing:
    """Give up a draft that was never submitted; the form can be begun anew.

    Actor: own unit. From: draft. To: discarded. Events: none.
    """
    return change(deps, call, filing_id, Action.DISCARD, lambda filing: (replace(filing, working=Working()), ()))


def begin_correction(deps: Deps, call: Call, filing_id: str) -> Filing:
    """Begin a correction of what was approved, which stays in force until the correction is approved.

    Actor: own unit. From: approved, final. To: draft. Events: none.
    """

    def make(filing: Filing) -> Changed:
        working = filing.approved.content if filing.approved else filing.working
        asked_anew = {each.code for each in instrument_for(deps, filing).form.indicators if each.is_of_version}
        answers = {code: value for code, value in working.answers.items() if code not in asked_anew}
        return replace(filing, working=replace(working, answers=answers)), ()

    return change(deps, call, filing_id, Action.CORRECT, make)


def drop_correction(deps: Deps, call: Call, filing_id: str) -> Filing:
    """Give up a correction; what was approved stays as it is.

    Actor: own unit. From: draft, returned, both of a correction. To: approved or final, as before. Events: none.
    """

    def make(filing: Filing) -> Changed:
        approved = filing.approved
        working = approved.content if approved else filing.working
        return replace(filing, working=working, passed=chain_of(filing)), ()

    return change(deps, call, filing_id, Action.DROP_CORRECTION, make)


def open_pointers(filing: Filing) -> tuple[str, ...] | None:
    """Return the pointers that a return opened for correction; None where everything may be changed.

    A return that names no field opens the whole form.
    """
    last = filing.last
    if filing.state is not State.RETURNED or last is None or last.decision is None:
        return None
    return last.decision.pointers or None


def _filing_unit(deps: Deps, call: Call, form: Form) -> tuple[str, str, tuple[str, ...]]:
    """Return id, division and path of the unit that the actor files the form for."""
    actor = call.actor
    if actor.role in REVIEWERS:
        return _demonstration_city(deps, actor.division or "", form)
    if actor.unit_id is None:
        raise NotAllowed
    unit = deps.units.find(actor.unit_id)
    if unit is None:
        raise UnitUnknown
    _require_expected(deps, unit, form)
    return unit.id, unit.division, unit.path


def _demonstration_city(deps: Deps, division: str, form: Form) -> tuple[str, str, tuple[str, ...]]:
    if form.reporter is not Reporter.CITY:
        raise NotAllowed
    today = local_date(deps.clock.now())
    if lists.find(Scheme.DEMONSTRATION_CITY, division, today) is None:
        raise NotExpected("城市1—3表由服务外包示范城市填报。")
    return city_unit_id(division), division, divisions.path(division, today)


def _require_expected(deps: Deps, unit: Unit, form: Form) -> None:
    """Refuse a form that units of this type don't fill in; a platform operator files the basic information too."""
    is_basics = form.key == BASICS_FORM and UnitType.PLATFORM in unit.types
    if TYPES[form.filer] not in unit.types and not is_basics:
        raise NotExpected
    if form.is_event and not deps.filings.has_submitted(unit.id, BASICS_FORM):
        raise BasicsMissing


def _item(deps: Deps, form: Form, unit_id: str, filing_id: str, wanted: str) -> str:
    """Return what tells the filing from others of the form and period."""
    if form.is_many:
        return filing_id
    if form.filer is not Filer.PLATFORM:
        return ""
    unit = deps.units.get(unit_id)
    platform = unit.platform(wanted) if wanted else (unit.platforms[0] if len(unit.platforms) == 1 else None)
    if platform is None:
        raise Invalid([Problem("/item", "platform_unknown", "请指明所报的平台。", "本单位已注册的平台", "平台名称")])
    return platform.id


def working_with(deps: Deps, filing: Filing, content: Content) -> Working:
    """Return the working copy of a filing with this content. Raises `Invalid` with every fault."""
    return read_content(deps, filing, content).working


def read_content(deps: Deps, filing: Filing, content: Content) -> Written:
    """Return the working copy of a filing with this content, and its answers. Raises `Invalid` with every fault."""
    instrument = instrument_for(deps, filing)
    reading = read(instrument.form, dict(content.answers))
    problems = [replace(each, pointer=f"/answers{each.pointer}") for each in reading.problems]
    extras, faults = read_extras(extras_of(instrument, filing), content.extras)
    problems += [*faults, *_text_problems(instrument.form, content)]
    evidence = _evidence(deps, filing, content.evidence, problems)
    if instrument.form.layout is Layout.ROWS and content.answers:
        problems.append(Problem("/answers", "rows_apart", "明细行请在列表中逐行填写或导入。", "空"))
    if problems:
        raise Invalid(problems)
    working = replace(
        filing.working,
        answers=dump(reading.answers),
        extras=extras,
        explanations=dict(content.explanations),
        evidence=evidence,
        nil_reason=content.nil_reason,
    )
    return Written(working, reading.answers)


def _text_problems(form: Form, content: Content) -> list[Problem]:
    problems: list[Problem] = []
    if content.nil_reason is not None and not form.takes_nil:
        problems.append(Problem("/nil_reason", "no_nil", "此表不能零报。", "空", "零报说明"))
    if len(content.explanations) > MOST_EXPLANATIONS:
        problems.append(Problem("/explanations", "too_many", "说明过多。", f"≤ {MOST_EXPLANATIONS} 条"))
    return problems


def _evidence(deps: Deps, filing: Filing, file_ids: Sequence[str], problems: list[Problem]) -> tuple[FileRef, ...]:
    if len(file_ids) > MOST_EVIDENCE:
        text = f"证明材料最多 {MOST_EVIDENCE} 个文件。"
        problems.append(Problem("/evidence", "too_many_files", text, f"≤ {MOST_EVIDENCE}", "证明材料"))
        return ()
    found: list[FileRef] = []
    for place, file_id in enumerate(file_ids):
        ref = filing.find_file(file_id) or deps.files.find(filing.id, file_id)
        if ref is None:
            text = "文件不存在，请重新上传。"
            problems.append(Problem(f"/evidence/{place}", "file_unknown", text, "已上传的文件", "证明材料"))
        elif ref not in found:
            found.append(ref)
    return tuple(found)


def _only_open(filing: Filing, working: Working) -> None:
    """Refuse a change of a returned filing outside what the department opened; explanations may always be given."""
    opened = open_pointers(filing)
    if opened is None:
        return
    changed = [
        *((f"/answers{pointer}", pointer, code) for pointer, code in changed_answers(filing.working, working)),
        *((pointer, pointer, code) for pointer, code in changed_extras(filing.working, working)),
    ]
    problems = [
        Problem(told, "field_not_open", "退回时未要求修改此项。", "、".join(opened), indicator)
        for told, pointer, indicator in changed
        if not any(
            pointer == each or pointer.startswith(f"{each}/") or each.startswith(f"{pointer}/") for each in opened
        )
    ]
    if problems:
        raise FieldNotOpen(problems=problems)


def changed_answers(before: Working, after: Working) -> tuple[tuple[str, str], ...]:
    """Return the pointers of national indicators that differ, with the indicator's code."""
    return changed_places(before.answers, after.answers)


def changed_extras(before: Working, after: Working) -> Iterator[tuple[str, str]]:
    """Yield the pointers of divisions' own indicators that differ, with the indicator's code."""
    for id_ in sorted({*before.extras, *after.extras}):
        old, new = before.extras.get(id_), after.extras.get(id_)
        one, other = (each if isinstance(each, Mapping) else {} for each in (old, new))
        yield from ((f"/extras/{id_}{pointer}", code) for pointer, code in changed_places(one, other))


def changed_places(before: AnswerValues, after: AnswerValues) -> tuple[tuple[str, str], ...]:
    """Return the pointers of indicators or their parts that differ, with the indicator's code."""
    found: list[tuple[str, str]] = []
    for code in sorted({*before, *after}):
        old, new = before.get(code), after.get(code)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            parts = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
            found += [(Place(code, key).pointer, code) for key in parts]
        else:
            found.append((Place(code).pointer, code))
    return tuple(found)
