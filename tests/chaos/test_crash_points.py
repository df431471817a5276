"""Each named crash point of the main job, hit on purpose: the process dies there, starts again, and nothing is wrong."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from services.registration.repository.files import PREFIX
from services.registration.settings import Settings
from services.registration.wiring import Wired, build
from shared.ids import new_id
from shared.messaging.outgoing import Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.topology import DEFAULT_EXCHANGE, QUEUE, REGISTRATION_EVENTS
from shared.settings import read
from shared.storage.sweep import sweep
from tests.support.bus import drain, eventually
from tests.support.chaos_checks import drained, faults
from tests.support.chaos_clients import APPROVAL, REVIEWER, SUBMISSION, Clients, Unit, file_headers
from tests.support.chaos_system import Ground, is_gone
from tests.support.files import make_pdf_document, save_pdf

pytestmark = pytest.mark.chaos

DEATH_SECONDS = 60.0


@dataclass(frozen=True)
class Round:
    """Crash points that one registration meets, one per process; the unit directory may be away until all were hit."""

    points: Mapping[str, str]
    is_peer_away: bool = False

    def __str__(self) -> str:
        return "+".join(self.points.values())


ROUNDS = (
    Round(
        {
            "registration-worker": "relay.published_no_confirm",
            "exchange-worker": "cons.delivered",
            "directory": "peer.stored_no_receipt",
        }
    ),
    Round(
        {
            "registration-worker": "relay.confirmed_not_marked",
            "exchange-worker": "cons.effect_committed_no_ack",
            "directory": "directory.published_no_confirm",
        }
    ),
    Round(
        {
            "registration-worker": "cons.delivered",
            "exchange-worker": "relay.published_no_confirm",
            "directory": "peer.receipt_confirmed_no_ack",
        }
    ),
    Round(
        {
            "registration-worker": "cons.effect_committed_no_ack",
            "exchange-worker": "relay.confirmed_not_marked",
        }
    ),
    Round({"registration-worker": "api.filing_inserted", "exchange-worker": "api.filing_inserted"}),
    Round(
        {"notification-worker": "cons.effect_committed_no_ack", "exchange-worker": "api.validated"}, is_peer_away=True
    ),
    Round({"notification-worker": "notice.stored_no_mail"}),
    Round({"notification-worker": "notice.delivered_not_done"}),
    Round({"notification-worker": "mail.handing_over"}),
    Round({"notification-worker": "mail.accepted_not_noted"}),
    Round({"exchange-worker": "api.committed_no_reply"}, is_peer_away=True),
)
AT_THE_DESK = ("api.validated", "api.committed_no_reply")
AT_AN_UPLOAD = (
    ("upload.row_no_object", 1),
    ("upload.part_k", 2),
    ("upload.completed_no_row", 1),
    ("upload.row_pending_no_scan", 1),
    ("scan.verdict_not_saved", 1),
)
AT_THE_PARKING = ("consumer.published_no_confirm", "dlq.moved_not_recorded")


@pytest.mark.parametrize("planned", ROUNDS, ids=str)
def test_a_registration_survives_the_death_of_the_processes_on_its_way(
    ground: Ground, clients: Clients, unit: Unit, planned: Round
) -> None:
    clients.prepare(unit)
    for process, point in planned.points.items():
        ground.rearm(process, f"{point}:kill")
    if planned.is_peer_away:
        ground.kill("directory")

    clients.carry_through(unit)
    statuses = _restarted_as_they_die(ground, set(planned.points))
    if planned.is_peer_away:
        ground.system.start_one("directory")
    drained(ground, [unit])

    assert statuses == dict.fromkeys(planned.points, -signal.SIGKILL)
    assert faults(ground, [unit]) == []


def test_a_change_whose_answer_was_lost_is_there_once_after_the_same_request(
    ground: Ground, clients: Clients, unit: Unit
) -> None:
    clients.prepare(unit)

    died = []
    for actor, act, body in ((unit.actor, "submission", SUBMISSION), (REVIEWER, "approval", APPROVAL)):
        if act == "approval":
            clients.review(unit)
        key = new_id()
        for point in AT_THE_DESK:
            workers = _armed(ground, f"{point}:kill")
            assert clients.change_once(unit, actor, act, body, key) is None
            died.append(_all_gone(workers))
        ground.rearm("registration", "")
        clients.change(unit, actor, "POST", act, body, key=key)
    drained(ground, [unit])

    assert died == [True] * 4
    assert faults(ground, [unit]) == []


def test_uploads_that_died_leave_nothing_that_looks_ready_and_are_swept(
    ground: Ground, clients: Clients, unit: Unit
) -> None:
    clients.prepare(unit)
    path = f"/registrations/{unit.registration_id}/files"
    large = _large_pdf()

    died = []
    for point, hit in AT_AN_UPLOAD:
        workers = _armed(ground, f"{point}:kill:{hit}")
        answer = clients.try_once("registration", unit.actor, "POST", path, file_headers("1"), content=large)
        assert answer is None, point
        died.append(_all_gone(workers))
    ground.rearm("registration", "")
    states = Counter(row["state"] for row in _rows(ground, unit))
    clients.put_material(unit, "1", large)
    clients.carry_through(unit)
    drained(ground, [unit])

    assert died == [True] * len(AT_AN_UPLOAD)
    assert states == {"ready": 5, "uploading": len(AT_AN_UPLOAD)}
    assert faults(ground, [unit]) == []
    assert _wrong_after_a_sweep(ground, unit) == []


def test_a_poisoned_message_is_parked_even_when_the_consumer_dies_over_it(
    ground: Ground, clients: Clients, unit: Unit
) -> None:
    queue, message_ids = QUEUE[REGISTRATION_EVENTS], [new_id() for _ in AT_THE_PARKING]
    url = ground.system.stack.rabbitmq.url()

    statuses = []
    for point, message_id in zip(AT_THE_PARKING, message_ids, strict=True):
        ground.rearm("registration-worker", f"{point}:kill")
        with closing(Publisher(url, "test")) as publisher:
            publisher.publish([Outgoing(DEFAULT_EXCHANGE, queue.name, b"no JSON", message_id)])
        statuses.append(_died(ground, "registration-worker"))
    ground.rearm("registration-worker", "")
    clients.carry_through(clients.prepare(unit))
    drained(ground, [unit], parked=[queue.parking])
    parked = {(properties.message_id, body) for properties, body in drain(url, queue.parking)}

    assert statuses == [-signal.SIGKILL] * len(AT_THE_PARKING)
    assert parked == {(id, b"no JSON") for id in message_ids}  # perhaps two copies of one, under the same id
    assert faults(ground, [unit]) == []


def _restarted_as_they_die(ground: Ground, processes: set[str]) -> dict[str, int | None]:
    """Wait until each has died, start it without crash points, and return the exit statuses."""
    statuses: dict[str, int | None] = {}
    until = time.monotonic() + DEATH_SECONDS
    while processes - statuses.keys():
        assert time.monotonic() < until, f"not hit: {processes - statuses.keys()}"
        for process in processes - statuses.keys():
            if not ground.system.child(process).is_alive():
                statuses[process] = ground.system.child(process).exit_code
                ground.rearm(process, "")
        time.sleep(0.05)
    return statuses


def _armed(ground: Ground, plan: str) -> set[int]:
    """Start registration's web process with crash points and return the ids of those who do its work."""
    ground.rearm("registration", plan)
    workers = ground.workers_of("registration")
    assert workers
    return workers


