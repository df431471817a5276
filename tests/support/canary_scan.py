"""Searching for canaries in files, whole and at rest, and in the temporary files of running processes."""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.canary_words import forms

BLOCK = 4 * 1024 * 1024
LONGEST_TEMPORARY = 64 * 1024 * 1024
PAUSE_SECONDS = 0.05
TEMPORARY = ("/tmp/", "/var/tmp/", "/dev/shm/")

Patterns = Mapping[bytes, tuple[str, str]]


@dataclass(frozen=True, order=True)
class Hit:
    """A word that was found: in which part of the folder or file, which word, and in which form."""

    place: str
    word: str
    form: str


def patterns_of(words: Mapping[str, str]) -> Patterns:
    """Return what to search for, with name and form of each pattern."""
    return {pattern: (name, form) for name, word in words.items() for form, pattern in forms(word)}


def hits_in(content: bytes, place: str, patterns: Patterns) -> set[Hit]:
    """Return the words that are in a piece of content."""
    return {Hit(place, *patterns[pattern]) for pattern in patterns if pattern in content}


def scan_files(files: Iterable[Path], root: Path, patterns: Patterns) -> set[Hit]:
    """Search files, and their names; one that goes while it is read is passed over."""
    found: set[Hit] = set()
    for path in files:
        place = str(path.relative_to(root))
        found |= hits_in(place.encode(), f"name of {place}", patterns)
        try:
            for block in _blocks(path, max(map(len, patterns))):
                found |= hits_in(block, place, patterns)
        except FileNotFoundError:
            continue
    return found


def files_below(root: Path, outside: Iterable[str]) -> list[Path]:
    """Return the plain files below `root`, but for those whose first part of the path is named in `outside`."""
    names = frozenset(outside)
    return [
        path
        for path in sorted(root.rglob("*"))
        if path.relative_to(root).parts[0] not in names and path.is_file() and not path.is_symlink()
    ]


def _blocks(path: Path, overlap: int) -> Iterator[bytes]:
    """Yield a file in blocks that overlap, without those that are empty: data files are made in advance."""
    with path.open("rb") as file:
        before = b""
        while piece := file.read(BLOCK):
            if piece.strip(b"\0"):
                yield before + piece
            before = piece[-overlap:]


@dataclass
class Watch:
    """Looks at temporary files all the while: at those in the folder, and at those without a name that are held open."""

    folder: Path
    pids: Callable[[], Iterable[int]]
    patterns: Patterns
    found: set[Hit] = field(default_factory=set)
    looks: int = 0
    seen: int = 0

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="canary-watch")

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            for path in [*self.folder.rglob("*"), *self._held_open()]:
                self._look(path)
            self.looks += 1
            self._stop.wait(PAUSE_SECONDS)

    def _look(self, path: Path) -> None:
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                return
            with path.open("rb") as file:
                content = file.read(LONGEST_TEMPORARY)
        except OSError:  # gone meanwhile
            return
        self.seen += 1
        self.found |= hits_in(content, "temporary file", self.patterns)

    def _held_open(self) -> Iterator[Path]:
        places = (*TEMPORARY, f"{self.folder}/")
        for pid in self.pids():
            try:
                numbers = os.listdir(f"/proc/{pid}/fd")
            except OSError:
                continue
            for number in numbers:
                link = Path(f"/proc/{pid}/fd/{number}")
                try:
                    target = os.readlink(link)
                except OSError:
                    continue
                if target.endswith(" (deleted)") and target.startswith(places):
                    yield link


def wait_for_looks(watch: Watch, count: int) -> None:
    """Wait until the watch has looked this many times more."""
    until = watch.looks + count
    while watch.looks < until:
        time.sleep(PAUSE_SECONDS)
