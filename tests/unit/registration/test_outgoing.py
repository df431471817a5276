"""What leaves registration over HTTP."""

from __future__ import annotations

from datetime import date

from services.registration.model.states import State
from services.registration.operations.submission import submit_registration
from services.registration.schemas.outgoing import row_body
from services.registration.schemas.standings import life_body
from tests.support.registration import (
    NOW,
    make_actor,
    make_call,
    make_fakes,
    make_form,
    make_life,
    make_registration,
)


def test_a_registration_is_listed_after_its_division_has_ended() -> None:
    registration = make_registration(
        State.APPROVED, form=make_form(division="500105"), life=make_life(division="500105")
    )

    row = row_body(registration, date(2026, 3, 2))

    assert (row["division"], row["division_name"]) == ("500105", "重庆市江北区")


def test_why_nothing_was_changed_is_told_as_long_as_it_lies_with_the_department() -> None:
    returned = make_registration(State.RETURNED)
    deps, call = make_fakes(returned).deps, make_call(make_actor(), 1)
    explained = submit_registration(deps, call, returned.id, undertaking=True, explanation="材料属实")

    told = [life_body(each, each, NOW.date())["explanation"] for each in (explained, returned)]

    assert told == ["材料属实", ""]