def _all_gone(workers: set[int]) -> bool:
    eventually(lambda: all(map(is_gone, workers)))
    return True


def _died(ground: Ground, process: str) -> int | None:
    child = ground.system.child(process)
    eventually(lambda: not child.is_alive(), seconds=DEATH_SECONDS)
    return child.exit_code


def _large_pdf() -> bytes:
    """Return a PDF that is sent in three parts."""
    pdf = make_pdf_document()
    pdf.Root.Filling = pdf.make_stream(b"%" * 11_000_000)
    return save_pdf(pdf)


def _rows(ground: Ground, unit: Unit) -> list[dict[str, object]]:
    return list(ground.mongo["registration"]["files"].find({"registration": unit.registration_id}))


def _wrong_after_a_sweep(ground: Ground, unit: Unit) -> list[str]:
    """Sweep what is unclaimed, whatever its age, and return everything that does not fit together then."""
    wired: Wired = build(read(Settings, ground.system.env_of("registration")))
    with wired.client:
        registrations, objects = wired.registrations, wired.objects
        later = datetime.now(UTC) + timedelta(minutes=1)
        swept = sweep(objects, wired.files, lambda row: registrations.is_claimed(row.id), later, PREFIX)
        claimed = registrations.get(unit.registration_id).file_ids()
        rows = {str(row["_id"]): row["state"] for row in _rows(ground, unit)}
        keys = {key for key, _ in objects.list_older_than(PREFIX, later)}
        wrong = [f"claimed without a ready row: {id}" for id in claimed if rows.get(id) != "ready"]
        wrong += [f"row that nobody claims: {id}" for id in rows.keys() - set(claimed)]
        wrong += [f"object that no row names: {key}" for key in keys if not wired.files.has_key(key)]
        wrong += [f"claimed without object: {id}" for id in claimed if f"{PREFIX}{id}" not in keys]
        if swept.rows < len(AT_AN_UPLOAD):
            wrong.append(f"the sweep took {swept.rows} rows only")
        if swept.uploads != 1:
            wrong.append(f"the sweep ended {swept.uploads} uploads in parts")
        wrong += [] if objects.abort_older_than(PREFIX, later) == 0 else ["an upload in parts was left"]
        for files in registrations.get(unit.registration_id).materials.values():
            for ref in files:
                with wired.files.open(ref.stored) as content:
                    wrong += [] if content.read(5) == b"%PDF-" else [f"unreadable: {ref.file_id}"]
        folder = ground.system.stack.s3.data
        wrong += [f"left in the store: {path.name}" for path in folder.rglob(".rclone_temp*")]
        return wrong
