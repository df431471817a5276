"""The commands by which the stand-in announces changes of its units, well or badly."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence

from services.sandbox.peer.bureau import Bureau, Change, How
from services.sandbox.peer.bureau_units import Record, record_of, unit_id
from shared.contracts.border import dump_content


class NoSuchUnit(Exception):
    """The directory has no unit under this number or code."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `found`, `announce` and `forge`."""
    found = commands.add_parser("found", help="have so many units of one's own, made up from their numbers")
    found.add_argument("units", type=int)
    announce = commands.add_parser("announce", help="change a unit and tell of it")
    announce.add_argument("kind", choices=("new", "change", "close", "move", "merge", "split"))
    announce.add_argument("--unit", default="", help="number, id or credit code of the unit; for a new one its code")
    announce.add_argument("--with", dest="others", nargs="*", default=(), help="the units that merge with it")
    announce.add_argument("--set", dest="values", nargs="*", default=(), metavar="FIELD=VALUE", help="what changes")
    announce.add_argument("--into", type=int, default=2, help="into how many units it splits")
    announce.add_argument("--evidence", default="市场监管部门登记变更")
    for command in (announce, forge_command(commands)):
        command.add_argument("--times", type=int, default=1, help="how often it is sent")
        command.add_argument("--after", type=float, default=0.0, help="seconds until it leaves: later ones overtake it")
        command.add_argument("--how", type=How, choices=list(How), default=How.RIGHT)


def forge_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the command that sends another content under a number that was announced; return it."""
    forge = commands.add_parser("forge", help="send another content under the number of a unit's last announcement")
    forge.add_argument("--unit", required=True)
    return forge


def obey(bureau: Bureau, arguments: argparse.Namespace) -> Mapping[str, object]:
    """Do what is asked for, and return what came of it. Raises `NoSuchUnit`."""
    match arguments.command:
        case "found":
            bureau.found(arguments.units)
            return {"units": bureau.count()}
        case "forge":
            content, units = _forged(bureau, arguments.unit), [arguments.unit]
        case _:
            changes = changes_of(bureau, arguments)
            content = bureau.announce(arguments.kind, changes, arguments.evidence, How.LOST)
            units = [change.unit for change in changes]
    bureau.send_again(content, arguments.how, arguments.times, arguments.after)
    return {"units": units, "times": arguments.times, "how": arguments.how}


def changes_of(bureau: Bureau, arguments: argparse.Namespace) -> Sequence[Change]:
    """Return what becomes of which unit."""
    values = dict(each.split("=", 1) for each in arguments.values)
    if arguments.kind == "new":
        record = {**record_of(bureau.count() + 1), **_typed(values)}
        if arguments.unit:
            record |= {"credit_code": arguments.unit, "organisation_code": arguments.unit[8:17]}
        return [Change(bureau.enter(), "subject", record)]
    unit = _unit(bureau, arguments.unit)
    standing = bureau.find(unit)
    assert standing is not None  # noqa: S101  # `_unit` has found it
    changed = {**standing.record, **_typed(values)}
    match arguments.kind:
        case "close":
            return [Change(unit, "subject", None)]
        case "merge":
            others = [_unit(bureau, each) for each in arguments.others]
            gone = [Change(each, "predecessor", None) for each in others]
            return [
                Change(unit, "subject", None),
                *gone,
                Change(bureau.enter(), "successor", _fresh(bureau, changed, 1)),
            ]
        case "split":
            parts = [_fresh(bureau, changed, part) for part in range(1, arguments.into + 1)]
            return [
                Change(unit, "subject", None),
                *(Change(bureau.enter(), "successor", part) for part in parts),
            ]
        case _:
            return [Change(unit, "subject", changed)]


def _unit(bureau: Bureau, name: str) -> str:
    """Return the id of a unit by its number, id or credit code."""
    unit = unit_id(int(name)) if name.isdecimal() and len(name) < 12 else name
    found = bureau.find(unit) or bureau.find_code(name)
    if found is None:
        raise NoSuchUnit(name)
    return found.unit


def _fresh(bureau: Bureau, record: Record, part: int) -> Record:
    """Return the record of a unit that goes on from another one, under codes and a name of its own."""
    new = record_of(bureau.count() + part)
    return {**record, **{name: new[name] for name in ("credit_code", "organisation_code", "name")}}


def _forged(bureau: Bureau, name: str) -> bytes:
    standing = bureau.find(_unit(bureau, name))
    assert standing is not None  # noqa: S101  # as above
    contents = bureau.announced(standing.unit, standing.sequence, standing.sequence)
    if not contents:
        raise NoSuchUnit(name)
    return dump_content({**json.loads(contents[0]), "evidence": "另一依据"})


def _typed(values: Mapping[str, str]) -> Record:
    """Return the values as the record has them: numbers and lists where it has such."""
    return {
        name: int(value) if name == "staff" else value.split("、") if name == "activities" else value
        for name, value in values.items()
    }
