from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import pytest

from shared.errors import Unavailable
from shared.storage.sweep import FileRow, Swept, sweep
from tests.support.keys import MOMENT

OLD, YOUNG = MOMENT - timedelta(days=2), MOMENT
BEFORE = MOMENT - timedelta(days=1)


class _Objects:
    def __init__(self, **moments: datetime) -> None:
        self.moments = {f"files/{name}": at for name, at in moments.items()}
        self.fails = False

    def list_older_than(self, prefix: str, before: datetime) -> Iterator[tuple[str, datetime]]:
        found = [(key, at) for key, at in self.moments.items() if key.startswith(prefix) and at < before]
        return iter(found)

    def abort_older_than(self, prefix: str, before: datetime) -> int:
        return 2

    def delete(self, key: str) -> None:
        if self.fails:
            raise Unavailable
        self.moments.pop(key, None)


class _Rows:
    def __init__(self, claimed_meanwhile: tuple[str, ...] = (), **moments: datetime) -> None:
        self.rows = {FileRow(name, f"files/{name}"): at for name, at in moments.items()}
        self._claimed_meanwhile = claimed_meanwhile

    def list_older_than(self, before: datetime) -> Iterable[FileRow]:
        return [row for row, at in self.rows.items() if at < before]

    def has_key(self, key: str) -> bool:
        return any(row.key == key for row in self.rows)

    def forget(self, row: FileRow) -> bool:
        if row.id in self._claimed_meanwhile:
            return False
        del self.rows[row]
        return True


def test_only_what_is_old_and_unclaimed_goes() -> None:
    objects = _Objects(a=OLD, b=OLD, c=YOUNG, orphan=OLD, fresh=YOUNG)
    rows = _Rows(a=OLD, b=OLD, c=YOUNG, lost=OLD)

    swept = sweep(objects, rows, lambda row: row.id == "a", BEFORE, "files/")

    assert swept == Swept(rows=2, objects=1, uploads=2)
    assert set(objects.moments) == {"files/a", "files/c", "files/fresh"}
    assert {row.id for row in rows.rows} == {"a", "c"}


def test_a_file_that_is_claimed_at_the_last_moment_stays() -> None:
    objects, rows = _Objects(a=OLD), _Rows(claimed_meanwhile=("a",), a=OLD)

    swept = sweep(objects, rows, lambda _: False, BEFORE)

    assert swept == Swept(rows=0, objects=0, uploads=2)
    assert set(objects.moments) == {"files/a"}


def test_a_sweep_that_broke_off_after_the_row_is_completed_by_the_next() -> None:
    objects, rows = _Objects(a=OLD), _Rows(a=OLD)
    objects.fails = True
    with pytest.raises(Unavailable):
        sweep(objects, rows, lambda _: False, BEFORE)
    objects.fails = False

    swept = sweep(objects, rows, lambda _: False, BEFORE)

    assert swept.objects == 1
    assert objects.moments == {}
