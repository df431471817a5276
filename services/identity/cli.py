"""Admin commands of identity."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence

from services.identity.errors import BootstrapDone, UsernameTaken
from services.identity.model.accounts import Person
from services.identity.operations.accounts import SYSTEM, Position, add_staff, create_administrator
from services.identity.presenters import ROLE_LABELS
from services.identity.repository.indexes import INDEXES
from services.identity.settings import Settings
from services.identity.wiring import Wired, build
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.providers import KEYS
from shared.identity.actor import COUNTRY, Role
from shared.messaging.connection import prepare_broker
from shared.mongo.indexes import ensure_indexes
from shared.observability import configure_logging
from shared.settings import read

DEMO = (
    ("county.330106", Role.COUNTY_REVIEWER, "330106"),
    ("city.330100", Role.CITY_REVIEWER, "330100"),
    ("province.330000", Role.PROVINCE_REVIEWER, "330000"),
    ("ministry", Role.MINISTRY, COUNTRY),
    ("county.330108", Role.COUNTY_REVIEWER, "330108"),
    ("county.110105", Role.COUNTY_REVIEWER, "110105"),
    ("directory", Role.DIRECTORY_DESK, None),
    ("administrator", Role.ADMINISTRATOR, None),
    ("auditor", Role.AUDITOR, None),
)

Command = Callable[[Wired, Settings, argparse.Namespace], int]


def prepare(wired: Wired, settings: Settings, _: argparse.Namespace) -> int:
    """Make indexes, topology and keys; doing it twice does no harm."""
    MongoKeyStore(wired.database[KEYS]).prepare()
    ensure_indexes(wired.database, INDEXES)
    prepare_broker(settings.amqp_url)
    wired.token_keys.prepare()
    return 0


def bootstrap(wired: Wired, _: Settings, arguments: argparse.Namespace) -> int:
    """Open the first administrator's account, once, and print its password, which is good for a day."""
    try:
        made = create_administrator(wired.deps, arguments.username, arguments.display_name)
    except (BootstrapDone, UsernameTaken) as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    _print({"username": arguments.username, "first_password": made.first_password})
    return 0


def rotate_token_key(wired: Wired, _: Settings, arguments: argparse.Namespace) -> int:
    """Sign with a new key from now on; with --at-once tokens of the old ones are worth nothing."""
    key_id = wired.token_keys.add()
    dropped = wired.token_keys.drop_all_but(key_id) if arguments.at_once else 0
    _print({"key_id": key_id, "dropped": dropped})
    return 0


def seed_demo(wired: Wired, settings: Settings, arguments: argparse.Namespace) -> int:
    """Open the demo accounts that are missing, and print all; only new ones with their passwords."""
    if not settings.demo:
        sys.stderr.write("seed-demo needs TONGBAO_DEMO=true\n")
        return 2
    end = f".{arguments.tag}" if arguments.tag else ""
    _print({"accounts": [_demo_account(wired, username + end, *place) for username, *place in DEMO]})
    return 0


def _demo_account(wired: Wired, username: str, role: Role, division: str | None) -> Mapping[str, object]:
    place = wired.deps.divisions.name_of(division) if division else ""
    name = ROLE_LABELS[role] if division in (None, COUNTRY) else f"{place}商务局"
    password: str | None = None
    if wired.deps.accounts.find_by_username(username) is None:
        position = Position(Person(username, name), role, division)
        password = add_staff(wired.deps, position, SYSTEM, None, None).first_password
    return {
        "username": username,
        "password": password,
        "role": role.value,
        "role_label": ROLE_LABELS[role],
        "display_name": name,
        "division": division,
        "division_name": place or None,
    }


def _print(answer: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.identity.cli")
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, command: Command) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=command.__doc__)
        added.set_defaults(command=command)
        return added

    add("prepare", prepare)
    first = add("create-administrator", bootstrap)
    first.add_argument("--username", required=True)
    first.add_argument("--display-name", required=True)
    add("rotate-token-key", rotate_token_key).add_argument("--at-once", action="store_true")
    add("seed-demo", seed_demo).add_argument("--tag", default="", help="end of the user names, for a fresh set")
    return parser


def main(words: Sequence[str]) -> int:
    """Run the command that is named; return the exit status."""
    arguments = _parser().parse_args(words)
    configure_logging("identity-cli", sys.stderr)  # the answer alone goes to standard output
    settings = read(Settings, os.environ)
    command: Command = arguments.command
    return command(build(settings), settings, arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
