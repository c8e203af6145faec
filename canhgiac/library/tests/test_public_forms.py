"""The public pages of the forms: found by what happens, told in full, as words alone, gone when withdrawn."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from canhgiac.agencies.models import Audience
from canhgiac.kit import clock
from canhgiac.library.models import Edition, FormLaw, Group, Law, Situation
from canhgiac.library.selectors.facets import (
    AUDIENCES,
    CHANNELS,
    GROUP_SLUGS,
    KINDS,
    SIGN_ICONS,
    SITUATIONS,
    facet,
    sign_icon,
)
from canhgiac.library.selectors.laws import citation
from canhgiac.library.selectors.public import Asked, first_letter, form_list
from canhgiac.library.selectors.publicform import FormTold, count_words, law_line, reading_minutes, signs_of
from canhgiac.library.selectors.sitemap import HIDDEN
from canhgiac.library.views.reading import PLAIN_COOKIE
from tests.factories import library as make

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django import DjangoAssertNumQueries

    from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
PLAIN_LIMIT = 15_000
"""Bytes of a page as words alone, before compression."""


def text(answer: HttpResponse | Any) -> str:
    return str(answer.content.decode())


def told(**content: Any) -> Any:
    """A form with everything a page can show."""
    return make.form(
        name="Giả nhân viên điện lực",
        group=Group.IMPERSONATION,
        situations=[Situation.CALL_COMPANY, Situation.ASKED_INSTALL],
        truth="Điện lực không cắt điện qua một cuộc gọi.",
        talk=[
            {"who": "stranger", "text": "Nhà mình nợ tiền điện.", "note": "Dọa cắt điện để bạn vội."},
            {"who": "say", "text": "Tôi sẽ gọi tổng đài điện lực.", "note": ""},
        ],
        dont=["Đừng cài ứng dụng họ gửi."],
        targets=[Audience.ELDERLY, Audience.HOUSEHOLDS],
        to_review=["Tên ứng dụng chăm sóc khách hàng cần xác nhận."],
        **content,
    )


# The list -----------------------------------------------------------------------------------------------------------


def test_every_situation_and_group_has_a_word_of_its_own_in_addresses() -> None:
    assert set(SITUATIONS) == set(Situation)
    assert set(GROUP_SLUGS) == set(Group)
    words = [slug for slug, _icon in SITUATIONS.values()]
    for known in (words, list(GROUP_SLUGS.values()), list(AUDIENCES.values()), list(CHANNELS.values())):
        assert len(set(known)) == len(known)
        assert all(re.fullmatch(r"[a-z0-9-]+", word) for word in known)
    assert len({slug for slug, _icon in KINDS.values()}) == len(KINDS)


def test_a_word_nobody_knows_narrows_nothing() -> None:
    assert facet(GROUP_SLUGS, "gia-mao") == Group.IMPERSONATION
    assert facet(GROUP_SLUGS, "'; drop table") is None
    assert not Asked.of({"nhom": "khong-co", "tinh-huong": "", "danh-cho": "x"}).narrows


def test_the_list_narrows_by_situation_reader_group_and_newness(client: Client) -> None:
    mine = told(is_new=True)
    other = make.form(group=Group.TRADE, situations=[Situation.SHOPPING], targets=[Audience.PUPILS])
    for query in ("tinh-huong=goi-xung-doanh-nghiep", "danh-cho=nguoi-cao-tuoi", "nhom=gia-mao", "moi=1"):
        page = text(client.get(f"/hinh-thuc/?{query}"))
        assert mine.name in page, query
        assert other.name not in page, query
    every = text(client.get("/hinh-thuc/"))
    assert mine.name in every
    assert other.name in every


def test_a_form_for_everybody_is_offered_to_each_reader_after_those_aimed_at_him() -> None:
    everybody = make.form(name="A ai cũng gặp", targets=[Audience.PUBLIC])
    aimed = make.form(name="Z nhắm người già", targets=[Audience.ELDERLY])
    found = form_list(Asked(audience=Audience.ELDERLY)).found
    assert [form.code for form in found] == [aimed.form.code, everybody.form.code]


@pytest.mark.parametrize("words", ["điện lực", "dien luc", "DIEN  LUC", "điên lưc"])
def test_the_search_reads_words_with_and_without_diacritics(client: Client, words: str) -> None:
    mine, other = told(), make.form()
    page = text(client.get("/hinh-thuc/", {"q": words}))
    assert mine.name in page
    assert other.name not in page


def test_a_search_that_finds_nothing_never_sounds_safe_and_says_what_next(client: Client) -> None:
    told()
    page = text(client.get("/hinh-thuc/", {"q": "xyzzy"}))
    assert "Chưa biết không có nghĩa là an toàn." in page
    assert "Kiểm tra một tin nhắn" in page


def test_words_of_the_search_are_shown_as_words(client: Client) -> None:
    page = text(client.get("/hinh-thuc/", {"q": '"><script>alert(1)</script>'}))
    assert "<script>alert" not in page


def test_letters_stand_in_the_order_of_the_alphabet(client: Client) -> None:
    for name in ("Ứng dụng giả", "Đòi nợ", "Dọa cắt điện", "Anh hùng", "Ấn nút"):
        make.form(name=name)
    found = form_list(Asked(by_letter=True)).letters
    assert [letter for letter, _forms in found] == ["A", "Â", "D", "Đ", "Ư"]
    assert first_letter("“Ơn trên”") == "Ơ"
    assert first_letter("?!") == "#"
    assert "Ứng dụng giả" in text(client.get("/hinh-thuc/?xep=a-z"))


def test_the_list_asks_the_same_whatever_it_holds(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    told()
    client.get("/hinh-thuc/")
    with django_assert_num_queries(4):  # the forms; who speaks, in two for want of a profile; grave warnings
        client.get("/hinh-thuc/")
    for _number in range(4):
        make.form()
    with django_assert_num_queries(4):
        client.get("/hinh-thuc/")


# One form -----------------------------------------------------------------------------------------------------------


def test_a_form_is_told_in_full(client: Client) -> None:
    edition = told()
    page = text(client.get(f"/hinh-thuc/{edition.form.slug}/"))
    for words in (
        *(edition.name, edition.summary, edition.truth, *edition.signs, *edition.sign_titles, *edition.happens),
        *(*edition.before, *edition.during, *edition.after, *edition.dont, "Bạn nên nói", "Dọa cắt điện để bạn vội."),
        *("Hai dấu hiệu nhận ra", "Cuộc gọi thường diễn ra thế này", "Người cao tuổi", "Không sợ"),
        *("Bản khởi đầu của phần mềm, chưa có người của tỉnh duyệt.", "1 điều đang xác nhận", *edition.to_review),
    ):
        assert words in page, words
    assert "style=" not in page.split("<main")[1]


def test_a_reviewed_form_says_when_and_by_whose_agency_and_not_by_whom(client: Client, cast: Cast) -> None:
    edition = told(author=cast.officer, reviewer=cast.coordinator)
    edition.reviewed_at = clock.now()
    edition.review_by = clock.today()
    edition.save(update_fields=["reviewed_at", "review_by"])
    page = text(client.get(f"/hinh-thuc/{edition.form.slug}/"))
    assert cast.coordinator.agency is not None
    assert f"Duyệt ngày {clock.today():%d/%m/%Y}, {cast.coordinator.agency.name}" in page
    assert "đang chờ xem lại" in page
    assert cast.coordinator.full_name not in page
    assert "Bản khởi đầu" not in page


def test_a_form_without_parts_shows_no_empty_headings(client: Client) -> None:
    bare = make.form(signs=[], sign_titles=[], happens=[], before=[], during=[], after=[], breaks=[], targets=[])
    page = text(client.get(f"/hinh-thuc/{bare.form.slug}/"))
    for heading in ("dấu hiệu nhận ra", "Diễn ra thế nào", "Để không mắc", "Nên làm", "Nhắm vào ai", "Luật nói gì"):
        assert heading not in page
    assert "Bắt đầu giờ vàng" in page


def test_signs_without_titles_stand_by_themselves() -> None:
    edition = make.form(sign_titles=["Bắt giữ bí mật"], signs=["Không được kể với ai.", "Đòi mã OTP."])
    assert [(sign.icon, sign.title, sign.text) for sign in signs_of(edition)] == [
        ("lock", "Bắt giữ bí mật", "Không được kể với ai."),
        ("key", "", "Đòi mã OTP."),
    ]


@pytest.mark.parametrize(
    ("words", "icon"),
    [
        ("Gọi video mặc sắc phục", "video"),
        ("Quét mã QR dán đè", "qrcode"),
        ("Bảo cài ứng dụng từ link lạ", "device-mobile"),
        ("Giục chuyển ngay", "clock"),
        ("Đòi chuyển tiền vào tài khoản lạ", "building-bank"),
        ("Điều chưa ai nghĩ tới", "alert-triangle"),
    ],
)
def test_the_icon_of_a_sign_follows_its_words(words: str, icon: str) -> None:
    assert sign_icon(words) == icon
    assert icon in {name for name, _pattern in SIGN_ICONS} | {"alert-triangle"}


def test_an_act_that_is_not_in_force_says_so(client: Client) -> None:
    edition = told()
    today = clock.today()
    new = Law.objects.create(
        code="M", number="2/2099", name="Luật mới", issued=today, from_day=today + dt.timedelta(days=365)
    )
    old = Law.objects.create(
        code="C",
        number="1/1999",
        name="Luật cũ",
        issued=dt.date(1999, 1, 1),
        from_day=dt.date(1999, 1, 1),
        until_day=today - dt.timedelta(days=365),
        successor=new,
    )
    FormLaw.objects.create(edition=edition, law=old, article="5")
    page = text(client.get(f"/hinh-thuc/{edition.form.slug}/"))
    assert "Điều 5 Luật cũ" in page
    assert "hết hiệu lực sau" in page
    assert law_line(citation("M")).note.startswith("có hiệu lực từ")
    assert law_line(citation("C", "5", dt.date(2000, 1, 1))).note == ""


def test_reading_takes_longer_the_more_there_is() -> None:
    short, long = make.form(), make.form(happens=["một hai ba bốn"] * 200)
    assert reading_minutes(short) == 1
    assert reading_minutes(long) == 5
    assert [count_words(n) for n in (1, 2, 5, 10, 11)] == ["1", "Hai", "Năm", "Mười", "11"]


def test_a_form_page_asks_the_same_whatever_it_holds(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    edition = told()
    url = f"/hinh-thuc/{edition.form.slug}/"
    client.get(url)
    with django_assert_num_queries(9) as once:
        client.get(url)
    for _number in range(4):
        material = make.material()
        material.material.forms.add(edition.form)
        make.form(situations=edition.situations)
    with django_assert_num_queries(len(once)):
        client.get(url)


def test_a_withdrawn_form_says_why_and_where_to_go(client: Client) -> None:
    near = told()
    gone = make.form(
        state=Edition.State.WITHDRAWN, end_reason="Số điện thoại trong bài đã đổi.", situations=near.situations
    )
    answer = client.get(f"/hinh-thuc/{gone.form.slug}/")
    assert answer.status_code == 410
    page = text(answer)
    for words in ("đã thu hồi", "Số điện thoại trong bài đã đổi.", near.name, "xin gỡ xuống", 'content="noindex"'):
        assert words in page
    plain = client.get(f"/hinh-thuc/{gone.form.slug}/?che-do=chu")
    assert plain.status_code == 410
    assert client.get("/hinh-thuc/khong-co-bai-nay/").status_code == 404


def test_drafts_are_nobodys(client: Client) -> None:
    draft = make.form(state=Edition.State.DRAFT)
    assert client.get(f"/hinh-thuc/{draft.form.slug}/").status_code == 404
    assert draft.name not in text(client.get("/hinh-thuc/"))


# How it is read -----------------------------------------------------------------------------------------------------


def test_words_alone_are_light_and_remembered(client: Client) -> None:
    edition = told()
    url = f"/hinh-thuc/{edition.form.slug}/"
    page = client.get(f"{url}?che-do=chu")
    assert len(page.content) < PLAIN_LIMIT
    assert client.cookies[PLAIN_COOKIE].value == "chu"
    for missing in ("<svg", "<img", "<script", "woff2", "public-all"):
        assert missing not in text(page)
    for words in (edition.truth, *edition.signs, *edition.during, "Bạn nên nói", "Giờ vàng"):
        assert words in text(page)
    assert "<svg" not in text(client.get(url)), "the choice holds on the next page"
    assert "<svg" in text(client.get(f"{url}?che-do=day-du"))
    assert "<svg" in text(client.get(url))


def test_every_page_has_its_words_only_form_under_the_limit(client: Client) -> None:
    make.library()
    paths = [
        "/hinh-thuc/",
        "/hinh-thuc/?danh-cho=nguoi-cao-tuoi",
        "/tai-lieu/",
        "/canh-bao/",
        "/moi-dang/",
        "/khong-co-mang/",
        "/nhung/",
    ]
    paths += re.findall(r'href="(/hinh-thuc/[^"?]+/)"', text(client.get("/hinh-thuc/")))
    assert len(paths) > 40
    for path in paths:
        page = client.get(path, {"che-do": "chu", **({"danh-cho": "nguoi-cao-tuoi"} if "?" in path else {})})
        assert page.status_code == 200
        assert len(page.content) < PLAIN_LIMIT, f"{path}: {len(page.content)}"


def test_a_page_that_did_not_change_is_not_sent_again(client: Client) -> None:
    edition = told()
    url = f"/hinh-thuc/{edition.form.slug}/"
    first = client.get(url, headers={"accept-encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert "csrftoken" not in client.cookies
    assert "no-cache" in first.headers["Cache-Control"]
    again = client.get(url, headers={"if-none-match": first.headers["ETag"], "accept-encoding": "gzip"})
    assert again.status_code == 304
    assert again.content == b""
    edition.truth = "Đã khác."
    edition.save(update_fields=["truth"])
    assert client.get(url, headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_only_what_everybody_sees_is_kept_on_the_phone(client: Client, cast: Cast) -> None:
    edition = told()
    url = f"/hinh-thuc/{edition.form.slug}/"
    assert client.get(url).headers["X-Canhgiac-Keep"] == "public"
    assert "X-Canhgiac-Keep" not in client.get(f"{url}?che-do=day-du").headers
    client.force_login(cast.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "X-Canhgiac-Keep" not in client.get(url).headers


def test_english_is_chosen_in_the_address_and_says_that_the_text_is_vietnamese(client: Client) -> None:
    edition = told()
    english = make.material(facts={"language": "en"}, title="The power company never calls to cut you off")
    english.material.forms.add(edition.form)
    page = text(client.get(f"/hinh-thuc/{edition.form.slug}/?ngon-ngu=en"))
    assert '<html lang="en"' in page
    assert '<article class="cg-main" lang="vi">' in page
    assert f'href="/tai-lieu/{english.material.slug}/"' in page
    assert client.cookies["django_language"].value == "en"
    assert '<html lang="vi"' in text(client.get(f"/hinh-thuc/{edition.form.slug}/?ngon-ngu=vi"))
    assert '<html lang="vi"' in text(client.get(f"/hinh-thuc/{edition.form.slug}/?ngon-ngu=xx"))


# For search engines -------------------------------------------------------------------------------------------------


def test_the_data_for_search_engines_say_what_the_page_says(client: Client) -> None:
    edition = told(summary="Có đoạn </script><b>& lạ trong chữ.")
    page = text(client.get(f"/hinh-thuc/{edition.form.slug}/"))
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    graph = {node["@type"]: node for node in json.loads(block)["@graph"]}
    assert set(graph) == {"Article", "FAQPage", "BreadcrumbList", "GovernmentOrganization"}
    assert graph["Article"]["headline"] == edition.name
    assert graph["Article"]["description"] == edition.summary
    answers = [question["acceptedAnswer"]["text"] for question in graph["FAQPage"]["mainEntity"]]
    assert "Tắt máy, gọi công an xã, phường." in answers
    assert [step["name"] for step in graph["BreadcrumbList"]["itemListElement"]][-1] == edition.name


def test_the_head_names_one_address_and_how_the_page_looks_when_shared(client: Client) -> None:
    edition = told()
    page = text(client.get(f"/hinh-thuc/{edition.form.slug}/?ngon-ngu=en"))
    url = f"/hinh-thuc/{edition.form.slug}/"
    assert re.search(rf'<link rel="canonical" href="https?://[^"?]+{url}">', page)
    assert 'hreflang="en"' in page
    assert re.search(rf'property="og:image" content="https?://[^"]+{url}[^"]+\.png', page)
    assert f'<meta property="og:title" content="{edition.name}">' in page


def test_the_list_of_pages_has_every_public_one_and_no_other(client: Client) -> None:
    shown, draft = told(), make.form(state=Edition.State.DRAFT)
    gone = make.form(state=Edition.State.WITHDRAWN)
    material = make.material()
    listed = text(client.get("/sitemap.xml"))
    for path in (f"/hinh-thuc/{shown.form.slug}/", f"/tai-lieu/{material.material.slug}/", "/gio-vang/", "/canh-bao/"):
        assert f"{path}</loc>" in listed, path
    for form in (draft, gone):
        assert form.form.slug not in listed
    assert listed.count("<lastmod>") >= 2
    robots = text(client.get("/robots.txt"))
    assert "Disallow: /thu-vien/" in robots
    assert "/sitemap.xml" in robots


def test_robots_are_kept_from_every_staff_page() -> None:
    """Every first word of an address is either public or in the list for robots; a new one has to choose."""
    public = {
        *("hinh-thuc", "tai-lieu", "cam-nang", "canh-bao", "moi-dang", "gio-vang", "bao-tin", "du-lieu-cua-ban"),
        *("nhung", "nhan-canh-bao", "loa", "phap-luat"),
        *("kha-nang-tiep-can", "khong-co-mang", "tra-cuu-rieng-tu", "nguon-tin", "sitemap.xml", "robots.txt", "sw.js"),
        *("manifest.webmanifest", "ung-dung.webmanifest", "bieu-trung"),
    }
    ours = [
        resolver
        for resolver in get_resolver().url_patterns
        if isinstance(resolver, URLResolver) and str(resolver.pattern) == ""
    ]
    addresses = [str(one.pattern).lstrip("^") for resolver in ours for one in resolver.url_patterns]
    first = {address.partition("/")[0] for address in addresses} - {""}
    hidden = {path.split("/")[1] for path in HIDDEN}
    assert first - public - hidden == set()


def test_the_site_can_be_installed(client: Client) -> None:
    answer = client.get("/ung-dung.webmanifest")
    told_ = answer.json()
    assert told_["start_url"] == "/"
    assert [shortcut["url"] for shortcut in told_["shortcuts"]] == ["/", "/gio-vang/", "/hinh-thuc/"]
    assert told_["id"] != client.get("/manifest.webmanifest").json()["id"]
    assert 'rel="manifest" href="/ung-dung.webmanifest"' in text(client.get("/hinh-thuc/"))


def test_what_a_person_sends_on_has_the_real_address(client: Client) -> None:
    edition = told()
    message = FormTold(edition, clock.today()).message
    assert edition.truth in message
    assert message.endswith(f"/hinh-thuc/{edition.form.slug}/")
    assert client.get(f"/hinh-thuc/{edition.form.slug}/").status_code == 200
