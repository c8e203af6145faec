"""The public pages of materials, what is new, and the windows for other portals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from canhgiac.agencies.models import Audience
from canhgiac.library.models import Channel, Edition, MaterialFile, MaterialKind
from canhgiac.library.selectors.publicmaterials import MaterialAsked, MaterialList, news
from tests.factories import library as make

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def radio(**content: Any) -> Any:
    return make.material(
        kind=MaterialKind.RADIO,
        title="Bài phát loa buổi sáng",
        facts={"audiences": [Audience.ELDERLY], "channels": [Channel.LOUDSPEAKER]},
        **content,
    )


def test_materials_narrow_by_reader_kind_language_channel_and_words(client: Client) -> None:
    mine = radio()
    other = make.material(
        kind=MaterialKind.POSTER, title="Áp phích cổng trường", facts={"audiences": [Audience.PUPILS]}
    )
    english = make.material(title="Never read out a code", facts={"language": "en"})
    for query in ("danh-cho=nguoi-cao-tuoi", "loai=phat-thanh", "kenh=loa", "q=phat+loa", "q=phát loa"):
        page = text(client.get(f"/tai-lieu/?{query}"))
        assert mine.title in page, query
        assert other.title not in page, query
    page = text(client.get("/tai-lieu/?tieng=en"))
    assert english.title in page
    assert mine.title not in page


def test_what_is_looked_at_is_shown_by_its_picture_and_what_is_heard_is_not(client: Client) -> None:
    poster, khmer = (
        make.material(kind=MaterialKind.POSTER, facts={"language": language}).material for language in ("vi", "km")
    )
    heard = radio().material
    page = text(client.get("/tai-lieu/"))
    assert f'<img src="/tai-lieu/{poster.slug}/anh-chia-se.png' in page
    own = text(client.get(f"/tai-lieu/{poster.slug}/"))
    for layout in ("anh-chia-se", "anh-vuong", "do-hoa-doc"):
        assert f'href="/tai-lieu/{poster.slug}/{layout}.png?v=' in own, layout
    for other in (khmer, heard):  # letters that our face lacks, words that are read out
        assert f"/tai-lieu/{other.slug}/anh-chia-se.png" not in page
    assert 'href="/cam-nang/"' in page


def test_a_chosen_filter_leads_back_and_keeps_the_others() -> None:
    radio()
    make.material(kind=MaterialKind.POSTER)
    asked = MaterialAsked.of({"loai": "phat-thanh", "danh-cho": "nguoi-cao-tuoi", "q": "loa"})
    links = {link.facet.slug: link for _title, part, _open in MaterialList(asked).filters for link in part}
    assert links["phat-thanh"].chosen
    assert links["phat-thanh"].href == "?q=loa&danh-cho=nguoi-cao-tuoi"
    assert links["ap-phich"].href == "?q=loa&danh-cho=nguoi-cao-tuoi&loai=ap-phich"
    assert not MaterialAsked.of({"loai": "khong-co", "page": "9"}).narrows


def test_the_list_asks_the_same_whatever_it_holds(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    radio()
    client.get("/tai-lieu/")
    with django_assert_num_queries(10) as once:
        client.get("/tai-lieu/")
    for _number in range(5):
        make.material()
    with django_assert_num_queries(len(once)):
        client.get("/tai-lieu/")


def test_an_empty_list_says_what_next(client: Client) -> None:
    page = text(client.get("/tai-lieu/?q=khongco"))
    assert "Chưa có tài liệu nào khớp" in page
    assert "/hinh-thuc/" in page


def test_a_material_shows_its_words_files_and_how_to_credit_it(client: Client) -> None:
    form = make.form()
    edition = radio(body="## Mở đầu\n\n**Cúp máy** rồi gọi 113.", credit="Đài xã Suối Trong")
    edition.material.forms.add(form.form)
    sound = MaterialFile.objects.create(
        edition=edition, role="audio", sha256="a" * 64, file_name="loa.mp3", content_type="audio/mpeg", size=90_000
    )
    page = text(client.get(f"/tai-lieu/{edition.material.slug}/"))
    assert "<strong>Cúp máy</strong>" in page
    assert f'<audio controls preload="none" src="/tai-lieu/tep/{sound.pk}">' in page
    assert re.search(
        rf"“Bài phát loa buổi sáng”, Đài xã Suối Trong, https?://[^<]+/tai-lieu/{edition.material.slug}/", page
    )
    assert "Được dùng lại, in lại, dịch lại" in page
    assert "Đọc hết chừng" in page
    assert form.name in page
    assert "Loa, đài cơ sở" in page


def test_html_in_a_text_is_shown_as_signs(client: Client) -> None:
    edition = make.material(body="<script>alert(1)</script> [x](javascript:alert(1))")
    page = text(client.get(f"/tai-lieu/{edition.material.slug}/"))
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_an_sms_is_shown_as_it_is_sent(client: Client) -> None:
    edition = make.material(kind=MaterialKind.SMS, body="Khong doc ma OTP cho bat ky ai.")
    page = text(client.get(f"/tai-lieu/{edition.material.slug}/"))
    assert '<p id="loi-van">Khong doc ma OTP cho bat ky ai.</p>' in page


def test_a_withdrawn_material_says_why(client: Client) -> None:
    gone = make.material(state=Edition.State.WITHDRAWN, end_reason="Ảnh chưa xin phép.")
    answer = client.get(f"/tai-lieu/{gone.material.slug}/")
    assert answer.status_code == 410
    assert "Ảnh chưa xin phép." in text(answer)
    assert client.get("/tai-lieu/khong-co/").status_code == 404
    draft = make.material(state=Edition.State.DRAFT)
    assert client.get(f"/tai-lieu/{draft.material.slug}/").status_code == 404


def test_what_is_new_stands_first_and_says_whether_it_was_known(client: Client) -> None:
    first, form = make.material(title="Tờ rơi cũ"), make.form(name="Hình thức vừa đăng")
    again = make.form(of=make.form(state=Edition.State.SUPERSEDED).form, name="Bài viết lại")
    assert [one.title for one in news()] == [again.name, form.name, first.title]
    page = text(client.get("/moi-dang/"))
    assert page.index("Bài viết lại") < page.index("Hình thức vừa đăng") < page.index("Tờ rơi cũ")
    assert "viết lại" in page
    assert text(Client().get("/moi-dang/?che-do=chu")).count("<li>") == 3


def test_nothing_new_yet_says_so(client: Client) -> None:
    assert "Chưa đăng gì" in text(client.get("/moi-dang/"))


# Windows for other portals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/nhung/kiem-tra/", "/nhung/canh-bao/"])
def test_a_window_may_be_framed_and_knows_nobody(client: Client, path: str) -> None:
    client.cookies["django_language"] = "vi"
    answer = client.get(path)
    assert "X-Frame-Options" not in answer.headers
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert not set(answer.cookies)
    assert "csrfmiddlewaretoken" not in text(answer)


@pytest.mark.parametrize("path", ["/", "/hinh-thuc/", "/nhung/", "/tai-khoan/login/"])
def test_no_other_page_may_be_framed(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_the_window_answers_in_its_place_without_a_token() -> None:
    client = Client(enforce_csrf_checks=True)
    make.library()
    message = (
        "Cong an thong bao ban lien quan vu an rua tien, chuyen tien vao tai khoan tam giu ngay hom nay de kiem tra"
    )
    answer = client.post("/nhung/kiem-tra/", {"noi_dung": message})
    assert answer.status_code == 200
    assert 'class="verdict" data-state="' in text(answer)
    assert message not in text(answer), "third parties' data stay out of the window"
    assert "Làm gì bây giờ" in text(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert "<textarea" in text(client.post("/nhung/kiem-tra/", {"noi_dung": "  "}))


def test_the_loader_is_small_and_may_be_kept(client: Client) -> None:
    answer = client.get("/nhung/nhung.js")
    assert len(answer.content) < 2048
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "max-age=3600" in answer.headers["Cache-Control"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_code_to_copy_names_the_windows(client: Client) -> None:
    page = text(client.get("/nhung/"))
    assert "/nhung/nhung.js&quot;&gt;&lt;/script&gt;" in page
    for name in ("kiem-tra", "canh-bao"):
        assert f"data-canhgiac=&quot;{name}&quot;" in page
        assert f"/nhung/{name}/&quot;" in page
