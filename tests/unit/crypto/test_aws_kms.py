from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.stub import Stubber

from shared.crypto.errors import KekUnknown, UnwrapRefused
from shared.crypto.kek import AwsKmsKek, Wrapped
from shared.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

ARN = "arn:aws-cn:kms:cn-north-1:111122223333:key/new"
FORMER = "arn:aws-cn:kms:cn-north-1:111122223333:key/old"
CONTEXT = {"tongbao:key": "unit/u1/k1"}


@pytest.fixture
def client() -> "KMSClient":
    return boto3.client("kms", region_name="cn-north-1", aws_access_key_id="a", aws_secret_access_key="s")


@pytest.fixture
def kms(client: "KMSClient") -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_the_context_goes_into_the_encryption_context_both_ways(client: "KMSClient", kms: Stubber) -> None:
    kms.add_response(
        "encrypt",
        {"CiphertextBlob": b"wrapped", "KeyId": ARN},
        {"KeyId": ARN, "Plaintext": b"d" * 32, "EncryptionContext": CONTEXT},
    )
    kms.add_response(
        "decrypt",
        {"Plaintext": b"d" * 32, "KeyId": ARN},
        {"KeyId": ARN, "CiphertextBlob": b"wrapped", "EncryptionContext": CONTEXT},
    )
    kek = AwsKmsKek(client, ARN)

    wrapped = kek.wrap(b"d" * 32, "unit/u1/k1")

    assert wrapped == Wrapped(kek.key_id, b"wrapped")
    assert kek.unwrap(wrapped, "unit/u1/k1") == b"d" * 32


def test_a_former_key_still_unwraps_and_a_foreign_one_is_never_asked(client: "KMSClient", kms: Stubber) -> None:
    kms.add_response("decrypt", {"Plaintext": b"d" * 32, "KeyId": FORMER})
    kek = AwsKmsKek(client, ARN, former=[FORMER])

    assert kek.unwrap(Wrapped(FORMER, b"wrapped"), "unit/u1/k1") == b"d" * 32
    with pytest.raises(KekUnknown):
        kek.unwrap(Wrapped("arn:aws-cn:kms:cn-north-1:999999999999:key/theirs", b"wrapped"), "unit/u1/k1")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("InvalidCiphertextException", UnwrapRefused),
        ("IncorrectKeyException", UnwrapRefused),
        ("DisabledException", KekUnknown),
        ("KMSInvalidStateException", KekUnknown),
        ("ThrottlingException", Unavailable),
        ("KMSInternalException", Unavailable),
        ("AccessDeniedException", Unavailable),
    ],
)
def test_each_answer_of_kms_has_its_meaning(
    client: "KMSClient", kms: Stubber, code: str, error: type[Exception]
) -> None:
    kms.add_client_error("decrypt", code)

    with pytest.raises(error):
        AwsKmsKek(client, ARN).unwrap(Wrapped(ARN, b"wrapped"), "unit/u1/k1")


def test_an_alias_is_not_taken_for_a_key(client: "KMSClient") -> None:
    with pytest.raises(ValueError, match="ARN"):
        AwsKmsKek(client, "alias/tongbao")
