"""The desk at the browser: a message was lost, the statement of the day names it, and is signed; the journal proves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from services.exchange.journal.container import FILES, MANIFEST
from services.exchange.model.messages import State as MessageState
from services.exchange.model.partners import Partner
from services.exchange.model.statements import State
from services.exchange.operations.anchoring import anchor_day
from services.exchange.operations.statements import ask_partner, freeze_day
from services.sandbox.peer.store import Store
from shared.clock import local_date
from tests.support.browser import Visitor
from tests.support.bus import eventually
from tests.support.exchange import Site, site
from tests.support.exchange_desk import DESK
from tests.support.exchange_journal import opened
from tests.support.portal_over_exchange import portal_over_exchange

__all__ = ["site"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@contextmanager
def visiting(site: Site, chromium: Browser) -> Iterator[Visitor]:
    """Give somebody of the 名录库 desk who is signed in at the portal."""
    with portal_over_exchange(site.wired, DESK) as served:
        visitor = Visitor.at(chromium, served.url)
        visitor.page.context.add_cookies([{"name": served.cookie[0], "value": served.cookie[1], "url": served.url}])
        yield visitor
        assert visitor.faults == []
        visitor.page.context.close()


def a_day_with_a_loss(site: Site) -> str:
    """Send three units of which the directory forgets one, close the day, and return the id of the message that is lost."""
    with site.both():
        ids = [site.approve().message_id for _ in range(3)]
        for message_id in ids:
            site.reaches(message_id, MessageState.ACCEPTED)
        eventually(lambda: site.wired.journal.oldest_waiting() is None)
        store = Store(site.peer_dir)
        with store.transaction():
            store._rows.execute("DELETE FROM arrivals WHERE message_id = ?", (ids[1],))
        store.close()
        today = local_date(site.wired.deps.clock.now())
        anchor_day(site.wired.deps, today - timedelta(days=1))
        anchor_day(site.wired.deps, today)
        statement = ask_partner(site.wired.deps, freeze_day(site.wired.deps, Partner.DIRECTORY, today).id)
        eventually(lambda: site.wired.statements.get(statement.id).state is State.DIFFERING)
    return ids[1]


def test_the_sheet_names_what_was_lost_and_is_signed_and_the_journal_is_checked_and_taken_out(
    site: Site, chromium: Browser
) -> None:
    lost = a_day_with_a_loss(site)

    with visiting(site, chromium) as desk:
        desk.go("/statements")
        desk.sees("有差异（1 项）")
        desk.keep("statements")
        desk.page.locator("tbody a").first.click()
        desk.sees("我方已发，对方没有收到")
        assert desk.page.locator(f"section[aria-labelledby=differences] a[href='/messages/{lost}']").count() == 1
        desk.keep("statement-differing")
        desk.fill(name="李明")
        desk.press("签核本日账目")
        desk.sees("请说明差异")
        desk.keep("statement-refused")
        desk.fill(remark="该报文已与名录库核实，对方将补录。")
        desk.press("签核本日账目")
        desk.sees("本日账目已签核")
        desk.keep("statement-signed")
        desk.go("/journal")
        desk.sees("每日锚定")
        desk.keep("journal")
        desk.press("核验这些日子")
        desk.sees("核验通过")
        desk.keep("journal-checked")
        with desk.page.expect_download() as download:
            desk.page.get_by_role("button", name="导出证明容器").click()
        with opened(download.value.path().read_bytes()) as archive:
            assert set(archive.namelist()) == {*FILES, MANIFEST}
        desk.page.locator("tbody details summary").first.click()
        desk.keep("journal-open")
