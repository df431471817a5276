import pytest

from shared.codes import registration_types
from shared.codes.registration_types import Group, Version

ASKED_OF_THE_UNIT = {"210", "220", "230", "310", "320", "330"}


def test_both_lists_are_complete() -> None:
    assert len(registration_types.types(Version.V2011)) == 25
    assert len(registration_types.types(Version.V2023)) == 23


@pytest.mark.parametrize(
    ("code", "group"),
    [("110", Group.DOMESTIC), ("173", Group.DOMESTIC), ("230", Group.GREATER_CHINA), ("330", Group.FOREIGN)],
)
def test_a_code_of_the_form_belongs_to_one_of_three_groups(code: str, group: Group) -> None:
    assert registration_types.group_of(code) is group


@pytest.mark.parametrize("entry", registration_types.types(Version.V2011), ids=lambda entry: entry.code)
def test_every_old_code_leads_to_a_new_one_of_its_group_or_to_a_question(
    entry: registration_types.RegistrationType,
) -> None:
    new = registration_types.in_2023(entry.code)

    assert (new is None) == (entry.code in ASKED_OF_THE_UNIT)
    assert new is None or new.group is entry.group


def test_the_same_digits_mean_different_things_in_the_two_lists() -> None:
    old = registration_types.find("220", Version.V2011)
    new = registration_types.find("220", Version.V2023)

    assert old is not None
    assert new is not None
    assert old.name != new.name


def test_a_code_of_the_other_list_has_no_group() -> None:
    with pytest.raises(LookupError):
        registration_types.group_of("111", Version.V2011)
