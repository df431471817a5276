"""A month end and a January of many units, driven through the operations, with a plain note of what happened to each.

The note is kept beside the product and knows nothing of how it counts: `tests/integration/filing/test_completeness.py` counts
it by itself and compares.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush

from services.filing.ledger.account import Account
from services.filing.ledger.terms import ContractState, Terms
from services.filing.model.closings import Closing, ClosingAction, Stage, Words, first_link
from services.filing.model.filings import Filing, ReasonCode, SignOff
from services.filing.model.reliefs import Ground, ReliefKind
from services.filing.model.states import State
from services.filing.model.units import Source, UnitType
from services.filing.operations.drafts import Content, begin_filing, save_content
from services.filing.operations.month_end import file_nil
from services.filing.operations.reliefs import Asked, Given, ask_extension, give_exception, grant_extension
from services.filing.operations.review import Signed, approve_filing, finalise_filing, return_filing
from services.filing.operations.submission import submit_filing, withdraw_filing
from services.filing.operations.units import Told, take_told
from services.filing.policy import SYSTEM, chain_of
from shared.calls import Call
from shared.clock import SHANGHAI
from shared.codes import divisions
from shared.identity.actor import Actor, Role
from tests.support.filing_deps import department_of
from tests.support.filing_site import FilingSite
from tests.support.filing_typed import STAFF

PLACES = ("330106", "330108", "330100", "330203", "310104", "429004", "441900", "330000")
"""Districts, a city and a province with units of their own, a municipality, and places with fewer levels."""

FORMS = {"enterprise-3": "2025-12", "enterprise-4": "2025", "enterprise-5": "2025"}
DUE = {"enterprise-3": date(2025, 12, 31), "enterprise-4": date(2026, 1, 10), "enterprise-5": date(2026, 1, 10)}
ANSWERS = {"enterprise-4": STAFF, "enterprise-5": {"501": {"held": ["ISO9001"]}, "502": [], "503": []}}
CAME, CAME_LATE, SETTLED = date(2025, 6, 1), date(2026, 1, 2), date(2026, 4, 1)
AGREED = Signed("同意上报", "张审核")
RETURNED = Signed("请核实", "张审核", ReasonCode.IMPLAUSIBLE)


@dataclass
class Noted:
    """What happened to one form of one unit, in words of its own."""

    unit: str
    place: str
    form: str
    is_owed: bool
    due: date
    is_let_off: bool = False
    came_in_on: date | None = None
    is_out: bool = False
    levels: int = 0
    chain: int = 0
    is_settled: bool = False


@dataclass
class Season:
    """The site, the dice, and the notes."""

    site: FilingSite
    dice: random.Random = field(default_factory=lambda: random.Random(20251231))
    notes: list[Noted] = field(default_factory=list)
    to_come: list[tuple[date, int, Callable[[], None]]] = field(default_factory=list)
    planned: int = 0

    def at(self, day: date) -> None:
        """Move the clock to a day, and on by a little within it."""
        now = self.site.clock.now()
        morning = datetime.combine(day, time(9), SHANGHAI)
        self.site.clock.moment = max(morning.astimezone(UTC), now + timedelta(seconds=1))

    def plan(self, day: date, act: Callable[[], None]) -> None:
        """Have something happen on a day."""
        self.planned += 1
        heappush(self.to_come, (day, self.planned, act))

    def enter(self, number: int, *, is_late: bool) -> None:
        """Register a unit, and plan what it files."""
        unit_id, place = f"{number:032x}", PLACES[number % len(PLACES)]
        basics = {"name": f"第{number}号软件有限公司"}
        now = self.site.clock.now()
        told = Told(unit_id, UnitType.ENTERPRISE, place, Source.REGISTRATION, now, basics)
        take_told(self.site.wired.deps, Call(SYSTEM), told)
        actor = Actor(f"p-{number}", Role.ENTERPRISE, unit_id=unit_id, division=place)
        has_contract = self.sign_contract(actor, place)
        for form in FORMS:
            is_owed = not is_late and (form != "enterprise-3" or has_contract)
            note = Noted(unit_id, place, form, is_owed, DUE[form])
            self.notes.append(note)
            if is_owed and self.dice.random() < 0.1:
                self.plan(date(2025, 12, 5), partial(self.relieve, actor, note))
            days = self.dice.choice((-3, -1, 0, 1, 4, 5, 6))
            if self.dice.random() < 0.8:
                day = max(note.due, CAME_LATE if is_late else CAME) + timedelta(days=days)
                self.plan(max(day, CAME_LATE) if is_late else day, partial(self.fate, actor, note, day))

    def sign_contract(self, actor: Actor, place: str) -> bool:
        """Give most units a contract; return whether one is open in December."""
        kind = self.dice.choice(("open", "open", "ended", "begun", "later", "none"))
        terms = {
            "open": Terms(number="HT", signed_on=date(2025, 3, 3)),
            "ended": Terms(
                number="HT", signed_on=date(2025, 3, 3), state=ContractState.COMPLETED, ended_on=date(2025, 11, 30)
            ),
            "begun": Terms(number="HT", signed_on=date(2025, 12, 31)),
            "later": Terms(number="HT", signed_on=date(2026, 1, 1)),
        }.get(kind)
        unit_id = actor.unit_id or ""
        if terms is not None:
            path = divisions.path(place, CAME)
            now = self.site.clock.now()
            account = Account(unit_id[::-1], 0, unit_id, place, path, "2025-12", now, last=terms, in_force=terms)
            self.site.wired.deps.accounts.put(account)
        return kind in ("open", "begun")

    def relieve(self, actor: Actor, note: Noted) -> None:
        """Let a department move the day of a form, or let the unit off."""
        deps, county = self.site.wired.deps, department_of(divisions.path(note.place, CAME)[0])
        if self.dice.random() < 0.5:
            asked = Asked(note.form, FORMS[note.form], note.due + timedelta(days=5), "系统改造")
            relief = ask_extension(deps, Call(actor), asked).relief
            call = Call(county, version=relief.version)
            grant_extension(deps, call, relief.id, note.due + timedelta(days=5), "同意")
            note.due += timedelta(days=5)
        else:
            given = Given(note.unit, ReliefKind.EXEMPTION, note.form, note.due, note.due, Ground.CEASED, "已停业")
            give_exception(deps, Call(county), given)
            note.is_let_off = True

    def file(self, actor: Actor, note: Noted, day: date) -> Filing:
        """File one form on a day."""
        deps, period = self.site.wired.deps, FORMS[note.form]
        if note.form == "enterprise-3":
            filing = file_nil(deps, Call(actor), period, "当月没有执行")
        else:
            filing = begin_filing(deps, Call(actor), note.form, period)
            content = Content(answers=ANSWERS[note.form])
            filing = save_content(deps, Call(actor, version=filing.version), filing.id, content)
        note.came_in_on = note.came_in_on or day
        return self.submit(actor, filing)

    def submit(self, actor: Actor, filing: Filing) -> Filing:
        """Submit a filing as it stands."""
        sign_off = SignOff("王小明", "李晓红", "周海", "0571-88888888", self.site.clock.now().date())
        call = Call(actor, version=filing.version)
        return submit_filing(self.site.wired.deps, call, filing.id, sign_off, duties_read=True)

    def pass_on(self, filing: Filing, note: Noted, levels: int) -> Filing:
        """Let so many departments approve a filing."""
        for division in chain_of(filing)[:levels]:
            call = Call(department_of(division), version=filing.version)
            filing = approve_filing(self.site.wired.deps, call, filing.id, AGREED)
            note.levels += 1
        return filing

    def fate(self, actor: Actor, note: Noted, day: date) -> None:
        """Have one form filed on a day, and let happen to it what the dice say."""
        deps = self.site.wired.deps
        filing = self.file(actor, note, day)
        note.chain = len(chain_of(filing))
        fate = self.dice.choice(("waits", "passes", "through", "settled", "returned", "again", "taken back"))
        match fate:
            case "passes":
                self.pass_on(filing, note, self.dice.randint(1, note.chain))
            case "through":
                self.pass_on(filing, note, note.chain)
            case "settled":
                filing = self.pass_on(filing, note, note.chain)
                self.plan(SETTLED, partial(self.settle, filing, note))
            case "returned" | "again":
                first = department_of(chain_of(filing)[0])
                filing = return_filing(deps, Call(first, version=filing.version), filing.id, RETURNED)
                note.is_out = fate == "returned"
                if fate == "again":
                    self.plan(day + timedelta(days=20), partial(self.submit_again, actor, filing))
            case "taken back":
                withdraw_filing(deps, Call(actor, version=filing.version), filing.id)
                note.is_out = True

    def submit_again(self, actor: Actor, filing: Filing) -> None:
        """Submit once more what was returned."""
        self.submit(actor, filing)

    def settle(self, filing: Filing, note: Noted) -> None:
        """Have the ministry settle a filing for good."""
        call = Call(department_of("000000"), version=filing.version)
        note.is_settled = finalise_filing(self.site.wired.deps, call, filing.id).state is State.FINAL

    def close(self, period: str) -> None:
        """Close a period, so that what is approved of it can be settled."""
        now, ministry, id_ = self.site.clock.now(), department_of("000000"), period.rjust(32, "c")
        act = Call(ministry).entry(now, ClosingAction.CLOSE, None, Stage.COMPLETE)
        words, link = Words("同意最终审定", "陈司长"), first_link(id_, period)
        closing = Closing(
            id_, 1, period, words, ministry, Stage.COMPLETE, now, now, link, final_on=SETTLED, history=(act,)
        )
        self.site.wired.deps.closings.add(closing, Call(ministry))

    def play(self, count: int, looked: Callable[[], None]) -> None:
        """Play the season for so many units, every tenth of which comes after it; `looked` is called on the way."""
        for number in range(count):
            is_late = number % 10 == 9
            self.plan(CAME_LATE if is_late else CAME, partial(self.enter, number, is_late=is_late))
        for period in sorted(set(FORMS.values())):
            self.plan(SETTLED, partial(self.close, period))
        done = 0
        while self.to_come:
            day, _, act = heappop(self.to_come)
            self.at(day)
            act()
            done += 1
            if done % max(1, count) == 0:
                looked()
