"""What is sealed opens for its reader alone, and only when the right one signed it for this use."""

from __future__ import annotations

import pytest
from joserfc.jwk import KeySetSerialization

from services.exchange.errors import Unreadable
from services.exchange.model.partners import Partner
from services.exchange.repository.border import JoseBorder
from shared.contracts.border import RECEIPT, UNIT_NEW
from shared.crypto.jose import create_jose_keys, open_sealed, public_part, seal_for
from shared.crypto.payload import dump_payload
from tests.support.exchange import APPROVED

EXCHANGE, DIRECTORY, STRANGER = (create_jose_keys(name) for name in ("exchange", "directory", "stranger"))
BORDER = JoseBorder(EXCHANGE, {"directory": public_part(DIRECTORY), "exchange": public_part(EXCHANGE)})


def receipt(signer: KeySetSerialization | None, typ: str = RECEIPT.type, reader: KeySetSerialization = EXCHANGE) -> str:
    return seal_for(public_part(reader), b"{}", sign_with=signer, typ=typ)


def test_what_goes_out_opens_for_the_directory_as_signed_by_us() -> None:
    token = BORDER.seal(b"content", UNIT_NEW.type, Partner.DIRECTORY)

    content = open_sealed(DIRECTORY, token, public_part(EXCHANGE), typ=UNIT_NEW.type)

    assert content == b"content"


def test_a_receipt_that_the_directory_signed_for_us_opens() -> None:
    assert BORDER.open_receipt(receipt(DIRECTORY), RECEIPT.type, Partner.DIRECTORY) == b"{}"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (receipt(STRANGER), "bad_signature"),
        (receipt(None), "bad_signature"),
        (receipt(EXCHANGE), "bad_signature"),
        (receipt(DIRECTORY, typ=UNIT_NEW.type), "cannot_decrypt"),
        (receipt(DIRECTORY, reader=STRANGER), "cannot_decrypt"),
        ("", "cannot_decrypt"),
        ("a.b.c.d.e", "cannot_decrypt"),
        ("乱码", "cannot_decrypt"),
    ],
)
def test_any_other_receipt_is_refused_with_a_code(token: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        BORDER.open_receipt(token, RECEIPT.type, Partner.DIRECTORY)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (seal_for(public_part(STRANGER), dump_payload({}), typ=APPROVED), "cannot_decrypt"),
        (seal_for(public_part(EXCHANGE), dump_payload({}), typ="other"), "cannot_decrypt"),
        (seal_for(public_part(EXCHANGE), dump_payload([]), typ=APPROVED), "record_unfit"),
        (seal_for(public_part(EXCHANGE), b"no json", typ=APPROVED), "record_unfit"),
    ],
)
def test_a_record_that_is_not_for_us_or_none_is_refused_with_a_code(token: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        BORDER.open_record(token, APPROVED)

    assert caught.value.code == code
