"""Filing is told of a unit with every change of what is in force of its platform, and with nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.registration.model.registration import Registration, Revision
from services.registration.model.standing import Purpose, Standing
from services.registration.model.states import State
from services.registration.operations import review
from services.registration.operations.applications import discard_draft, open_change
from services.registration.operations.events import unit_known
from services.registration.operations.making_known import tell_of_all
from services.registration.operations.review import Signed
from services.registration.operations.submission import submit_registration
from shared.contracts.registration import UNIT_KNOWN
from shared.identity.actor import Role
from shared.messaging.events import Outgoing
from tests.support.registration import (
    CITY,
    COUNTY,
    OWNER,
    Fakes,
    make_actor,
    make_call,
    make_fakes,
    make_form,
    make_life,
    make_registration,
)

ID = "1" * 32
OWN, DEPARTMENT = make_actor(), make_actor(Role.COUNTY_REVIEWER)
OPINION = Signed("同意", "张三", date(2026, 3, 2))


def known(fakes: Fakes) -> list[Outgoing]:
    """Return what filing was told, in order."""
    return [event for event in fakes.registrations.events if event.type == UNIT_KNOWN.type]


def under_review(purpose: Purpose, standing: Standing, **changes: Any) -> Registration:
    """Return an application under review, whose materials were all accepted: the first, or revision 2."""
    registration = make_registration(State.UNDER_REVIEW)
    if purpose is Purpose.FIRST:
        return registration
    first = registration.revisions[0]
    form = make_form(**changes)
    second = Revision(2, first.submitted_at, form, first.materials, first.review, purpose=purpose)
    return replace(registration, form=form, revisions=(first, second), life=make_life(standing))


@pytest.mark.parametrize(
    ("purpose", "before", "after", "in_force"),
    [
        (Purpose.FIRST, Standing.NONE, "registered", 1),
        (Purpose.CHANGE, Standing.REGISTERED, "registered", 2),
        (Purpose.CHANGE, Standing.SUSPENDED, "suspended", 2),
        (Purpose.RENEWAL, Standing.EXPIRED, "registered", 2),
        (Purpose.RENEWAL, Standing.DEREGISTERED, "registered", 2),
    ],
)
def test_every_approval_tells_filing_of_the_unit_as_it_is_from_then_on(
    purpose: Purpose, before: Standing, after: str, in_force: int
) -> None:
    fakes = make_fakes(under_review(purpose, before, phone="0571-99999999"))

    review.approve_registration(fakes.deps, make_call(DEPARTMENT, 1), ID, OPINION)

    (told,) = known(fakes)
    assert told.reader == "filing"
    assert (told.data["standing"], told.data["revision"]) == (after, in_force)
    assert told.secret is not None
    secret: Any = told.secret
    assert secret["unit"]["phone"] == ("0571-88888888" if in_force == 1 else "0571-99999999")
    assert secret["unit"]["credit_code"] == make_form()["credit_code"]
    assert (secret["platform"]["name"], secret["standing"]) == ("云采服务外包交易平台", after)


def test_a_change_that_is_drafted_discarded_or_refused_tells_filing_nothing() -> None:
    fakes = make_fakes(make_registration(State.APPROVED))
    opened = open_change(fakes.deps, make_call(OWN, 1), ID)
    discard_draft(fakes.deps, make_call(OWN, opened.version), ID)
    refused = make_fakes(under_review(Purpose.CHANGE, Standing.REGISTERED))

    review.reject_registration(refused.deps, make_call(DEPARTMENT, 1), ID, OPINION)

    assert (known(fakes), known(refused)) == ([], [])


def test_a_first_application_is_not_told_before_it_is_approved() -> None:
    fakes = make_fakes(make_registration())

    submit_registration(fakes.deps, make_call(OWN, 1), ID, undertaking=True)

    assert known(fakes) == []


def test_a_suspension_amid_a_move_is_told_with_the_division_and_the_record_in_force() -> None:
    moving = under_review(Purpose.CHANGE, Standing.REGISTERED, division="330108", operator_name="新名称")
    before = replace(moving, division="330108")

    (told,) = unit_known(before, replace(before, life=make_life(Standing.SUSPENDED)))

    secret: Any = told.secret
    assert (told.data["division"], told.data["revision"], told.data["standing"]) == (COUNTY, 1, "suspended")
    assert (secret["unit"]["division"], secret["unit"]["name"]) == (COUNTY, "杭州云采科技有限公司")


def test_what_filing_is_told_in_clear_names_nobody_and_holds_to_its_contract() -> None:
    before = make_registration(State.APPROVED)

    (told,) = unit_known(before, replace(before, life=make_life(Standing.EXPIRED)))

    assert set(UNIT_KNOWN.load({**told.data, "reader": told.reader, "sealed": "e"})) == {
        "registration_id",
        "unit_id",
        "division",
        "revision",
        "standing",
        "reader",
        "sealed",
    }
    assert not {"杭州云采科技有限公司", "王小明", OWNER, CITY} & set(map(str, told.data.values()))


def in_force(id_: str, standing: Standing) -> Registration:
    """Return a registration of a standing, by itself."""
    return replace(under_review(Purpose.CHANGE, standing), id=id_)


def test_filing_is_told_once_more_of_what_is_in_force_and_of_nothing_else() -> None:
    standings = {"1": Standing.REGISTERED, "2": Standing.SUSPENDED, "3": Standing.EXPIRED, "4": Standing.NONE}
    kept = [in_force(id_, standing) for id_, standing in standings.items()]
    fakes = make_fakes(*kept)

    told = tell_of_all(fakes.deps, "c" * 32)

    assert told == 2
    assert [(each.data["registration_id"], each.data["standing"]) for each in known(fakes)] == [
        ("1", "registered"),
        ("2", "suspended"),
    ]
    assert list(fakes.registrations.kept.values()) == kept


def test_one_that_somebody_changes_meanwhile_is_told_as_it_is_then(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes = make_fakes(in_force("1", Standing.REGISTERED))
    tell, kept = fakes.registrations.tell, fakes.registrations.kept

    def change_first(registration: Registration, *rest: Any) -> None:
        if registration.version == 1:
            kept["1"] = replace(kept["1"], version=2, life=make_life(Standing.SUSPENDED))
        tell(registration, *rest)

    monkeypatch.setattr(fakes.registrations, "tell", change_first)

    told = tell_of_all(fakes.deps, "c" * 32)

    assert told == 1
    assert [each.data["standing"] for each in known(fakes)] == ["suspended"]
