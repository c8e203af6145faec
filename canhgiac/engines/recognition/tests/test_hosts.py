"""What a host name tells by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.recognition.brands import BRANDS
from canhgiac.engines.recognition.hosts import judge_host, registered
from canhgiac.engines.recognition.tokens import take_apart


@pytest.mark.parametrize(
    ("host", "sign"),
    [
        ("vietcombank.vn-xacminh.test", "sub-domain"),
        ("zaloapp.com.660316.abc.test", "sub-domain"),
        ("hsbc-vnd.test", "borrowed"),
        ("www.vietcornbank.test", "look-alike"),
        ("vietc0mbank.test", "look-alike"),
        ("tecbcombank.test", "look-alike"),
        ("agrlbank.test", "look-alike"),
        ("vietсombank.com", "mixed-script"),  # Cyrillic с
        ("xn--vietcmbank-e7e.com", "punycode"),
        ("m.vn-bhx.icu", "look-alike"),
        ("b1dv.test", "look-alike"),
        ("m0mo-vi.test", "look-alike"),
        ("viet-com-bank.test", "borrowed"),
        ("acb-online.test", "borrowed"),
        ("vacbonx-tin.vn", ""),
        ("dichvucong.gov-vn.test", "sub-domain"),
        ("VIETCOMBANK.COM.VN-MS.TOP", "sub-domain"),
        ("vietcombank。com。vn-ms。top", "sub-domain"),  # ideographic full stops
        ("vietcomьank.com", "mixed-script"),  # Cyrillic ь
        ("techcombạnk.test", "mixed-script"),
        ("3221225991", "address"),
        ("0xc0000207", "address"),
        ("[2001:db8::1]", "address"),
        ("192.0.2.7", "address"),
        ("bit.ly", "shortener"),
        ("zalo.me", "chat"),
        ("trang-la.top", "cheap"),
        ("viettelmoney.go.link", ""),
        ("tuoitre.vn", ""),
        ("vacbonx.com", ""),
    ],
)
def test_the_sign_of_a_host(host: str, sign: str) -> None:
    assert judge_host(host).sign == sign


@pytest.mark.parametrize("host", ["vietcombank.com.vn", "my.vnpt.com.vn", "dichvucong.gov.vn", "thcs.vinhan.edu.vn"])
def test_an_owner_s_own_address_is_known(host: str) -> None:
    judged = judge_host(host)
    assert (judged.official, judged.sign) == (True, "")


@pytest.mark.parametrize("brand", BRANDS, ids=lambda brand: brand.name)
def test_no_brand_is_accused_of_borrowing_its_own_name(brand: object) -> None:
    for host in brand.hosts:  # type: ignore[attr-defined]
        assert judge_host(host).sign in {"", "chat"}, host
        assert judge_host(f"www.{host}").sign in {"", "chat"}, host


def test_the_registered_part_of_a_host() -> None:
    assert registered("a.b.vietcombank.com.vn") == "vietcombank.com.vn"
    assert registered("vietcombank.vn-ms.top") == "vn-ms.top"
    assert registered("trang.github.io") == "trang.github.io"
    assert registered("localhost") == "localhost"


@given(st.text(max_size=120))
def test_any_text_is_judged_without_harm(text: str) -> None:
    assert judge_host(text).sign in {
        *("", "borrowed", "look-alike", "sub-domain", "punycode", "mixed-script"),
        *("address", "shortener", "chat", "cheap"),
    }


@pytest.mark.parametrize(
    ("host", "owner", "brand", "shown"),
    [
        ("vietcombank.com.vn.dangnhap-xacminh.test", "dangnhap-xacminh.test", "Vietcombank", ""),
        ("login.vietcombank-online.com.vn", "vietcombank-online.com.vn", "Vietcombank", ""),
        ("shopee.weebly.com", "shopee.weebly.com", "Shopee", ""),
        ("agr1bank.test", "agr1bank.test", "Agribank", ""),
        ("vietсombank.com", "xn--vietombank-fwi.com", "Vietcombank", "vietсombank.com"),
        ("xn--vietombank-fwi.com", "xn--vietombank-fwi.com", "Vietcombank", "vietсombank.com"),
        ("ｖｉｅｔｃｏｍｂａｎｋ.com.vn", "vietcombank.com.vn", "Vietcombank", ""),
    ],
)
def test_the_true_name_of_a_page_and_whose_it_borrows(host: str, owner: str, brand: str, shown: str) -> None:
    judged = judge_host(host)
    assert (judged.owner, judged.shown) == (owner, shown)
    assert judged.brand is not None
    assert judged.brand.name == brand


def test_punycode_is_the_same_name_for_us_and_for_the_standard_library() -> None:
    assert judge_host("vietсombank.com").host == "vietсombank.com".encode("idna").decode()


@pytest.mark.parametrize(
    ("message", "host", "brand"),
    [
        ("https://vietcombank.com.vn@evil.test/login", "evil.test", "Vietcombank"),
        ("http://vietcombank.com.vn:443@evil.test", "evil.test", "Vietcombank"),
        ("https://dichvucong.gov.vn%2f@evil.test", "evil.test", "Dịch vụ công"),
        ("https://ai-do:mat-khau@192.0.2.7:8443/", "192.0.2.7", None),
    ],
)
def test_what_stands_before_the_at_sign_is_not_where_a_link_leads(message: str, host: str, brand: str | None) -> None:
    (link,) = [entity for entity in take_apart(message).entities if entity.kind == "link"]
    assert link.host is not None
    assert (link.host.host, link.host.sign, link.host.official) == (host, "userinfo", False)
    assert (link.host.brand.name if link.host.brand else None) == brand


@pytest.mark.parametrize(
    ("message", "host", "sign"),
    [
        ("vào vietcombank-online.test:8443/x nhé", "vietcombank-online.test", "borrowed"),
        ("vào http://192.0.2.7:8080/a", "192.0.2.7", "address"),
        ("vào 192.0.2.7/a", "192.0.2.7", "address"),
        ("vào vietcоmbank.com ngay", "xn--vietcmbank-ivi.com", "mixed-script"),
        ("vào abc[.]vietcombank[.]top", "abc.vietcombank.top", "borrowed"),
        ("xem tại vn-nhanqua.top", "vn-nhanqua.top", "look-alike"),
    ],
)
def test_a_link_in_a_message_is_judged_by_its_host(message: str, host: str, sign: str) -> None:
    (link,) = [entity for entity in take_apart(message).entities if entity.kind == "link"]
    assert link.host is not None
    assert (link.host.host, link.host.sign) == (host, sign)


@pytest.mark.parametrize("message", ["Chuyển 192.000.000.000đ", "Ngày 1.2.2024", "Mua 1.2.3.4 món", "ngay.Vui lòng"])
def test_figures_and_sentences_are_no_hosts(message: str) -> None:
    assert [entity for entity in take_apart(message).entities if entity.kind == "link"] == []
