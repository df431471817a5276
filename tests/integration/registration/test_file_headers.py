"""Whatever gives out bytes that others made says so that no browser runs, guesses or keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug.test import TestResponse

from tests.support.rights_registration import PEOPLE, QUERIES, Ground

SHOWN = frozenset({"image/png"})
"""Kinds that a page shows in its own frame; all others are kept as a file."""


def _binary(description: dict[str, Any]) -> Iterator[str]:
    """Yield the address of every route that answers with something else than JSON."""
    for path, item in description["paths"].items():
        answer = item.get("get", {}).get("responses", {}).get("200", {})
        if any(media != "application/json" for media in answer.get("content", {})):
            yield path


def test_every_route_that_gives_out_a_file_disarms_it(ground: Ground) -> None:
    description = ground.site.call(None, "GET", "/docs/openapi.json").get_json()
    routes = sorted(_binary(description))
    by_path = {rule.rule: rule for rule in ground.site.client.application.url_map.iter_rules()}
    rules = {path: next(rule for rule in by_path if _plain(rule) == path) for path in routes}

    seen = {}
    for path, rule in rules.items():
        seen[path] = _asked(ground, rule)

    assert len(seen) >= 3
    for path, answer in seen.items():
        policy = answer.headers["Content-Security-Policy"]
        assert "sandbox" in policy, path
        assert "default-src 'none'" in policy, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Cache-Control"] == "no-store", path
        is_kept = answer.headers.get("Content-Disposition", "").startswith("attachment")
        assert is_kept or answer.mimetype in SHOWN, path


def _plain(rule: str) -> str:
    for converter in ("string:", "int:", "path:"):
        rule = rule.replace(f"<{converter}", "<")
    return rule.replace("<", "{").replace(">", "}")


def _asked(ground: Ground, rule: str) -> TestResponse:
    """Return the answer for the first registration that has such a file, to the first who may read it."""
    addresses = [ground.path(rule, target) + QUERIES.get(rule, "") for target in ground.targets.values()]
    answers = (ground.site.call(PEOPLE[person], "GET", path) for path in addresses for person in ("own", "county"))
    found = next((answer for answer in answers if answer.status_code == 200), None)
    assert found is not None, rule
    return found
