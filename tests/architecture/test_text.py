"""Texts of the repository: links lead somewhere, no address of a registry and no path of a workplace is left in."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from tests.support.tree import ROOT, relative, tracked_files

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*$", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)

# Written in pieces, so that this file doesn't hold what it looks for.
HOSTS = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("debian", "org"),
    ("docker", "io"),
    ("ghcr", "io"),
)
PLACES = (("/wo", "rk/"), ("/tmp/ton", "gbao"), ("/opt/py", "pi"), ("/ro", "ot/"))
FORBIDDEN = re.compile("|".join([*(re.escape(".".join(h)) for h in HOSTS), *(re.escape("".join(p)) for p in PLACES)]))


def _anchor(heading: str) -> str:
    """Return the anchor that a renderer makes of a heading."""
    text = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return text.replace(" ", "-")


def _anchors(page: Path) -> set[str]:
    return {_anchor(heading) for heading in HEADING.findall(page.read_text("utf-8"))}


def _broken_links(page: Path) -> list[str]:
    """Return the links of a page that lead to no file, or to no heading of it; addresses outside are not asked."""
    broken = []
    for match in LINK.finditer(CODE.sub("", page.read_text("utf-8"))):
        target = unquote(match.group(1) or match.group(2))
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (fragment and fragment not in _anchors(file)):
            broken.append(target)
    return broken


def _traces(path: Path) -> list[str]:
    try:
        return FORBIDDEN.findall(path.read_text("utf-8"))
    except UnicodeDecodeError:
        return []


def test_every_link_of_the_documents_leads_somewhere() -> None:
    pages = tracked_files(".md")

    broken = {relative(page): links for page in pages if (links := _broken_links(page))}

    assert len(pages) >= 5
    assert broken == {}


def test_a_broken_link_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Here\n[a](missing.md) [b](#here) [c](#there) [d](https://example.invalid/) `[e](code.md)`\n")

    broken = _broken_links(page)

    assert broken == ["missing.md", "#there"]


def test_no_registry_and_no_workplace_is_named() -> None:
    files = tracked_files()

    traces = {relative(path): found for path in files if (found := _traces(path))}

    assert len(files) > 50
    assert traces == {}


def test_a_registry_address_would_be_seen(tmp_path: Path) -> None:
    planted = tmp_path / "planted.txt"
    planted.write_text("https://" + ".".join(HOSTS[0]) + "/simple and " + "".join(PLACES[0]) + "main")

    found = _traces(planted)

    assert len(found) == 2


def test_the_documents_are_all_reached_from_the_map() -> None:
    text = (ROOT / "docs" / "map.md").read_text("utf-8")
    pages = [page for page in tracked_files(".md") if relative(page).startswith("docs/") and page.name != "map.md"]

    unlisted = [relative(page) for page in pages if page.relative_to(ROOT / "docs").as_posix() not in text]

    assert pages
    assert unlisted == []


def test_every_decision_has_a_number_of_its_own() -> None:
    pages = sorted(page for page in tracked_files(".md") if page.parent == ROOT / "docs" / "adr")

    numbers = [page.name[:4] for page in pages]

    assert numbers == [f"{number:04d}" for number in range(1, len(pages) + 1)]
    assert [page.read_text("utf-8")[2:6] for page in pages] == numbers
