"""The stand-in as a directory with units of its own: they are valid, found again, and announced as they change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from services.sandbox.peer.__main__ import arguments_of
from services.sandbox.peer.announcing import NoSuchUnit, obey
from services.sandbox.peer.bureau import Bureau, Change, How
from services.sandbox.peer.bureau_units import number_of_code, record_of, unit_id
from services.sandbox.peer.store import Store
from shared.codes import uscc
from shared.contracts.border import load_content
from shared.contracts.directory import Announcement, Record


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    store = Store(tmp_path)
    bureau = Bureau(store)
    bureau.found(5)
    yield bureau
    store.close()


def test_made_up_units_are_valid_different_and_always_the_same():
    records = [record_of(number) for number in range(1, 300)]

    codes = [record["credit_code"] for record in records]
    assert [uscc.faults(code) for code in codes] == [()] * len(codes)
    assert len({*codes}) == len({record["name"] for record in records}) == len(codes)
    assert [Record().validate(record) for record in records] == [{}] * len(records)
    assert [number_of_code(code) for code in codes] == list(range(1, 300))


def test_pages_give_every_unit_once_also_those_that_were_entered(bureau: Bureau):
    new = bureau.enter()
    bureau.announce("new", [Change(new, "subject", record_of(900))])

    pages, after = [], ""
    for _ in range(3):
        page, after = bureau.page(after, 2)
        pages.append([each.unit for each in page])

    assert pages == [[unit_id(1), unit_id(2)], [unit_id(3), unit_id(4)], [unit_id(5), new]]
    assert (after, bureau.count()) == ("", 6)


def test_the_last_page_says_that_it_is_the_last(bureau: Bureau):
    assert [bureau.page("", 5)[1], bureau.page("", 4)[1], bureau.page(unit_id(4), 4)[1]] == ["", unit_id(4), ""]


def test_a_change_is_announced_with_what_was_before_and_can_be_sent_again_byte_by_byte(bureau: Bureau):
    changed = {**record_of(2), "address": "新路1号"}

    content = bureau.announce("change", [Change(unit_id(2), "subject", changed)])
    bureau.send_again(content, times=2)

    [party] = load_content(Announcement(), content)["parties"]  # type: ignore[misc, attr-defined]  # as loaded
    assert (party["sequence"], party["before"]["address"], party["after"]["address"]) == (
        2,
        record_of(2)["address"],
        "新路1号",
    )
    assert [(left[1], left[2]) for left in bureau.due(9)] == [(content, How.RIGHT)] * 3
    assert bureau.announced(unit_id(2), 1, 9) == [content.decode()]


def test_what_is_lost_leaves_never_and_what_is_delayed_not_yet(bureau: Bureau):
    content = bureau.announce("close", [Change(unit_id(1), "subject", None)], how=How.LOST)
    bureau.send_again(content, after_seconds=60)

    found = bureau.find(unit_id(1))
    assert bureau.due(9) == []
    assert found is not None
    assert (found.is_ceased, found.sequence) == (True, 2)


def test_a_unit_is_found_by_its_code_also_after_it_changed(bureau: Bureau):
    bureau.announce("change", [Change(unit_id(3), "subject", {**record_of(3), "name": "新名有限公司"})])

    found = bureau.find_code(record_of(3)["credit_code"])

    assert found is not None
    assert found.record["name"] == "新名有限公司"
    assert bureau.find_code(record_of(99)["credit_code"]) is None
    assert orjson.dumps(found.entry)


def command(bureau: Bureau, line: str) -> list[str]:
    """Run a command as it is typed, and return the units that it was about."""
    return [*obey(bureau, arguments_of(line.split()))["units"]]  # type: ignore[misc]  # a list of ids


def test_commands_announce_every_kind_of_change(bureau: Bureau):
    code = record_of(700)["credit_code"]

    [new] = command(bureau, f"announce new --unit {code} --set name=新设有限公司")
    command(bureau, f"announce change --unit {code} --set staff=9 activities=设计、检测")
    command(bureau, "announce move --unit 1 --set division=330108001001")
    command(bureau, "announce close --unit 2")
    merged = command(bureau, "announce merge --unit 3 --with 4 --times 5")
    split = command(bureau, "announce split --unit 5 --into 3")

    contents = [load_content(Announcement(), content) for _, content, _ in bureau.due(99)]
    kinds = [content["kind"] for content in contents]
    found = bureau.find(new)
    assert kinds == ["new", "change", "move", "close", *["merge"] * 5, "split"]
    assert (len(merged), len(split)) == (3, 4)
    assert found is not None
    assert (found.record["name"], found.record["staff"], found.sequence) == ("新设有限公司", 9, 2)


def test_a_forgery_has_the_number_of_the_last_announcement_and_another_content(bureau: Bureau):
    command(bureau, "announce change --unit 1 --set staff=9")
    command(bureau, "forge --unit 1 --how right")

    true, forged = (load_content(Announcement(), content) for _, content, _ in bureau.due(9))
    assert true["parties"] == forged["parties"]
    assert true["evidence"] != forged["evidence"]


def test_nothing_is_announced_of_a_unit_that_is_not_there(bureau: Bureau):
    with pytest.raises(NoSuchUnit):
        command(bureau, "announce close --unit 99")

    assert bureau.due(9) == []
