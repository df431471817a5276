import base64
import json
from pathlib import Path

import pytest
from joserfc import jwe, jws
from joserfc.jwk import KeySetSerialization, OctKey, OKPKey

from shared.crypto.errors import BadSignature, CannotDecrypt, KeyFileUnsafe
from shared.crypto.jose import create_jose_keys, open_sealed, public_part, seal_for, sign, signed_in, verify
from shared.crypto.jose_file import create_jose_file, read_jose_file, read_jose_peers

OURS, PEERS, THIRD = create_jose_keys("exchange"), create_jose_keys("directory"), create_jose_keys("third")
PAYLOAD = '{"name":"某某公司"}'.encode()


def _header(token: str) -> dict[str, str]:
    part = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))  # type: ignore[no-any-return]


def test_a_sealed_message_opens_for_its_reader_with_its_signer() -> None:
    token = seal_for(public_part(PEERS), PAYLOAD, sign_with=OURS, typ="unit-new")

    assert open_sealed(PEERS, token, public_part(OURS), typ="unit-new") == PAYLOAD
    assert _header(token).items() >= {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "cty": "JWS"}.items()


def test_a_message_without_signature_opens_where_none_is_expected() -> None:
    token = seal_for(public_part(PEERS), PAYLOAD)

    assert open_sealed(PEERS, token) == PAYLOAD
    with pytest.raises(BadSignature):
        open_sealed(PEERS, token, public_part(OURS))


def test_a_signature_that_nobody_checks_is_refused() -> None:
    token = seal_for(public_part(PEERS), PAYLOAD, sign_with=OURS)

    with pytest.raises(BadSignature):
        open_sealed(PEERS, token)


def test_what_was_signed_inside_can_be_shown_to_others_who_verify_it() -> None:
    token = seal_for(public_part(PEERS), b"content", sign_with=OURS, typ="use")

    inside = signed_in(PEERS, token, "use")

    assert verify(public_part(OURS), inside, typ="use", to=str(PEERS["keys"][1]["kid"])) == b"content"
    with pytest.raises(BadSignature):
        signed_in(PEERS, seal_for(public_part(PEERS), b"content", typ="use"), "use")
    with pytest.raises(CannotDecrypt):
        signed_in(PEERS, token, "another use")


def test_no_other_reader_and_no_other_signer_passes() -> None:
    token = seal_for(public_part(PEERS), PAYLOAD, sign_with=OURS)

    with pytest.raises(CannotDecrypt):
        open_sealed(THIRD, token, public_part(OURS))
    with pytest.raises(BadSignature):
        open_sealed(PEERS, token, public_part(THIRD))


def test_a_reader_can_not_pass_a_signed_message_on_as_if_meant_for_another() -> None:
    inner = sign(OURS, PAYLOAD, to=str(PEERS["keys"][1]["kid"]))
    reader = next(key for key in THIRD["keys"] if key["use"] == "enc")
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": str(reader["kid"]), "cty": "JWS"}
    passed_on = jwe.encrypt_compact(header, inner, OKPKey.import_key(reader), algorithms=[header["alg"], header["enc"]])

    with pytest.raises(BadSignature):
        open_sealed(THIRD, passed_on, public_part(OURS))


def test_a_message_of_one_use_is_not_taken_for_another() -> None:
    with pytest.raises(CannotDecrypt):
        open_sealed(PEERS, seal_for(public_part(PEERS), PAYLOAD, typ="mail"), typ="unit-new")
    with pytest.raises(BadSignature):
        verify(public_part(OURS), sign(OURS, PAYLOAD, typ="receipt"), typ="")


