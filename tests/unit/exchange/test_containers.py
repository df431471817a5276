"""The container of a period: what was exported holds, and whatever was done to it is found and named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import services
from services.exchange.journal.anchors import Standing, end_of
from services.exchange.journal.chains import Fault, Head, head_of, linked
from services.exchange.journal.container import ANCHORS, FILES, JOURNAL, KEYS, MANIFEST, RECEIPTS
from services.exchange.journal.entries import Entry, moment_text
from services.exchange.journal.examining import examine
from services.exchange.journal.wording import WORDS, Doubt, Untrue
from shared.contracts.border import RECEIPT
from shared.crypto.jose import create_jose_keys, public_part, sign
from tests.support.exchange_journal import (
    DIRECTORY_KEYS,
    FIRST_DAY,
    PUBLIC,
    STRANGER_KEYS,
    Proof,
    anchor_after,
    make_crossing,
    make_proof,
    opened,
    receipt_for,
    rewritten,
)

ROOT = Path(services.__path__[0]).parent
WHOLE = make_proof().pack()


def fault_of(data: bytes, keys: object = PUBLIC) -> Untrue:
    with pytest.raises(Untrue) as caught, opened(data) as archive:
        examine(archive, keys)  # type: ignore[arg-type]
    return caught.value


def signed_again(proof: Proof, index: int, change: Callable[[Entry], Entry]) -> Proof:
    """Return a proof with an entry changed and the chain, its end and the manifest made anew, but not the anchors."""
    lines, head = [], Head()
    for number, (entry, _) in enumerate(proof.lines):
        crossing = change(entry) if number == index else entry
        made = replace(crossing, number=head.number + 1, previous=head.hash)
        lines.append((made, made.hash))
        head = head_of(made)
    return replace(proof, lines=lines, head=head)


def test_what_was_exported_holds() -> None:
    with opened(WHOLE) as archive:
        found = examine(archive, PUBLIC)

    assert (found.entries, found.anchors, found.receipts) == (16, 2, 8)
    assert (found.unanchored, found.before, found.gone) == (0, 0, 0)


def test_entries_after_the_last_anchor_are_counted_apart() -> None:
    proof = make_proof(messages=2)
    for entry in linked(proof.head, [make_crossing(9)], moment_text(end_of(proof.until))):
        proof.lines.append((entry, entry.hash))
        proof.head = head_of(entry)

    with opened(proof.pack()) as archive:
        found = examine(archive, PUBLIC)

    assert found.unanchored == 1


def test_a_receipt_whose_text_is_no_longer_kept_is_counted_apart() -> None:
    proof = make_proof(messages=2)
    proof.receipts[0] = (proof.receipts[0][0], "")

    with opened(proof.pack()) as archive:
        found = examine(archive, PUBLIC)

    assert (found.gone, found.receipts) == (1, 3)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from((*FILES, MANIFEST)), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_any_byte_that_somebody_without_a_key_changed_is_found(name: str, place: float, change: int) -> None:
    def changed(data: bytes) -> bytes:
        at = int(place * len(data))
        return data[:at] + bytes([data[at] ^ change]) + data[at + 1 :]

    fault = fault_of(rewritten(WHOLE, name, changed))

    assert fault.file in (name, MANIFEST)


@pytest.mark.parametrize("name", [*FILES, MANIFEST])
def test_a_file_that_was_left_out_or_cut_off_is_found(name: str) -> None:
    assert fault_of(rewritten(WHOLE, name, lambda data: data[:-1])).reason in WORDS
    assert fault_of(rewritten(WHOLE, name, lambda data: b"")).reason in WORDS


def test_a_container_of_a_stranger_is_found_only_by_keys_from_elsewhere() -> None:
    stranger = create_jose_keys("exchange")
    proof = replace(make_proof(), signer=stranger, anchors=[], keys={**PUBLIC, "exchange": public_part(stranger)})

    assert fault_of(proof.pack()).reason is Doubt.MANIFEST_FORGED


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 15), st.sampled_from(("token", "content", "route", "message_id")))
def test_an_entry_that_the_exchange_itself_rewrote_later_is_found_by_the_anchors(index: int, name: str) -> None:
    proof = signed_again(make_proof(), index, lambda entry: replace(entry, **{name: "0" * 64}))

    fault = fault_of(proof.pack())

    assert (fault.reason, fault.file) == (Fault.ANCHORED_OTHERWISE, JOURNAL)
    assert fault.number == (8 if index < 8 else 16)


def test_a_journal_whose_end_was_cut_off_and_signed_again_is_found_by_the_anchors() -> None:
    proof = make_proof()
    proof.lines = proof.lines[:-1]
    proof.head = head_of(proof.lines[-1][0])

    fault = fault_of(proof.pack())

    assert (fault.reason, fault.number) == (Doubt.ANCHOR_AHEAD, 15)


def test_a_journal_that_ends_before_the_manifest_says_is_found() -> None:
    proof = make_proof()
    texts = [entry.line(noted) for entry, noted in proof.lines]
    proof.anchors = proof.anchors[:1]

    fault = fault_of(proof.pack(texts=texts[:-2]))

    assert (fault.reason, fault.number) == (Fault.CUT_OFF, 15)


def test_a_tampered_line_is_named_by_file_line_and_number() -> None:
    proof = make_proof()
    entry, noted = proof.lines[6]
    proof.lines[6] = (replace(entry, size=1), noted)

    fault = fault_of(proof.pack())

    assert (fault.reason, fault.file, fault.line, fault.number) == (Fault.CHANGED, JOURNAL, 7, 7)
    assert fault.text == (
        "journal.jsonl 第 7 行（编号 7）：内容与其哈希不符，登记后被改动\n"
        "journal.jsonl line 7 (entry 7): does not fit its hash: changed after it was entered"
    )


def test_an_anchor_of_another_signer_or_order_is_found() -> None:
    proof, other = make_proof(), make_proof()
    anchor = proof.anchors[1].anchor
    forged = replace(proof.anchors[1], token=sign(STRANGER_KEYS, anchor.payload, typ="tongbao-anchor"))
    loose = anchor_after([], FIRST_DAY + timedelta(days=1), anchor.chains)

    assert fault_of(replace(proof, anchors=[proof.anchors[0], forged]).pack()).reason is Doubt.ANCHOR_FORGED
    assert fault_of(replace(other, anchors=[other.anchors[0], loose]).pack()).reason is Doubt.ANCHOR_UNLINKED


def test_an_entry_that_was_slipped_into_a_day_that_is_over_is_found() -> None:
    proof = make_proof(messages=2, days=1)
    late = next(linked(replace(proof.head, at=""), [make_crossing(9)], proof.lines[-1][0].at))
    proof.lines.append((late, late.hash))
    proof.head = head_of(late)

    fault = fault_of(proof.pack())

    assert (fault.reason, fault.number) == (Doubt.OUTSIDE_OF_DAY, 5)


def test_a_beginning_that_no_anchor_holds_is_found() -> None:
    proof = make_proof()
    proof.anchors = [anchor_after([], FIRST_DAY, [Standing("directory", 3, "0" * 64)])]

    assert fault_of(proof.pack()).reason is Fault.ANCHORED_OTHERWISE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda receipts: receipts[1:], Doubt.RECEIPT_LACKING),
        (lambda receipts: [*receipts, receipts[-1]], Doubt.RECEIPT_FOREIGN),
        (lambda receipts: [(1, receipts[0][1])], Doubt.RECEIPT_FOREIGN),
        (lambda receipts: [(receipts[0][0], receipts[1][1]), *receipts[1:]], Doubt.RECEIPT_OTHERWISE),
        (lambda receipts: [(receipts[0][0], forged_receipt()), *receipts[1:]], Doubt.RECEIPT_FORGED),
        (lambda receipts: [(receipts[0][0], reworded_receipt()), *receipts[1:]], Doubt.RECEIPT_OTHERWISE),
    ],
)
def test_receipts_that_are_not_those_of_the_journal_are_found(
    change: Callable[[list[tuple[int, str]]], list[tuple[int, str]]], reason: Doubt
) -> None:
    proof = make_proof()

    fault = fault_of(replace(proof, receipts=change(proof.receipts)).pack())

    assert fault.reason is reason


def forged_receipt() -> str:
    return sign(STRANGER_KEYS, b"{}", typ=RECEIPT.type, to="nobody")


def reworded_receipt() -> str:
    return receipt_for(make_crossing(1), "refused")[1]


def test_a_receipt_that_quotes_another_content_than_was_sent_is_found() -> None:
    sent = make_crossing(1)
    crossing, token = receipt_for(sent, digest="1" * 64)
    head, lines = Head(), []
    for entry in linked(
        head, [sent, replace(crossing, quoted="1" * 64)], moment_text(end_of(FIRST_DAY) - timedelta(1))
    ):
        lines.append((entry, entry.hash))
        head = head_of(entry)
    proof = replace(make_proof(), lines=lines, receipts=[(2, token)], anchors=[], head=head)

    fault = fault_of(proof.pack())

    assert (fault.reason, fault.number) == (Doubt.RECEIPT_OF_OTHER_CONTENT, 2)


def test_every_reason_has_words_in_both_languages() -> None:
    assert {*Fault, *Doubt} == WORDS.keys()
    assert all(all(words) for words in WORDS.values())


def verify(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a reader does, in a folder that holds nothing else."""
    return subprocess.run(
        [sys.executable, "-m", "services.exchange.journal.verify", *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_says_offline_whether_a_container_holds(tmp_path: Path) -> None:
    (tmp_path / "proof.zip").write_bytes(WHOLE)
    (tmp_path / "keys.json").write_bytes(orjson.dumps(PUBLIC))
    tampered = make_proof()
    tampered.lines[2], tampered.lines[3] = tampered.lines[3], tampered.lines[2]
    (tmp_path / "swapped.zip").write_bytes(tampered.pack())

    holds = verify(tmp_path, "proof.zip", "--keys", "keys.json")
    by_itself = verify(tmp_path, "proof.zip")
    swapped = verify(tmp_path, "swapped.zip", "--keys", "keys.json")

    assert (holds.returncode, by_itself.returncode, swapped.returncode) == (0, 3, 1)
    assert "成立 HOLDS" in holds.stdout
    assert "另行取得" not in holds.stdout
    assert "另行取得" in by_itself.stdout
    assert "journal.jsonl 第 3 行（编号 3）：此处缺少条目" in swapped.stdout
    assert holds.stderr == by_itself.stderr == swapped.stderr == ""


def test_the_command_tells_what_it_cannot_read_from_what_does_not_hold(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_bytes(b"no archive")
    (tmp_path / "proof.zip").write_bytes(WHOLE)
    (tmp_path / "other.json").write_bytes(orjson.dumps({"exchange": public_part(DIRECTORY_KEYS)}))

    assert verify(tmp_path, "missing.zip").returncode == 2
    assert verify(tmp_path, "proof.zip", "--keys", "text.zip").returncode == 2
    assert verify(tmp_path, "text.zip").returncode == 1
    assert verify(tmp_path, "proof.zip", "--keys", "other.json").returncode == 1


def test_the_verifier_is_handed_out_as_one_file_that_needs_nothing_of_the_project(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "services.exchange.journal.bundle", str(tmp_path / "tongbao-verify.pyz")],
        cwd=ROOT,
        check=False,
    )
    (tmp_path / "proof.zip").write_bytes(WHOLE)
    (tmp_path / "keys.json").write_bytes(orjson.dumps(PUBLIC))

    told = subprocess.run(
        [sys.executable, "tongbao-verify.pyz", "proof.zip", "--keys", "keys.json"],
        cwd=tmp_path,
        env={"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (made.returncode, told.returncode, told.stderr) == (0, 0, "")
    assert "成立 HOLDS" in told.stdout


def test_the_verifier_loads_nothing_of_a_server() -> None:
    code = (
        "import sys, services.exchange.journal.verify;"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'pymongo', 'flask', 'pika', 'boto3', 'httpx'}),"
        "[name for name in sys.modules if name.startswith('services.') and '.journal' not in name])"
    )

    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[] ['services.exchange']"


def test_keys_are_not_looked_for_in_the_container_where_some_are_given() -> None:
    assert fault_of(WHOLE, {"directory": PUBLIC["directory"]}).reason is Doubt.KEYS_LACKING
    assert fault_of(rewritten(WHOLE, KEYS, lambda _: b"[]"), None).reason is Doubt.KEYS_MALFORMED
    assert {ANCHORS, RECEIPTS} < set(FILES)
