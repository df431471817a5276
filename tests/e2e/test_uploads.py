"""Uploads in a real browser: with progress, paused, cut off, continued after a reload and after a killed server."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Error, Route

from tests.support.bad_input_server import Served as Gunicorn
from tests.support.bad_input_server import served
from tests.support.browser import SCREENSHOTS, Visitor
from tests.support.files import make_jpeg, make_zip
from tests.support.portal_over_registration import portal_over
from tests.support.portal_served import Served
from tests.support.registration_site import Site
from tests.support.registration_wire import operator

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OWN = operator(7)
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def gunicorn(shared_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gunicorn]:
    with served(shared_site, tmp_path_factory.mktemp("gunicorn") / "log") as running:
        yield running


@pytest.fixture(scope="module")
def portal(shared_site: Site, gunicorn: Gunicorn) -> Iterator[Served]:
    with portal_over(f"http://127.0.0.1:{gunicorn.port}", shared_site.issuer, OWN) as running:
        yield running


@pytest.fixture
def draft(shared_site: Site) -> str:
    return shared_site.create(OWN)


@pytest.fixture
def visitor(chromium: Browser, portal: Served, draft: str) -> Iterator[Visitor]:
    visitor = Visitor.at(chromium, portal.url)
    name, value = portal.cookie
    visitor.page.context.add_cookies([{"name": name, "value": value, "url": portal.url}])
    visitor.go(f"/registrations/{draft}/steps/5")
    yield visitor
    visitor.page.context.close()


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A ZIP of pictures of about 14 MiB: four requests."""
    noise = os.urandom(MIB)
    plain = make_jpeg(800, 600)
    filled = plain[:2] + b"".join(b"\xff\xfe\xff\xff" + noise[:65533] for _ in range(14)) + plain[2:]
    path = tmp_path / "交易截图.zip"
    path.write_bytes(make_zip({f"{number}.jpg": filled for number in range(16)}, 0))
    return path


def digest_of_stored(site: Site, draft: str) -> tuple[str, str]:
    """Return the digest on record of the file of material 3, and that of what is given out."""
    file = site.call(OWN, "GET", f"/registrations/{draft}").get_json()["materials"]["3"][0]
    content = site.call(OWN, "GET", f"/registrations/{draft}/files/{file['file_id']}").data
    return file["sha256"], hashlib.sha256(content).hexdigest()


def cut_off(visitor: Visitor, after: int) -> None:
    """Let so many requests with bytes through, and break off all further ones."""
    seen = 0

    def handle(route: Route) -> None:
        nonlocal seen
        seen += route.request.method == "PATCH"
        if seen > after:
            route.abort("connectionreset")
        else:
            route.continue_()

    visitor.page.route("**/uploads/*", handle)


class Brake:
    """Lets so many requests with bytes through, and holds the next one until it is let go."""

    def __init__(self, visitor: Visitor, after: int) -> None:
        self._after = after
        self._held: list[Route] = []
        visitor.page.route("**/uploads/*", self._handle)

    def _handle(self, route: Route) -> None:
        if route.request.method == "PATCH":
            self._after -= 1
        if self._after < 0:
            self._held.append(route)
        else:
            route.continue_()

    def release(self) -> None:
        """Let everything through from now on; what was held may have been given up meanwhile."""
        self._after = 1000
        for route in self._held:
            with suppress(Error):
                route.continue_()


def line_of(visitor: Visitor, text: str) -> None:
    visitor.page.locator("#material-3 .uploading li", has_text=text).wait_for(timeout=60_000)


def file_arrives(visitor: Visitor, path: Path) -> None:
    visitor.page.locator("#material-3 .file-facts a", has_text=path.name).wait_for(timeout=60_000)


def test_an_upload_is_paused_and_continued(visitor: Visitor, shared_site: Site, draft: str, large: Path) -> None:
    page = visitor.page
    brake = Brake(visitor, after=2)
    page.set_input_files("#upload-3", files=[large])
    line_of(visitor, "8.0 / ")
    visitor.keep("40-upload-progress", is_settled=False)
    assert page.get_by_role("progressbar", name="交易截图.zip 上传进度").is_visible()

    page.get_by_role("button", name="暂停 交易截图.zip").click()
    line_of(visitor, "已暂停，已上传 8.0")
    brake.release()
    visitor.keep("41-upload-paused")
    page.get_by_role("button", name="继续 交易截图.zip").click()
    file_arrives(visitor, large)

    digest = hashlib.sha256(large.read_bytes()).hexdigest()
    assert digest_of_stored(shared_site, draft) == (digest, digest)
    assert visitor.faults == []


