"""What a host name tells by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.recognition.brands import BRANDS
from canhgiac.engines.recognition.hosts import judge_host, registered


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
