"""Any sequence of contracts, executions, corrections, returns, withdrawals and vouchers keeps the ledger right.

The model beside it is a table of what each filing said last and what of it is in force; it knows no account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.filing.ledger.posting import rebuilt
from services.filing.model.filings import Filing
from services.filing.model.states import EDITABLE, State
from services.filing.operations.drafts import Content, begin_correction, begin_filing, save_content
from services.filing.operations.review import undo_decision
from services.filing.operations.submission import submit_filing, withdraw_filing
from services.filing.operations.vouchers import Told, change_voucher, register_voucher
from services.filing.policy import reviewing_division
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.idempotency import RequestKey
from tests.support.filing_deps import department_of
from tests.support.filing_typed import CONTRACT, EXECUTION
from tests.support.month_end import FIRM, MONTH, SIGN_OFF, make_firm_office

BANK = "中国银行杭州分行"
DAYS = ("2025-12-31", "2026-01-02", "2026-01-15")
NUMBERS = st.sampled_from("AAAB")
PARTS = st.sampled_from(["", "", "", "1"])
VOUCHERS = st.sampled_from("XXY")
THEN = st.sampled_from(["submit", "approve", "approve", "nothing"])
EXPLAINED = dict.fromkeys(
    (
        *("e2-signed-in-earlier-year", "e2-below-executed", "e2-completed-below-amount", "e2-opening-before-signing"),
        *("e3-voucher-again", "e3-above-contract", "e3-after-end", "e3-within-opening", "e3-before-signing"),
        *("e3-amount-unit", "e3-settled-unit"),
    ),
    "已核实",
)


@dataclass
class Said:
    """What the model knows of a filing: what is typed, what was submitted last, what is in force."""

    typed: dict[str, Any]
    submitted: dict[str, Any] | None = None
    in_force: dict[str, Any] | None = None
    earlier: list[dict[str, Any] | None] = field(default_factory=list)
    is_waiting: bool = False

    @property
    def pending(self) -> dict[str, Any] | None:
        return self.submitted if self.is_waiting else None

    @property
    def counted(self) -> dict[str, Any] | None:
        return self.in_force or self.pending


class Ledger(RuleBasedStateMachine):
    """The operations over memory, and the model beside them."""

    contracts, executions = Bundle("contracts"), Bundle("executions")

    @initialize(target=contracts)
    def open_the_office_with_a_contract(self) -> str:
        self.office = make_firm_office()
        self.said: dict[str, Said] = {}
        self.totals: dict[str, Decimal] = {}
        self.refused = 0
        return self.begin_a_contract("A", "", 2, "approve")

    @rule(target=contracts, number=NUMBERS, part=PARTS, opening=st.integers(0, 3), then=THEN)
    def begin_a_contract(self, number: str, part: str, opening: int, then: str) -> str:
        contract = self._begin("enterprise-2", {"number": number, "part": part, "usd": 50, "opening": opening})
        return self._go_on(contract, then)

    @rule(
        target=executions,
        number=NUMBERS,
        part=PARTS,
        amount=st.integers(1, 30),
        voucher=VOUCHERS,
        day=st.sampled_from(DAYS),
        then=THEN,
    )
    def begin_an_execution(self, number: str, part: str, amount: int, voucher: str, day: str, then: str) -> str:
        said = {"number": number, "part": part, "amount": amount, "voucher": voucher, "day": day}
        return self._go_on(self._begin("enterprise-3", said), then)

    @rule(contract=contracts, number=NUMBERS, usd=st.integers(10, 90), state=st.sampled_from("123"), then=THEN)
    def amend_a_contract(self, contract: str, number: str, usd: int, state: str, then: str) -> None:
        self._amend(contract, {"number": number, "usd": usd, "state": state})
        self._go_on(contract, then)

    @rule(execution=executions, amount=st.integers(1, 30), voucher=VOUCHERS, number=NUMBERS, then=THEN)
    def amend_an_execution(self, execution: str, amount: int, voucher: str, number: str, then: str) -> None:
        self._amend(execution, {"amount": amount, "voucher": voucher, "number": number})
        self._go_on(execution, then)

    @rule(filing=st.one_of(contracts, executions))
    def submit(self, filing: str) -> None:
        kept, said = self._kept(filing), self.said[filing]
        if kept.state not in EDITABLE:
            return
        allowed = self._may_submit(kept, said)
        try:
            call = Call(FIRM, version=kept.version)
            submit_filing(self.office.deps, call, filing, SIGN_OFF, duties_read=True)
        except (Invalid, Conflict):
            if allowed:
                raise
            self.refused += 1
            return
        assert allowed
        said.earlier.append(said.submitted)
        said.submitted, said.is_waiting = dict(said.typed), True
        if kept.form == "enterprise-3":
            said.submitted["account"] = self._contract_named(said.typed)

    @rule(
        filing=st.one_of(contracts, executions), act=st.sampled_from(["pass", "approve", "return", "withdraw", "undo"])
    )
    def decide(self, filing: str, act: str) -> None:
        kept, said = self._kept(filing), self.said[filing]
        before = said.in_force
        try:
            self._act(act, kept)
        except (Conflict, NotAllowed, NotFound):  # a draft that was never submitted is nobody's to decide
            self.refused += 1
            return
        if act == "pass" and self._kept(filing).state is State.SUBMITTED:
            return
        if act in {"pass", "approve"}:
            said.in_force, said.is_waiting = said.submitted, False
            said.earlier[-1:] = [before]
        elif act == "undo":
            if kept.state is State.APPROVED:
                said.in_force = said.earlier[-1]
            said.is_waiting = True
        else:
            said.is_waiting = False

    @rule(voucher=VOUCHERS, total=st.integers(1, 60))
    def tell_an_amount(self, voucher: str, total: int) -> None:
        used, day = self._used(voucher), SIGN_OFF.reported_on
        known = next((each for each in self.office.vouchers.kept.values() if each.number == voucher), None)
        try:
            if known is None or known.total is None:
                key = f"{voucher}-{len(self.office.vouchers.acts)}-{total}-{used}"
                call = Call(FIRM, request=RequestKey(key, key))
                register_voucher(self.office.deps, call, Told(BANK, voucher, day, Decimal(total)))
            else:
                change_voucher(self.office.deps, Call(FIRM, version=known.version), known.id, Decimal(total), day)
        except Invalid:
            assert used > total
            self.refused += 1
            return
        assert used <= total
        self.totals[voucher] = Decimal(total)

    @invariant()
    def every_sum_is_that_of_the_filings(self) -> None:
        for contract, account in self.office.accounts.kept.items():
            told = self.said[contract]
            terms = told.counted or told.submitted or {}
            lines = [each.counted for each in self.said.values() if (each.counted or {}).get("account") == contract]
            of_here = [each for each in lines if each]
            expected = Decimal(terms["opening"]) + sum((Decimal(each["amount"]) for each in of_here), Decimal(0))
            assert account.executed == expected
            running = [total for _, total in account.cumulative()]
            assert running == sorted(running)
            assert running[-1:] in ([], [expected])

    @invariant()
    def no_voucher_settles_more_than_its_amount(self) -> None:
        for voucher in self.office.vouchers.kept.values():
            assert voucher.used == self._used(voucher.number)
            assert voucher.total == self.totals.get(voucher.number)
            assert voucher.total is None or voucher.used <= voucher.total
            assert voucher.total is not None or len(voucher.shares) <= 1

    @invariant()
    def the_filings_alone_give_the_same_ledger(self) -> None:
        filings = sorted(self.office.filings.kept.values(), key=lambda each: each.form)
        anew = rebuilt(each for each in filings if each.form in {"enterprise-2", "enterprise-3"})
        plain = {
            id_: replace(each, version=0, updated_at=anew[id_].updated_at)
            for id_, each in self.office.accounts.kept.items()
        }
        assert plain == anew

    def _go_on(self, filing: str, then: str) -> str:
        if then != "nothing":
            self.submit(filing)
        if then == "approve":
            self.decide(filing, "approve")
        return filing

    def _begin(self, form: str, said: dict[str, Any]) -> str:
        filing = begin_filing(self.office.deps, Call(FIRM), form, MONTH)
        self.said[filing.id] = Said({"state": "1", **said})
        self._save(filing)
        return filing.id

    def _amend(self, filing: str, changes: Mapping[str, Any]) -> None:
        kept, said = self._kept(filing), self.said[filing]
        if kept.state is State.APPROVED:
            kept = begin_correction(self.office.deps, Call(FIRM, version=kept.version), filing)
        if kept.state in EDITABLE:
            said.typed = {**said.typed, **changes}
            self._save(kept)

    def _save(self, filing: Filing) -> None:
        said = self.said[filing.id].typed
        answers = _contract(said, filing.in_force > 0) if filing.form == "enterprise-2" else _execution(said)
        content = Content(answers=answers, explanations=EXPLAINED)
        save_content(self.office.deps, Call(FIRM, version=filing.version), filing.id, content)

    def _act(self, act: str, kept: Filing) -> None:
        acting = department_of(reviewing_division(kept))
        if act == "pass":
            self.office.pass_on(kept, acting)
        elif act == "approve":
            self.office.approve(self.office.pass_on(kept, acting))
        elif act == "return":
            self.office.give_back(kept, actor=acting)
        elif act == "withdraw":
            withdraw_filing(self.office.deps, Call(FIRM, version=kept.version), kept.id)
        else:
            decision = kept.last.decision if kept.last else None
            decider = department_of(decision.division) if decision else acting
            undo_decision(self.office.deps, Call(decider, version=kept.version), kept.id)

    def _may_submit(self, kept: Filing, said: Said) -> bool:
        typed = said.typed
        if kept.form == "enterprise-2":
            holder = self._contract_named(typed)
            return holder in {"", kept.id}
        if not self._contract_named(typed):
            return False
        others = self._used(typed["voucher"], without=kept.id)
        total = self.totals.get(typed["voucher"])
        if total is None:
            return not any(self._on(each, typed["voucher"]) for id_, each in self.said.items() if id_ != kept.id)
        in_force = said.in_force
        own = in_force["amount"] if in_force and in_force["voucher"] == typed["voucher"] else 0
        return others + max(typed["amount"], own) <= total

    def _contract_named(self, typed: Mapping[str, Any]) -> str:
        """Return the contract whose number and part are taken by what counts, or by executions on it."""
        for id_, said in self.said.items():
            if "usd" not in said.typed or said.submitted is None:
                continue
            is_held = said.counted or any((each.counted or {}).get("account") == id_ for each in self.said.values())
            terms = said.counted or said.submitted
            if is_held and (terms["number"], terms["part"]) == (typed["number"], typed["part"]):
                return id_
        return ""

    def _used(self, voucher: str, without: str = "") -> Decimal:
        amounts = [
            max(each["amount"] for each in (said.in_force, said.pending) if each and each.get("voucher") == voucher)
            for id_, said in self.said.items()
            if id_ != without and self._on(said, voucher)
        ]
        return Decimal(sum(amounts))

    def _on(self, said: Said, voucher: str) -> bool:
        return any(each and each.get("voucher") == voucher for each in (said.in_force, said.pending))

    def _kept(self, filing: str) -> Filing:
        return self.office.filings.get(filing)


def _contract(said: Mapping[str, Any], is_correction: bool) -> dict[str, Any]:
    number = {"number": said["number"], **({"part": said["part"]} if said["part"] else {})}
    usd = str(said["usd"])
    ended = {"1": {}, "2": {"ended_on": "2026-01-15"}, "3": {"ended_on": "2026-01-15", "reason": "客户停业"}}
    answers = {
        **CONTRACT,
        "202": number,
        "206": {"amount": usd, "currency": "USD", "usd": usd},
        "contract_state": {"state": said["state"], **ended[said["state"]]},
    }
    if said["opening"]:
        answers["opening"] = {"executed": str(said["opening"]), "settled": "0", "as_of": "2025-12-31"}
    return answers | ({"change": {"kind": "1", "reason": "填错"}} if is_correction else {})


def _execution(said: Mapping[str, Any]) -> dict[str, Any]:
    number = {"number": said["number"], **({"part": said["part"]} if said["part"] else {})}
    date = {"date": said["day"], **({"carry_over_reason": "年末结算"} if said["day"] < "2026" else {})}
    return {
        **EXECUTION,
        "304": number,
        "305": date,
        "306": BANK,
        "307": said["voucher"],
        "308": str(said["amount"]),
        "309": "0",
    }


@pytest.mark.parametrize("steps", [60])
def test_any_sequence_keeps_the_ledger_right(steps: int) -> None:
    chosen = settings(
        max_examples=40, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )

    run_state_machine_as_test(Ledger, settings=chosen)
