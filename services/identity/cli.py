"""Admin commands of identity."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.identity.errors import BootstrapDone, UsernameTaken
from services.identity.model.accounts import Person
from services.identity.operations.accounts import create_administrator
from services.identity.operations.appointments import Appointment, add_staff
from services.identity.operations.clients import declare_client
from services.identity.repository.clients_file import declared_clients, plan_of
from services.identity.repository.indexes import INDEXES
from services.identity.settings import Settings
from services.identity.wiring import Wired, build
from shared.administration import Answer, CommandLine, Upkeep
from shared.errors import Invalid
from shared.identity.actor import COUNTRY, ROLE_LABELS, Role
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
    ("sharing", Role.SHARING_DESK, None),
    ("statistics", Role.STATISTICS_HEAD, None),
    ("administrator", Role.ADMINISTRATOR, None),
    ("administrator.2", Role.ADMINISTRATOR, None),
    ("auditor", Role.AUDITOR, None),
)


def upkeep(wired: Wired, settings: Settings) -> Upkeep:
    """Return what the common commands need of identity."""
    return Upkeep(
        database=wired.database,
        keyring=wired.keyring,
        amqp_url=settings.amqp_url,
        clock=wired.deps.clock,
        indexes=INDEXES,
        queues=(),
        prepare_more=lambda: _prepare(wired, settings),
    )


def _prepare(wired: Wired, settings: Settings) -> None:
    """Make the first token key, and the clients be as they are declared. Raises `SettingsError`."""
    wired.token_keys.prepare()
    for plan in declared_clients(settings.clients_file, settings.jose_peers_file):
        declare_client(wired.deps, plan)


@dataclass(frozen=True)
class Commands:
    """The commands that identity alone has."""

    wired: Wired
    settings: Settings

    def create_administrator(self, arguments: argparse.Namespace) -> Answer:
        """Open the account of one of the first two administrators; print its password, which is good for a day."""
        person = Person(arguments.username, arguments.display_name, arguments.email)
        try:
            made = create_administrator(self.wired.deps, person)
        except (BootstrapDone, UsernameTaken) as error:
            return {"error": error.message}
        return {"username": arguments.username, "first_password": made.first_password}

    def rotate_token_key(self, arguments: argparse.Namespace) -> Answer:
        """Sign with a new key from now on; with --at-once tokens of the old ones are worth nothing."""
        key_id = self.wired.token_keys.add()
        dropped = self.wired.token_keys.drop_all_but(key_id) if arguments.at_once else 0
        return {"key_id": key_id, "dropped": dropped}

    def add_client(self, arguments: argparse.Namespace) -> Answer:
        """Register a client, or change it to be so: with --redirect-uri for people, with --role service for a machine."""
        try:
            jwks = json.loads(Path(arguments.jwks).read_text("utf-8"))
            addresses, after = arguments.redirect_uri, arguments.sign_out_uri
            plan = plan_of(arguments.id, arguments.name, jwks, arguments.role, addresses, after)
            client = declare_client(self.wired.deps, plan)
        except (OSError, ValueError):
            return {"error": "the file of --jwks holds no set of public Ed25519 keys, or the role is unknown"}
        except Invalid as error:
            return {"error": "; ".join(f"{problem.pointer}: {problem.message}" for problem in error.problems)}
        return {"client_id": client.id, "state": client.state.value, "keys": [key.kid for key in client.keys]}

    def seed_demo(self, arguments: argparse.Namespace) -> Answer:
        """Open the demo accounts that are missing, and print all; only new ones with their passwords."""
        if not self.settings.demo:
            return {"error": "seed-demo needs TONGBAO_DEMO=true"}
        end = f".{arguments.tag}" if arguments.tag else ""
        return {"accounts": [_demo_account(self.wired, username + end, *place) for username, *place in DEMO]}


def _demo_account(wired: Wired, username: str, role: Role, division: str | None) -> Mapping[str, object]:
    place = wired.deps.divisions.name_of(division) if division else ""
    name = ROLE_LABELS[role] if division in (None, COUNTRY) else f"{place}商务局"
    password: str | None = None
    person = Person(username, name, f"{username}@demo.example")
    if wired.deps.accounts.find_by_username(username) is None:
        password = add_staff(wired.deps, person, Appointment(role, division), None).first_password
    return {
        "username": username,
        "password": password,
        "role": role.value,
        "role_label": ROLE_LABELS[role],
        "display_name": name,
        "division": division,
        "division_name": place or None,
    }


def main(words: Sequence[str]) -> int:
    """Run the command that is named; return the exit status."""
    configure_logging("identity-cli", sys.stderr)  # the answer alone goes to standard output
    settings = read(Settings, os.environ)
    wired = build(settings)
    own = Commands(wired, settings)
    line = CommandLine("identity", upkeep(wired, settings))
    first = line.add("create-administrator", own.create_administrator)
    first.add_argument("--username", required=True)
    first.add_argument("--display-name", required=True)
    first.add_argument("--email", required=True, help="where a new first password goes, should it be needed")
    client = line.add("add-client", own.add_client)
    client.add_argument("--id", required=True)
    client.add_argument("--name", required=True)
    client.add_argument("--jwks", required=True, help="file of the client's public JWK set")
    client.add_argument("--role", default=None, help="service, for a machine that acts for itself")
    client.add_argument(
        "--redirect-uri", action="append", default=[], help="address that codes are sent to; may repeat"
    )
    client.add_argument("--sign-out-uri", action="append", default=[], help="address after a sign-out; may repeat")
    line.add("rotate-token-key", own.rotate_token_key).add_argument("--at-once", action="store_true")
    line.add("seed-demo", own.seed_demo).add_argument(
        "--tag", default="", help="end of the user names, for a fresh set"
    )
    return line.run(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
