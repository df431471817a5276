"""News of the 名录库: how far the unit's last message has come, and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.registration.handlers import handlers
from services.registration.model.directory import Directory, DirectoryKind, DirectoryState
from services.registration.model.states import State
from services.registration.operations import following
from shared.identity.actor import Role
from shared.messaging.envelope import Message
from tests.support.registration import NOW, make_actor, make_call, make_fakes, make_registration

ID = "1" * 32
DEPARTMENT = make_actor(Role.COUNTY_REVIEWER)


@pytest.mark.parametrize(
    ("known", "news", "expected"),
    [
        ((1, DirectoryState.SENT), (1, DirectoryState.ACCEPTED), DirectoryState.ACCEPTED),
        ((1, DirectoryState.ACCEPTED), (1, DirectoryState.SENT), DirectoryState.ACCEPTED),
        ((1, DirectoryState.UNANSWERED), (1, DirectoryState.ACCEPTED), DirectoryState.ACCEPTED),
        ((1, DirectoryState.REFUSED), (2, DirectoryState.SENT), DirectoryState.SENT),
        ((2, DirectoryState.SENT), (1, DirectoryState.UNANSWERED), DirectoryState.SENT),
    ],
)
def test_news_of_the_directory_that_come_late_never_take_the_state_back(
    known: tuple[int, DirectoryState], news: tuple[int, DirectoryState], expected: DirectoryState
) -> None:
    directory = Directory(state=known[1], at=NOW, attempt=known[0])
    fakes = make_fakes(make_registration(State.APPROVED, directory=directory))
    arriving = Directory(state=news[1], at=NOW, attempt=news[0])

    following.note_directory(fakes.deps, make_call(DEPARTMENT), ID, arriving)

    noted = fakes.registrations.kept[ID].directory
    assert noted is not None
    assert noted.state is expected


@pytest.mark.parametrize(
    ("kind", "revision", "is_noted"),
    [
        (DirectoryKind.CHANGE, 2, True),
        (DirectoryKind.NEW, 1, False),
        (DirectoryKind.CHANGE, 1, False),
        (DirectoryKind.CLOSE, 2, False),
        (DirectoryKind.CHANGE, 0, True),
    ],
)
def test_news_of_a_message_that_another_has_followed_change_nothing(
    kind: DirectoryKind, revision: int, is_noted: bool
) -> None:
    waiting = Directory(DirectoryState.PENDING, NOW, kind=DirectoryKind.CHANGE, revision=2)
    fakes = make_fakes(make_registration(State.APPROVED, directory=waiting))
    news = Directory(DirectoryState.ACCEPTED, NOW, attempt=1, kind=kind, revision=revision)

    following.note_directory(fakes.deps, make_call(DEPARTMENT), ID, news)

    assert fakes.registrations.kept[ID].directory == (news if is_noted else waiting)


def test_news_are_noted_while_a_change_is_being_drafted() -> None:
    waiting = Directory(DirectoryState.SENT, NOW, attempt=1)
    registration = replace(make_registration(State.APPROVED, directory=waiting), state=State.DRAFT)
    fakes = make_fakes(registration)

    following.note_directory(fakes.deps, make_call(DEPARTMENT), ID, replace(waiting, state=DirectoryState.REFUSED))

    noted = fakes.registrations.kept[ID]
    assert noted.directory is not None
    assert (noted.state, noted.directory.state) == (State.DRAFT, DirectoryState.REFUSED)


def test_news_of_a_correction_by_a_filing_concern_no_registration() -> None:
    fakes = make_fakes(make_registration(State.APPROVED))
    data = {"registration_id": "", "filing_id": "f" * 32, "message_id": "4" * 32, "kind": "UNIT_CHANGE", "revision": 1}
    message = Message(
        "e" * 32,
        "tongbao.exchange.unit_sent.v1",
        "exchange",
        "s",
        NOW,
        "",
        {**data, "reason_code": "", "attempt": 1},
    )
    taken = handlers(lambda session: fakes.deps, fakes.deps, lambda: {"keys": []}, lambda data, session: None)

    taken[message.type](None, message)  # type: ignore[operator, arg-type]  # an effect inside, which uses no session here

    assert fakes.registrations.kept[ID].version == 1
