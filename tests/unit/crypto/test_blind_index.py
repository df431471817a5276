import pytest

from shared.crypto.blind_index import BlindIndex
from shared.crypto.suites import Suite
from tests.support.keys import MemoryKeyStore, make_keyring


@pytest.mark.parametrize(
    "written", ["91330100799655058b", " 91330100799655058B ", "９１３３０１００７９９６５５０５８Ｂ"]
)
def test_values_that_mean_the_same_have_the_same_index(written: str) -> None:
    index = BlindIndex(make_keyring())

    assert index.of("uscc", written) == index.of("uscc", "91330100799655058B")
    assert len(index.of("uscc", written)) == 16


def test_another_value_another_field_or_another_keyring_gives_another_index() -> None:
    index = BlindIndex(make_keyring())

    indexes = {
        index.of("uscc", "A1"),
        index.of("uscc", "A2"),
        index.of("contract", "A1"),
        BlindIndex(make_keyring()).of("uscc", "A1"),
    }

    assert len(indexes) == 4


def test_a_change_of_suite_leaves_stored_indexes_findable() -> None:
    store = MemoryKeyStore()
    stored = BlindIndex(make_keyring(Suite.AES_256_GCM, store)).of("uscc", "A1")

    assert BlindIndex(make_keyring(Suite.SM4_GCM, store)).of("uscc", "A1") == stored


def test_nothing_can_not_be_indexed() -> None:
    with pytest.raises(ValueError, match="uscc"):
        BlindIndex(make_keyring()).of("uscc", " \u3000 ")
