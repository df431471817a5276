"""Extensions that a unit asks for and its department decides on; exceptions that a department gives a unit.

What is granted moves the due day for lateness and reminders. It never moves the lock of an execution, the settling of a year
or the sharing of statistics: no department may (see `latest_day`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from services.filing.errors import AlreadyFiled, ExceptionOver
from services.filing.forms.model import Form
from services.filing.ledger.reading import EXECUTION_FORM
from services.filing.model.periods import Period, period_of
from services.filing.model.reliefs import GROUNDS_OF, Ground, Relief, ReliefAction, ReliefKind, ReliefState, Said
from services.filing.model.units import CITY_UNIT, Unit
from services.filing.operations.drafts import Start, start_of
from services.filing.operations.due import due_of, statutory_due
from services.filing.operations.instruments import read_period
from services.filing.operations.telling import tell_department_of_relief, tell_unit_of_relief
from services.filing.policy import chain_for, gives_exceptions, owner_is_in_sight, relief_is_in_sight
from services.filing.ports.deps import Deps
from services.filing.ports.reliefs import WantedReliefs
from services.filing.workflow import relief_actions, relief_step_for
from shared.calendar.statutory import final_approval_from, lock_of_execution, written
from shared.calls import Call
from shared.clock import local_date
from shared.codes import divisions, lists
from shared.codes.schemes import Scheme
from shared.errors import Invalid, NotAllowed, NotFound, Problem
from shared.history import was_done
from shared.paging import Page

LONGEST = timedelta(days=366)
"""An exception lasts at most so long; whoever needs it longer is given another one, with its reason."""

ALL_FORMS = "全部报表"


@dataclass(frozen=True)
class Asked:
    """What a unit asks for: a later day for a form and period, and why."""

    form: str
    period: str
    until: date
    reason: str = field(repr=False)


@dataclass(frozen=True)
class Given:
    """What a department gives a unit: which exception, for which form (all where it is empty), for due days of a span."""

    unit_id: str
    kind: ReliefKind
    form: str
    from_day: date
    to_day: date
    ground: Ground
    reason: str = field(repr=False)


@dataclass(frozen=True)
class ReliefView:
    """A relief as an actor sees it: the unit, the form, the due day without it, and what can be done now."""

    relief: Relief
    unit: Unit | None
    form: Form | None
    statutory: date | None
    latest: date | None
    open_actions: tuple[ReliefAction, ...]


def ask_extension(deps: Deps, call: Call, asked: Asked) -> ReliefView:
    """Ask for a later due day.

    Actor: a person of the unit, or the department of a demonstration city for its own forms. To: asked. Events: the department
    that decides is told. The same request asks once. Raises what `start_of` raises, `AlreadyFiled`, `ExtensionAsked`, and
    `Invalid` for a day that is no later one.
    """
    made = deps.reliefs.find_created(call.request) if call.request else None
    if made is not None:
        return _view(deps, call, made)
    period = read_period(asked.period)
    start = start_of(deps, call, asked.form, period)
    form = start.instrument.form
    if not form.is_many:
        _require_not_filed(deps, start)
    due = due_of(deps, start.unit_id, form, period)
    now = deps.clock.now()
    _require_later(asked.until, latest_day(form, period), max(due.on, local_date(now)))
    relief = Relief(
        id=deps.new_id(),
        version=1,
        kind=ReliefKind.EXTENSION,
        state=ReliefState.ASKED,
        unit_id=start.unit_id,
        division=start.division,
        path=start.path,
        decider=chain_for(start.unit_id, start.division, start.path)[0],
        form=form.key,
        said=Said(Ground.ON_REQUEST, asked.reason),
        asked_by=call.actor.account_id,
        asked_at=now,
        updated_at=now,
        period=str(period),
        wanted=asked.until,
        history=(call.entry(now, ReliefAction.ASK, None, ReliefState.ASKED),),
    )
    told = tell_department_of_relief(relief, form.title, "extension_asked")
    return _view(deps, call, deps.reliefs.add(relief, call, (told,)))


def grant_extension(deps: Deps, call: Call, relief_id: str, until: date, answer: str) -> ReliefView:
    """Grant what was asked for, until the wanted day or another one.

    Actor: the department that decides, never who asked. From: asked. To: granted. Events: the unit is told.
    Raises `Invalid` for a day that is no later one, and what `_change` raises.
    """

    def make(relief: Relief) -> Relief:
        form, period = _form_of(deps, relief), period_of(relief.period)
        if form is not None:
            due = due_of(deps, relief.unit_id, form, period)
            _require_later(until, latest_day(form, period), due.on)
        return replace(relief, until=until, said=replace(relief.said, answer=answer))

    return _change(deps, call, relief_id, ReliefAction.GRANT, make, "extension_granted", until=written(until))


def refuse_extension(deps: Deps, call: Call, relief_id: str, answer: str) -> ReliefView:
    """Refuse what was asked for, with the reason.

    Actor: the department that decides, never who asked. From: asked. To: refused. Events: the unit is told.
    """

    def make(relief: Relief) -> Relief:
        return replace(relief, said=replace(relief.said, answer=answer))

    return _change(deps, call, relief_id, ReliefAction.REFUSE, make, "extension_refused")


def withdraw_extension(deps: Deps, call: Call, relief_id: str) -> ReliefView:
    """Take back what was asked for. Actor: the unit. From: asked. To: withdrawn. Events: none."""
    return _change(deps, call, relief_id, ReliefAction.WITHDRAW, lambda relief: relief)


def give_exception(deps: Deps, call: Call, given: Given) -> ReliefView:
    """Give a unit an exception that ends by itself.

    Actor: a department of the unit's chain. To: granted. Events: the unit is told. The same request gives one.
    Raises `NotFound` for a unit outside of sight, `NotAllowed` for one's own, `Invalid`.
    """
    made = deps.reliefs.find_created(call.request) if call.request else None
    if made is not None:
        return _view(deps, call, made)
    division, path = _unit_of(deps, call, given.unit_id)
    problems = _problems(deps, given)
    if problems:
        raise Invalid(problems)
    now = deps.clock.now()
    relief = Relief(
        id=deps.new_id(),
        version=1,
        kind=given.kind,
        state=ReliefState.GRANTED,
        unit_id=given.unit_id,
        division=division,
        path=path,
        decider=call.actor.division or "",
        form=given.form,
        said=Said(given.ground, given.reason),
        asked_by=call.actor.account_id,
        asked_at=now,
        updated_at=now,
        from_day=given.from_day,
        to_day=given.to_day,
        decided_by=call.actor.account_id,
        decided_at=now,
        history=(call.entry(now, ReliefAction.GIVE, None, ReliefState.GRANTED),),
    )
    told = tell_unit_of_relief(relief, _title(deps, relief), "exception_given")
    return _view(deps, call, deps.reliefs.add(relief, call, (told,)))


def end_exception(deps: Deps, call: Call, relief_id: str, reason: str) -> ReliefView:
    """End an exception before its day: due days after today are as the regulation says again.

    Actor: the department that gave it. From: granted. To: ended. Events: the unit is told. Raises `ExceptionOver` where it has
    ended by itself.
    """
    today = local_date(deps.clock.now())

    def make(relief: Relief) -> Relief:
        if relief.to_day is None or relief.to_day < today:
            raise ExceptionOver
        return replace(relief, to_day=min(relief.to_day, today), said=replace(relief.said, answer=reason))

    return _change(deps, call, relief_id, ReliefAction.END, make, "exception_ended")


def read_relief(deps: Deps, call: Call, relief_id: str) -> ReliefView:
    """Return a relief; the read of another unit's is recorded. Raises `NotFound` outside of sight."""
    relief = _in_sight(deps, call, relief_id)
    if call.actor.unit_id != relief.unit_id:
        deps.reads.record(call, "read_relief", relief.unit_id, relief.id)
    return _view(deps, call, relief)


