"""From real traffic to a proof in somebody else's hands: anchored, exported over HTTP, verified in an empty folder."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

import services
from services.exchange.model.messages import State
from services.exchange.operations.anchoring import anchor_day
from shared import audit
from shared.clock import local_date
from shared.crypto.jose import public_part
from shared.identity.actor import Actor, Role
from tests.support.bus import eventually
from tests.support.exchange import Site
from tests.support.exchange_proof import Office, proof_site

__all__ = ["proof_site"]

ROOT = Path(services.__path__[0]).parent
AUDITOR, DESK, SHARING = (
    Actor("f" * 32, Role.AUDITOR),
    Actor("d" * 32, Role.DIRECTORY_DESK),
    Actor("9" * 32, Role.SHARING_DESK),
)


def verified(folder: Path, container: bytes, *keys: str) -> subprocess.CompletedProcess[str]:
    """Verify a container in a folder that holds nothing else but keys."""
    (folder / "proof.zip").write_bytes(container)
    return subprocess.run(
        [sys.executable, "-m", "services.exchange.journal.verify", "proof.zip", *keys],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def today(proof_site: Site) -> date:
    """Some messages and their receipts, entered today, which is anchored as if it were over."""
    site = proof_site
    with site.both():
        messages = [site.approve().message_id for _ in range(3)]
        for message_id in messages:
            site.reaches(message_id, State.ACCEPTED)
        eventually(lambda: site.wired.journal.oldest_waiting() is None)
    day = local_date(site.wired.deps.clock.now())
    anchor_day(site.wired.deps, day - timedelta(days=1))
    anchor_day(site.wired.deps, day)
    return day


def test_a_container_is_exported_recorded_and_verified_by_somebody_who_has_only_the_keys(
    proof_site: Site, today: date, tmp_path: Path
) -> None:
    office, folder = Office(proof_site), tmp_path / "reader"
    folder.mkdir()
    (folder / "keys.json").write_text(
        json.dumps({name: public_part(proof_site.keys[name]) for name in ("exchange", "directory")})
    )

    answer = office.get(AUDITOR, "/journal/chains/directory/container", since=today, until=today)
    told = verified(folder, answer.data, "--keys", "keys.json")
    second = {"partner": "directory", "number": 2}
    kept = proof_site.database["journal"].find_one_and_update(second, {"$set": {"size": 1}})
    again = office.get(AUDITOR, "/journal/chains/directory/container", since=today, until=today)
    tampered = verified(folder, again.data, "--keys", "keys.json")
    checked = office.get(DESK, "/journal/chains/directory/check", since=today, until=today).json

    proof_site.database["journal"].replace_one(second, kept)
    reads = list(proof_site.database[audit.READS].find({"action": "export_journal"}))
    assert (answer.status_code, answer.mimetype, told.returncode) == (200, "application/zip", 0)
    receipts = proof_site.database["journal"].count_documents({"partner": "directory", "outcome": "accepted"})
    assert receipts >= 3
    assert f"对方回执 receipts: {receipts}\n" in told.stdout
    assert tampered.returncode == 1
    assert "journal.jsonl 第 2 行（编号 2）" in tampered.stdout
    assert (checked["holds"], checked["broken_at"], checked["fault"]) == (False, 2, "changed")
    assert [(row["account"], row["subject"], row["part"]) for row in reads] == [
        (AUDITOR.account_id, "directory", f"{today}/{today}")
    ] * 2


def test_who_keeps_another_partner_takes_no_container_out(proof_site: Site, today: date) -> None:
    office = Office(proof_site)

    refused = office.get(SHARING, "/journal/chains/directory/container", since=today, until=today)
    own = office.get(SHARING, "/journal/chains/sharing/container", since=today, until=today)
    many = office.get(DESK, "/journal/chains/directory/container", since="2024-01-01", until=today)
    unknown = office.get(AUDITOR, "/journal/chains/nobody/container", since=today, until=today)

    assert (refused.status_code, own.status_code, many.status_code, unknown.status_code) == (403, 200, 400, 404)


def test_the_chains_their_anchors_and_entries_are_read(proof_site: Site, today: date) -> None:
    office = Office(proof_site)

    chains = office.get(AUDITOR, "/journal/chains").json
    anchors = office.get(AUDITOR, "/journal/anchors", since=today, until=today).json["items"]
    entries = office.get(AUDITOR, "/journal/entries", partner="directory", since=today, until=today, limit=100).json

    directory = next(chain for chain in chains["items"] if chain["partner"] == "directory")
    assert chains["stuck_since"] is None
    assert (chains["anchor"], directory["count"]) == (anchors[0], len(entries["items"]))
    assert anchors[0]["chains"][0] == {"chain": "directory", "count": directory["count"], "head": directory["head"]}
    assert entries["items"][0]["hash"] == directory["head"]
    assert [entry["number"] for entry in entries["items"]] == list(range(directory["count"], 0, -1))
