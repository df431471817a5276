"""The whole main job leaves nothing in clear: not in databases, objects, queues, logs, or temporary files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pika
import psutil
import pytest

from services.sandbox.processes import System
from services.sandbox.programs import PROGRAMS, SystemPorts
from shared.mongo.client import connect
from shared.storage import s3 as s3_client
from tests.support.canary_scan import Hit, Patterns, Watch, files_below, patterns_of, scan_files, wait_for_looks
from tests.support.canary_story import play
from tests.support.canary_words import Canaries
from tests.support.chaos_system import is_gone

OUTSIDE = ("mail", "directory", "demo-accounts.json")
"""What stands outside: the mailboxes and the unit directory are others' systems, the list of demo accounts is printed."""

PLACES = ("mongod", "s3", "rabbitmq", "logs", "tmp")


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    """The whole system, its data uncompressed, its temporary files in a folder of its own."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with System(tmp_path, SystemPorts.free(), compressed=False) as started:
        yield started


@pytest.mark.timeout(900)  # the whole main job, and a look through every file: a busy machine takes its time
def test_no_canary_is_found_anywhere_and_every_planted_one_is(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    canaries, planted = Canaries(), Canaries("control: ")
    control = patterns_of(planted.words())

    with (
        Watch(system.root / "tmp", lambda: _processes(system), patterns_of(canaries.words())) as watch,
        httpx.Client(timeout=60.0) as http,
    ):
        play(system, http, canaries)
        wait_for_looks(watch, 3)
    patterns = patterns_of(canaries.words())
    _plant(system, b"\n".join(control))
    with connect(system.stack.mongod.uri) as mongo:
        mongo.admin.command("fsync")  # a checkpoint: all that is stored is in the data files now
    live = _scan(system, {**patterns, **control})
    system.stop()
    at_rest = _scan(system, {**patterns, **control})

    report = f"\n{len(canaries.texts)} texts and {len(canaries.others)} other values, {len(patterns)} patterns: "
    report += f"{len(_found(live | at_rest | watch.found, patterns))} hits; planted {len(control)} patterns"
    report += f" in {len(PLACES)} places; {watch.looks} looks at {watch.seen} temporary files\n"
    with capsys.disabled():
        sys.stdout.write(report)
    assert _found(live | at_rest | watch.found, patterns) == []
    assert [place for place in PLACES if not _is_complete(live, place, control)] == []
    assert [place for place in PLACES if not _is_complete(at_rest, place, control)] == []
    assert len(canaries.texts) > 80
    mails = scan_files(files_below(system.root / "mail", ()), system.root, patterns)
    assert {hit.word for hit in mails} >= {"mark in ASCII"}, "the canaries never came in"
    assert "mark in Chinese" not in {hit.word for hit in mails}, "a mail tells what is confidential"


def test_a_temporary_file_without_a_name_would_be_seen(tmp_path: Path) -> None:
    canaries = Canaries()
    word = canaries.text("planted")
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sys, tempfile\n" + HOLDER], env={"TMPDIR": str(tmp_path), "WORD": word}
    )

    try:
        with Watch(tmp_path, lambda: [holder.pid], patterns_of(canaries.words())) as watch:
            while not watch.found and holder.poll() is None:
                wait_for_looks(watch, 1)
    finally:
        holder.kill()
        holder.wait()

    assert {hit.word for hit in watch.found} == {"mark in Chinese", "mark in ASCII"}
    assert is_gone(holder.pid)


HOLDER = """
import os, time
file = tempfile.TemporaryFile()
file.write(os.environ["WORD"].encode())
file.flush()
time.sleep(30)
"""


def _plant(system: System, content: bytes) -> None:
    """Put the control into a document, an object, a queue, a log and a temporary file."""
    with connect(system.stack.mongod.uri) as mongo:
        mongo["control"]["planted"].insert_one({"content": content})
    secrets = system.stack.secrets
    store = s3_client.connect(system.stack.s3.endpoint, secrets.s3_access_key, secrets.s3_secret_key)
    store.put_object(Bucket="registration", Key="control", Body=content)
    with closing(pika.BlockingConnection(pika.URLParameters(system.stack.rabbitmq.url()))) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("control", durable=True, arguments={"x-queue-type": "quorum"})
        channel.basic_publish("", "control", content, pika.BasicProperties(delivery_mode=2), mandatory=True)
    with (system.root / "logs" / "registration.log").open("ab") as log:
        log.write(content)
    (system.root / "tmp" / "control").write_bytes(content)


def _scan(system: System, patterns: Patterns) -> set[Hit]:
    return scan_files(files_below(system.root, OUTSIDE), system.root, patterns)


def _found(hits: set[Hit], patterns: Patterns) -> list[Hit]:
    wanted = set(patterns.values())
    return sorted(hit for hit in hits if (hit.word, hit.form) in wanted)


def _is_complete(hits: set[Hit], place: str, control: Patterns) -> bool:
    """Whether every form of every planted word was found below a folder."""
    return {(hit.word, hit.form) for hit in hits if hit.place.startswith(f"{place}/")} >= set(control.values())


def _processes(system: System) -> Iterable[int]:
    for name in [program.name for program in PROGRAMS] + ["mongod", "rabbitmq", "s3"]:
        try:
            root = psutil.Process(system.child(name).pid)
            yield from (root.pid, *(child.pid for child in root.children(recursive=True)))
        except psutil.NoSuchProcess:
            continue
