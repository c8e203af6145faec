"""The public door without a browser: answers as pages, pictures, limits, the golden hour, doubts."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from canhgiac.engines.recognition.pictures import MOST_BYTES
from canhgiac.front.selectors.asking import ask, unlinked
from canhgiac.front.views.public import ASKS
from canhgiac.library.models import Contact, Doubt, Group
from canhgiac.library.selectors.art import COLOURS, picture_of
from tests.factories.library import form, library
from tests.factories.recognition import recognition_ready

SCAM = (
    "Vietcombank: Tai khoan cua Quy khach vua dang nhap tren thiet bi la. Vui long xac minh trong 2 gio tai "
    "https://vietcombank.vn-xacminh.test/kh de khong bi khoa va tru phi 1.200.000d. Lien he 0900 000 214"
)


@pytest.fixture
def ready(db: None) -> None:
    library()
    recognition_ready()


def asked(client: Client, text: str = "", **more: object) -> tuple[int, str]:
    answer = client.post(reverse("check"), {"noi_dung": text, **more})
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("public_home", "Tin này thật hay lừa?"),
        ("check", "Tin này thật hay lừa?"),
        ("golden_hour", "Làm từng bước, theo thứ tự"),
        ("tip_how", "Cách báo tin cho công an"),
        ("privacy", "Dữ liệu của bạn được giữ thế nào"),
        ("accessibility", "Ai cũng dùng được trang này"),
        ("doubt_make", "Tôi nghĩ nhận định này chưa đúng"),
        ("doubt_thanks", "Cảm ơn bạn, chúng tôi đã nhận"),
    ],
)
def test_every_page_stands_on_an_empty_installation(db: None, name: str, heading: str) -> None:
    answer = Client().get(reverse(name))
    assert answer.status_code == 200
    assert heading in answer.content.decode()


def test_the_home_takes_few_queries_however_many_forms(
    db: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        form(is_new=True, situations=["message_link"])
    with django_assert_max_num_queries(6):  # two of them look for warnings that hold
        page = Client().get("/").content.decode()
    assert "Tin nhắn có đường link" in page


@pytest.mark.usefixtures("ready")
def test_the_answer_keeps_the_words_in_the_box_and_nowhere_else() -> None:
    client = Client()
    status, page = asked(client, SCAM)

    assert status == 200
    assert 'data-state="danger"' in page
    assert page.count("0900 000 214") == 3  # the box, the asker's own report by SMS, and the one to us, unsent
    assert "0900 000 214" not in page.split('id="gui-nguoi-nha"')[1].split("<textarea")[0]
    assert "hxxps://vietcombank[.]vn-xacminh[.]test" in page
    answer = client.post(reverse("check"), {"noi_dung": SCAM})
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.usefixtures("ready")
def test_an_empty_box_says_what_to_put_in() -> None:
    status, page = asked(Client())
    assert status == 422
    assert "Ô còn trống" in page


@pytest.mark.usefixtures("ready")
def test_signs_that_cannot_be_kept_are_dropped_and_the_rest_is_answered() -> None:
    client = Client()
    for path in (reverse("check"), reverse("widget_check")):
        answer = client.post(path, {"noi_dung": f"\0{SCAM}\0"})
        assert answer.status_code == 200
        assert 'data-state="danger"' in answer.content.decode(), path


@pytest.mark.usefixtures("ready")
def test_the_form_it_is_like_is_shown_with_its_picture() -> None:
    answer = ask(SCAM, None).answer
    assert answer is not None
    assert answer.form is not None
    _, page = asked(Client(), SCAM)
    like = page.partition('class="cg-panel cg-like"')[2].partition("</section>")[0]
    assert f'href="{answer.form.url}"' in like
    assert 'viewBox="0 0 240 240"' in like
    for group in Group:
        drawing = picture_of(group)
        assert not [name for name in COLOURS if f'"{name}"' in drawing], group


@pytest.mark.usefixtures("ready")
def test_too_many_questions_lose_nothing() -> None:
    client = Client()
    for _ in range(ASKS.most):
        asked(client)
    status, page = asked(client, "Số này là ai")
    assert status == 429
    assert "Đợi một phút" in page
    assert "Số này là ai</textarea>" in page


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("anh.png", b"day khong phai anh", "không phải ảnh"),
        ("anh.png", b"", "Tệp trống"),
        ("anh.jpg", b"\xff\xd8\xff" + b"0" * MOST_BYTES, "nặng hơn"),
    ],
)
def test_a_picture_that_cannot_be_read_is_refused_in_words(db: None, name: str, data: bytes, words: str) -> None:
    status, page = asked(Client(), "chữ đã gõ", anh=SimpleUploadedFile(name, data, "image/png"))
    assert status == 422
    assert words in page
    assert "chữ đã gõ</textarea>" in page


def test_a_picture_without_words_says_so(db: None) -> None:
    picture = BytesIO()
    Image.new("RGB", (200, 200), "white").save(picture, "PNG")
    assert ask("", picture.getvalue()).answer is None
    assert "ảnh" in ask("", picture.getvalue()).error


@pytest.mark.usefixtures("ready")
def test_the_report_has_no_code_in_it_and_the_number_first() -> None:
    told = ask("Ma OTP cua ban la 482913, goi 0900000214 de doc ma", None)
    assert told.report.startswith("LD 0900000214 ")
    assert "482913" not in told.report
    assert ask("0900000214", None).report == "LD 0900000214"


def test_links_are_broken_for_family() -> None:
    assert unlinked("vao http://a.test/x.apk, gia 1.200.000d.") == "vao hxxp://a[.]test/x[.]apk, gia 1.200.000d."


def test_the_golden_hour_is_narrowed_by_what_happened_and_names_the_banks_line(db: None) -> None:
    Contact.objects.create(
        code="thu",
        kind=Contact.Kind.BANK,
        name="Ngân hàng thử",
        phones=["19000000"],
        source="trang của ngân hàng",
        checked_on="2026-11-01",
    )
    page = Client().get("/gio-vang/?viec=ung-dung&ngan-hang=Ngân hàng thử&luc=10:20").content.decode()

    assert 'href="tel:19000000"' in page.replace(" 0000", "0000")
    assert "lúc 10:20 hôm nay" in page
    assert "khách hàng của Ngân hàng thử" in page
    assert "khách hàng của {bank}" in page
    assert 'data-at="lúc {time} hôm nay"' in page
    assert 'data-step="mang">' in page
    assert 'data-step="the" hidden>' in page
    odd = Client().get("/gio-vang/?viec=khong-co&ngan-hang=%00&luc=99:99")
    assert odd.status_code == 200
    assert 'data-step="mang" hidden>' in odd.content.decode()


@pytest.mark.usefixtures("ready")
def test_a_doubt_goes_from_the_answer_to_the_editors() -> None:
    client = Client()
    told = {"nhan_dinh": "danger", "hinh_thuc": "", "ban": "abc", "tin": "Lien he 09•• ••• 214"}
    opened = client.post(reverse("doubt_make"), {**told, "mo": "1"}).content.decode()
    assert "Lien he 09•• ••• 214" in opened
    assert "cg-error" not in opened

    missing = client.post(reverse("doubt_make"), told)
    assert missing.status_code == 200
    assert "Lien he 09•• ••• 214" in missing.content.decode()
    assert not Doubt.objects.exists()

    sent = client.post(reverse("doubt_make"), {**told, "nghi": "genuine", "loi": "Tin của cơ quan tôi"})
    assert sent["Location"] == reverse("doubt_thanks")
    doubt = Doubt.objects.get()
    assert (doubt.text, doubt.note, doubt.consented) == ("", "Tin của cơ quan tôi", False)
    client.post(reverse("doubt_make"), {**told, "nghi": "genuine", "cho_giu": "on"})
    assert Doubt.objects.latest("pk").text == "Lien he 09•• ••• 214"
