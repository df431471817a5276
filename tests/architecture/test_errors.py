"""Every error that a caller can see has a stable code, a Chinese message and an HTTP status."""

from __future__ import annotations

import re

from shared.errors import TongbaoError
from shared.web.problems import STATUS
from tests.support.tree import import_all


def _all_errors() -> list[type[TongbaoError]]:
    import_all("shared", "services")
    found: list[type[TongbaoError]] = []
    waiting = list(TongbaoError.__subclasses__())
    while waiting:
        cls = waiting.pop()
        found.append(cls)
        waiting.extend(cls.__subclasses__())
    return [cls for cls in found if cls.__module__.startswith(("shared.", "services."))]


def test_every_error_class_has_a_status() -> None:
    classes = _all_errors()

    without = [cls.__qualname__ for cls in classes if not any(base in STATUS for base in cls.__mro__)]

    assert len(classes) >= 10
    assert without == []


def test_every_class_of_the_library_stands_in_the_table_itself() -> None:
    classes = [cls for cls in _all_errors() if cls.__module__ == "shared.errors"]

    inherited = [cls.__qualname__ for cls in classes if cls not in STATUS]

    assert len(classes) >= 10
    assert inherited == []


def test_every_code_is_a_stable_name_and_no_two_classes_share_one() -> None:
    codes = [cls.code for cls in _all_errors() if "code" in vars(cls)]

    malformed = [code for code in codes if not re.fullmatch(r"[a-z][a-z0-9_]*", code)]

    assert malformed == []
    assert sorted(codes) == sorted(set(codes))


def test_every_message_is_chinese() -> None:
    messages = {cls.__qualname__: cls.message for cls in _all_errors()}

    foreign = [name for name, message in messages.items() if not re.search(r"[\u4e00-\u9fff]", message)]

    assert foreign == []
