"""The command line behind `make`: run the system, look into it, play the demo, clear it."""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from services.sandbox.processes import System
from services.sandbox.programs import PORTAL_BASE, PROJECT, SETTINGS, SystemPorts
from services.sandbox.stack.errors import StackError
from services.sandbox.stack.lock import locked
from services.sandbox.stack.stack import Stack
from services.sandbox.welcome import welcome

WATCH_SECONDS = 0.5
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """A signal asked us to end; not an error, and not to be caught by `except Exception`."""


def folder(environment: Mapping[str, str]) -> Path:
    """Return the folder of everything that a run writes: `var/` of the project, or TONGBAO_VAR."""
    return Path(environment.get("TONGBAO_VAR") or PROJECT / "var")


def ports(environment: Mapping[str, str]) -> SystemPorts:
    """Return the ports of a run, from TONGBAO_PORT_BASE. Raises `StackError` where that is no usable number."""
    text = environment.get("TONGBAO_PORT_BASE") or str(PORTAL_BASE)
    if not text.isdecimal() or not 1024 <= int(text) <= 65_000:
        raise StackError("TONGBAO_PORT_BASE must be a number from 1024 to 65000")
    return SystemPorts.from_base(int(text))


def run(_: argparse.Namespace) -> int:
    """Start everything, print where it is, and stay until Ctrl-C or until a process ends."""
    system = System(folder(os.environ), ports(os.environ), tell=_say)
    _end_on_signals()
    began = time.monotonic()
    try:
        system.start()
        _print(welcome(system, time.monotonic() - began))
        return _watch(system)
    except Ended:
        return 0
    finally:
        _ignore_signals()
        if system.is_started():
            _say("ending all processes")
            system.stop()
            _say("ended")


def servers(_: argparse.Namespace) -> int:
    """Start mongod, RabbitMQ and S3 alone, print how to reach them, and stay until Ctrl-C."""
    stack = Stack(folder(os.environ), ports(os.environ).stack)
    _end_on_signals()
    try:
        stack.start()
        _print("\n".join(f"{name}={value}" for name, value in stack.env().items()))
        while all(child.is_alive() for child in stack.children()):
            time.sleep(WATCH_SECONDS)
        return 1
    except Ended:
        return 0
    finally:
        _ignore_signals()
        stack.stop()


def shell(arguments: argparse.Namespace) -> int:
    """Replace this process by an interactive Python with the settings of a service of the running system."""
    system = System(folder(os.environ), ports(os.environ))
    environment = dict(os.environ) | system.env_of(arguments.service)
    os.chdir(PROJECT)
    os.execve(sys.executable, [sys.executable, "-i", "-q"], environment)  # noqa: S606  an interactive shell is meant


def reset(arguments: argparse.Namespace) -> int:
    """Delete everything that a run has written, after asking."""
    root = folder(os.environ)
    if not root.exists():
        _say(f"{root} is not there: nothing to clear")
        return 0
    held = locked(root)
    try:
        if not arguments.yes:
            _print(f"This deletes all data, keys, mails and logs in {root}: " + ", ".join(_names(root)))
            if input("Type yes to go on: ").strip().lower() != "yes":
                _say("nothing was deleted")
                return 1
        for entry in root.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    finally:
        held.close()
    _say(f"{root} is empty")
    return 0


def demo(_: argparse.Namespace) -> int:
    """Play the main job step by step, on the running system or on one of its own."""
    # Loaded by name: playing needs a browser, and no other command does.
    return int(importlib.import_module("services.sandbox.demo").main())


def main(words: list[str] | None = None) -> int:
    """Run the command that is named; return the exit status."""
    arguments = _parser().parse_args(words)
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except StackError as error:
        sys.stderr.write(f"tongbao: {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.sandbox.cli")
    commands = parser.add_subparsers(required=True, metavar="command")
    added = {}
    for command in (run, demo, servers, shell, reset):
        added[command.__name__] = commands.add_parser(command.__name__, help=command.__doc__)
        added[command.__name__].set_defaults(command=command)
    added["shell"].add_argument("service", nargs="?", default="registration", choices=sorted(SETTINGS))
    added["reset"].add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _watch(system: System) -> int:
    while not (ended := system.ended()):
        time.sleep(WATCH_SECONDS)
    for child in ended:
        sys.stderr.write(
            f"tongbao: {child.name} ended with status {child.exit_code}; its log {child.log}:\n{child.tail()}\n"
        )
    return 1


def _end_on_signals() -> None:
    def end(number: int, _: FrameType | None) -> None:
        raise Ended(signal.Signals(number).name)

    for number in ENDINGS:
        signal.signal(number, end)


def _ignore_signals() -> None:
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)


def _names(root: Path) -> list[str]:
    return sorted(entry.name for entry in root.iterdir())


def _say(text: str) -> None:
    _print(f"tongbao: {text}")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
