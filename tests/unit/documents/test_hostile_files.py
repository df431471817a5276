import io
import random
import re
from contextlib import suppress

import pytest

from shared.documents.findings import POINTER
from shared.documents.inspect import inspect
from shared.documents.kinds import Kind, Limits
from shared.errors import Invalid
from tests.support.files import make, make_pdf, make_png, make_zip
from tests.support.hostile import HOSTILE

ALL = frozenset(Kind)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_code(name: str) -> None:
    file_name, build, code = HOSTILE[name]
    data = io.BytesIO(build())

    with pytest.raises(Invalid) as refused:
        inspect(data, file_name, ALL)

    assert code in {problem.code for problem in refused.value.problems}
    assert all(problem.pointer == POINTER for problem in refused.value.problems)
    assert all(re.search(r"[\u4e00-\u9fff]", problem.message) for problem in refused.value.problems)


def test_faults_of_name_and_content_come_in_one_answer() -> None:
    two_bad = make_zip({"a.txt": b"x", "b.png": make_png() + b"x"})

    with pytest.raises(Invalid) as refused:
        inspect(io.BytesIO(two_bad), "a.zip", ALL)

    found = {(problem.code, problem.message.partition("：")[0]) for problem in refused.value.problems}
    assert found == {("file_not_pictures", "压缩包内第 1 个文件"), ("file_extra_data", "压缩包内第 2 个文件")}


def test_a_bad_name_and_a_wrong_kind_come_in_one_answer() -> None:
    with pytest.raises(Invalid) as refused:
        inspect(io.BytesIO(make_pdf()), "../a.png", frozenset({Kind.PNG}))

    codes = {problem.code for problem in refused.value.problems}
    assert codes == {"file_name_path", "file_name_edge", "file_kind_mismatch", "file_kind_not_allowed"}


@pytest.mark.parametrize("kind", Kind)
def test_a_good_file_is_refused_where_its_kind_is_not_asked_for(kind: Kind) -> None:
    with pytest.raises(Invalid) as refused:
        inspect(io.BytesIO(make(kind)), f"a.{kind.value}", ALL - {kind})

    assert [problem.code for problem in refused.value.problems] == ["file_kind_not_allowed"]


def test_a_file_over_the_limit_is_not_read() -> None:
    class Unread(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("read")

    with pytest.raises(Invalid) as refused:
        inspect(Unread(bytes(2000)), "a.pdf", ALL, Limits(bytes=1000))

    assert [problem.code for problem in refused.value.problems] == ["file_too_large"]


class Outage(Exception):
    """What a remote reader raises when the store is down."""


class Failing(io.BytesIO):
    """A stream that breaks off after some reads."""

    reads_left = 0

    def read(self, size: int | None = -1, /) -> bytes:
        if self.reads_left == 0:
            raise Outage
        self.reads_left -= 1
        return super().read(size)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("reads", [0, 1, 2, 3])
def test_an_outage_of_the_store_is_not_taken_for_a_bad_file(kind: Kind, reads: int) -> None:
    stream = Failing(make(kind))
    stream.reads_left = reads

    with pytest.raises(Outage):
        inspect(stream, f"a.{kind.value}", ALL)


@pytest.mark.parametrize("kind", Kind)
def test_whatever_is_changed_in_a_file_nothing_but_a_refusal_is_raised(kind: Kind) -> None:
    chance = random.Random(kind.value)
    good = make(kind)

    for _ in range(60):
        changed = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        for data in (bytes(changed), bytes(changed[: chance.randint(1, len(changed))])):
            with suppress(Invalid):
                inspect(io.BytesIO(data), f"a.{kind.value}", ALL)
