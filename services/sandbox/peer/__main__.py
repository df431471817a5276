"""Runs the stand-in, turns its switches, and tells what it has seen."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from services.sandbox.peer.announcing import add_commands, obey
from services.sandbox.peer.answering import Desk, keys_of
from services.sandbox.peer.bureau import Bureau
from services.sandbox.peer.inbox import Inbox
from services.sandbox.peer.settings import Place, Settings
from services.sandbox.peer.store import Store
from services.sandbox.peer.switches import Changes, read_switches, write_switches
from services.sandbox.peer.telling import Teller
from shared.clock import SystemClock
from shared.crypto.jose_file import read_jose_file, read_jose_peers
from shared.messaging.worker import run_worker
from shared.observability import configure_logging
from shared.settings import read


def run() -> int:
    """Answer messages until SIGTERM or SIGINT; return the exit status."""
    configure_logging("directory-peer")
    settings = read(Settings, os.environ)
    folder = settings.peer_dir
    keys = keys_of(read_jose_file(settings.peer_jose_key_file), read_jose_peers(settings.peer_jose_peers_file))
    desk = Desk(Store(folder), keys, lambda: read_switches(folder), SystemClock())
    return run_worker([Inbox(desk, settings.peer_amqp_url, Teller(desk, Bureau(desk.store)))])


def main() -> int:
    """Run the command that is named; return the exit status."""
    arguments = arguments_of(sys.argv[1:])
    if arguments.command in (None, "run"):
        return run()
    folder = read(Place, os.environ).peer_dir
    switches = read_switches(folder)
    match arguments.command:
        case "report":
            sys.stdout.write(json.dumps({**Store(folder).report(), "switches": vars(switches)}, indent=1) + "\n")
        case "refuse":
            write_switches(folder, switches.refusing(arguments.credit_code))
        case "allow":
            write_switches(folder, switches.allowing(arguments.credit_code))
        case "signature":
            write_switches(folder, replace(switches, signs_wrongly=arguments.kind == "wrong"))
        case "changes":
            write_switches(folder, replace(switches, changes=Changes(arguments.answer)))
        case _:
            sys.stdout.write(json.dumps(obey(Bureau(Store(folder)), arguments), indent=1) + "\n")
    return 0


def arguments_of(words: Sequence[str]) -> argparse.Namespace:
    """Return what a command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m services.sandbox.peer", description="stand-in for the 名录库")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("run", help="answer messages (the default)")
    commands.add_parser("report", help="print as JSON what came, and how often it had an effect")
    for name, effect in (("refuse", "refuse units of this credit code"), ("allow", "no longer refuse it")):
        commands.add_parser(name, help=effect).add_argument("credit_code")
    signature = commands.add_parser("signature", help="sign receipts with the right key, or with a stranger's")
    signature.add_argument("kind", choices=("right", "wrong"))
    changes = commands.add_parser(
        "changes", help="accept what is told to have changed, refuse it, or keep silent on it"
    )
    changes.add_argument("answer", choices=[each.value for each in Changes])
    add_commands(commands)
    return parser.parse_args(words)


if __name__ == "__main__":
    raise SystemExit(main())
