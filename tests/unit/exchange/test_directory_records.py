"""Records of the 名录库: the table of fields, the wire, what makes an announcement one."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from services.exchange.model import directory
from services.exchange.model.directory import FIELDS, DirectoryRecord, plain, record_of
from shared.contracts.border import dump_content, load_content
from shared.contracts.directory import UNIT_ANNOUNCED, Announcement, Record
from shared.messaging.errors import ContractBroken


def make_announcement(**changes: Any) -> dict[str, Any]:
    return UNIT_ANNOUNCED.content_sample | changes


def test_the_table_and_the_contract_have_every_field_of_the_record():
    names = [each.name for each in fields(DirectoryRecord)]

    assert [each.name for each in FIELDS] == names
    assert list(Record().fields) == names


def test_a_record_comes_back_from_its_plain_fields():
    record = DirectoryRecord(name="西湖软件有限公司", division="330106", activities=("软件开发",), staff=12)

    assert record_of(plain(record)) == record
    assert record_of(None) is None
    assert plain(None) is None


def test_a_field_is_shown_by_the_words_of_its_code_and_a_strange_code_as_it_came():
    record = DirectoryRecord(operating_state="1", holding="7", activities=("软件开发", "测试"))

    shown = {each.name: each.shown(record) for each in FIELDS}

    assert shown["operating_state"] == "正常运营"
    assert shown["holding"] == "7"
    assert shown["activities"] == "软件开发、测试"
    assert shown["staff"] == ""


def test_two_records_differ_where_their_fields_do():
    record = DirectoryRecord(name="甲", staff=3)

    assert record.differing(replace(record, name="乙", staff=4)) == ("name", "staff")


@pytest.mark.parametrize("role", ["successor", "predecessor"])
def test_an_announcement_begins_with_the_one_unit_that_it_is_about(role: str):
    [party] = make_announcement()["parties"]

    with pytest.raises(ContractBroken, match="parties"):
        load_content(Announcement(), dump_content(make_announcement(parties=[party | {"role": role}])))


def test_an_announcement_names_a_unit_once():
    [party] = make_announcement()["parties"]

    with pytest.raises(ContractBroken, match="parties"):
        load_content(
            Announcement(), dump_content(make_announcement(parties=[party, party | {"role": directory.Role.SUCCESSOR}]))
        )


def test_an_announcement_has_a_record_of_each_unit():
    [party] = make_announcement()["parties"]

    with pytest.raises(ContractBroken, match="parties"):
        load_content(Announcement(), dump_content(make_announcement(parties=[party | {"before": None, "after": None}])))
