"""A person at a browser: goes to pages of the portal, and keeps a picture and an accessibility check of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
WIDTHS = (390, 1280)
"""Widths in pixels at which each page must work; the last one is that of the visit itself."""

HEIGHT = 900
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],  # of what is right, every element would be told too
}


@dataclass
class Visitor:
    """Somebody at a browser of their own."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, browser: Browser, base: str) -> Visitor:
        """Return a visitor with an empty browser."""
        context = browser.new_context(
            viewport={"width": WIDTHS[-1], "height": HEIGHT}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        visitor = cls(context.new_page(), base)
        visitor.page.on("console", visitor._note)
        visitor.page.on("dialog", lambda dialog: dialog.accept())
        return visitor

    def go(self, path: str) -> None:
        """Open a page of the portal."""
        self.page.goto(self.base + path)

    def press(self, name: str) -> None:
        """Press a button or follow a link by its words, and wait for the page that it leads to.

        A page of the main navigation that is in a closed group is reached by opening that.
        """
        closed = self.page.locator(".nav-group:not([open])").filter(has=self.page.locator(f"a:text-is('{name}')"))
        if closed.count():
            closed.locator("summary").click()
        target = self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).first
        with self.page.expect_navigation():
            target.click()

    def fill(self, **values: str) -> None:
        """Fill in controls by their ids."""
        for name, value in values.items():
            self.page.fill(f"#{name}", value)

    def sees(self, text: str) -> None:
        """Wait until a text is on the page."""
        self.page.get_by_text(text).first.wait_for()

    def keep(self, name: str, *, is_settled: bool = True) -> None:
        """Keep pictures of the page, and note what is wrong with it: accessibility, width, console.

        A page on which something is under way is not waited for: it is not `is_settled`.
        """
        if is_settled:
            self.page.wait_for_load_state("networkidle")
        for picture in self.page.locator("img:visible:not([loading=lazy])").all():
            picture.evaluate("image => image.decode()")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                self.faults.append(f"{name}: {wide} pixels wide on a screen of {width}")
        for violation in Axe().run(self.page, options=RULES).response["violations"]:
            places = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
            self.faults.append(f"{name}: {violation['id']} at {places}")

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.faults.append(f"console: {message.text}")
