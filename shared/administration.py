"""The command line that every service has: prepare, and what a person does when something is stuck.

Answers are JSON on standard output; ids, counts and reasons only.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import orjson
from pymongo import IndexModel
from pymongo.database import Database

from shared.clock import Clock
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.keyring import Keyring
from shared.crypto.providers import KEYS
from shared.messaging.connection import prepare_broker
from shared.messaging.parking import list_parked, replay_parked
from shared.messaging.switches import Switches
from shared.messaging.topology import QUEUE
from shared.mongo.client import Document
from shared.mongo.indexes import ensure_indexes

Answer = Mapping[str, object]
Command = Callable[[argparse.Namespace], Answer]


def nothing_more() -> None:
    """Prepare nothing beyond the common things."""


def nothing_lacks() -> int:
    """Fill in nothing."""
    return 0


@dataclass(frozen=True)
class Upkeep:
    """What the common commands need of a service; `queues` are those that it consumes.

    `fill_in` fills in fields that came to be after documents were stored, and returns in how many.
    """

    database: Database[Document]
    keyring: Keyring
    amqp_url: str
    clock: Clock
    indexes: Mapping[str, Sequence[IndexModel]]
    queues: tuple[str, ...]
    prepare_more: Callable[[], object] = nothing_more
    fill_in: Callable[[], int] = nothing_lacks

    def prepare(self, _: argparse.Namespace) -> Answer:
        """Make indexes, topology, keys and what else is missing, in old documents too; doing it twice does no harm."""
        MongoKeyStore(self.database[KEYS]).prepare()
        ensure_indexes(self.database, self.indexes)
        prepare_broker(self.amqp_url)
        self.keyring.index_key("readiness")
        self.prepare_more()
        return {"prepared": True, "filled_in": self.fill_in()}

    def parked(self, arguments: argparse.Namespace) -> Answer:
        """List the messages that wait for a person, with the reason of each."""
        return {"parked": [asdict(each) for each in list_parked(self.amqp_url, QUEUE[arguments.queue])]}

    def replay(self, arguments: argparse.Namespace) -> Answer:
        """Send parked messages to their queue again; the inbox keeps a repeated one from a second effect."""
        return {"replayed": replay_parked(self.amqp_url, QUEUE[arguments.queue])}

    def stop(self, arguments: argparse.Namespace) -> Answer:
        """Stop a consumer without stopping its process."""
        return self._switch(arguments, stopped=True)

    def resume(self, arguments: argparse.Namespace) -> Answer:
        """Let a stopped consumer go on."""
        return self._switch(arguments, stopped=False)

    def rewrap(self, _: argparse.Namespace) -> Answer:
        """Wrap all data keys with the active key-encryption key; `remaining` must be 0 before the old one retires."""
        return asdict(self.keyring.rewrap_all())

    def _switch(self, arguments: argparse.Namespace, *, stopped: bool) -> Answer:
        now = self.clock.now()
        Switches(self.database).set(arguments.queue, stopped=stopped, by=arguments.by, reason=arguments.reason, at=now)
        return {"queue": arguments.queue, "stopped": stopped}


class CommandLine:
    """The commands of one service; `add` gives it further ones."""

    def __init__(self, service: str, upkeep: Upkeep) -> None:
        self._parser = argparse.ArgumentParser(prog=f"python -m services.{service}.cli")
        self._commands = self._parser.add_subparsers(required=True, metavar="command")
        self.add("prepare", upkeep.prepare)
        self.add("rewrap-keys", upkeep.rewrap)
        if not upkeep.queues:
            return
        for name, command in (("parked", upkeep.parked), ("replay", upkeep.replay)):
            self.add(name, command).add_argument("queue", choices=upkeep.queues)
        for name, command in (("stop", upkeep.stop), ("resume", upkeep.resume)):
            added = self.add(name, command)
            added.add_argument("queue", choices=upkeep.queues)
            added.add_argument("--by", required=True, help="id of the account that decides")
            added.add_argument("--reason", required=True, help="short text without values of units")

    def add(self, name: str, command: Command) -> argparse.ArgumentParser:
        """Add a command; its docstring is its help. Return its parser, for arguments."""
        added: argparse.ArgumentParser = self._commands.add_parser(name, help=command.__doc__)
        added.set_defaults(command=command)
        return added

    def run(self, words: Sequence[str]) -> int:
        """Run the command that is named, print its answer, and return the exit status."""
        arguments = self._parser.parse_args(words)
        command: Command = arguments.command
        answer = command(arguments)
        sys.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n")
        return 1 if "error" in answer else 0
