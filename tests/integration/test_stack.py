"""The embedded servers: they start, lose nothing when killed, keep to themselves and leave nothing behind."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pika
import psutil
import pytest
from pika.exceptions import ChannelClosedByBroker, ProbableAuthenticationError
from pymongo import MongoClient
from pymongo.database import Database

from services.sandbox.processes import System
from services.sandbox.programs import PROGRAMS, SystemPorts
from services.sandbox.stack.child import Child, end_leftovers
from services.sandbox.stack.errors import AlreadyRunning, PortTaken, StackError
from services.sandbox.stack.lock import locked
from services.sandbox.stack.ports import FREE_RANGE, HOST, StackPorts, free_ports, require_free
from services.sandbox.stack.stack import Stack
from shared.messaging.topology import declare
from shared.mongo.client import Document
from shared.storage import s3 as s3_client
from tests.support.bus import channel_to, eventually
from tests.support.stack import new_vhost as vhost
from tests.support.tree import ROOT

__all__ = ["vhost"]

QUEUE_RECORD_SECONDS = 1.5
"""The broker writes down that a queue was made half a second later; a queue younger than that may not survive a kill."""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A stack that has run and ended; its ports and root are free again."""
    with Stack(tmp_path_factory.mktemp("own"), StackPorts.free()) as stack:
        return stack


def test_transactions_work_on_the_single_node(mongo: MongoClient[Document], database: Database[Document]):
    with mongo.start_session() as session, session.start_transaction():
        database["papers"].insert_one({"_id": "p1"}, session=session)

    assert database["papers"].count_documents({}) == 1


@pytest.mark.parametrize("name", ["mongod", "rabbitmq", "s3"])
def test_a_killed_server_comes_back_with_what_was_acknowledged(
    stack: Stack, database: Database[Document], amqp_url: str, bucket: str, name: str
):
    database["papers"].insert_one({"_id": "p1"})
    client = s3_client.connect(stack.s3.endpoint, stack.secrets.s3_access_key, stack.secrets.s3_secret_key)
    client.put_object(Bucket=bucket, Key="k", Body=b"sealed")
    with channel_to(amqp_url) as channel:
        channel.queue_declare("papers", durable=True, arguments={"x-queue-type": "quorum"})
        channel.confirm_delivery()
        channel.basic_publish("", "papers", b"sealed", pika.BasicProperties(delivery_mode=2), mandatory=True)

    time.sleep(QUEUE_RECORD_SECONDS)

    gone = stack.kill(name)
    exit_code = stack.child(name).exit_code
    stack.start_one(name)

    assert gone
    assert exit_code in (-9, 137)  # the broker's script reports the kill of its node as a shell does
    assert database["papers"].count_documents({}) == 1
    assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == b"sealed"
    with channel_to(amqp_url) as channel:
        assert channel.basic_get("papers", auto_ack=True)[2] == b"sealed"


def test_every_server_listens_on_the_loopback_address_only(stack: Stack):
    listening = {
        connection.laddr.ip
        for child in stack.children()
        for process in [psutil.Process(child.pid), *psutil.Process(child.pid).children(recursive=True)]
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }

    assert listening == {HOST}


def test_the_peer_may_take_and_answer_and_nothing_else(amqp_url: str, peer_amqp_url: str):
    with channel_to(amqp_url) as channel:
        declare(channel, (1.0,))

    with channel_to(peer_amqp_url) as channel:
        channel.basic_get("directory.inbox")
        with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
            channel.basic_get("registration.events")
    with channel_to(peer_amqp_url) as channel, pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        channel.queue_declare("directory.mine")


def test_nobody_enters_the_broker_with_the_default_password(stack: Stack):
    address = f"amqp://guest:guest@{HOST}:{stack.ports.amqp}/tongbao"

    with pytest.raises(ProbableAuthenticationError):
        pika.BlockingConnection(pika.URLParameters(address))


def test_secrets_are_for_their_owner_only(started: Stack):
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (started.root / "secrets").iterdir()}

    assert modes == {0o600}
    assert started.secrets.amqp_password not in repr(started.secrets)


