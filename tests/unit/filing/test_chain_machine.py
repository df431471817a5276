"""Any sequence of acts on a filing keeps to the chain, against a model that knows nothing but the rules of review.

The model is one line of text per filing: who has passed the last version, and where it lies. What the code lets happen
must be what the model lets happen, for the whole cast of people, at every step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.filing.model.filings import Filing
from services.filing.model.states import Action, State
from services.filing.operations.drafts import Content, begin_correction, drop_correction, save_content
from services.filing.operations.review import approve_filing, finalise_filing, return_filing, undo_decision
from services.filing.operations.submission import submit_filing, withdraw_filing
from services.filing.policy import chain_of, reviewing_division
from shared.calls import Call
from shared.errors import Conflict, NotAllowed, NotFound
from shared.identity.actor import Actor
from tests.support.filing_deps import AGREED, CITY, COUNTY, MATE, MINISTRY, OPERATOR, PROVINCE, SIGN_OFF, make_office

SEQUENCES = 2000
CHAIN = ("330106", "330100", "330000", "000000")
CAST: dict[str, Actor] = {
    "unit": OPERATOR,
    "mate": MATE,
    **dict(zip(CHAIN, (COUNTY, CITY, PROVINCE, MINISTRY), strict=True)),
}

OF_UNITS = (Action.SAVE, Action.SUBMIT, Action.SUBMIT, Action.WITHDRAW, Action.CORRECT, Action.DROP_CORRECTION)


@dataclass
class Said:
    """Where the rules say that the filing is: `at` is unit, review, approved or final; `passed` counts levels."""

    at: str = "unit"
    passed: int = 0
    versions: int = 0
    in_force: int = 0
    before: int = 0
    is_final: bool = False
    takes_back: str = ""
    """The division that may take its decision back now."""


class Chain(RuleBasedStateMachine):
    """One filing in the hands of everybody."""

    @initialize()
    def open_the_office(self) -> None:
        self.office = make_office()
        self.office.close("2024")
        self.id = self.office.filled().id
        self.said = Said()
        self.seen: dict[int, str] = {}

    @rule(who=st.sampled_from(list(CAST)), act=st.sampled_from(list(Action)))
    def anybody_tries_anything(self, who: str, act: Action) -> None:
        self._try(who, act)

    @rule(act=st.sampled_from(OF_UNITS))
    def the_unit_acts(self, act: Action) -> None:
        self._try("unit", act)

    @rule(act=st.sampled_from([Action.APPROVE, Action.APPROVE, Action.RETURN]))
    def the_department_whose_turn_it_is_decides(self, act: Action) -> None:
        if self.said.at == "review":
            self._try(CHAIN[self.said.passed], act)

    @rule()
    def the_department_that_decided_last_takes_it_back(self) -> None:
        decisions = [each for version in self._filing().versions for each in version.decisions]
        if decisions:
            self._try(decisions[-1].division, Action.UNDO)

    @rule()
    def the_ministry_settles_it(self) -> None:
        self._try(CHAIN[-1], Action.FINALISE)

    @invariant()
    def it_stands_where_the_rules_say(self) -> None:
        filing, said = self._filing(), self.said
        places = {State.SUBMITTED: "review", State.APPROVED: "approved", State.FINAL: "final"}
        assert places.get(filing.state, "unit") == said.at
        assert (filing.in_force, filing.revision) == (said.in_force, said.versions)
        if said.at == "review":
            assert filing.passed == CHAIN[: said.passed]
            assert reviewing_division(filing) == CHAIN[said.passed]
        assert (filing.waiting_since is not None) is (said.at == "review")

    @invariant()
    def no_level_was_skipped(self) -> None:
        filing = self._filing()
        assert chain_of(filing) == CHAIN
        for version in filing.versions:
            divisions = [each.division for each in version.decisions]
            assert divisions == list(CHAIN[: len(divisions)])
            assert all(each.action is Action.APPROVE for each in version.decisions[:-1])
            if version.no == filing.in_force:
                assert divisions == list(CHAIN)
                assert version.decisions[-1].action is Action.APPROVE

    @invariant()
    def no_version_is_lost_or_rewritten(self) -> None:
        filing = self._filing()
        assert [each.no for each in filing.versions] == list(range(1, self.said.versions + 1))
        for version in filing.versions:
            assert self.seen.setdefault(version.no, version.receipt) == version.receipt
        assert self.office.told.count("submitted") == self.said.versions

    def _try(self, who: str, act: Action) -> None:
        operation = self._operations(CAST[who]).get(act)
        if operation is None:
            return
        self.office.clock.advance(timedelta(hours=1))
        allowed = self._allows(who, act)

        try:
            operation()
        except (Conflict, NotAllowed, NotFound):
            assert not allowed, f"{who} may {act} at {self.said}"
            return

        assert allowed, f"{who} may not {act} at {self.said}"
        self._note(who, act)

    def _filing(self) -> Filing:
        return self.office.filings.kept[self.id]

    def _allows(self, who: str, act: Action) -> bool:
        said, is_unit = self.said, who in {"unit", "mate"}
        acting = CHAIN[said.passed] if said.at == "review" else ""
        rules: dict[Action, bool] = {
            Action.SAVE: is_unit and said.at == "unit",
            Action.SUBMIT: is_unit and said.at == "unit",
            Action.WITHDRAW: is_unit and said.at == "review" and said.passed == 0,
            Action.APPROVE: who == acting,
            Action.RETURN: who == acting,
            Action.UNDO: who == said.takes_back,
            Action.FINALISE: who == CHAIN[-1] and said.at == "approved",
            Action.CORRECT: is_unit and said.at in {"approved", "final"},
            Action.DROP_CORRECTION: is_unit and said.at == "unit" and said.in_force > 0,
        }
        return rules[act]

    def _note(self, who: str, act: Action) -> None:
        said = self.said
        takes_back, said.takes_back = said.takes_back, ""
        match act:
            case Action.SUBMIT:
                said.at, said.passed, said.versions = "review", 0, said.versions + 1
            case Action.WITHDRAW | Action.CORRECT:
                said.at = "unit"
            case Action.RETURN:
                said.at, said.takes_back = "unit", who
            case Action.APPROVE:
                said.passed, said.takes_back = said.passed + 1, who
                if said.passed == len(CHAIN):
                    said.at, said.before, said.in_force, said.is_final = "approved", said.in_force, said.versions, False
            case Action.UNDO:
                if said.at == "approved":
                    said.in_force = said.before
                    said.is_final = (
                        said.in_force > 0 and self._filing().versions[said.in_force - 1].final_at is not None
                    )
                said.at, said.passed = "review", CHAIN.index(takes_back)
            case Action.FINALISE:
                said.at, said.is_final = "final", True
            case Action.DROP_CORRECTION:
                said.at = "final" if said.is_final else "approved"

    def _operations(self, actor: Actor) -> dict[Action, Callable[[], Filing]]:
        deps, filing = self.office.deps, self._filing()
        call = Call(actor, version=filing.version)
        content = Content(
            answers=filing.working.answers,
            explanations=filing.working.explanations,
            evidence=[ref.file_id for ref in filing.working.evidence],
        )
        return {
            Action.SAVE: lambda: save_content(deps, call, filing.id, content),
            Action.SUBMIT: lambda: submit_filing(deps, call, filing.id, SIGN_OFF, duties_read=True),
            Action.WITHDRAW: lambda: withdraw_filing(deps, call, filing.id),
            Action.APPROVE: lambda: approve_filing(deps, call, filing.id, AGREED),
            Action.RETURN: lambda: return_filing(deps, call, filing.id, AGREED),
            Action.UNDO: lambda: undo_decision(deps, call, filing.id),
            Action.FINALISE: lambda: finalise_filing(deps, call, filing.id),
            Action.CORRECT: lambda: begin_correction(deps, call, filing.id),
            Action.DROP_CORRECTION: lambda: drop_correction(deps, call, filing.id),
        }


def test_any_sequence_keeps_to_the_chain() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis gives no type
        Chain,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
