"""The real RabbitMQ of the Debian package, as a node of our own: own name, ports, cookie, data and log."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pika

from services.sandbox.stack.child import Child, base_environment
from services.sandbox.stack.errors import ProgramMissing, StackError
from services.sandbox.stack.ports import HOST, StackPorts, is_open
from services.sandbox.stack.rabbitmq_files import DISK_FREE_LIMIT, PEER, USER, VHOST, write_files
from services.sandbox.stack.secrets import StackSecrets
from shared.messaging.topology import peer_permissions

NAME = "rabbitmq"
EPMD = "epmd"
NODE = "tongbao@localhost"
READY_SECONDS = 90.0
STOP_SECONDS = 20.0
CALL_SECONDS = 20.0
COUNT = re.compile(r'\{"([^"]+)", (\d+)\}')
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""The server's own script: the packaged wrapper in /usr/sbin changes to the package's user."""


class Rabbitmq:
    """One RabbitMQ node and the port mapper (epmd) that it needs, on the loopback address, its data under `root`."""

    name = NAME

    def __init__(self, root: Path, ports: StackPorts, secrets: StackSecrets) -> None:
        self._root = root
        self._home = root / "rabbitmq"
        self._ports = ports
        self._secrets = secrets
        self._epmd: Child | None = None
        self.child: Child | None = None

    @property
    def data(self) -> Path:
        """The folder of its files."""
        return self._home / "data"

    def url(self, vhost: str = VHOST) -> str:
        """Return the address for the services."""
        return f"amqp://{USER}:{self._secrets.amqp_password}@{HOST}:{self._ports.amqp}/{vhost}"

    def peer_url(self, vhost: str = VHOST) -> str:
        """Return the address for the unit directory across the border, who may only take and answer."""
        return f"amqp://{PEER}:{self._secrets.peer_amqp_password}@{HOST}:{self._ports.amqp}/{vhost}"

    def start(self) -> list[Child]:
        """Start the port mapper, where it does not run, and the node. Raises `ProgramMissing`."""
        if not SERVER.exists() or shutil.which(EPMD) is None:
            raise ProgramMissing("RabbitMQ is not installed; run `make setup`")
        write_files(self._home, self._ports.amqp, self._secrets)
        started = []
        if self._epmd is None or not self._epmd.is_alive():
            epmd = [EPMD, "-port", str(self._ports.epmd), "-address", HOST]
            self._epmd = Child(EPMD, epmd, root=self._root)
            self._epmd.start()
            self._epmd.wait_until(lambda: is_open(self._ports.epmd), CALL_SECONDS)
            started.append(self._epmd)
        # Its crash dumps go to the folder that it works in: below the data, not into the project.
        environment = self._environment()
        self.child = Child(NAME, [str(SERVER)], root=self._root, environment=environment, directory=self._home)
        self.child.start()
        return [*started, self.child]

    def wait_ready(self, child: Child) -> None:
        """Wait until a client can sign in; the node opens its port after users and virtual hosts are there."""
        child.wait_until(lambda: is_open(self._ports.amqp), READY_SECONDS)
        pika.BlockingConnection(pika.URLParameters(self.url())).close()

    def add_vhost(self, name: str) -> None:
        """Make a virtual host with the rights of both users."""
        peer = ",".join(_binary(pattern) for pattern in peer_permissions())
        everything = ",".join([_binary(".*")] * 3)
        self._evaluate(
            f"ok = rabbit_vhost:add({_binary(name)}, {_binary(USER)}),"
            f"ok = rabbit_auth_backend_internal:set_permissions("
            f"{_binary(USER)}, {_binary(name)}, {everything}, {_binary(USER)}),"
            f"ok = rabbit_auth_backend_internal:set_permissions("
            f"{_binary(PEER)}, {_binary(name)}, {peer}, {_binary(USER)}).\n"
        )

    def drop_vhost(self, name: str) -> None:
        """Remove a virtual host with all its queues."""
        self._evaluate(f"ok = rabbit_vhost:delete({_binary(name)}, {_binary(USER)}).\n")

    def backlog(self, vhost: str = VHOST) -> dict[str, int]:
        """Return how many messages each queue holds, those included that were delivered and not settled yet."""
        answer = self._evaluate(
            "[{binary_to_list(element(4, amqqueue:get_name(Q))), element(2, ra:consistent_query("
            "amqqueue:get_pid(Q), fun rabbit_fifo:query_messages_total/1))}"
            f" || Q <- rabbit_amqqueue:list({_binary(vhost)})].\n"
        )
        return {name: int(count) for name, count in COUNT.findall(answer)}

    def set_disk_free_limit(self, limit: int = DISK_FREE_LIMIT) -> None:
        """Set the bytes of disk below which it takes nothing any more; a limit that can't be met is its disk alarm."""
        self._evaluate(f"ok = rabbit_disk_monitor:set_disk_free_limit({limit}).\n")

    def is_alarmed(self) -> bool:
        """Return whether it takes nothing at present, for want of disk or memory."""
        return self._evaluate("rabbit_alarm:get_alarms().\n").strip() != "{ok, []}"

    def end_port_mapper(self) -> None:
        """End epmd, after the node."""
        if self._epmd is not None:
            self._epmd.stop()

    def _evaluate(self, expression: str) -> str:
        # erl_call asks the running node in some 20 ms; rabbitmqctl starts an Erlang of its own, for 2 s.
        result = subprocess.run(  # noqa: S603  a fixed program
            ["erl_call", "-n", NODE, "-e"],  # noqa: S607  wherever Erlang is installed
            input=expression.encode(),
            capture_output=True,
            timeout=CALL_SECONDS,
            check=False,
            env=base_environment() | self._node_environment(),
        )
        if not result.stdout.startswith(b"{ok, "):
            raise StackError(f"the broker refused: {result.stdout.decode(errors='replace')[:300]}")
        return result.stdout.decode()

    def _node_environment(self) -> dict[str, str]:
        return {"HOME": str(self._home), "ERL_EPMD_PORT": str(self._ports.epmd), "ERL_EPMD_ADDRESS": HOST}

    def _environment(self) -> dict[str, str]:
        distribution = self._ports.distribution
        return self._node_environment() | {
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_MNESIA_BASE": str(self.data),
            "RABBITMQ_LOG_BASE": str(self._home / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_CONF_ENV_FILE": str(self._home / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self._home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self._home / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._home / "enabled_plugins"),
            # With its name given here the node starts no second Erlang to start a port mapper of its own,
            # which would outlive it.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                f"-start_epmd false -sname {NODE} +S {min(4, os.cpu_count() or 1)} +sbwt none"
                f" -kernel inet_dist_listen_min {distribution} inet_dist_listen_max {distribution}"
                " -kernel inet_dist_use_interface {127,0,0,1}"
            ),
        }


def _binary(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'<<"{escaped}">>'
