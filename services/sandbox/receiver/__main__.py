"""Runs a receiver, turns its switches, has it object, and tells what it has seen."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from services.sandbox.peer.answering import keys_of
from services.sandbox.peer.store import Store
from services.sandbox.receiver.answering import Doubt, ReceiverDesk
from services.sandbox.receiver.folder import ReceiverFolder
from services.sandbox.receiver.settings import Settings
from services.sandbox.receiver.switches import read_switches, write_switches
from shared.clock import SystemClock
from shared.crypto.jose_file import read_jose_file, read_jose_peers
from shared.messaging.worker import Periodic, run_worker
from shared.observability import configure_logging
from shared.settings import read

LOOK_SECONDS = 0.3


def folder_of(settings: Settings) -> ReceiverFolder:
    """Return the receiver that the settings describe."""
    own = settings.receiver_dir
    keys = keys_of(read_jose_file(settings.receiver_jose_key_file), read_jose_peers(settings.receiver_jose_peers_file))
    desk = ReceiverDesk(settings.receiver_name, Store(own), keys, lambda: read_switches(own), SystemClock())
    return ReceiverFolder(desk, settings.receiver_drop_dir, own)


def main() -> int:
    """Run the command that is named; return the exit status."""
    arguments = arguments_of(sys.argv[1:])
    settings = read(Settings, os.environ)
    if arguments.command in (None, "run"):
        configure_logging(f"{settings.receiver_name}-receiver")
        return run_worker([Periodic("folder", LOOK_SECONDS, folder_of(settings).work_off)])
    switches = read_switches(settings.receiver_dir)
    match arguments.command:
        case "report":
            seen = Store(settings.receiver_dir).report()
            sys.stdout.write(json.dumps({"messages": seen["messages"], "switches": vars(switches)}, indent=1) + "\n")
        case "object":
            doubt = Doubt(
                arguments.delivery_id, arguments.table, tuple(arguments.at), arguments.measure, arguments.reason
            )
            sys.stdout.write(folder_of(settings).object_to(doubt) + "\n")
        case "refuse":
            write_switches(settings.receiver_dir, replace(switches, refuses_with=arguments.reason))
        case "delay":
            write_switches(settings.receiver_dir, replace(switches, delay=arguments.seconds))
        case "repeat":
            write_switches(settings.receiver_dir, replace(switches, repeats=arguments.times))
        case "go":
            write_switches(settings.receiver_dir, replace(switches, away=arguments.where == "away"))
        case "signature":
            write_switches(settings.receiver_dir, replace(switches, signs_wrongly=arguments.kind == "wrong"))
    return 0


def arguments_of(words: Sequence[str]) -> argparse.Namespace:
    """Return what a command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m services.sandbox.receiver", description="stand-in for a receiver")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("run", help="answer what lies there (the default)")
    commands.add_parser("report", help="print as JSON what came, and how often it had an effect")
    doubt = commands.add_parser("object", help="object to a number of a delivery")
    for name in ("delivery_id", "table", "measure", "reason"):
        doubt.add_argument(name)
    doubt.add_argument("at", nargs="+", help="the code of each dimension")
    commands.add_parser("refuse", help="refuse everything with a reason, empty for no longer").add_argument("reason")
    commands.add_parser("delay", help="wait before looking at a file").add_argument("seconds", type=float)
    commands.add_parser("repeat", help="lay each receipt down so many times").add_argument("times", type=int)
    commands.add_parser("go", help="look at nothing, or be back").add_argument("where", choices=("away", "back"))
    signature = commands.add_parser("signature", help="sign with the right key, or with a stranger's")
    signature.add_argument("kind", choices=("right", "wrong"))
    return parser.parse_args(words)


if __name__ == "__main__":
    raise SystemExit(main())
