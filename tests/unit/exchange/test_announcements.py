"""What the 名录库 announces: once each, in order, all units of one together; what contradicts it never overwrites."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.exchange.errors import Unreadable
from services.exchange.model.directory import Announced, Announcement, Role
from services.exchange.model.mirror import Kept, Standing, UnitState
from services.exchange.model.partners import Partner
from services.exchange.operations.announcements import Arrived, note_put_aside, take_announcement, take_content
from services.exchange.policy import PARTNERS
from shared.calls import Call
from shared.contracts.notification import NOTICE_DUE
from tests.support.exchange_desk import BY_ITSELF, DeskDeps, make_deps
from tests.support.exchange_mirror import (
    MemoryTroubles,
    content_of,
    make_announcement,
    make_directory_record,
    make_party,
)

BY_DIRECTORY = Call(PARTNERS[Partner.DIRECTORY], "c" * 32)


def take(deps: DeskDeps, *announcements: Announcement) -> list[Kept]:
    return [take_content(deps, BY_DIRECTORY, content_of(each), "e" * 32) for each in announcements]


def sequences(deps: DeskDeps, *units: str) -> list[int]:
    found = deps.directory.mirror.sequences(units)
    return [found.get(unit, 0) for unit in units]


def make_changes(*numbers: int, unit: str = "D1") -> list[Announcement]:
    return [make_announcement(make_party(unit, number)) for number in numbers]


def test_a_new_unit_is_in_the_mirror_as_it_was_announced():
    deps = make_deps()

    [kept] = take(deps, make_announcement(make_party(), kind=Announced.NEW))

    known = deps.directory.mirror.find(["D1"])["D1"]
    assert (kept.standing, kept.differing) == (Standing.APPLIED, 0)
    assert (known.sequence, known.state, known.division) == (1, UnitState.IN_FORCE, "330106")
    assert known.record == make_directory_record(1, address="1号")


def test_replaying_a_days_delta_changes_nothing():
    deps = make_deps()
    delta = [*make_changes(1, 2, 3), *make_changes(1, 2, unit="D2")]
    take(deps, *delta)
    before = (dict(deps.directory.mirror.find(["D1", "D2"])), deps.directory.announcements.find_at(["D1/1"]))

    take(deps, *delta)
    take(deps, *reversed(delta))

    assert (dict(deps.directory.mirror.find(["D1", "D2"])), deps.directory.announcements.find_at(["D1/1"])) == before


def test_what_comes_too_early_waits_and_follows_in_order():
    deps = make_deps()

    early = take(deps, *make_changes(3, 2))
    late = take(deps, *make_changes(1))

    assert [kept.standing for kept in early] == [Standing.WAITING, Standing.WAITING]
    assert late[0].standing is Standing.APPLIED
    assert sequences(deps, "D1") == [3]
    assert deps.directory.announcements.count_waiting() == 0
    assert deps.directory.mirror.find(["D1"])["D1"].record.address == "3号"


def test_another_content_under_a_known_number_never_overwrites():
    deps = make_deps()
    take(deps, *make_changes(1))
    forged = make_announcement(make_party(after=make_directory_record(1, name="另一家有限公司")))

    with pytest.raises(Unreadable, match="sequence_reused"):
        take(deps, forged)

    assert deps.directory.mirror.find(["D1"])["D1"].record.name == "西湖软件1有限公司"


def test_a_number_that_waits_can_not_be_taken_by_another_content_either():
    deps = make_deps()
    take(deps, *make_changes(2))

    with pytest.raises(Unreadable, match="sequence_reused"):
        take(deps, make_announcement(make_party("D1", 2), evidence="另一依据"))


def test_a_unit_that_closes_keeps_its_last_record():
    deps = make_deps()
    take(deps, *make_changes(1))
    party = make_party("D1", 2, before=make_directory_record(1, address="1号"), after=None)

    take(deps, make_announcement(party, kind=Announced.CLOSE))

    known = deps.directory.mirror.find(["D1"])["D1"]
    assert (known.state, known.sequence) == (UnitState.CEASED, 2)
    assert known.record.address == "1号"


def test_a_merger_waits_until_all_its_units_have_come_so_far_and_then_changes_all_of_them():
    deps = make_deps()
    take(deps, *make_changes(1, unit="D1"))
    merger = make_announcement(
        make_party("D1", 2, after=None),
        make_party("D2", 2, role=Role.PREDECESSOR, after=None),
        make_party("D3", 1, role=Role.SUCCESSOR),
        kind=Announced.MERGE,
    )

    [kept] = take(deps, merger)
    before = sequences(deps, "D1", "D2", "D3")
    take(deps, *make_changes(1, unit="D2"))

    states = {unit: known.state for unit, known in deps.directory.mirror.find(["D1", "D2", "D3"]).items()}
    assert kept.standing is Standing.WAITING
    assert before == [1, 0, 0]
    assert sequences(deps, "D1", "D2", "D3") == [2, 2, 1]
    assert states == {"D1": UnitState.CEASED, "D2": UnitState.CEASED, "D3": UnitState.IN_FORCE}


def test_a_record_before_that_is_not_ours_is_counted_and_the_directory_prevails():
    deps = make_deps()
    take(deps, *make_changes(1))
    before = make_directory_record(1, name="旧名有限公司", address="1号")

    [kept] = take(deps, make_announcement(make_party("D1", 2, before=before)))

    assert kept.differing == 1
    assert deps.directory.mirror.find(["D1"])["D1"].record.address == "2号"


def test_what_does_not_verify_has_no_effect():
    deps = make_deps()

    with pytest.raises(Unreadable, match="bad_signature"):
        take_announcement(deps, BY_DIRECTORY, Arrived("e" * 32, "not laid down"))

    assert sequences(deps, "D1") == [0]


def test_what_is_not_an_announcement_is_malformed():
    deps = make_deps()

    with pytest.raises(Unreadable, match="announcement_malformed"):
        take_content(deps, BY_DIRECTORY, b'{"kind": "new"}', "e" * 32)


@pytest.mark.parametrize(("code", "alarms"), [("sequence_reused", 1), ("bad_signature", 1), ("no_such_code", 0)])
def test_what_is_put_aside_is_noted_once_and_a_contradiction_rings_once(code: str, alarms: int):
    troubles = MemoryTroubles()
    deps = make_deps()
    deps = replace(deps, directory=replace(deps.directory, troubles=troubles))

    note_put_aside(deps, BY_ITSELF, code, "e" * 32)
    note_put_aside(deps, BY_ITSELF, code, "e" * 32)

    assert [(trouble.id, trouble.code) for trouble in troubles.list_newest(9)] == [("e" * 32, code)]
    assert [event.type for event in troubles.told] == [NOTICE_DUE["exchange"].type] * alarms