def list_reliefs(deps: Deps, call: Call, wanted: WantedReliefs, cursor: str, limit: int) -> Page[ReliefView]:
    """Return a page of what the actor sees and wants to see, last asked for first; a department's read is recorded."""
    page = deps.reliefs.list_in_sight(call.actor, wanted, cursor, limit)
    if call.actor.unit_id is None:
        deps.reads.record(call, "list_reliefs", call.actor.division or "")
    units = deps.units.find_all({each.unit_id for each in page.items})
    return Page(tuple(_view(deps, call, each, units) for each in page.items), page.next_cursor)


def latest_day(form: Form, period: Period) -> date:
    """Return until when a form of a period may be put off: before the year is settled, for executions before their lock."""
    settled = final_approval_from(period.year).on - timedelta(days=1)
    return min(settled, lock_of_execution(period.last_day).on) if form.key == EXECUTION_FORM else settled


def _change(
    deps: Deps,
    call: Call,
    relief_id: str,
    action: ReliefAction,
    make: Callable[[Relief], Relief],
    occasion: str = "",
    **values: str,
) -> ReliefView:
    relief = _in_sight(deps, call, relief_id)
    if was_done(relief.history, call.request):
        return _view(deps, call, relief)
    call.check_version(relief.version)
    step = relief_step_for(relief, action, call.actor)
    now = deps.clock.now()
    entry = call.entry(now, action, relief.state, step.target)
    changed = replace(make(relief), state=step.target, updated_at=now, history=(*relief.history, entry))
    if action in (ReliefAction.GRANT, ReliefAction.REFUSE):
        changed = replace(changed, decided_by=call.actor.account_id, decided_at=now)
    told = (tell_unit_of_relief(changed, _title(deps, changed), occasion, **values),) if occasion else ()
    return _view(deps, call, deps.reliefs.save(changed, call, told))


