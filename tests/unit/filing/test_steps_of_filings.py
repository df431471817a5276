"""Every step of a filing for every role, and what each operation writes: happy, wrong state, wrong actor, stale, repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from services.filing.model.filings import Filing
from services.filing.model.states import Action, State
from services.filing.operations.drafts import (
    Content,
    begin_correction,
    begin_filing,
    discard_filing,
    drop_correction,
    save_content,
)
from services.filing.operations.review import Signed, approve_filing, finalise_filing, return_filing, undo_decision
from services.filing.operations.submission import submit_filing, withdraw_filing
from services.filing.workflow import STEPS, open_actions
from shared.calls import Call
from shared.errors import Conflict, Invalid, KeyReused, NotAllowed, NotFound, StaleVersion, VersionRequired
from shared.idempotency import RequestKey
from shared.identity.actor import Actor, Role
from tests.support.filing_deps import (
    AGREED,
    CITY,
    COUNTY,
    MATE,
    MINISTRY,
    OPERATOR,
    PROVINCE,
    RIVAL,
    SHANGHAI,
    SIGN_OFF,
    Office,
    acts,
    make_office,
    repeated,
)

PEOPLE: Mapping[str, Actor] = {
    "own": OPERATOR,
    "mate": MATE,
    "rival": RIVAL,
    "county": COUNTY,
    "city": CITY,
    "province": PROVINCE,
    "ministry": MINISTRY,
    "other county": Actor("r-6", Role.COUNTY_REVIEWER, division="330108"),
    "other city": Actor("r-7", Role.CITY_REVIEWER, division="330200"),
    "other province": SHANGHAI,
    "self": replace(OPERATOR, role=Role.COUNTY_REVIEWER, unit_id=None),
    "own in the ministry": replace(OPERATOR, role=Role.MINISTRY, unit_id=None, division=MINISTRY.division),
    "admin": Actor("x", Role.ADMINISTRATOR),
    "service": Actor("filing", Role.SERVICE),
}
LEVELS = ("county", "city", "province", "ministry")
OWNERS = frozenset({"own", "mate"})
SAVE, SUBMIT, DROP = Action.SAVE, Action.SUBMIT, Action.DROP_CORRECTION

Rules = Mapping[Action, frozenset[str]]


def the(*names: str) -> frozenset[str]:
    """Return these people."""
    return frozenset(names)


MAY: Mapping[str, Rules] = {
    "draft": {SAVE: OWNERS, SUBMIT: OWNERS, Action.DISCARD: OWNERS},
    "withdrawn": {SAVE: OWNERS, SUBMIT: OWNERS},
    "correction of an approved one": {SAVE: OWNERS, SUBMIT: OWNERS, DROP: OWNERS},
    "correction of a final one": {SAVE: OWNERS, SUBMIT: OWNERS, DROP: OWNERS},
    "with the county": {Action.WITHDRAW: OWNERS, Action.APPROVE: the("county"), Action.RETURN: the("county")},
    "with the city": {Action.APPROVE: the("city"), Action.RETURN: the("city"), Action.UNDO: the("county")},
    "with the province": {Action.APPROVE: the("province"), Action.RETURN: the("province"), Action.UNDO: the("city")},
    "with the ministry": {
        Action.APPROVE: the("ministry"),
        Action.RETURN: the("ministry"),
        Action.UNDO: the("province"),
    },
    **{f"returned by the {level}": {SAVE: OWNERS, SUBMIT: OWNERS, Action.UNDO: the(level)} for level in LEVELS},
    "correction returned": {SAVE: OWNERS, SUBMIT: OWNERS, DROP: OWNERS, Action.UNDO: the("county")},
    "approved": {Action.CORRECT: OWNERS, Action.UNDO: the("ministry"), Action.FINALISE: the("ministry")},
    "final": {Action.CORRECT: OWNERS},
    "discarded": {},
}
"""Who may do what, by where a filing stands; written from the rules, apart from the table of the code."""


@pytest.fixture
def office() -> Office:
    return make_office()


def put(office: Office, place: str) -> Filing:
    """Return a filing that stands there."""
    if place.startswith("correction"):
        before = put(office, "final" if "final" in place else "approved")
        filing = begin_correction(office.deps, Call(OPERATOR, version=before.version), before.id)
        return office.give_back(office.submit(filing)) if place.endswith("returned") else filing
    filing = office.filled()
    if place == "draft":
        return filing
    if place == "discarded":
        return discard_filing(office.deps, Call(OPERATOR, version=filing.version), filing.id)
    filing = office.submit(filing)
    if place == "withdrawn":
        return withdraw_filing(office.deps, Call(OPERATOR, version=filing.version), filing.id)
    if place in {"approved", "final"}:
        filing = office.approve(filing)
        return office.finalise(filing) if place == "final" else filing
    level = place.split()[-1]
    for below in LEVELS[: LEVELS.index(level)]:
        filing = office.pass_on(filing, PEOPLE[below])
    return office.give_back(filing, actor=PEOPLE[level]) if place.startswith("returned") else filing


def decider(rules: Rules, action: Action) -> Actor:
    """Return somebody who may."""
    return PEOPLE[min(rules[action] - {"mate"})]


def do(office: Office, filing: Filing, action: Action, call: Call) -> Filing:
    """Take a step."""
    deps = office.deps
    if action is Action.FINALISE:
        office.close(filing.period)
    content = Content(answers=filing.working.answers, evidence=[ref.file_id for ref in filing.working.evidence])
    operations: Mapping[Action, Callable[[], Filing]] = {
        Action.SAVE: lambda: save_content(deps, call, filing.id, content),
        Action.SUBMIT: lambda: submit_filing(deps, call, filing.id, SIGN_OFF, duties_read=True),
        Action.WITHDRAW: lambda: withdraw_filing(deps, call, filing.id),
        Action.APPROVE: lambda: approve_filing(deps, call, filing.id, AGREED),
        Action.RETURN: lambda: return_filing(deps, call, filing.id, AGREED),
        Action.UNDO: lambda: undo_decision(deps, call, filing.id),
        Action.FINALISE: lambda: finalise_filing(deps, call, filing.id),
        Action.CORRECT: lambda: begin_correction(deps, call, filing.id),
        Action.DROP_CORRECTION: lambda: drop_correction(deps, call, filing.id),
        Action.DISCARD: lambda: discard_filing(deps, call, filing.id),
    }
    return operations[action]()


def test_every_step_of_the_table_is_met_by_the_rules() -> None:
    found = {(step.source, step.action) for step in STEPS}
    sources = {place: put(make_office(), place).state for place in MAY}

    assert found == {(sources[place], action) for place, rules in MAY.items() for action in rules}


@pytest.mark.parametrize("place", MAY)
def test_each_step_is_open_for_those_whom_the_rules_name_and_for_nobody_else(office: Office, place: str) -> None:
    filing = put(office, place)

    found = {(name, action) for name, actor in PEOPLE.items() for action in open_actions(filing, actor)}

    assert found == {(name, action) for action, names in MAY[place].items() for name in names}


@pytest.mark.parametrize(("place", "action"), [(place, action) for place, rules in MAY.items() for action in rules])
def test_each_step_is_taken_once_on_the_version_that_was_read(office: Office, place: str, action: Action) -> None:
    filing = put(office, place)
    actor = decider(MAY[place], action)
    writes = office.filings.writes

    for call, error in (
        (Call(actor), VersionRequired),
        (Call(actor, version=filing.version - 1), StaleVersion),
        (Call(RIVAL, version=filing.version), NotFound),
    ):
        with pytest.raises(error):
            do(office, filing, action, call)
    unchanged = office.filings.writes
    done = do(office, filing, action, repeated(actor, filing.version))
    events = len(office.filings.events)
    again = do(office, filing, action, repeated(actor, filing.version))
    with pytest.raises(KeyReused):
        do(office, filing, action, Call(actor, version=filing.version, request=RequestKey("k" * 8, "other")))

    assert unchanged == writes
    assert again == done
    assert (office.filings.writes, len(office.filings.events)) == (writes + 1, events)
    assert acts(done)[-1] == action.value


@pytest.mark.parametrize("place", MAY)
def test_what_the_table_does_not_know_is_a_conflict(office: Office, place: str) -> None:
    filing = put(office, place)
    unknown = set(Action) - set(MAY[place]) - {Action.CREATE, Action.REROUTE}

    for action in sorted(unknown):
        with pytest.raises(Conflict):
            do(office, filing, action, Call(OPERATOR, version=filing.version))

    assert office.filings.get(filing.id) == filing


@pytest.mark.parametrize(
    ("place", "name"),
    [(place, name) for place in MAY if place.startswith("with the") for name in LEVELS],
)
def test_nobody_decides_for_another_level(office: Office, place: str, name: str) -> None:
    filing = put(office, place)
    is_theirs = place.endswith(name)

    try:
        decided = approve_filing(office.deps, Call(PEOPLE[name], version=filing.version), filing.id, AGREED)
    except NotAllowed:
        decided = filing

    assert (decided != filing) is is_theirs
    assert len(decided.passed) == LEVELS.index(place.split()[-1]) + is_theirs


def test_who_filed_it_in_another_role_may_not_decide(office: Office) -> None:
    filing = put(office, "with the county")

    with pytest.raises(NotAllowed):
        approve_filing(office.deps, Call(PEOPLE["self"], version=filing.version), filing.id, AGREED)

    assert office.told == ["submitted"]


def test_each_act_writes_its_event_and_its_notice(office: Office) -> None:
    filing = office.submit(office.filled())
    filing = withdraw_filing(office.deps, Call(OPERATOR, version=filing.version), filing.id)
    filing = office.give_back(office.submit(filing))
    filing = undo_decision(office.deps, Call(COUNTY, version=filing.version), filing.id)
    office.approve(filing)

    assert office.told == [
        *("submitted", "withdrawn", "submitted", "returned", "decision_undone"),
        *("forwarded", "forwarded", "forwarded", "approved"),
    ]
    assert office.occasions == [
        "filing.submitted",
        "filing.awaiting_review",
        "filing.submitted",
        "filing.awaiting_review",
        "filing.returned",
        "filing.decision_undone",
        "filing.approved",
    ]


def test_events_say_nothing_of_what_was_filed(office: Office) -> None:
    office.approve(office.submit(office.filled()))

    clear = repr([each.data for each in office.filings.events])

    assert [word for word in ("30210", "王小明", "云采", "培训撮合") if word in clear] == []


def test_submitting_keeps_a_version_with_sign_off_digest_and_receipt(office: Office) -> None:
    filing = office.submit(office.filled())

    (version,) = filing.versions
    (receipt,) = office.papers.receipts
    assert (version.no, version.submitted_by, version.sign_off) == (1, OPERATOR.account_id, SIGN_OFF)
    assert (receipt.digest, receipt.filing_id, receipt.revision) == (version.digest, filing.id, 1)
    assert version.receipt == f"signed {version.digest}"
    assert [each.explanation for each in version.noted if each.rule == "p1-amount-others"] == ["其余为培训撮合项目。"]
    assert filing.filed_on == office.clock.now().date()


def test_duties_that_were_not_read_and_a_day_to_come_are_told_with_all_else(office: Office) -> None:
    filing = office.filled(explanations={}, evidence=[])
    sign_off = replace(SIGN_OFF, reported_on=SIGN_OFF.reported_on.replace(year=2026))

    with pytest.raises(Invalid) as refused:
        submit_filing(office.deps, Call(OPERATOR, version=2), filing.id, sign_off, duties_read=False)

    codes = {each.code for each in refused.value.problems}
    assert codes == {"explanation_required", "p1-evidence", "date_in_future", "not_confirmed"}
    assert office.filings.events == []


def test_a_correction_leaves_what_is_in_force_until_it_is_approved(office: Office) -> None:
    filing = office.submit(put(office, "correction of an approved one"))

    before = filing.approved
    after = office.approve(filing)

    assert before is not None
    assert (before.no, after.in_force, [each.no for each in after.versions]) == (1, 2, [1, 2])


def test_undoing_an_approval_brings_the_earlier_version_back_into_force(office: Office) -> None:
    filing = office.approve(office.submit(put(office, "correction of an approved one")))

    undone = undo_decision(office.deps, Call(MINISTRY, version=filing.version), filing.id)

    assert (filing.in_force, undone.in_force, undone.state) == (2, 1, State.SUBMITTED)
    assert [each.division for each in undone.versions[1].decisions] == ["330106", "330100", "330000"]
    assert [each.action for each in undone.versions[1].undone] == [Action.APPROVE]


def test_a_decision_is_not_taken_back_once_the_unit_has_acted(office: Office) -> None:
    returned = put(office, "returned by the county")
    content = Content(answers=returned.working.answers, evidence=["f" * 32])
    saved = save_content(office.deps, Call(OPERATOR, version=returned.version), returned.id, content)

    with pytest.raises(Conflict):
        undo_decision(office.deps, Call(COUNTY, version=saved.version), saved.id)


def test_a_city_s_filing_is_reviewed_by_the_province_and_a_municipality_s_by_the_ministry(office: Office) -> None:
    verdicts = {}
    for name, city in (("city", CITY), ("shanghai", SHANGHAI)):
        filing = office.submit(office.begin("city-1", actor=city), actor=city)
        verdicts[name] = {
            person
            for person, actor in {**PEOPLE, "shanghai": SHANGHAI}.items()
            if Action.APPROVE in open_actions(filing, actor)
        }

    assert verdicts == {"city": {"province"}, "shanghai": {"ministry", "own in the ministry"}}


def test_the_same_request_begins_one_filing_only(office: Office) -> None:
    call = repeated(OPERATOR, None)

    one = begin_filing(office.deps, call, "platform-1", "2024")
    two = begin_filing(office.deps, call, "platform-1", "2024")

    assert (one, office.filings.writes) == (two, 1)


def test_a_return_names_its_reason_in_the_version_and_to_the_unit(office: Office) -> None:
    submitted = put(office, "with the county")
    signed = Signed("交易金额请核实", "张审核", pointers=("/622/2", "/622/2"))

    returned = return_filing(office.deps, Call(COUNTY, version=submitted.version), submitted.id, signed)

    decision = returned.versions[0].decision
    notice = office.filings.events[-1]
    assert decision is not None
    assert (decision.text, decision.pointers, decision.division) == ("交易金额请核实", ("/622/2",), "330106")
    assert notice.data["occasion"] == "filing.returned"
    assert "交易金额请核实" not in repr(notice.data)
