"""Decision sheets: what they say, that they are made once, and that any change of a signed one shows."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pytest

from services.registration.form.sheets import WORDS, digest_of, reasons_of
from services.registration.model.materials import Slot
from services.registration.model.registration import Registration
from services.registration.model.review import ReasonCode, Remark, Verdict
from services.registration.model.sheets import SheetKind, SheetReason
from services.registration.model.states import State
from services.registration.operations import review, sheets
from services.registration.operations.review import Signed
from services.registration.printing.sheets import PLACE, SheetPrinter
from services.registration.printing.verify import verify
from shared.crypto.signing_file import read_signing_key
from shared.errors import NotFound
from shared.identity.actor import Role
from shared.printing.signing import PdfSignature
from tests.support.registration import NOW, accepted, make_actor, make_call, make_fakes, make_form, make_registration
from tests.support.registration_sheets import make_content
from tests.support.signing import signing_files

ROOT = Path(__file__).resolve().parents[3]
DEPARTMENT = make_actor(Role.COUNTY_REVIEWER)
ID = "1" * 32
SIGNED = Signed("材料5看不清", "陈明", date(2026, 3, 2), ReasonCode.MATERIALS_UNCLEAR)


def under_review(**faults: Verdict) -> Registration:
    registration = make_registration(State.UNDER_REVIEW)
    (revision,) = registration.revisions
    assert revision.review is not None
    marks = replace(revision.review, materials=accepted(**faults))
    return replace(registration, revisions=(replace(revision, review=marks),))


@pytest.fixture(scope="module")
def signed() -> bytes:
    files = signing_files()
    printer = SheetPrinter(PdfSignature(lambda: read_signing_key(files.key), files.certificates.read_bytes))
    return printer.make(make_content(), "统外注〔2026〕330106-0001号")


@pytest.fixture(scope="module")
def certificates() -> bytes:
    return signing_files().certificates.read_bytes()


@pytest.mark.parametrize(
    ("decide", "fault", "kind"),
    [
        (review.return_registration, {"m5": Verdict.NOT_LEGIBLE}, SheetKind.RETURN),
        (review.approve_registration, {}, SheetKind.APPROVAL),
        (review.reject_registration, {"m5": Verdict.NOT_LEGIBLE}, SheetKind.REJECTION),
    ],
)
def test_every_decision_orders_its_sheet_in_the_same_write(
    decide: Callable[..., Registration], fault: dict[str, Verdict], kind: SheetKind
) -> None:
    fakes = make_fakes(under_review(**fault))

    decide(fakes.deps, make_call(DEPARTMENT, version=1), ID, SIGNED)

    (order,) = [event for event in fakes.registrations.events if event.type == sheets.SHEET_DUE]
    assert (order.data["kind"], order.reader) == (kind, "registration")
    assert set(order.data) == {"registration_id", "unit_id", "division", "revision", "kind"}
    assert order.secret is not None
    assert order.secret["department"] == "浙江省杭州市西湖区商务主管部门"
    assert bool(order.secret["reasons"]) is bool(fault)


def test_every_kind_has_its_words() -> None:
    assert set(WORDS) == set(SheetKind)


def test_the_reasons_name_what_was_not_accepted_and_nothing_else() -> None:
    registration = under_review(m5=Verdict.NOT_LEGIBLE)
    assert registration.review is not None
    marks = replace(
        registration.review,
        fields={"phone": Remark(Verdict.CORRECT, "少一位")},
        conditions={"rules_and_quality": Remark(Verdict.NOT_MET, "没有收费标准")},
    )

    found = [(reason.part[:6], reason.verdict, reason.note) for reason in reasons_of(marks)]

    assert found == [
        ("材料5：网站", "无法辨认", "请更换"),
        ("注册条件：具", "不符合", "没有收费标准"),
        ("注册信息表：", "需更正", "少一位"),
    ]


def test_the_digest_is_of_what_was_submitted() -> None:
    (revision,) = make_registration(State.SUBMITTED).revisions
    other_file = {**revision.materials, Slot.LICENCE: (replace(revision.materials[Slot.LICENCE][0], sha256="1" * 64),)}

    digests = {
        digest_of(revision),
        digest_of(replace(revision, form=make_form(phone="0571-66666666"))),
        digest_of(replace(revision, materials=other_file)),
    }

    assert len(digests) == 3
    assert digest_of(replace(revision, review=None)) == digest_of(revision)


def test_a_sheet_is_made_once_however_often_its_message_comes() -> None:
    fakes = make_fakes(make_registration(State.REJECTED))

    for _ in range(2):
        sheets.make_sheet(fakes.deps, "e" * 32, "a" * 32, "330106", make_content())

    listed = sheets.list_sheets(fakes.deps, make_call(), ID)
    assert [each.sheet.number for each in listed] == ["330106-0001"]
    assert len(fakes.deps.sheet_maker.made) == 1  # type: ignore[attr-defined]  # the fake shows what was asked


def test_the_sheet_of_a_decision_that_was_taken_back_says_so() -> None:
    fakes = make_fakes(under_review(m5=Verdict.NOT_LEGIBLE))
    review.return_registration(fakes.deps, make_call(DEPARTMENT, version=1), ID, SIGNED)
    sheets.make_sheet(fakes.deps, "e" * 32, "a" * 32, "330106", make_content())
    before = sheets.list_sheets(fakes.deps, make_call(), ID)

    review.undo_decision(fakes.deps, make_call(DEPARTMENT, version=2), ID, "误操作")

    after = sheets.list_sheets(fakes.deps, make_call(), ID)
    assert ([each.stands for each in before], [each.stands for each in after]) == ([True], [False])


def test_a_sheet_is_given_out_to_those_who_see_the_registration_and_the_read_is_recorded() -> None:
    fakes = make_fakes(make_registration(State.REJECTED))
    sheets.make_sheet(fakes.deps, "e" * 32, "a" * 32, "330106", make_content())

    given = sheets.download_sheet(fakes.deps, make_call(), ID, "e" * 32)
    with pytest.raises(NotFound):
        sheets.download_sheet(fakes.deps, make_call(make_actor(unit_id="9" * 32)), ID, "e" * 32)

    assert b"".join(given.content) == b"330106-0001"


def test_a_signed_sheet_is_genuine_and_carries_a_visible_pades_signature(signed: bytes, certificates: bytes) -> None:
    found = verify(signed, certificates)

    assert (found.is_genuine, found.signer, found.signed_at) == (True, "统报 决定书签章", NOW)
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert (str(field.T), str(field.V.SubFilter)) == (PLACE.field, "/ETSI.CAdES.detached")
        assert [int(number) for number in field.Rect] == list(PLACE.box)


def test_a_sheet_is_signed_and_verified_where_an_event_loop_is_at_work_too(certificates: bytes) -> None:
    files = signing_files()
    printer = SheetPrinter(PdfSignature(lambda: read_signing_key(files.key), files.certificates.read_bytes))

    async def sign_and_verify() -> bool:
        pdf = printer.make(make_content(), "统外注〔2026〕330106-0001号")
        return verify(pdf, certificates).is_genuine

    with ThreadPoolExecutor(max_workers=1) as thread:  # the loop of a browser may be at work in this one
        is_genuine = thread.submit(asyncio.run, sign_and_verify()).result()

    assert is_genuine


@pytest.mark.parametrize("part", range(40))
def test_a_sheet_with_one_changed_byte_is_not_genuine(signed: bytes, certificates: bytes, part: int) -> None:
    place = (2 * part + 1) * len(signed) // 80
    changed = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]

    assert not verify(changed, certificates).is_genuine


def test_no_byte_of_the_signature_itself_can_be_changed_either(signed: bytes, certificates: bytes) -> None:
    start = signed.index(b"/Contents <") + len(b"/Contents <")
    end = signed.index(b">", start)
    places = [*range(start, start + 240, 24), *range(end - 200, end, 40), *range(start + 300, end - 300, 311)]

    genuine = [
        place
        for place in places
        if verify(
            signed[:place] + (b"1" if signed[place : place + 1] != b"1" else b"2") + signed[place + 1 :], certificates
        ).is_genuine
    ]

    assert genuine == []


@pytest.mark.parametrize("tail", [b"\n", b"% nothing", b"0" * 5000])
def test_a_sheet_with_something_appended_is_not_genuine(signed: bytes, certificates: bytes, tail: bytes) -> None:
    assert not verify(signed + tail, certificates).is_genuine


def test_a_sheet_of_another_authority_and_a_file_without_signature_are_not_genuine(
    signed: bytes, certificates: bytes
) -> None:
    others = signing_files("别的部门").certificates.read_bytes()

    assert verify(signed, others).reason == "签名证书不是所给证书签发的"
    assert not verify(b"%PDF-1.7\n", certificates).is_genuine
    assert not verify(b"", certificates).is_genuine


def test_the_command_needs_the_file_and_the_certificates_alone(signed: bytes, tmp_path: Path) -> None:
    (tmp_path / "good.pdf").write_bytes(signed)
    (tmp_path / "bad.pdf").write_bytes(signed.replace(b"/Contents", b"/contents", 1))
    words = [sys.executable, "-m", "services.registration.printing.verify"]

    runs = [
        subprocess.run(
            [*words, tmp_path / name, signing_files().certificates],
            check=False,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        for name in ("good.pdf", "bad.pdf", "missing.pdf")
    ]

    assert [run.returncode for run in runs] == [0, 1, 2]
    assert runs[0].stdout.startswith("真实：由“统报 决定书签章”签名")


def test_a_long_sheet_goes_on_on_the_next_page_with_its_signature_on_the_last(certificates: bytes) -> None:
    files = signing_files()
    printer = SheetPrinter(PdfSignature(lambda: read_signing_key(files.key), files.certificates.read_bytes))
    reasons = tuple(SheetReason(f"材料{number}", "需更换", "请更换。" * 30) for number in range(20))

    pdf = printer.make(
        make_content(reasons=reasons, decided_at=NOW + timedelta(hours=1)), "统外注〔2026〕330106-0002号"
    )

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = [bool(page.get("/Annots")) for page in opened.pages]
    assert len(pages) > 1
    assert pages == [False] * (len(pages) - 1) + [True]
    assert verify(pdf, certificates).is_genuine