def test_nothing_of_a_stack_is_left_after_its_end(own: Stack):
    require_free([(str(port), port) for port in vars(own.ports).values()])

    assert not any(child.is_alive() for child in own.children())
    assert list((own.root / "run").iterdir()) == []


def test_a_stack_starts_again_on_the_same_data_also_on_other_ports(own: Stack):
    with Stack(own.root, own.ports) as first, MongoClient[Document](first.mongod.uri) as client:
        client["kept"]["papers"].insert_one({"_id": "p1"})

    with Stack(own.root, StackPorts.free()) as second, MongoClient[Document](second.mongod.uri) as client:
        found = client["kept"]["papers"].count_documents({})

    assert found == 1


def test_a_system_that_cant_be_prepared_leaves_nothing_running(tmp_path: Path):
    programs = [program for program in PROGRAMS if program.service in ("identity", "registration")]
    without_key = {"identity": {"TONGBAO_KEK_FILE": str(tmp_path / "nowhere")}}

    with pytest.raises(StackError, match="identity-prepare failed"):
        System(tmp_path, SystemPorts.free(), programs=programs, extra=without_key).start()

    assert list((tmp_path / "run").iterdir()) == []


def test_a_root_is_held_by_one_stack_at_a_time(started: Stack):
    with pytest.raises(AlreadyRunning):
        Stack(started.root, StackPorts.free()).start()


def test_a_lock_falls_with_its_holder(tmp_path: Path):
    locked(tmp_path).close()

    locked(tmp_path).close()


def test_a_taken_port_is_named(tmp_path: Path):
    ports = StackPorts.free()
    with socket.create_server((HOST, ports.s3)), pytest.raises(PortTaken, match=rf"{ports.s3} \(S3\)"):
        Stack(tmp_path, ports).start()


def test_free_ports_differ():
    found = free_ports(20)

    assert len(set(found)) == 20


def test_a_port_is_given_once_until_its_holder_ends():
    held = free_ports(1)[0]
    released = int(take_one_of(FREE_RANGE).stdout)

    refused, taken = take_one_of(range(held, held + 1)), take_one_of(range(released, released + 1))

    assert "PortTaken: no free ports are left" in refused.stderr
    assert int(taken.stdout) == released


def take_one_of(ports: range) -> subprocess.CompletedProcess[str]:
    """Have another process take one of these ports, and end."""
    taker = f"from services.sandbox.stack import ports; ports.FREE_RANGE = {ports}; print(*ports.free_ports(1))"
    return subprocess.run([sys.executable, "-c", taker], cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_process_that_ends_too_early_is_reported_with_the_end_of_its_log(tmp_path: Path):
    child = Child("brief", ["sh", "-c", "echo out of luck; exit 3"], root=tmp_path)
    child.start()

    with pytest.raises(StackError, match=r"ended with status 3(.|\n)*out of luck"):
        child.wait_until(lambda: False, 10)


def test_a_process_that_ignores_the_request_to_end_is_killed_with_its_children(tmp_path: Path):
    child = Child("stubborn", ["sh", "-c", "trap '' TERM; sleep 600 & while :; do sleep 1; done"], root=tmp_path)
    child.start()
    eventually(lambda: len(psutil.Process(child.pid).children()) == 2)
    family = [child.pid, *(each.pid for each in psutil.Process(child.pid).children())]

    child.stop(grace=0.3)

    assert child.exit_code == -9
    assert not any(psutil.pid_exists(pid) for pid in family)


def test_what_a_killed_run_left_behind_is_ended_at_the_next_start(tmp_path: Path):
    lost = Child("lost", ["sleep", "600"], root=tmp_path)
    lost.start()

    ended = end_leftovers(tmp_path)

    assert ended == ["lost"]
    assert not lost.is_alive()


def test_a_record_of_another_process_with_the_same_id_ends_nothing(tmp_path: Path):
    child = Child("other", ["sleep", "600"], root=tmp_path)
    child.start()
    record = tmp_path / "run" / "other.json"
    record.write_text(f'{{"pid": {child.pid}, "started": 1.0}}')

    ended = end_leftovers(tmp_path)

    assert ended == []
    assert child.is_alive()
    child.kill()
