import pytest

from shared.codes import icp, phones, sites


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.com/a",
        "HTTP://Example.COM",
        "http://WWW.example.com.:80/?q",
        " https://ｅｘａｍｐｌｅ.com ",
    ],
)
def test_two_spellings_of_one_site_are_the_same(url: str) -> None:
    assert sites.normalise_site(url) == "example.com"


def test_an_international_name_is_compared_in_its_ascii_form() -> None:
    ascii_name = ".".join("xn--" + label.encode("punycode").decode() for label in ("服务", "中国"))

    assert sites.normalise_site("https://www.服务。中国/") == ascii_name
    assert sites.normalise_site(f"http://{ascii_name.upper()}") == ascii_name


def test_other_subdomains_are_other_sites() -> None:
    assert sites.normalise_site("https://m.example.com") != sites.normalise_site("https://example.com")


@pytest.mark.parametrize(
    "host",
    [
        "ccgp.gov.cn",
        "www.ccgp.gov.cn",
        "WWW.CCGP.GOV.CN.",
        "ccgp-beijing.gov.cn",
        "www.ccgp-shanghai.gov.cn",
        "zfcg.sh.gov.cn",
        "www.zfcg.hangzhou.gov.cn",
        "zfcg.gov.cn",
        "zfcgw.example.gov.cn",
        "szzfcg.sz.gov.cn",
        "www.zycg.gov.cn",
        "zycg.cn",
        "gdgpo.gov.cn",
        "www.zcygov.cn",
        "zcygov.cn",
        "login.zcy.gov.cn",
    ],
)
def test_hosts_of_government_procurement_are_recognised_with_a_reason(host: str) -> None:
    assert sites.is_government_procurement(host)
    assert sites.procurement_reason(host)


@pytest.mark.parametrize(
    "host",
    ["example.com", "ccgp.gov.cn.example.com", "notccgp.gov.cn", "ccgp.com", "mofcom.gov.cn", "zfcg.example.com", ""],
)
def test_other_hosts_are_not_government_procurement(host: str) -> None:
    assert not sites.is_government_procurement(host)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("京ICP备12345678号", "京ICP备12345678号"),
        ("京ICP备12345678号-1", "京ICP备12345678号-1"),
        ("京icp备12345678号－12", "京ICP备12345678号-12"),
        ("京ICP备 12345678", "京ICP备12345678号"),
        ("浙ICP证B2-20200001号", "浙B2-20200001"),
        ("浙b2－20200001", "浙B2-20200001"),
    ],
)
def test_numbers_are_compared_in_their_full_form_with_that_of_the_site(text: str, expected: str) -> None:
    assert icp.normalise_icp(text) == expected


def test_what_is_no_number_is_not_compared() -> None:
    with pytest.raises(icp.IcpError, match="icp_malformed"):
        icp.normalise_icp("备案中")


def test_every_province_gives_numbers() -> None:
    assert len(set(icp.PROVINCES.values())) == 31


def test_a_number_is_split_as_on_the_form() -> None:
    assert phones.parse("0571-88888888转8001") == phones.Phone(area="0571", number="88888888", extension="8001")
    assert phones.parse("+8613800138000") == phones.Phone(mobile="13800138000")
