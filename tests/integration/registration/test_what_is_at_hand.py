"""What a process has at hand of registrations it wrote: another process may have gone on, and that is noticed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.registration.operations.drafts import create_registration, save_form
from services.registration.ports import Deps
from services.registration.wiring import build
from shared.calls import Call
from shared.errors import NotFound, StaleVersion
from shared.idempotency import RequestKey
from tests.support.registration import make_actor, make_form
from tests.support.registration_site import Site

OWN = make_actor()
RIVAL = make_actor(account_id="9" * 32, unit_id="9" * 32)


@pytest.fixture
def other(site: Site) -> Iterator[Deps]:
    """The operations as another process has them."""
    wired = build(site.settings)
    yield wired.deps
    wired.client.close()


def test_a_draft_that_was_just_saved_is_at_hand_as_it_is_stored(site: Site, other: Deps) -> None:
    deps = site.wired.deps
    made = create_registration(deps, Call(OWN))
    first = save_form(deps, Call(OWN, version=made.version), made.id, make_form())
    second = save_form(deps, Call(OWN, version=first.version), made.id, make_form(fax="0571-1"))

    at_hand = deps.registrations.find_recent(made.id, second.version)
    stored = other.registrations.get(made.id)

    assert at_hand == second
    assert deps.registrations.find_recent(made.id, first.version) is None
    assert (stored.version, stored.form, len(stored.history)) == (second.version, second.form, len(second.history))


def test_a_change_on_a_version_that_another_process_left_behind_is_refused(site: Site, other: Deps) -> None:
    deps = site.wired.deps
    made = create_registration(deps, Call(OWN))
    first = save_form(deps, Call(OWN, version=made.version), made.id, make_form())
    save_form(other, Call(OWN, version=first.version), made.id, make_form(fax="0571-3"))

    with pytest.raises(StaleVersion):
        save_form(deps, Call(OWN, version=first.version), made.id, make_form())


def test_a_request_that_another_process_carried_out_is_answered_as_the_first_time(site: Site, other: Deps) -> None:
    deps = site.wired.deps
    made = create_registration(deps, Call(OWN))
    first = save_form(deps, Call(OWN, version=made.version), made.id, make_form())
    call = Call(OWN, version=first.version, request=RequestKey("k" * 64, "d" * 64))
    done = save_form(other, call, made.id, make_form(fax="0571-2"))

    again = save_form(deps, call, made.id, make_form(fax="0571-2"))

    assert (again.version, again.form) == (done.version, done.form)


def test_what_is_at_hand_is_out_of_sight_for_another_unit(site: Site) -> None:
    deps = site.wired.deps
    made = create_registration(deps, Call(OWN))
    first = save_form(deps, Call(OWN, version=made.version), made.id, make_form())

    with pytest.raises(NotFound):
        save_form(deps, Call(RIVAL, version=first.version), made.id, make_form())
