"""Settings: read once, all gaps together, secrets from the environment or from files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.settings import Secret, SettingsError, read


@dataclass(frozen=True)
class _Settings:
    mongo_uri: Secret
    port: int
    suite: str = "AES-256-GCM"


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "uri").write_text("mongodb://user:word@host/\n")
    environment = {"TONGBAO_MONGO_URI_FILE": str(tmp_path / "uri"), "TONGBAO_PORT": "8000"}

    settings = read(_Settings, environment)

    assert settings == _Settings(mongo_uri=Secret("mongodb://user:word@host/"), port=8000)


def test_the_variable_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "uri").write_text("from-file")
    environment = {
        "TONGBAO_MONGO_URI": "from-variable",
        "TONGBAO_MONGO_URI_FILE": str(tmp_path / "uri"),
        "TONGBAO_PORT": "1",
    }

    settings = read(_Settings, environment)

    assert settings.mongo_uri == "from-variable"


def test_all_gaps_are_reported_together_and_without_values(tmp_path: Path) -> None:
    environment = {"TONGBAO_MONGO_URI_FILE": str(tmp_path / "missing"), "TONGBAO_PORT": "not-a-number"}

    with pytest.raises(SettingsError) as raised:
        read(_Settings, environment)

    assert str(raised.value) == "TONGBAO_MONGO_URI is missing; TONGBAO_PORT is not a valid int"


def test_only_secrets_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("8000")
    environment = {"TONGBAO_MONGO_URI": "m", "TONGBAO_PORT_FILE": str(tmp_path / "port")}

    with pytest.raises(SettingsError):
        read(_Settings, environment)


def test_a_secret_does_not_print() -> None:
    settings = _Settings(mongo_uri=Secret("word"), port=1)

    shown = repr(settings)

    assert "word" not in shown
