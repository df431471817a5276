"""One name per setting: in the settings class, in `.env.example` and in the settings of the cluster."""

from __future__ import annotations

import dataclasses
import importlib
import re
from pathlib import Path
from typing import get_type_hints

import pytest

from shared.settings import FILE_SUFFIX, Secret, variable_of
from tests.support.tree import ROOT, production_services, room_exists, room_source

VARIABLE = re.compile(r"^#?\s?(TONGBAO_[A-Z0-9_]+)=", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class _Names:
    """What a service reads: all variables, those it can't do without, and those that may stand in a file."""

    all: frozenset[str]
    required: frozenset[str]
    secret: frozenset[str]


WITH_SETTINGS = tuple(name for name in production_services() if room_exists(name, "settings"))


def _read_by(service: str) -> _Names:
    room = importlib.import_module(f"services.{service}.settings")
    own = [value for value in vars(room).values() if dataclasses.is_dataclass(value) and isinstance(value, type)]
    every, required, secret = set[str](), set[str](), set[str]()
    for cls in own:
        hints = get_type_hints(cls)
        for field in dataclasses.fields(cls):
            name = variable_of(field.name)
            every.add(name)
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                required.add(name)
            if hints[field.name] is Secret:
                secret.add(name)
    return _Names(frozenset(every), frozenset(required), frozenset(secret))


def _named_in(path: Path) -> set[str]:
    return set(VARIABLE.findall(path.read_text("utf-8")))


def test_the_services_with_settings_are_found() -> None:
    assert len(WITH_SETTINGS) >= 4


@pytest.mark.parametrize("service", WITH_SETTINGS)
def test_the_cluster_sets_what_the_service_reads_and_nothing_else(service: str) -> None:
    names = _read_by(service)

    given = _named_in(ROOT / "k8s" / "base" / service / "settings.env")

    files = {name + FILE_SUFFIX: name for name in names.secret}
    assert names.all
    assert {files.get(name, name) for name in given} - names.all == set()
    assert names.required - {files.get(name, name) for name in given} == set()


@pytest.mark.parametrize("service", production_services())
def test_no_secret_stands_in_the_settings_of_the_cluster(service: str) -> None:
    path = ROOT / "k8s" / "base" / service / "settings.env"
    pairs = dict(line.split("=", 1) for line in path.read_text("utf-8").splitlines() if line)

    open_ones = [name for name in pairs if re.search(r"(PASSWORD|_URI|AMQP_URL|_KEY)$", name)]

    assert open_ones == []
    assert any(value.startswith("/run/secrets/") for value in pairs.values())


def test_the_example_names_every_setting_of_every_service() -> None:
    every = {name for service in WITH_SETTINGS for name in _read_by(service).all}

    missing = every - _named_in(ROOT / ".env.example")

    assert every
    assert missing == set()


def test_the_environment_is_read_in_the_settings_only() -> None:
    rooms = ("operations", "workflow", "policy", "model", "repository", "routes", "handlers", "schemas", "clients")

    reading = [
        (s, r) for s in production_services() for r in rooms if re.search(r"os\.environ|getenv", room_source(s, r))
    ]

    assert production_services()
    assert reading == []
