"""A message is put on its way to any partner: once, in the sequence of its party, on the transport of its route."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.exchange.model.messages import Entry, State
from services.exchange.model.partners import PINGS, ROUTES, Direction, Partner, RouteName
from services.exchange.operations.dropping import lay_down
from services.exchange.operations.sending import confirm_sent, post
from services.exchange.ports.messages import Outgoing
from shared.contracts.border import PING, digest_of
from tests.support.exchange_desk import BY_ITSELF, make_deps, make_draft
from tests.support.exchange_sharing import MemoryDrop


def test_a_message_leaves_to_the_partner_of_its_route_with_the_events_of_its_maker() -> None:
    deps = make_deps()

    message = post(deps, BY_ITSELF, make_draft(), (Outgoing("tongbao.exchange.notice_due.v1", {}),))

    assert (message.state, message.sequence, message.attempts) == (State.PENDING, 1, 1)
    assert (message.partner, message.digest) == (Partner.DIRECTORY, digest_of(b"content 1"))
    assert [(event.type, event.partner) for _, event in deps.messages.outbox] == [
        (PING.type, Partner.DIRECTORY),
        ("tongbao.exchange.notice_due.v1", None),
    ]


def test_the_same_draft_again_makes_no_second_message() -> None:
    deps = make_deps()
    first = post(deps, BY_ITSELF, make_draft())

    again = post(deps, BY_ITSELF, make_draft())

    assert again == first
    assert len(deps.messages.outbox) == 1


def test_a_party_waits_for_its_own_answers_and_for_nobody_elses() -> None:
    deps = make_deps()
    post(deps, BY_ITSELF, make_draft(party="series"))

    same = post(deps, BY_ITSELF, make_draft(id="8" * 32, party="series"))
    other = post(deps, BY_ITSELF, make_draft(id="9" * 32, party="other"))

    assert (same.sequence, same.attempts) == (2, 0)
    assert (other.sequence, other.attempts) == (1, 1)


def test_on_a_route_of_files_the_partner_alone_is_told() -> None:
    deps = make_deps()

    message = post(deps, BY_ITSELF, make_draft(route=RouteName.NBS_PINGS))

    assert (message.state, message.attempts, message.partner) == (State.PENDING, 1, Partner.NBS)
    assert [outgoing.partner for _, outgoing in deps.messages.outbox] == [Partner.NBS]


def test_a_message_on_a_route_of_files_is_sent_once_it_lies_there() -> None:
    deps, drop = make_deps(), MemoryDrop()
    message = post(deps, BY_ITSELF, make_draft(route=RouteName.NBS_PINGS))
    confirmed = confirm_sent(deps, "c" * 32)

    counts = [lay_down(deps, drop, "c" * 32) for _ in range(2)]

    assert (confirmed, counts) == (0, [1, 0])
    assert drop.files == {message.id: [f"sealed:{message.digest}"]}
    assert deps.messages.get(message.id).state is State.SENT


def test_what_cannot_be_laid_down_stays_on_its_way() -> None:
    deps, drop = make_deps(), MemoryDrop()
    message = post(deps, BY_ITSELF, make_draft(route=RouteName.NBS_PINGS))
    drop.is_full = True

    lay_down(deps, drop, "c" * 32)

    assert drop.files == {}
    assert deps.messages.get(message.id) == message


def test_a_message_that_failed_is_made_when_it_is_posted_again() -> None:
    deps = make_deps()
    failed = replace(post(deps, BY_ITSELF, make_draft()), state=State.FAILED, sequence=None, attempts=0)
    deps.messages.rows[failed.id] = failed

    message = post(deps, BY_ITSELF, make_draft())

    assert (message.state, message.version, message.sequence) == (State.PENDING, failed.version + 1, 1)
    assert [entry.event for entry in message.log].count(Entry.CREATED) == 2


@pytest.mark.parametrize("route", [RouteName.DIRECTORY_CHANGES, RouteName.DIRECTORY_ANNOUNCEMENTS])
def test_a_kind_that_the_route_does_not_know_is_refused(route: RouteName) -> None:
    with pytest.raises(ValueError, match="PING"):
        post(make_deps(), BY_ITSELF, make_draft(route=route))


def test_each_partner_is_tested_on_a_route_of_its_own() -> None:
    assert {partner: ROUTES[name].partner for partner, name in PINGS.items()} == {each: each for each in Partner}
    assert all(ROUTES[name].direction is Direction.OUT for name in PINGS.values())
