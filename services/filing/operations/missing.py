"""Who has not filed what is expected of them (未报名单), place by place, with whom to call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.filing.completeness.expecting import BASICS_FORM
from services.filing.completeness.standing import Judged, Standing
from services.filing.forms.model import Form, Reporter
from services.filing.model.filings import Filing
from services.filing.model.periods import Period, period_of
from services.filing.model.respondents import Respondent
from services.filing.model.units import CITY_UNIT, Unit
from services.filing.operations.completeness import Question
from services.filing.operations.counting import tally, up_to_date
from services.filing.operations.due import Dues, dues_of
from services.filing.operations.expected import demonstration_cities, kind_of
from services.filing.ports.counts import Place
from services.filing.ports.deps import Deps
from services.filing.reminding.owed import FormKey
from shared.calls import Call
from shared.clock import local_date
from shared.paging import Page, decode_cursor, encode_cursor

MOST = 50_000
"""Rows of one export; who wants more narrows the list."""

EXPORT_PAGE = 200


@dataclass(frozen=True)
class Narrowed:
    """What the list is narrowed to; what is not given narrows nothing."""

    standing: Standing | None = None
    is_overdue: bool = False


@dataclass(frozen=True)
class Contact:
    """Whom to call, by the basic information (企业1表) that the unit submitted last; `period` is that of it."""

    period: Period
    head: str = field(repr=False)
    filler: str = field(repr=False)
    phone: str = field(repr=False)
    fixed: str = field(repr=False)
    mobile: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True)
class Missing:
    """An expected form that is not filed; `unit` is None for a demonstration city, `urged_on` when it was last urged."""

    judged: Judged
    unit: Unit | None
    contact: Contact | None
    days_late: int
    urged_on: date | None = None

    @property
    def platform(self) -> str:
        """The platform that it is about, empty where it is about none."""
        found = self.unit.platform(self.judged.slot.item) if self.unit else None
        return found.name if found else ""


def list_missing(
    deps: Deps, call: Call, question: Question, narrowed: Narrowed, cursor: str, limit: int
) -> Page[Missing]:
    """Return a page of what is not filed in a division, by place and unit; the read is recorded. Raises `Malformed`."""
    after = decode_cursor(cursor, 3)
    deps.reads.record(call, "list_missing", question.division, f"{question.form.key}/{question.period}")
    return _page(deps, question, narrowed, after, limit)


def export_missing(deps: Deps, call: Call, question: Question, narrowed: Narrowed) -> Iterator[Missing]:
    """Yield what is not filed in a division, as the list shows it; that it was given out is recorded before the first."""
    deps.reads.record(call, "export_missing", question.division, f"{question.form.key}/{question.period}")
    return _all(deps, question, narrowed)


def _all(deps: Deps, question: Question, narrowed: Narrowed) -> Iterator[Missing]:
    after: tuple[str, ...] | None = None
    given = 0
    while given < MOST:
        page = _page(deps, question, narrowed, after, EXPORT_PAGE)
        yield from page.items
        given += len(page.items)
        after = decode_cursor(page.next_cursor, 3)
        if after is None:
            return


def _page(
    deps: Deps, question: Question, narrowed: Narrowed, after: tuple[str, ...] | None, limit: int
) -> Page[Missing]:
    today = local_date(deps.clock.now())
    found: list[Judged] = []
    for each in _open(deps, question, after):
        is_due = not narrowed.is_overdue or each.due < today
        if is_due and narrowed.standing in (None, each.standing):
            found.append(each)
        if len(found) > limit:
            break
    following = encode_cursor(*_order(found[limit - 1])) if len(found) > limit else ""
    return Page(tuple(_known(deps, found[:limit], today)), following)


def _order(judged: Judged) -> tuple[str, str, str]:
    return _key(judged.slot.path), judged.slot.unit_id, judged.slot.item


def _key(path: Place) -> str:
    """Return what a place is sorted by: the divisions from above."""
    return "/".join(reversed(path))


def _open(deps: Deps, question: Question, after: tuple[str, ...] | None) -> Iterator[Judged]:
    """Yield what is not filed behind a row, in the order of the list; places where nothing is open are not looked at."""
    cells = up_to_date(deps, question.form, question.period, question.division)
    first = after or ("", "", "")
    places = sorted((cell.path for cell in cells if cell.counts.open_by_due), key=_key)
    dues = dues_of(deps, ((question.form, question.period),))
    for path in places:
        if _key(path) >= first[0]:
            unit_id = first[1] if _key(path) == first[0] else ""
            yield from (each for each in _of_place(deps, question, path, unit_id, dues) if _order(each) > first)


def _of_place(deps: Deps, question: Question, path: Place, unit_id: str, dues: Dues) -> Iterator[Judged]:
    """Yield what is not filed by the units of a place, from one of them on."""
    form, period = question.form, question.period
    for page in _units_of(deps, form, period, path, unit_id):
        here = [each for each in page if each.path == path]
        judged = tally(deps, form, period, here, dues).judged if here else ()
        yield from sorted((each for each in judged if each.standing is not Standing.FILED), key=_order)


def _units_of(deps: Deps, form: Form, period: Period, path: Place, unit_id: str) -> Iterator[Sequence[Respondent]]:
    if form.reporter is Reporter.CITY:
        yield demonstration_cities(period, path[0])
        return
    if unit_id:
        yield deps.respondents.find_all((unit_id,))  # it may have more platforms than the last page held
    yield from deps.respondents.pages(path[0], kind_of(form), unit_id)


def _known(deps: Deps, found: Sequence[Judged], today: date) -> Iterator[Missing]:
    """Yield rows with the names of their units and whom to call, looked up for all together."""
    ids = {each.slot.unit_id for each in found}
    units = deps.units.find_all(each for each in ids if not each.startswith(CITY_UNIT))
    basics = deps.filings.find_last_submitted(units, BASICS_FORM)
    records = deps.reminding.records.find_all(ids)
    for each in found:
        slot = each.slot
        record = records.get(slot.unit_id)
        yield Missing(
            judged=each,
            unit=units.get(slot.unit_id),
            contact=_contact(basics.get(slot.unit_id)),
            days_late=each.days_late(today),
            urged_on=record.urged.get(FormKey(slot.form, slot.period, slot.item)) if record else None,
        )


def _contact(filing: Filing | None) -> Contact | None:
    version = filing.last if filing else None
    if filing is None or version is None:
        return None
    said = version.content.answers.get("120")
    ways = said if isinstance(said, Mapping) else {}
    fixed = "-".join(_text(ways, key) for key in ("area_code", "phone", "phone_extension") if _text(ways, key))
    return Contact(
        period=period_of(filing.period),
        head=version.sign_off.statistics_head,
        filler=version.sign_off.filler,
        phone=version.sign_off.phone,
        fixed=fixed,
        mobile=_text(ways, "mobile"),
        email=_text(ways, "email"),
    )


def _text(parts: Mapping[str, object], key: str) -> str:
    value = parts.get(key)
    return value if isinstance(value, str) else ""
