"""A warning on paper: every layout is made of every sample, the QR code opens its page, a draft says so."""

from __future__ import annotations

import io

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from canhgiac.agencies.selectors import province
from canhgiac.library.services.renderings import SettingRefused
from canhgiac.outreach.models import Rendition
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.prints import LAYOUTS, parted
from canhgiac.outreach.services.prints import warning_print
from canhgiac.outreach.services.samples import SAMPLES
from tests.factories import outreach
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


def _sample(cast: Cast, number: int = 0) -> Alert:
    row = province()
    row.name, row.domain, row.office = "tỉnh Thử Nghiệm", "canhgiac.thu.test", cast.police
    row.save()
    sample = SAMPLES[number]
    return outreach.draft(
        cast.coordinator, title=sample.title, happens=sample.happens, signs=sample.signs, advice=sample.advice
    )


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_is_made_and_says_what_the_warning_says(cast: Cast, name: str) -> None:
    for number in range(len(SAMPLES)):
        warning = _sample(cast, number)
        pdf = pypdf.PdfReader(io.BytesIO(warning_print(warning, name, picture=False)))
        text = " ".join("".join(page.extract_text() for page in pdf.pages).split())
        assert warning.title.split()[0] in text
        assert "chưa được duyệt" in text
    picture = Image.open(io.BytesIO(warning_print(warning, name, picture=True)))
    assert min(picture.size) > 500


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_recalled_notice_says_so_as_loudly_as_it_warned(cast: Cast, name: str) -> None:
    for number in range(len(SAMPLES)):
        warning = _sample(cast, number)
        warning.state = Alert.State.CANCELLED
        pdf = pypdf.PdfReader(io.BytesIO(warning_print(warning, name, picture=False)))
        text = " ".join("".join(page.extract_text() for page in pdf.pages).split())
        assert "Đã thu hồi:" in text
        assert "Gỡ tờ này xuống." in text


def test_the_code_on_the_notice_opens_the_warning(cast: Cast) -> None:
    import zxingcpp  # one test needs it

    warning = _sample(cast)
    picture = Image.open(io.BytesIO(warning_print(warning, "thong-bao", picture=True)))
    [code] = zxingcpp.read_barcodes(picture)
    assert code.text == f"https://canhgiac.thu.test/canh-bao/{warning.pk}/"


def test_words_that_are_not_there_or_cannot_be_set_are_refused(cast: Cast) -> None:
    warning = _sample(cast)
    with pytest.raises(SettingRefused):
        warning_print(warning, "thong-bao", picture=False, language="tyz")
    warning.renditions.filter(kind=Rendition.Kind.NOTICE).update(text="漢字")
    with pytest.raises(SettingRefused, match="漢"):
        warning_print(warning, "thong-bao", picture=False)


def test_the_page_gives_the_file_and_tells_a_refusal(cast: Cast) -> None:
    warning, client = _sample(cast), Client()
    client.force_login(cast.coordinator)
    answer = client.get(reverse("warning_print", args=[warning.pk, "thong-bao", "pdf"]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    warning.renditions.filter(kind=Rendition.Kind.LEAFLET).update(text="")
    refused = client.get(reverse("warning_print", args=[warning.pk, "to-roi", "pdf"]), follow=True)
    assert "Chưa có lời cho bản này" in refused.content.decode()


def test_parts_of_a_text() -> None:
    assert parted("") == ("", [], [])
    assert parted("A.\nB.\n\n- c\n- d\n\nE:\n- f") == ("A. B.", ["c", "d"], [("E", ["f"])])
