"""From the names in a service's settings to its keyring; an unknown name is an error, never another provider."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import boto3
from pymongo.database import Database

from shared.clock import Clock
from shared.crypto.kek import AwsKmsKek, FileKek, KekProvider
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.keyring import Keyring
from shared.crypto.suites import Suite
from shared.mongo.client import Document
from shared.settings import SettingsError

KEYS = "keys"
"""The collection of wrapped keys in each service's database."""

SUITES = {"AES-256-GCM": Suite.AES_256_GCM, "SM4-GCM": Suite.SM4_GCM}


def _from_file(file: str, arn: str) -> KekProvider:
    if not file:
        raise SettingsError("TONGBAO_KEK_FILE is missing")
    return FileKek(Path(file))


def _from_aws(file: str, arn: str) -> KekProvider:
    if not arn:
        raise SettingsError("TONGBAO_KEK_ARN is missing")
    return AwsKmsKek(boto3.client("kms"), arn)


_PROVIDERS: dict[str, Callable[[str, str], KekProvider]] = {"file": _from_file, "aws-kms": _from_aws}


class KeySettings(Protocol):
    """The part of a service's settings that names its keys."""

    @property
    def kek_provider(self) -> str:
        """`file` or `aws-kms`."""
        ...

    @property
    def kek_file(self) -> str:
        """Path of the file of key-encryption keys, for `file`."""
        ...

    @property
    def kek_arn(self) -> str:
        """Name of the key-encryption key, for `aws-kms`."""
        ...

    @property
    def suite(self) -> str:
        """`AES-256-GCM` or `SM4-GCM`."""
        ...


def keyring_of(database: Database[Document], clock: Clock, settings: KeySettings) -> Keyring:
    """Return the keyring of a service's database. Raises `SettingsError` for a name that is not known."""
    if settings.kek_provider not in _PROVIDERS:
        raise SettingsError("TONGBAO_KEK_PROVIDER is not one of " + ", ".join(_PROVIDERS))
    if settings.suite not in SUITES:
        raise SettingsError("TONGBAO_SUITE is not one of " + ", ".join(SUITES))
    kek = _PROVIDERS[settings.kek_provider](settings.kek_file, settings.kek_arn)
    return Keyring(MongoKeyStore(database[KEYS]), kek, SUITES[settings.suite], clock)
