"""What leaves registration over HTTP."""

from __future__ import annotations

from datetime import date

from services.registration.model.states import State
from services.registration.schemas.outgoing import row_body
from tests.support.registration import make_form, make_life, make_registration


def test_a_registration_is_listed_after_its_division_has_ended() -> None:
    registration = make_registration(
        State.APPROVED, form=make_form(division="500105"), life=make_life(division="500105")
    )

    row = row_body(registration, date(2026, 3, 2))

    assert (row["division"], row["division_name"]) == ("500105", "重庆市江北区")
