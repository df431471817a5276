"""Asking the 名录库: look-ups, what never came, who follows its news; and what it answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.exchange.errors import Unreadable
from services.exchange.model.inquiries import Follower, InquiryState
from services.exchange.operations.announcements import take_content
from services.exchange.operations.asking import (
    MOST_ASKED,
    ask_for_gaps,
    follow_unit,
    follow_wish,
    look_up,
    read_inquiry,
)
from services.exchange.operations.mirroring import basics_of, take_entries
from shared.calls import Call
from shared.clock import FixedClock
from shared.contracts.exchange import DIRECTORY_RECORD
from shared.errors import NotFound
from shared.identity.actor import Actor, Role
from tests.support.exchange_asking import AT_DESK, BY_DIRECTORY, answer, asked, make_known
from tests.support.exchange_desk import BY_ITSELF, DESK, NOW, UNIT, DeskDeps, make_deps
from tests.support.exchange_mirror import content_of, make_announcement, make_directory_record, make_party

CODE = make_directory_record(1).credit_code


def make_follower(**changes: Any) -> Follower:
    values: dict[str, Any] = {"unit_id": UNIT, "division": "330106", "credit_code": CODE, "at": NOW}
    return Follower(**(values | changes))


def by_reviewer(division: str) -> Call:
    return Call(Actor("r" * 32, Role.COUNTY_REVIEWER, division=division), "c" * 32)


def later(deps: DeskDeps, by: timedelta) -> DeskDeps:
    return replace(deps, clock=FixedClock(NOW + by))


def test_a_code_that_the_mirror_has_is_answered_at_once_and_the_look_up_is_recorded():
    deps = make_deps()
    take_entries(deps, BY_DIRECTORY, [make_known()])

    found = look_up(deps, AT_DESK, f" {CODE.lower()}")

    assert (found.known, found.inquiry) == (make_known(), None)
    assert deps.reads.rows == [(DESK.account_id, "blind D1")]
    assert asked(deps) == []


def test_a_code_that_nobody_knows_is_asked_for_once():
    deps = make_deps()

    first, again = look_up(deps, AT_DESK, CODE), look_up(deps, AT_DESK, CODE)

    assert first.inquiry is not None
    assert first.inquiry == again.inquiry
    assert [(one["asks"], one["credit_code"]) for one in asked(deps)] == [("code", CODE)]


def test_the_answer_is_in_the_mirror_and_on_the_page_of_who_asked():
    deps = make_deps()
    inquiry = look_up(deps, AT_DESK, CODE).inquiry
    assert inquiry is not None

    answered = answer(deps, inquiry, make_known())

    assert (answered.state, answered.found) == (InquiryState.ANSWERED, 1)
    assert read_inquiry(deps, AT_DESK, inquiry.id).known == make_known()


def test_nobody_reads_the_inquiry_of_another():
    deps = make_deps()
    inquiry = look_up(deps, AT_DESK, CODE).inquiry
    assert inquiry is not None

    with pytest.raises(NotFound):
        read_inquiry(deps, by_reviewer("330106"), inquiry.id)


@pytest.mark.parametrize(
    ("division", "sees"), [("330106", True), ("330100", True), ("330000", True), ("330108", False)]
)
def test_a_reviewer_sees_records_of_their_own_area_alone(division: str, sees: bool):
    deps = make_deps()
    take_entries(deps, BY_DIRECTORY, [make_known()])

    found = look_up(deps, by_reviewer(division), CODE)

    assert (found.known is not None) is sees


def test_a_unit_outside_of_ones_area_is_answered_like_one_that_nobody_knows():
    deps = make_deps()
    take_entries(deps, BY_DIRECTORY, [make_known()])
    stranger = by_reviewer("330108")

    known, unknown = look_up(deps, stranger, CODE), look_up(deps, stranger, make_directory_record(2).credit_code)
    before = [(found.known, found.inquiry and found.inquiry.state) for found in (known, unknown)]
    after = []
    for found, entries in ((known, [make_known()]), (unknown, [])):
        assert found.inquiry is not None
        answer(deps, found.inquiry, *entries)
        read = read_inquiry(deps, stranger, found.inquiry.id)
        after.append((read.known, read.inquiry and read.inquiry.state))

    assert before == [(None, InquiryState.ASKED)] * 2
    assert after == [(None, InquiryState.ANSWERED)] * 2


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.ENTERPRISE, Role.OPERATOR])
def test_who_is_neither_at_the_desk_nor_a_reviewer_sees_no_record(role: Role):
    deps = make_deps()
    take_entries(deps, BY_DIRECTORY, [make_known()])

    assert look_up(deps, Call(Actor("a" * 32, role, division="330106"), "c" * 32), CODE).known is None


def test_an_answer_that_quotes_another_digest_or_answers_nothing_is_refused():
    deps = make_deps()
    inquiry = look_up(deps, AT_DESK, CODE).inquiry
    assert inquiry is not None

    with pytest.raises(Unreadable, match="digest_mismatch"):
        answer(deps, inquiry, make_known(), digest="0" * 64)
    with pytest.raises(Unreadable, match="unknown_inquiry"):
        answer(deps, inquiry, make_known(), message_id="9" * 32)

    assert deps.directory.mirror.find(["D1"]) == {}


def test_an_old_record_and_a_differing_one_overwrite_nothing():
    deps = make_deps()
    take_entries(deps, BY_DIRECTORY, [make_known(sequence=2)])

    old = take_entries(deps, BY_DIRECTORY, [make_known(sequence=1, name="旧名")])
    differing = take_entries(deps, BY_DIRECTORY, [make_known(sequence=2, name="另名")])
    same = take_entries(deps, BY_DIRECTORY, [make_known(sequence=2)])

    assert [(one.stored, one.differing) for one in (old, differing, same)] == [(0, 0), (0, 1), (0, 0)]
    assert deps.directory.mirror.find(["D1"])["D1"] == make_known(sequence=2)


def test_what_never_came_is_asked_for_after_a_while_and_applied_in_order():
    deps = make_deps()
    changes = [make_announcement(make_party("D1", number)) for number in (1, 2, 3)]
    take_content(deps, BY_DIRECTORY, content_of(changes[2]), "e" * 32)

    early = ask_for_gaps(later(deps, deps.patience.gap), "c" * 32)
    due = later(deps, deps.patience.gap + timedelta(seconds=1))
    asked_now = ask_for_gaps(due, "c" * 32)
    [inquiry] = [deps.directory.inquiries.find(row.id) for row in deps.messages.rows.values()]
    assert inquiry is not None
    answer(deps, inquiry, announcements=[content_of(each).decode() for each in (changes[1], changes[0])])

    assert (early, asked_now, ask_for_gaps(due, "c" * 32)) == (0, 1, 0)
    assert [(one["asks"], one["unit"], one["first"], one["last"]) for one in asked(deps)] == [("missing", "D1", 1, 2)]
    assert deps.directory.mirror.sequences(["D1"]) == {"D1": 3}


def test_what_is_no_longer_kept_is_made_up_for_by_the_record_as_it_is_now():
    deps = make_deps()
    take_content(deps, BY_DIRECTORY, content_of(make_announcement(make_party("D1", 3))), "e" * 32)
    ask_for_gaps(later(deps, timedelta(hours=1)), "c" * 32)
    [inquiry] = [deps.directory.inquiries.find(row.id) for row in deps.messages.rows.values()]
    assert inquiry is not None

    answer(deps, inquiry, make_known(sequence=2))

    assert deps.directory.mirror.sequences(["D1"]) == {"D1": 3}
    assert deps.directory.announcements.count_waiting() == 0


def test_what_does_not_come_however_often_it_is_asked_for_is_told_to_the_desk_once():
    deps = make_deps()
    take_content(deps, BY_DIRECTORY, content_of(make_announcement(make_party("D1", 2))), "e" * 32)

    for round_ in range(1, MOST_ASKED + 3):
        ask_for_gaps(later(deps, timedelta(hours=round_)), "c" * 32)

    assert [trouble.code for trouble in deps.directory.troubles.list_newest(9)] == ["never_came"]
    assert len(asked(deps)) == MOST_ASKED + 2


def test_a_unit_that_files_is_told_what_the_directory_has_of_it_once_and_again_when_that_changes():
    deps = make_deps()
    take_entries(deps, BY_DIRECTORY, [make_known()])

    follow_unit(deps, BY_ITSELF, make_follower())
    follow_unit(deps, BY_ITSELF, make_follower())
    told_first = [event.type for event in deps.directory.mirror.told]  # type: ignore[attr-defined]  # of the fake
    take_entries(deps, BY_DIRECTORY, [make_known(sequence=2, address="2号")])

    told = [event.data for event in deps.directory.mirror.told]  # type: ignore[attr-defined]  # of the fake
    assert told_first == [DIRECTORY_RECORD.type]
    assert [each["unit_id"] for each in told] == [UNIT, UNIT]
    assert "西湖软件" in str(told[0]["sealed"])


def test_a_unit_that_the_directory_does_not_know_is_asked_for_and_told_when_the_answer_comes():
    deps = make_deps()
    follow_unit(deps, BY_ITSELF, make_follower())
    [inquiry] = [deps.directory.inquiries.find(row.id) for row in deps.messages.rows.values()]
    assert inquiry is not None

    answer(deps, inquiry, make_known())

    assert [event.data["unit_id"] for event in deps.directory.mirror.told] == [UNIT]  # type: ignore[attr-defined]  # of the fake


CLAIMS = {"name": "西湖软件１有限公司", "legal_representative": "王 小明"}


def told_units(deps: DeskDeps) -> list[object]:
    return [event.data["unit_id"] for event in deps.directory.mirror.told]  # type: ignore[attr-defined]  # of the fake


def test_who_registers_itself_is_told_once_it_names_what_the_directory_has():
    deps = make_deps()
    take_entries(deps, BY_DIRECTORY, [make_known()])

    follow_wish(deps, BY_ITSELF, make_follower(claims=CLAIMS))

    assert told_units(deps) == [UNIT]


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"name": CLAIMS["name"]},
        {**CLAIMS, "legal_representative": "李小红"},
        {**CLAIMS, "name": "东湖软件有限公司"},
        {**CLAIMS, "legal_representative": ""},
    ],
)
def test_who_does_not_know_what_the_directory_has_is_told_nothing_of_it(claims: dict[str, str]):
    deps = make_deps()
    take_entries(deps, BY_DIRECTORY, [make_known()])

    follow_wish(deps, BY_ITSELF, make_follower(claims=claims))
    take_entries(deps, BY_DIRECTORY, [make_known(sequence=2, staff=9)])

    assert told_units(deps) == []


def test_what_a_department_examined_counts_whatever_the_unit_typed_before_and_after():
    deps = make_deps()
    take_entries(deps, BY_DIRECTORY, [make_known()])
    wrong = make_follower(claims={**CLAIMS, "name": "东湖软件有限公司"})

    follow_wish(deps, BY_ITSELF, wrong)
    follow_unit(deps, BY_ITSELF, make_follower())
    follow_wish(deps, BY_ITSELF, wrong)
    take_entries(deps, BY_DIRECTORY, [make_known(sequence=2, staff=9)])

    assert told_units(deps) == [UNIT, UNIT]


def test_a_faulty_code_is_asked_of_nobody():
    deps = make_deps()

    follow_unit(deps, BY_ITSELF, make_follower(credit_code="91330106000000000X"))

    assert asked(deps) == []


def test_what_is_told_of_a_unit_is_what_its_form_asks_for():
    record = make_directory_record(opened_on="2020-01-15", organisation_code="123456789")

    told = basics_of(record)

    assert told == {
        "uscc": CODE,
        "name": "西湖软件1有限公司",
        "legal_representative": "王小明",
        "opened_on": "2020-01",
        "registration_type": "173",
    }


def test_a_registration_type_of_another_list_is_not_told():
    assert "registration_type" not in basics_of(
        make_directory_record(registration_type="112", registration_list="2023")
    )
