"""What a form needs to know beside its answers, so that nothing else is looked up."""

from __future__ import annotations

from functools import cache

import pytest

from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.checks import closed_places
from services.filing.forms.context import OWN_FACTS
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import Edition
from tests.support.filing import a_context, answers_of


@cache
def _edition() -> Edition:
    return load_catalogue(KnownLists()).editions[0]


@pytest.mark.parametrize(
    ("key", "facts", "asks_previous"),
    [
        ("enterprise-1", {"rate.cny_to_usd"}, True),
        ("enterprise-4", {"year.executions"}, True),
        ("enterprise-5", set[str](), False),
        ("platform-1", {"evidence.files"}, True),
        ("city-2", set[str](), True),
        (
            "enterprise-2",
            {
                "unit.name",
                "unit.english_name",
                "unit.basics_submitted",
                "rate.original_to_usd",
                "contract.number_taken",
                "contract.executed_total",
                "filing.is_correction",
            },
            False,
        ),
        (
            "enterprise-3",
            {
                "unit.name",
                "unit.english_name",
                "contract.is_known",
                "contract.nature",
                "contract.signed_on",
                "contract.usd",
                "contract.ended_on",
                "contract.opening_as_of",
                "contract.executed_before",
                "contract.executed_beside",
                "contract.client_chinese_name",
                "contract.client_foreign_name",
                "voucher.other_uses",
                "voucher.is_short_of_amount",
                "voucher.remaining",
            },
            False,
        ),
    ],
)
def test_a_form_asks_for_the_facts_that_its_cells_and_rules_read(
    key: str, facts: set[str], asks_previous: bool
) -> None:
    form = _edition().form(key)
    assert form is not None

    asked = form.facts_asked - OWN_FACTS

    assert (asked, form.asks_previous) == (facts, asks_previous)


def test_every_fact_of_the_edition_is_asked_for() -> None:
    asked = {fact for form in _edition().forms for fact in form.facts_asked}

    unasked = set(_edition().facts) - asked

    assert unasked == {"city"}  # the predicates over the firms of a city read it


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (None, set[str]()),
        ("1", {"/211/city"}),
        ("2", {"/211/country", "/211/state", "/211/has_branch"}),
    ],
)
def test_a_follow_up_is_asked_only_once_its_condition_is_met(answer: str | None, asked: set[str]) -> None:
    edition = _edition()
    form = edition.form("enterprise-2")
    assert form is not None
    follow_ups = {f"/211/{part.key}" for part in form.indicator("211").parts if part.only_when is not None}  # type: ignore[union-attr]

    closed = closed_places(edition, form, answers_of(form, {"211": {"where": answer}}), a_context())

    pointers = {place.pointer for place in closed}
    assert follow_ups - pointers == asked


def test_each_row_has_its_own_follow_ups() -> None:
    edition = _edition()
    form = edition.form("enterprise-5")
    assert form is not None
    rows = [{"change": "cancellation"}, {"change": "downgrade"}]

    closed = closed_places(edition, form, answers_of(form, {"503": rows}), a_context())

    pointers = {place.pointer for place in closed}
    assert "/503/0/downgraded_to" in pointers
    assert "/503/1/downgraded_to" not in pointers
