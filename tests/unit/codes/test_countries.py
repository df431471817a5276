import pytest

from shared.codes import countries


@pytest.mark.parametrize(
    ("alpha3", "alpha2", "name", "offshore"),
    [
        ("CHN", "CN", "中国", False),
        ("HKG", "HK", "中国香港", True),
        ("MAC", "MO", "中国澳门", True),
        ("TWN", "TW", "中国台湾", True),
        ("USA", "US", "美国", True),
        ("COD", "CD", "刚果（金）", True),
    ],
)
def test_a_country_has_its_codes_and_its_chinese_name(alpha3: str, alpha2: str, name: str, offshore: bool) -> None:
    country = countries.find(alpha3)

    assert country == countries.Country(alpha2, alpha3, name)
    assert countries.find_alpha2(alpha2) == country
    assert countries.is_offshore(alpha3) is offshore


def test_all_of_iso_3166_is_there_once_and_the_mainland_first() -> None:
    listed = countries.countries()

    assert len(listed) == 249
    assert len({country.alpha2 for country in listed}) == 249
    assert len({country.name for country in listed}) == 249
    assert listed[0].alpha3 == "CHN"


@pytest.mark.parametrize("code", ["", "chn", "XXX", "CN", "ZAR"])
def test_an_unknown_code_is_neither_at_home_nor_offshore(code: str) -> None:
    assert countries.find(code) is None
    with pytest.raises(LookupError):
        countries.is_offshore(code)
