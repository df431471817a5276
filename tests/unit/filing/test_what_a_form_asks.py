"""What a form needs to know beside its answers, so that nothing else is looked up."""

from __future__ import annotations

from functools import cache

import pytest

from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.context import OWN_FACTS
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import Edition


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
                "contract.executed_before",
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
                "contract.executed_before",
                "contract.client_chinese_name",
                "contract.client_foreign_name",
                "voucher.other_uses",
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