def test_no_changed_character_passes() -> None:
    sealed = seal_for(public_part(PEERS), PAYLOAD, sign_with=OURS)
    signed = sign(OURS, PAYLOAD)

    for token in (sealed, signed):
        for position in range(0, len(token), 7):
            if position + 1 == len(token) or token[position + 1] == ".":
                continue  # the last character of a part may carry unused bits
            changed = token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1 :]
            with pytest.raises((BadSignature, CannotDecrypt)):
                open_sealed(PEERS, changed, public_part(OURS)) if token is sealed else verify(
                    public_part(OURS), changed
                )


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "a.b.c.d.e", "....", "é.é.é", "e30.e30.e30", "bnVsbA.e30.e30"])
def test_rubbish_is_refused(token: str) -> None:
    with pytest.raises(BadSignature):
        verify(public_part(OURS), token)
    with pytest.raises(CannotDecrypt):
        open_sealed(OURS, token)


def test_neither_no_algorithm_nor_a_mac_with_the_public_key_is_a_signature() -> None:
    kid = str(OURS["keys"][0]["kid"])
    public = base64.urlsafe_b64decode(str(OURS["keys"][0]["x"]) + "=")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": kid}).encode()).rstrip(b"=").decode() + ".e30."
    forged = jws.serialize_compact({"alg": "HS256", "kid": kid}, b"{}", OctKey.import_key(public), algorithms=["HS256"])

    for token in (none, forged):
        with pytest.raises(BadSignature):
            verify(public_part(OURS), token)


def test_a_compressed_message_is_refused() -> None:
    reader = OKPKey.import_key(PEERS["keys"][1])
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "zip": "DEF", "kid": reader.kid}
    token = jwe.encrypt_compact(header, b"x" * 1000, reader, algorithms=["ECDH-ES+A256KW", "A256GCM", "DEF"])

    with pytest.raises(CannotDecrypt):
        open_sealed(PEERS, token)


def test_a_record_larger_than_the_library_allows_by_itself_still_travels() -> None:
    payload = b"x" * 400_000

    token = seal_for(public_part(PEERS), payload, sign_with=OURS)

    assert open_sealed(PEERS, token, public_part(OURS)) == payload


def test_a_new_key_in_front_is_used_and_the_old_one_still_reads() -> None:
    new = create_jose_keys("exchange")
    both: KeySetSerialization = {"keys": new["keys"] + OURS["keys"]}
    old_token, old_signed = seal_for(public_part(OURS), PAYLOAD), sign(OURS, PAYLOAD)

    assert open_sealed(both, old_token) == PAYLOAD
    assert verify(public_part(both), old_signed) == PAYLOAD
    assert _header(sign(both, PAYLOAD))["kid"] == new["keys"][0]["kid"]


def test_the_public_part_holds_nothing_private() -> None:
    assert all("d" not in key for key in public_part(OURS)["keys"])
    assert {key["use"] for key in public_part(OURS)["keys"]} == {"sig", "enc"}


def test_a_private_file_comes_back_and_is_refused_when_open_to_others(tmp_path: Path) -> None:
    path = tmp_path / "jose.json"
    create_jose_file(path, "exchange")

    keys = read_jose_file(path)

    assert verify(public_part(keys), sign(keys, PAYLOAD)) == PAYLOAD
    path.chmod(0o644)
    with pytest.raises(KeyFileUnsafe):
        read_jose_file(path)


def test_peers_are_read_by_name_and_may_not_hold_private_keys(tmp_path: Path) -> None:
    path = tmp_path / "peers.json"
    path.write_text(json.dumps({"directory": public_part(PEERS)}))

    assert read_jose_peers(path) == {"directory": public_part(PEERS)}
    path.write_text(json.dumps({"directory": PEERS}))
    with pytest.raises(KeyFileUnsafe):
        read_jose_peers(path)


@pytest.mark.parametrize("content", ["", "[]", '{"keys": 1}', '{"keys": [{"kty": "OKP"}]}'])
def test_malformed_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "jose.json"
    path.touch(0o600)
    path.write_text(content)

    with pytest.raises(KeyFileUnsafe):
        read_jose_file(path)
