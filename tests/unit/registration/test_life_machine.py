"""The life of a registration against a model: any act, by anybody, in any order, over months.

The model is three small tables written apart from the code; after each act the real registration must stand where the
model stands, and an act that the model does not know must be refused and leave no trace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.registration.errors import ReviewIncomplete
from services.registration.form.items import CONDITIONS
from services.registration.form.terms import TERMS
from services.registration.model.materials import Slot
from services.registration.model.registration import Registration, Revision
from services.registration.model.review import ReasonCode, Remark, Verdict
from services.registration.model.standing import Ground
from services.registration.model.states import Action, State
from services.registration.operations import applications, drafts, review, standings
from services.registration.operations.drafts import Chosen
from services.registration.operations.review import Marks, Signed
from services.registration.operations.standings import Reasons
from services.registration.operations.submission import submit_registration
from services.registration.operations.watching import watch
from services.registration.ports import Uploaded
from shared.calendar.working_days import add_working_days
from shared.clock import local_date
from shared.errors import Conflict, Invalid, NotAllowed, TongbaoError
from shared.identity.actor import Actor, Role
from tests.support.registration import (
    CITY,
    accepted,
    make_actor,
    make_call,
    make_facts,
    make_fakes,
    make_file,
    make_registration,
)

ID = "1" * 32
OPERATOR, DEPARTMENT = "operator", "department"
ACTORS: dict[str, Actor] = {
    OPERATOR: make_actor(),
    DEPARTMENT: make_actor(Role.COUNTY_REVIEWER),
    "above": make_actor(Role.CITY_REVIEWER, division=CITY, account_id="e" * 32),
}
PAPERS_LAST = timedelta(days=45)
REST = ("approved", "rejected", "withdrawn", "discarded")
IN_FORCE = ("registered", "suspended")

APPLICATION: dict[str, tuple[str, tuple[str, ...], str]] = {
    "edit": (OPERATOR, ("draft",), "draft"),
    "submit": (OPERATOR, ("draft", "returned"), "submitted"),
    "withdraw": (OPERATOR, ("submitted", "under_review", "returned"), "withdrawn"),
    "resume": (OPERATOR, ("withdrawn",), "draft"),
    "discard": (OPERATOR, ("draft",), "discarded"),
    "open_change": (OPERATOR, REST, "draft"),
    "renew": (OPERATOR, REST, "draft"),
    "start_review": (DEPARTMENT, ("submitted",), "under_review"),
    "mark": (DEPARTMENT, ("under_review",), "under_review"),
    "return": (DEPARTMENT, ("under_review",), "returned"),
    "approve": (DEPARTMENT, ("under_review",), "approved"),
    "reject": (DEPARTMENT, ("under_review",), "rejected"),
    "undo": (DEPARTMENT, ("returned", "rejected"), "under_review"),
}
"""Who may do what with an application, in which states, and where it leads."""

STANDING: dict[str, tuple[str, tuple[str, ...], tuple[str | None, ...], str | None, str | None]] = {
    "suspend": (DEPARTMENT, ("registered",), (None, "asked", "announced", "stated"), "suspended", "keep"),
    "lift": (DEPARTMENT, ("suspended",), (None, "asked", "announced", "stated"), "registered", "keep"),
    "ask": (OPERATOR, IN_FORCE, (None,), None, "asked"),
    "take_back": (OPERATOR, IN_FORCE, ("asked",), None, None),
    "refuse": (DEPARTMENT, IN_FORCE, ("asked",), None, None),
    "announce": (DEPARTMENT, IN_FORCE, (None,), None, "announced"),
    "state": (OPERATOR, IN_FORCE, ("announced", "stated"), None, "stated"),
    "call_off": (DEPARTMENT, IN_FORCE, ("announced", "stated"), None, None),
    "deregister": (DEPARTMENT, IN_FORCE, ("asked", "announced", "stated"), "deregistered", None),
}
"""Who may do what with a standing, while what is closing, and where both lead (None: it stays; no closing is left)."""


@dataclass(frozen=True)
class Model:
    """Where the registration should stand."""

    state: str = "draft"
    standing: str = "none"
    closing: str | None = None
    round: int = 0
    revision: int = 0
    in_force: int = 0
    valid_until: date | None = None
    statement_until: date | None = None
    is_edited: bool = False
    is_marked: bool = False
    undoable: bool = False

    @property
    def is_open(self) -> bool:
        return self.state not in REST


class Life(RuleBasedStateMachine):
    """Acts on the real operations and on the model side by side."""

    @initialize()
    def begin(self) -> None:
        self.fakes = make_fakes(make_registration(State.DRAFT))
        self.model = Model()
        self.numbers = count(1000)
        self.settled: dict[int, Revision] = {}

    @property
    def real(self) -> Registration:
        return self.fakes.registrations.get(ID)

    @property
    def today(self) -> date:
        return local_date(self.fakes.clock.now())

    @rule(name=st.sampled_from(sorted(APPLICATION)), who=st.sampled_from(sorted(ACTORS)))
    def act_on_the_application(self, name: str, who: str) -> None:
        self.act(name, who, self.after_application(name, who))

    @rule(data=st.data())
    def go_on_rightly(self, data: st.DataObject) -> None:
        """Take one of the acts that the model lets somebody do now."""
        expected = {name: self.after_application(name, row[0]) for name, row in APPLICATION.items()}
        expected |= {name: self.after_standing(name, row[0]) for name, row in STANDING.items()}
        possible = [name for name, after in expected.items() if isinstance(after, Model)]
        if not possible:  # a first draft that was discarded is the end
            return
        name = data.draw(st.sampled_from(possible))
        who = APPLICATION[name][0] if name in APPLICATION else STANDING[name][0]
        self.act(name, who, expected[name])

    @rule(name=st.sampled_from(sorted(STANDING)), who=st.sampled_from(sorted(ACTORS)))
    def act_on_the_standing(self, name: str, who: str) -> None:
        self.act(name, who, self.after_standing(name, who))

    @rule(steps=st.integers(3, 8))
    def run_through(self, steps: int) -> None:
        """Take an application on its way to the approval, as far as it can be taken."""
        way = ("open_change", "renew", "resume", "edit", "submit", "start_review", "mark", "approve")
        for name in way[:steps]:
            who = APPLICATION[name][0]
            expected = self.after_application(name, who)
            if not isinstance(expected, type):
                self.act(name, who, expected)

    @rule(days=st.integers(1, 25))
    def days_pass(self, days: int) -> None:
        self.fakes.clock.advance(timedelta(days=days))
        before = self.real.version
        watch(self.fakes.deps, "c" * 32)
        model = self.model
        ends = model.valid_until + timedelta(days=TERMS.grace_days + 1) if model.valid_until else None
        if ends is not None and model.standing in IN_FORCE and self.today >= ends:
            self.model = replace(model, standing="expired", closing=None)
        if self.real.version != before:
            self.model = replace(self.model, undoable=False)

    def act(self, name: str, who: str, expected: Model | type[Exception]) -> None:
        before = self.real
        call = make_call(ACTORS[who], before.version)
        note(f"{name} by {who} at {self.model}")
        if isinstance(expected, type):
            with pytest.raises(expected):
                self.operations()[name](call)
            assert self.real == before
        else:
            self.operations()[name](call)
            self.model = expected

    def operations(self) -> dict[str, Callable[[Any], object]]:
        deps = self.fakes.deps
        signed = Signed("意见", "张三", self.today, ReasonCode.OTHER)
        reasons = Reasons(Ground.OTHER, "原因")
        return {
            "edit": self.edit,
            "submit": lambda c: submit_registration(deps, c, ID, undertaking=True, explanation="无须修改"),
            "withdraw": lambda c: drafts.withdraw_registration(deps, c, ID),
            "resume": lambda c: drafts.resume_registration(deps, c, ID),
            "discard": lambda c: applications.discard_draft(deps, c, ID),
            "open_change": lambda c: applications.open_change(deps, c, ID),
            "renew": lambda c: applications.renew_registration(deps, c, ID),
            "start_review": lambda c: review.start_review(deps, c, ID),
            "mark": lambda c: review.save_review(deps, c, ID, self.marks()),
            "return": lambda c: self.give_back(c, signed),
            "approve": lambda c: review.approve_registration(deps, c, ID, replace(signed, reason_code=None)),
            "reject": lambda c: review.reject_registration(deps, c, ID, signed),
            "undo": lambda c: review.undo_decision(deps, c, ID, "有误"),
            "suspend": lambda c: standings.suspend_registration(deps, c, ID, reasons, self.today, None),
            "lift": lambda c: standings.lift_suspension(deps, c, ID, "已整改"),
            "ask": lambda c: standings.request_deregistration(deps, c, ID, "不再经营"),
            "take_back": lambda c: standings.take_back_request(deps, c, ID),
            "refuse": lambda c: standings.refuse_deregistration(deps, c, ID, "不同意"),
            "announce": lambda c: standings.announce_deregistration(deps, c, ID, reasons),
            "state": lambda c: standings.make_statement(deps, c, ID, "仍在运营"),
            "call_off": lambda c: standings.call_off_deregistration(deps, c, ID, "已恢复"),
            "deregister": lambda c: standings.deregister(deps, c, ID, "同意"),
        }

    def edit(self, call: Any) -> None:
        number = next(self.numbers)
        form = make_registration().form | {"phone": f"0571-{number:08d}"}  # type: ignore[operator]
        saved = drafts.save_form(self.fakes.deps, call, ID, form)
        chosen: dict[Slot, list[Chosen]] = {}
        for slot, refs in make_registration().materials.items():
            ref = make_file(f"{number:030x}{slot.value.zfill(2)[:2]}", refs[0].parts)
            self.fakes.files.keep(Uploaded(ID, saved.unit_id, slot, ref))
            chosen[slot] = [Chosen(ref.file_id, ref.parts)]
        for slot, files in chosen.items():
            saved = drafts.set_material(self.fakes.deps, replace(call, version=saved.version), ID, slot, files)

    def marks(self) -> Marks:
        conditions = {key: Remark(Verdict.ACCEPT) for key in CONDITIONS}
        facts = make_facts(licence_valid_until=self.today + PAPERS_LAST)
        return Marks(accepted(), {}, conditions, facts, {}, "齐全", confirms_carried=True)

    def give_back(self, call: Any, signed: Signed) -> None:
        real = self.real
        if real.state is State.UNDER_REVIEW and call.actor == ACTORS[DEPARTMENT]:
            faulty = replace(self.marks(), materials=accepted(m5=Verdict.REPLACE))
            marked = review.save_review(self.fakes.deps, call, ID, faulty)
            call = replace(call, version=marked.version)
        review.return_registration(self.fakes.deps, call, ID, signed)

    def after_application(self, name: str, who: str) -> Model | type[Exception]:
        model = self.model
        actor, sources, target = APPLICATION[name]
        if model.state not in sources or (name == "undo" and who != actor):
            return TongbaoError
        if name == "open_change" and model.standing not in IN_FORCE:
            return TongbaoError
        if name == "renew" and model.standing not in ("expired", "deregistered"):
            return TongbaoError
        if who != actor:
            return TongbaoError
        is_lost = name == "submit" and model.state == "draft" and not model.is_edited
        if is_lost and (model.standing in IN_FORCE or not self.real.form):
            return Invalid
        if name == "undo" and not model.undoable:
            return NotAllowed
        if name == "approve" and (not model.is_marked or self.today > self.marked_until()):
            return ReviewIncomplete  # not judged, or the licence has ended meanwhile
        return replace(
            model,
            state=target,
            revision=model.revision + (name == "submit"),
            is_edited={"edit": True, "open_change": False, "renew": True, "discard": False}.get(name, model.is_edited),
            is_marked={"mark": True, "start_review": False, "return": False}.get(name, model.is_marked),
            undoable=name in ("return", "reject"),
            **(self.approved() if name == "approve" else {}),
        )

    def approved(self) -> dict[str, Any]:
        model = self.model
        return {
            "standing": "suspended" if model.standing == "suspended" else "registered",
            "round": model.round + (model.standing not in IN_FORCE),
            "in_force": model.revision,
            "valid_until": self.marked_until(),
        }

    def marked_until(self) -> date:
        last = self.real.review
        assert last is not None
        until = last.facts["licence_valid_until"]
        assert isinstance(until, date)
        return until

    def after_standing(self, name: str, who: str) -> Model | type[Exception]:
        model = self.model
        actor, sources, closings, target, closing = STANDING[name]
        if model.standing not in sources or model.closing not in closings or who != actor:
            return TongbaoError
        waits = model.closing == "announced" and model.statement_until and self.today <= model.statement_until
        if name == "deregister" and waits:
            return Conflict
        ends = name == "deregister" and model.is_open
        return replace(
            model,
            state="discarded" if ends else model.state,
            standing=target or model.standing,
            closing=model.closing if closing == "keep" else closing,
            statement_until=add_working_days(self.today, TERMS.statement_days).on
            if name == "announce"
            else model.statement_until,
            undoable=False,
            is_edited=False if ends else model.is_edited,
        )

    @invariant()
    def the_registration_stands_where_the_model_stands(self) -> None:
        real, model = self.real, self.model
        closing = real.life.closing
        kind = None if closing is None else "stated" if closing.statement else closing.kind.value
        assert (real.state.value, real.standing.value) == (model.state, model.standing)
        assert {"requested": "asked"}.get(str(kind), kind) == model.closing
        assert (real.life.round, real.revision, real.life.in_force) == (model.round, model.revision, model.in_force)

    @invariant()
    def what_was_decided_never_changes_and_what_is_in_force_is_there(self) -> None:
        real = self.real
        for revision in real.revisions:
            if revision.no == real.life.in_force or revision.no < real.revision:
                assert self.settled.setdefault(revision.no, revision).form == revision.form
        assert (real.in_force is not None) == (real.life.in_force > 0)

    @invariant()
    def every_act_is_in_the_history(self) -> None:
        real = self.real
        assert real.history[0].action == Action.CREATE
        assert len(real.history) == real.version


Life.TestCase.settings = settings(max_examples=70, stateful_step_count=40, deadline=None)
test_any_order_of_acts_leads_where_the_model_leads = Life.TestCase
