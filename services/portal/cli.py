"""Admin commands of the portal: `python -m services.portal.cli prepare`."""

from __future__ import annotations

import argparse
import os
import sys

from services.portal.settings import Settings
from services.portal.wiring import prepare
from shared.settings import SettingsError, read


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status."""
    parser = argparse.ArgumentParser(prog="portal", description="Admin commands of the portal.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("prepare", help="make the indexes of the session store; safe to repeat")
    parser.parse_args(arguments)
    try:
        prepare(read(Settings, os.environ))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