def test_an_upload_that_was_cut_off_goes_on_after_a_reload(
    visitor: Visitor, shared_site: Site, draft: str, large: Path
) -> None:
    cut_off(visitor, after=2)
    visitor.page.set_input_files("#upload-3", files=[large])
    line_of(visitor, "网络中断，正在重新连接")
    visitor.keep("42-upload-cut-off", is_settled=False)
    visitor.page.reload()
    line_of(visitor, "上次未传完，已上传 8.0")
    visitor.page.unroute_all(behavior="ignoreErrors")  # not before: the old page would have gone on by itself
    visitor.keep("43-upload-unfinished")
    sent: list[str] = []
    visitor.page.on("request", lambda request: sent.append(request.method) if "/uploads" in request.url else None)

    visitor.page.set_input_files("#upload-3", files=[large])
    file_arrives(visitor, large)

    digest = hashlib.sha256(large.read_bytes()).hexdigest()
    assert digest_of_stored(shared_site, draft) == (digest, digest)
    assert "POST" not in sent  # nothing was begun anew
    assert sent.count("PATCH") == 2
    assert [fault for fault in visitor.faults if "ERR_CONNECTION_RESET" not in fault] == []


def test_an_upload_goes_on_by_itself_when_the_server_was_killed(
    visitor: Visitor, gunicorn: Gunicorn, shared_site: Site, draft: str, large: Path
) -> None:
    page = visitor.page
    brake = Brake(visitor, after=2)
    page.set_input_files("#upload-3", files=[large])
    line_of(visitor, "8.0 / ")
    for worker in psutil.Process(gunicorn.process.pid).children():
        worker.kill()
    brake.release()

    file_arrives(visitor, large)

    digest = hashlib.sha256(large.read_bytes()).hexdigest()
    assert digest_of_stored(shared_site, draft) == (digest, digest)


def test_what_is_wrong_with_a_file_is_told_beside_it(visitor: Visitor, tmp_path: Path) -> None:
    (tmp_path / "营业执照.pdf").write_bytes(b"MZ" + bytes(4096))
    (tmp_path / "程序.exe").write_bytes(b"MZ")

    visitor.page.set_input_files("#upload-2", files=[tmp_path / "营业执照.pdf", tmp_path / "程序.exe"])

    faults = visitor.page.locator("#material-2 .uploading .fault")
    faults.nth(1).wait_for()
    assert "无法识别文件内容" in faults.nth(0).inner_text()
    assert "此处只接受" in faults.nth(1).inner_text()
    visitor.keep("44-upload-refused")
    visitor.page.get_by_role("button", name="知道了 营业执照.pdf").click()
    assert faults.count() == 1
    assert visitor.faults == []


def test_an_upload_can_be_given_up(visitor: Visitor, shared_site: Site, draft: str, large: Path) -> None:
    cut_off(visitor, after=1)
    visitor.page.set_input_files("#upload-3", files=[large])
    line_of(visitor, "网络中断，正在重新连接")
    visitor.page.unroute_all(behavior="ignoreErrors")

    visitor.page.get_by_role("button", name="取消 交易截图.zip").click()
    visitor.page.locator("#material-3 .uploading li").wait_for(state="detached")

    assert shared_site.call(OWN, "GET", f"/registrations/{draft}/uploads").get_json()["items"] == []


def test_a_file_is_sent_without_scripts(chromium: Browser, portal: Served, draft: str, large: Path) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    name, value = portal.cookie
    context.add_cookies([{"name": name, "value": value, "url": portal.url}])
    page = context.new_page()
    page.goto(f"{portal.url}/registrations/{draft}/steps/5")

    assert not page.locator("#upload-3").is_visible()
    page.set_input_files("#plain-3", files=[large])
    page.click("#material-3 .upload-plain button")

    page.locator("#material-3 .file-facts a", has_text=large.name).wait_for()
    assert page.get_by_text("文件已上传。").is_visible()
    bad = large.with_name("坏的.zip")
    bad.write_bytes(large.read_bytes()[:-100])
    page.set_input_files("#plain-3", files=[bad])
    page.click("#material-3 .upload-plain button")
    assert "文件已损坏" in page.locator("#material-3 .fault").inner_text()
    page.screenshot(path=SCREENSHOTS / "45-upload-without-scripts-1280.png", full_page=True)
    context.close()
