"""Whether a receiver takes a package: its own reading of the archive, each fault with a stable reason. Pure.

Written from the description of the package alone, not with the exchange's code: it reckons digests and control totals anew.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any
from zipfile import BadZipFile, ZipFile

DIGEST_MISMATCH = "digest_mismatch"
PACKAGE_UNREADABLE = "package_unreadable"
SIGNATURE_INVALID = "signature_invalid"
MANIFEST_DIFFERS = "manifest_differs"
FILES_DIFFER = "files_differ"
TOTALS_DIFFER = "totals_differ"
NOT_FOR_US = "not_for_us"
VERSION_OLD = "version_old"
VERSION_GAP = "version_gap"
SUPERSEDES_OTHER = "supersedes_other"

TYP = "tongbao-delivery"
_SDMX = ".sdmx.csv"
_SIGNED = ("delivery_id", "receiver", "version", "supersedes", "period", "is_sample")


@dataclass(frozen=True)
class Had:
    """What the receiver has of a period: the last version that it took, 0 for none, and of which delivery."""

    version: int = 0
    delivery_id: str = ""


def refusal(content: Mapping[str, Any], receiver: str, had: Had, verified: Callable[[str], bytes | None]) -> str:
    """Return why a package is refused, empty where it is taken; `verified` returns what a JWS of the exchange signs."""
    try:
        archive = base64.b64decode(content["package"], validate=True)
    except (binascii.Error, ValueError):
        return PACKAGE_UNREADABLE
    if sha256(archive).hexdigest() != content["digest"]:
        return DIGEST_MISMATCH
    try:
        with ZipFile(io.BytesIO(archive)) as opened:
            files = {name: opened.read(name) for name in opened.namelist()}
    except (BadZipFile, ValueError, OSError):
        return PACKAGE_UNREADABLE
    payload = verified(files.pop("manifest.jws", b"").decode("ascii", "replace"))
    if payload is None:
        return SIGNATURE_INVALID
    if files.pop("manifest.json", b"") != payload:
        return MANIFEST_DIFFERS
    manifest = json.loads(payload)
    if any(manifest[name] != content[name] for name in _SIGNED):
        return MANIFEST_DIFFERS
    return _of_files(manifest, files) or _of_version(manifest, receiver, had)


def _of_files(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
    said = {each["name"]: (each["size"], each["sha256"]) for each in manifest["files"]}
    if said != {name: (len(data), sha256(data).hexdigest()) for name, data in files.items()}:
        return FILES_DIFFER
    try:
        return "" if all(_holds(total, files) for total in manifest["totals"]) else TOTALS_DIFFER
    except (KeyError, ValueError, InvalidOperation):
        return TOTALS_DIFFER


def reckoned(content: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return what the cells of each measure of a package that is taken come to, reckoned from its files."""
    totals: list[dict[str, object]] = []
    with ZipFile(io.BytesIO(base64.b64decode(content["package"]))) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        columns = {each["table"]: (each["region"], each["business_class"]) for each in manifest["totals"]}
        for name in sorted(each for each in opened.namelist() if each.endswith(_SDMX)):
            rows = list(csv.DictReader(io.StringIO(opened.read(name).decode(), newline="")))
            form = name.removeprefix("data/").removesuffix(_SDMX)
            for measure in dict.fromkeys(row["INDICATOR"] for row in rows):
                mine = [row for row in rows if row["INDICATOR"] == measure]
                sums = {
                    by: {code: f"{amount:f}" for code, amount in _by(mine, column).items()}
                    for by, column in zip(("by_region", "by_class"), map(str.upper, columns[form]), strict=True)
                    if column
                }
                total = f"{sum((_value(row) for row in mine), Decimal(0)):f}"
                totals.append({"form": form, "measure": measure, "cells": len(mine), "total": total, **sums})
    return totals


def _holds(total: Mapping[str, Any], files: Mapping[str, bytes]) -> bool:
    """Whether the control total of a measure is what its SDMX-CSV file adds up to."""
    text = files[f"data/{total['table']}.sdmx.csv"].decode()
    rows = [row for row in csv.DictReader(io.StringIO(text, newline="")) if row["INDICATOR"] == total["measure"]]
    hidden = [row for row in rows if row["CONF_STATUS"] == "C"]
    if any(row["OBS_VALUE"] for row in hidden):
        return False
    if (total["cells"], total["suppressed"]) != (len(rows), len(hidden)):
        return False
    return Decimal(total["total"]) == sum((_value(row) for row in rows), Decimal(0)) and all(
        _by(rows, column) == {code: Decimal(sum_) for code, sum_ in said.items()}
        for column, said in (
            (total["region"].upper(), total["by_region"]),
            (total["business_class"].upper(), total["by_class"]),
        )
        if said
    )


def _by(rows: list[dict[str, str]], column: str) -> Mapping[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row[column]] += _value(row)
    return sums


def _value(row: Mapping[str, str]) -> Decimal:
    return Decimal(row["OBS_VALUE"] or 0)


def _of_version(manifest: Mapping[str, Any], receiver: str, had: Had) -> str:
    if manifest["receiver"] != receiver:
        return NOT_FOR_US
    if manifest["version"] <= had.version:
        return VERSION_OLD
    if manifest["version"] > had.version + 1:
        return VERSION_GAP
    return "" if manifest["supersedes"] == had.delivery_id else SUPERSEDES_OTHER
