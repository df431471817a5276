"""The whole system, started once, and a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from services.sandbox.keys import STORY
from services.sandbox.processes import System
from services.sandbox.programs import SystemPorts
from services.sandbox.story.site import Site
from tests.support.browser import CHROMIUM, FLAGS
from tests.support.registration_site import shared_site

__all__ = ["shared_site"]


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Every server, service and worker on free ports, in a folder that goes away."""
    with System(tmp_path_factory.mktemp("system"), SystemPorts.free()) as running:
        yield running


@pytest.fixture
def site(system: System) -> Iterator[Site]:
    """The addresses of the running system and the mails that it sent."""
    with httpx.Client(timeout=30, trust_env=False) as http:
        yield Site(http, system.urls, system.mail_folder, system.keys.jose(STORY))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Chromium without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()
