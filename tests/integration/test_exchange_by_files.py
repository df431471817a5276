"""The 名录库 reached by files instead of the broker, where an installation sets it so; and what can't be set."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from services.exchange.model.messages import Entry, State
from services.exchange.model.partners import Partner, RouteName, Transport, Transports
from services.exchange.operations.controls import list_controls, read_control, start_route, stop_route
from services.exchange.wiring import build, transports_of
from services.exchange.worker import file_parts, parts
from services.sandbox.peer.answering import Desk, keys_of
from services.sandbox.peer.store import Store
from services.sandbox.peer.switches import Switches
from shared.calls import Call
from shared.clock import SystemClock
from shared.crypto.jose import public_part
from shared.identity.actor import Actor, Role
from shared.messaging import drops
from shared.messaging.topology import DIRECTORY_INBOX
from shared.settings import SettingsError
from tests.support.bus import eventually, ready, running
from tests.support.exchange import Site, site

__all__ = ["site"]

ALL_BY_FILES = "directory,nbs,sharing"
ROUTE = RouteName.DIRECTORY_CHANGES
DESK = Actor("d" * 32, Role.DIRECTORY_DESK)


@dataclass
class FolderDirectory:
    """The stand-in, which takes what lies there for it and lays its receipts down."""

    desk: Desk
    folder: Path
    name: str = "directory-by-files"

    def run(self, stop: threading.Event) -> None:
        """Answer until `stop` is set."""
        while not stop.wait(0.05):
            for found in drops.waiting(self.folder / "to_partner", 50):
                reply = self.desk.answer(found.body or b"")
                if reply is not None:
                    (self.folder / "from_partner").mkdir(exist_ok=True)
                    drops.lay_down(self.folder / "from_partner", f"receipt.{reply.id}", reply.body)
                drops.settle(self.folder / "to_partner", self.folder / "fetched", found.name)


@contextmanager
def by_files(site: Site, root: Path) -> Iterator[None]:
    """Run the exchange with the 名录库 on files."""
    wired = build(replace(site.settings, file_partners=ALL_BY_FILES))
    with wired.client, running(*parts(wired, site.amqp_url), *file_parts(wired, root)):
        yield


def test_a_unit_is_told_by_a_file_and_answered_by_one_and_nothing_goes_over_the_broker(
    site: Site, tmp_path: Path
) -> None:
    root = tmp_path / "drop"
    store = Store(site.peer_dir)
    keys = keys_of(site.keys["directory"], {"exchange": public_part(site.keys["exchange"])})
    desk = Desk(store, keys, Switches, SystemClock())
    try:
        with by_files(site, root), running(FolderDirectory(desk, root / "directory")):
            approved = site.approve()
            message = site.reaches(approved.message_id, State.ACCEPTED)
    finally:
        store.close()

    assert [entry.event for entry in message.log] == [Entry.CREATED, Entry.QUEUED, Entry.SENT, Entry.ACCEPTED]
    assert ready(site.amqp_url, DIRECTORY_INBOX) == 0
    assert [path.suffix for path in sorted((root / "directory" / "taken").iterdir())] == [".event", ".manifest"]
    assert site.report()[approved.message_id]["effects"] == 1


def test_what_is_to_be_laid_down_stays_while_its_route_is_stopped(site: Site, tmp_path: Path) -> None:
    root, deps = tmp_path / "drop", site.wired.deps
    wired = build(replace(site.settings, file_partners=ALL_BY_FILES))
    with wired.client, running(*parts(wired, site.amqp_url)):
        approved = site.approve()
        eventually(lambda: _is_parcel(site, approved.message_id))
    version = read_control(deps, Call(DESK), ROUTE).control.version
    stop_route(deps, Call(DESK, version=version), ROUTE, "名录库来电")
    with by_files(site, root):
        later = site.approve()
        eventually(lambda: site.wired.messages.find(later.message_id) is not None)
        held = site.message(approved.message_id)
        lying = list(root.rglob("*.event"))
        start_route(deps, Call(DESK, version=version + 1), ROUTE, "恢复")
        site.reaches(approved.message_id, State.SENT)
        site.reaches(later.message_id, State.SENT)

    assert (held.state, held.waits, lying) == (State.PENDING, False, [])
    assert len(list((root / "directory" / "to_partner").glob("*.event"))) == 2


def test_the_desk_sees_how_each_partner_is_reached(site: Site) -> None:
    usual = {view.control.line.partner: view.transport for view in list_controls(site.wired.deps, Call(DESK))}
    wired = build(replace(site.settings, file_partners=ALL_BY_FILES))
    with wired.client:
        set_so = {view.transport for view in list_controls(wired.deps, Call(DESK))}

    assert usual == {
        Partner.DIRECTORY: Transport.AMQP,
        Partner.NBS: Transport.FILE,
        Partner.SHARING: Transport.FILE,
    }
    assert set_so == {Transport.FILE}


@pytest.mark.parametrize(
    ("names", "said"),
    [("nbs", "must name sharing"), ("", "must name nbs, sharing"), ("nbs,sharing,bureau", "nobody known by bureau")],
)
def test_who_cannot_be_reached_as_it_is_set_is_named_at_the_start(names: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        transports_of(names)


def test_blanks_between_the_names_do_no_harm() -> None:
    assert transports_of(" nbs , sharing ") == Transports()


def _is_parcel(site: Site, message_id: str) -> bool:
    row = site.database["messages"].find_one({"_id": message_id}, {"parcel": 1}) or {}
    return row.get("parcel") is not None
