"""The table of occasions, read from the files of the package."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.notification.model.occasions import MailChoice, Occasion, Occasions, Variable, Wording
from services.notification.model.templates import problems_of

FOLDER = Path(__file__).resolve().parents[1] / "occasions"
CATEGORIES = "categories.toml"


class OccasionsBroken(Exception):
    """The table is not right; the message names the occasion and the fault."""


def read_occasions(folder: Path = FOLDER) -> Occasions:
    """Return the table. Raises `OccasionsBroken` for a fault that would only show when a notice is due."""
    categories = tomllib.loads((folder / CATEGORIES).read_text("utf-8"))
    found = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == CATEGORIES:
            continue
        for name, row in tomllib.loads(path.read_text("utf-8")).items():
            occasion = _occasion(f"{path.stem}.{name}", row)
            _check(occasion, categories)
            found[occasion.key] = occasion
    by_category = sorted(found.values(), key=lambda one: list(categories).index(one.category))
    return Occasions({one.key: one for one in by_category}, categories)


def _occasion(key: str, row: Mapping[str, Any]) -> Occasion:
    try:
        portal, mail = row.get("in_app", {}), row.get("email", {})
        return Occasion(
            key=key,
            title=row["title"],
            category=row["category"],
            is_mandatory=row["mandatory"],
            mail=MailChoice(row["mail"]),
            variables=tuple(Variable(name, **each) for name, each in row.get("variables", {}).items()),
            wording=Wording(
                portal.get("title", ""),
                portal.get("text", ""),
                mail.get("subject", ""),
                mail.get("text", "").strip(),
            ),
            valid_minutes=row.get("valid_minutes"),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise OccasionsBroken(f"{key}: {error}") from error


def _check(occasion: Occasion, categories: Mapping[str, str]) -> None:
    if occasion.category not in categories:
        raise OccasionsBroken(f"{occasion.key}: no such category")
    if not occasion.has_notice and not occasion.has_mail:
        raise OccasionsBroken(f"{occasion.key}: nothing to tell")
    faults = problems_of(occasion.wording, occasion)
    if faults:
        raise OccasionsBroken(f"{occasion.key}: {faults[0].pointer} {faults[0].code}")
