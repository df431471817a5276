"""Operations on uploads in several requests, on fakes."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import pytest

from services.registration.errors import PartNotOpen
from services.registration.model.materials import Slot
from services.registration.model.states import State
from services.registration.operations.uploads import (
    Progress,
    begin_upload,
    continue_upload,
    end_upload,
    find_upload,
    list_uploads,
)
from shared.errors import Conflict, Invalid, Malformed, NotFound, TooLarge, Unavailable
from shared.identity.actor import Role
from shared.uploads.errors import OffsetConflict, TooManyUploads
from tests.support.files import make_pdf
from tests.support.registration import Fakes, make_actor, make_call, make_fakes, make_registration
from tests.support.tus import metadata

ID = "1" * 32
PDF = make_pdf("执照")


def begun(fakes: Fakes, length: int = len(PDF), name: str = "执照.pdf", material: str = "2", **said: str) -> Progress:
    return begin_upload(fakes.deps, make_call(), ID, length, metadata(name, material, **said))


def carried_on(fakes: Fakes, progress: Progress, offset: int, data: bytes) -> Progress:
    return continue_upload(fakes.deps, make_call(), ID, progress.upload.id, offset, io.BytesIO(data))


def test_a_file_in_two_halves_is_checked_and_kept() -> None:
    fakes = make_fakes(make_registration())
    progress = begun(fakes)

    half = carried_on(fakes, progress, 0, PDF[:300])
    whole = carried_on(fakes, progress, 300, PDF[300:])

    assert (half.upload.offset, half.file) == (300, None)
    assert whole.file is not None
    assert fakes.files.ready[whole.file.file_id].slot is Slot.LICENCE
    assert list_uploads(fakes.deps, make_call(), ID) == ()


def test_the_last_request_sent_again_makes_no_second_file() -> None:
    fakes = make_fakes(make_registration())
    progress = begun(fakes)
    first = carried_on(fakes, progress, 0, PDF)

    again = carried_on(fakes, progress, len(PDF), b"")

    assert again.file == first.file
    assert len(fakes.files.ready) == 1


def test_bytes_must_begin_where_the_upload_stands() -> None:
    fakes = make_fakes(make_registration())
    progress = begun(fakes)
    carried_on(fakes, progress, 0, PDF[:300])

    for offset in (0, 299, 301, len(PDF)):
        with pytest.raises(OffsetConflict):
            carried_on(fakes, progress, offset, b"x")


def test_nothing_of_a_refused_file_stays() -> None:
    fakes = make_fakes(make_registration())
    progress = begun(fakes, length=5)

    with pytest.raises(Invalid):
        carried_on(fakes, progress, 0, b"MZ\0\0\0")

    assert (fakes.uploads.kept, fakes.files.content) == ({}, {})


def test_what_has_arrived_stays_where_the_scanner_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes = make_fakes(make_registration())
    progress = begun(fakes)
    scan = fakes.deps.scanner.scan

    def down(_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(type(fakes.deps.scanner), "scan", lambda self, content: down(content))
    with pytest.raises(Unavailable):
        carried_on(fakes, progress, 0, PDF)
    monkeypatch.setattr(type(fakes.deps.scanner), "scan", lambda self, content: scan(content))
    done = carried_on(fakes, progress, len(PDF), b"")

    assert done.file is not None


def test_a_file_must_be_the_one_that_was_announced() -> None:
    fakes = make_fakes(make_registration())
    progress = begun(fakes, sha256=hashlib.sha256(b"other").hexdigest())

    with pytest.raises(Invalid) as refused:
        carried_on(fakes, progress, 0, PDF)

    assert [problem.code for problem in refused.value.problems] == ["file_not_as_sent"]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"length": 21 * 1024 * 1024}, TooLarge),
        ({"length": 0}, Invalid),
        ({"name": "a.docx"}, Invalid),
        ({"name": "../a.pdf"}, Invalid),
        ({"name": ""}, Invalid),
        ({"material": "6"}, Malformed),
        ({"unit": "x"}, Malformed),
    ],
)
def test_what_name_and_length_tell_is_refused_at_the_beginning(said: dict[str, object], error: type[Exception]) -> None:
    fakes = make_fakes(make_registration())

    with pytest.raises(error):
        begun(fakes, **said)  # type: ignore[arg-type]  # as each case has it

    assert fakes.uploads.kept == {}


def test_an_upload_begins_only_where_a_file_may_be_put() -> None:
    submitted = make_fakes(make_registration(State.SUBMITTED))
    returned = make_fakes(make_registration(State.RETURNED))

    with pytest.raises(Conflict):
        begun(submitted)
    with pytest.raises(PartNotOpen):
        begun(returned)


def test_another_person_finds_nothing() -> None:
    fakes = make_fakes(make_registration())
    upload_id = begun(fakes).upload.id
    mate = make_call(make_actor(account_id="d" * 32))
    county = make_call(make_actor(Role.COUNTY_REVIEWER))

    for call in (mate, county):
        with pytest.raises(NotFound):
            find_upload(fakes.deps, call, ID, upload_id)
        with pytest.raises(NotFound):
            end_upload(fakes.deps, call, ID, upload_id)
    assert list_uploads(fakes.deps, mate, ID) == ()


def test_an_upload_ends_by_itself_after_a_day() -> None:
    fakes = make_fakes(make_registration())
    upload_id = begun(fakes).upload.id

    fakes.clock.advance(timedelta(hours=24))

    with pytest.raises(NotFound):
        find_upload(fakes.deps, make_call(), ID, upload_id)


def test_nobody_opens_uploads_without_end() -> None:
    fakes = make_fakes(make_registration())
    for _ in range(20):
        begun(fakes)

    with pytest.raises(TooManyUploads):
        begun(fakes)


def test_of_two_requests_that_finish_one_upload_both_tell_the_first_file(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes = make_fakes(make_registration())
    progress = begun(fakes)
    finish = fakes.uploads.finish
    rival: list[Progress] = []

    def late(upload: object, result: str) -> str:
        monkeypatch.setattr(fakes.uploads, "finish", finish)
        rival.append(carried_on(fakes, progress, len(PDF), b""))  # the other one is quicker
        return finish(upload, result)  # type: ignore[arg-type]

    monkeypatch.setattr(fakes.uploads, "finish", late)
    mine = carried_on(fakes, progress, 0, PDF)

    assert mine.file == rival[0].file
    assert len(fakes.files.ready) == 1