def _in_sight(deps: Deps, call: Call, relief_id: str) -> Relief:
    relief = deps.reliefs.get(relief_id)
    if not relief_is_in_sight(call.actor, relief):
        raise NotFound
    return relief


def _view(deps: Deps, call: Call, relief: Relief, units: Mapping[str, Unit] | None = None) -> ReliefView:
    unit = deps.units.find(relief.unit_id) if units is None else units.get(relief.unit_id)
    form = _form_of(deps, relief)
    actions = relief_actions(relief, call.actor)
    if relief.to_day is not None and relief.to_day < local_date(deps.clock.now()):
        actions = ()
    if form is None or not relief.period:
        return ReliefView(relief, unit, form, None, None, actions)
    period = period_of(relief.period)
    return ReliefView(relief, unit, form, statutory_due(form, period).on, latest_day(form, period), actions)


def _form_of(deps: Deps, relief: Relief) -> Form | None:
    """Return the form of a relief as the edition of its time has it, None where it is about all forms."""
    on = period_of(relief.period).last_day if relief.period else relief.to_day
    in_force = deps.catalogue.on(on) if on is not None else None
    return in_force.edition.form(relief.form) if in_force else None


def _title(deps: Deps, relief: Relief) -> str:
    form = _form_of(deps, relief)
    return form.title if form else ALL_FORMS


def _unit_of(deps: Deps, call: Call, unit_id: str) -> tuple[str, tuple[str, ...]]:
    """Return division and path of a unit that the actor gives exceptions to. Raises `NotFound`, `NotAllowed`."""
    if unit_id.startswith(CITY_UNIT):
        division, today = unit_id.removeprefix(CITY_UNIT), local_date(deps.clock.now())
        if lists.find(Scheme.DEMONSTRATION_CITY, division, today) is None:
            raise NotFound
        path = divisions.path(division, today)
    else:
        unit = deps.units.get(unit_id)
        division, path = unit.division, unit.path
    if not owner_is_in_sight(call.actor, unit_id, path):
        raise NotFound
    if not gives_exceptions(call.actor, unit_id, division, path):
        raise NotAllowed
    return division, path


def _require_not_filed(deps: Deps, start: Start) -> None:
    filings = deps.filings.list_of_unit(start.unit_id, (start.instrument.form.key,), (start.period,))
    if filings and all(each.filed_on is not None for each in filings):
        raise AlreadyFiled("本期此表已报送，无需延期。")


def _require_later(until: date, latest: date, after: date) -> None:
    """Refuse a day that puts nothing off, or puts it off for longer than anybody may."""
    if after < until <= latest:
        return
    text = "延期的日期应晚于现行时限，且不得超过制度规定的期限。"
    expected = f"{(after + timedelta(days=1)).isoformat()} 至 {latest.isoformat()}" if after < latest else "不能再延期"
    raise Invalid([Problem("/until", "until_out_of_range", text, expected, "延至")])


def _problems(deps: Deps, given: Given) -> list[Problem]:
    problems: list[Problem] = []
    if given.kind is ReliefKind.EXTENSION:
        problems.append(Problem("/kind", "not_an_exception", "延期由填报单位申请。", "免报、顺延", "种类"))
    if given.ground not in GROUNDS_OF[given.kind]:
        text = "所选情形与例外的种类不符：免报须是没有填报义务，顺延须是不能按时填报。"
        problems.append(Problem("/ground", "ground_of_another_kind", text, "与种类相符的情形", "情形"))
    if given.to_day < given.from_day:
        problems.append(
            Problem("/to_day", "days_reversed", "止日早于起日。", f"≥ {given.from_day.isoformat()}", "止日")
        )
    elif given.to_day - given.from_day > LONGEST:
        text = "一项例外最长一年，期满仍有需要的，请另行给予。"
        expected = f"≤ {(given.from_day + LONGEST).isoformat()}"
        problems.append(Problem("/to_day", "span_too_long", text, expected, "止日"))
    in_force = deps.catalogue.on(given.to_day)
    if given.form and (in_force is None or in_force.edition.form(given.form) is None):
        problems.append(Problem("/form", "form_unknown", "没有这种报表。", "现行制度版本的报表，或空", "报表"))
    return problems
