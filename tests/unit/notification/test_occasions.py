"""The table of occasions: every wording keeps its variables, and no mail can name what is confidential."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.notification.model.occasions import Occasion
from services.notification.model.templates import problems_of, render, samples_of
from services.notification.repository.occasions import CATEGORIES, FOLDER, OccasionsBroken, read_occasions
from shared.contracts.notification import OWNERS

OCCASIONS = read_occasions()

IN_MAILS = {"username", "password", "code", "minutes", "link", "portal_url", "revision", "count", "titles"}
"""What a mail may tell; kept apart from the table. A new one is looked at by a person first."""


def make_table(tmp_path: Path, text: str) -> Path:
    (tmp_path / CATEGORIES).write_text('account = "登录与账户"\n', "utf-8")
    (tmp_path / "identity.toml").write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize("occasion", OCCASIONS.by_key.values(), ids=lambda one: one.key)
def test_the_wording_that_the_system_comes_with_is_right_and_complete(occasion: Occasion):
    rendered = render(occasion.wording, occasion, samples_of(occasion))

    assert problems_of(occasion.wording, occasion) == []
    assert "$" not in rendered.title + rendered.text + rendered.subject + rendered.mail
    assert all(variable.sample and variable.label for variable in occasion.variables)


def test_mails_tell_only_what_was_looked_at():
    offered = {name for occasion in OCCASIONS.by_key.values() for name in occasion.in_mail()}

    assert offered == IN_MAILS


def test_every_occasion_belongs_to_an_owner():
    owners = {key.partition(".")[0] for key in OCCASIONS.by_key}

    assert owners <= {*OWNERS, "notification"}
    assert {path.stem for path in FOLDER.glob("*.toml")} == {*owners, "categories"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            '[a]\ntitle="t"\ncategory="nowhere"\nmandatory=true\nmail="none"\n[a.in_app]\ntitle="t"\ntext="x"',
            "category",
        ),
        ('[a]\ntitle="t"\ncategory="account"\nmandatory=true\nmail="none"', "nothing to tell"),
        ('[a]\ntitle="t"\ncategory="account"\nmandatory=true\nmail="often"', "often"),
        (
            '[a]\ntitle="t"\ncategory="account"\nmandatory=true\nmail="none"\n'
            '[a.variables]\nname={label="名称",sample="甲"}\n[a.email]\nsubject="s"\ntext="${name}"',
            "confidential_variable",
        ),
    ],
)
def test_a_faulty_table_is_refused_when_it_is_read(tmp_path: Path, text: str, fault: str):
    folder = make_table(tmp_path, text)

    with pytest.raises(OccasionsBroken, match=fault):
        read_occasions(folder)
