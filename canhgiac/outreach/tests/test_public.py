"""What everybody sees of warnings: the list, a page with its state told as it is, the strip, the sitemap."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import province
from canhgiac.kit import clock
from canhgiac.outreach.models import Rendition
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.services.renditions import rendition_add_language
from canhgiac.outreach.services.succession import (
    warning_cancel_begin,
    warning_issue,
    warning_update_begin,
    warnings_expire,
)
from tests.factories import agencies, library, outreach
from tests.factories.agencies import Cast

from .sending import settled, standing

pytestmark = pytest.mark.django_db
REASON = "Vụ việc hóa ra là diễn tập của trường."


@pytest.fixture
def approver(cast: Cast) -> Member:
    return standing(cast)


def issued(cast: Cast, approver: Member, **given: Any) -> Alert:
    """A warning that is out."""
    facts: dict[str, Any] = {
        "title": "Giả điện lực dọa cắt điện",
        "happens": "Kẻ xấu xưng nhân viên điện lực, dọa cắt điện rồi bảo cài một ứng dụng lạ.",
        "signs": "Gọi từ số di động.\nDọa cắt điện trong ngày.",
        "advice": "Không cài ứng dụng lạ.\nKhông đọc mã OTP cho ai.",
    }
    return let_out(outreach.draft(cast.coordinator, **(facts | given)), approver)


def let_out(row: Alert, approver: Member, *, expires: dt.timedelta = dt.timedelta(days=9)) -> Alert:
    """The draft approved and issued."""
    step = f"/{Alert.objects.filter(first=row.first).count() + 1}" if row.first else ""
    row.number = f"{row.first.number}{step}" if row.first else f"CB-2026-{row.pk}"
    row.expires_at = clock.now() + expires
    with transaction.atomic():
        return warning_issue(by=approver, warning=settled(row, approver))


def cancelled(row: Alert, cast: Cast, approver: Member) -> Alert:
    """The cancellation of a warning, out."""
    return let_out(warning_cancel_begin(by=cast.coordinator, warning=row, reason=REASON), approver)


def text(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_warning_is_public_the_moment_it_is_issued_and_not_before(cast: Cast, approver: Member) -> None:
    row = outreach.draft(cast.coordinator, title="Giả điện lực dọa cắt điện", advice="Không cài ứng dụng lạ.")
    assert Client().get(f"/canh-bao/{row.pk}/").status_code == 404
    assert "Hiện không có cảnh báo nào" in text("/canh-bao/")
    let_out(row, approver)
    page = text(f"/canh-bao/{row.pk}/")
    assert "<h1" in page
    assert "Giả điện lực dọa cắt điện" in page
    assert "Không cài ứng dụng lạ." in page
    assert "Đang có hiệu lực" in page
    assert f"Số CB-2026-{row.pk}." in page
    assert 'href="/gio-vang/"' in page
    assert 'src="data:image/svg+xml' in page.split("Quét để mở trang này")[1]
    assert "an toàn" not in page
    assert f'href="/canh-bao/{row.pk}/"' in text("/canh-bao/")
    assert f"/canh-bao/{row.pk}/</loc>" in text("/sitemap.xml")
    assert f'href="/canh-bao/{row.pk}/"' in text("/")
    assert f'href="/canh-bao/{row.pk}/"' in text("/nhung/canh-bao/")


def test_a_recalled_warning_stays_and_says_so_with_the_reason(cast: Cast, approver: Member) -> None:
    row = issued(cast, approver)
    Rendition.objects.filter(warning=row, kind="loudspeaker").update(audio_sha256="a" * 64, audio_seconds=42.0)
    assert "Nghe bản phát loa" in text(f"/canh-bao/{row.pk}/")
    recall = cancelled(row, cast, approver)
    page = text(f"/canh-bao/{row.pk}/")
    assert "Nghe bản phát loa" not in page
    assert "<b>ĐÃ THU HỒI</b>" in page
    assert REASON in page
    assert "<title>ĐÃ THU HỒI: " in page
    assert page.index("ĐÃ THU HỒI</b>") < page.index("Lời cũ, không còn đúng") < page.index("Kẻ xấu xưng nhân viên")
    assert 'content="noindex"' in page
    assert 'data-copy="ĐÃ THU HỒI: ' in page
    assert f'href="/canh-bao/{recall.pk}/"' in page
    told = text(f"/canh-bao/{recall.pk}/")
    assert "Thông báo thu hồi" in told
    assert REASON in told
    listed = text("/canh-bao/")
    assert "Vừa thu hồi" in listed
    assert f'href="/canh-bao/{row.pk}/"' not in listed
    assert f"/canh-bao/{row.pk}/</loc>" not in text("/sitemap.xml")
    assert "Đã thu hồi" in text("/canh-bao/da-qua/")


def test_an_updated_warning_leads_to_the_last_word(cast: Cast, approver: Member) -> None:
    row = issued(cast, approver)
    second = let_out(warning_update_begin(by=cast.coordinator, warning=row), approver)
    third = let_out(warning_update_begin(by=cast.coordinator, warning=second), approver)
    page = text(f"/canh-bao/{row.pk}/")
    assert "Đã có bản mới" in page
    assert f'href="/canh-bao/{third.pk}/"' in page
    assert f'href="/canh-bao/{second.pk}/"' in text(f"/canh-bao/{third.pk}/")
    cancelled(third, cast, approver)
    assert "ĐÃ THU HỒI" in text(f"/canh-bao/{row.pk}/"), "the link of the first is the one people keep"


def test_an_expired_warning_says_so_at_once_and_after_the_clock_ended_it(cast: Cast, approver: Member) -> None:
    row = issued(cast, approver, severity="severe")
    Alert.objects.filter(pk=row.pk).update(expires_at=clock.now() - dt.timedelta(minutes=1))
    for _round in range(2):
        page = text(f"/canh-bao/{row.pk}/")
        assert "<b>Hết hiệu lực</b>" in page
        assert "Hiện không có cảnh báo nào" in text("/canh-bao/")
        assert "cg-warnstrip" not in text("/gio-vang/")
        warnings_expire()
    row.refresh_from_db()
    assert row.state == Alert.State.EXPIRED


def test_the_strip_shows_grave_warnings_on_every_page_but_their_own(cast: Cast, approver: Member) -> None:
    calm = issued(cast, approver, title="Chuyện nhỏ")
    assert "cg-warnstrip" not in text("/gio-vang/")
    grave = issued(cast, approver, severity="extreme")
    for path in ("/", "/gio-vang/", "/hinh-thuc/", f"/canh-bao/{calm.pk}/"):
        strip = text(path).split("cg-warnstrip")[1].split("</section>")[0]
        assert f'href="/canh-bao/{grave.pk}/"' in strip
    assert "cg-warnstrip" not in text(f"/canh-bao/{grave.pk}/")
    cancelled(grave, cast, approver)
    assert "cg-warnstrip" not in text("/gio-vang/")


def test_one_asks_for_a_commune_by_name_or_code_without_script(cast: Cast, approver: Member) -> None:
    here = issued(cast, approver, title="Ở Đồi Mây", areas=(cast.commune_area,))
    there = issued(
        cast,
        approver,
        title="Ở Bến Sông",
        areas=(agencies.area(name="Bến Sông", kind="phường", parent=cast.province_area),),
    )
    everywhere = issued(cast, approver, title="Cả tỉnh")
    for asked in (cast.commune_area.code, cast.commune_area.name, cast.commune_area.name.lower(), "doi may"):
        page = Client().get("/canh-bao/", {"xa": asked}).content.decode()
        assert f"/canh-bao/{here.pk}/" in page
        assert f"/canh-bao/{everywhere.pk}/" in page
        assert f"/canh-bao/{there.pk}/" not in page
    lost = Client().get("/canh-bao/", {"xa": "Không Có Xã Này"}).content.decode()
    assert "Không tìm thấy" in lost
    assert f"/canh-bao/{there.pk}/" in lost


def test_a_page_is_read_in_each_language_it_was_written_in(cast: Cast, approver: Member) -> None:
    row = outreach.draft(cast.coordinator, title="Giả điện lực", advice="Không cài ứng dụng lạ.")
    rendition_add_language(by=cast.coordinator, warning=row, language="en", kinds=["portal"], version=row.version)
    row.refresh_from_db()
    row.renditions.filter(kind="portal", language="en").update(title="Fake power company", text="Do not install.")
    let_out(row, approver)
    assert "Fake power company" not in text(f"/canh-bao/{row.pk}/")
    page = text(f"/canh-bao/{row.pk}/?tieng=en")
    assert "Fake power company" in page
    assert '<article class="cg-main" lang="en">' in page
    assert "Fake power company" in text(f"/canh-bao/{row.pk}/?ngon-ngu=en")
    assert Client().get(f"/canh-bao/{row.pk}/?tieng=km").status_code == 404


def test_a_reader_hears_it_and_learns_the_trick(cast: Cast, approver: Member) -> None:
    form = library.form(name="Giả danh điện lực").form
    row = outreach.draft(cast.coordinator, title="Giả điện lực", advice="Không cài ứng dụng lạ.", form=form)
    Rendition.objects.filter(warning=row, kind="loudspeaker").update(audio_sha256="a" * 64, audio_seconds=42.0)
    let_out(row, approver)
    page = text(f"/canh-bao/{row.pk}/")
    assert f'src="/loa/am/{"a" * 64}.mp3"' in page
    assert f'href="/hinh-thuc/{form.slug}/"' in page


def test_pages_take_few_queries_however_many_warnings(
    cast: Cast, approver: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    province()
    row = issued(cast, approver)
    client = Client()
    with django_assert_max_num_queries(14):
        client.get(f"/canh-bao/{row.pk}/")
    with django_assert_max_num_queries(9) as once:
        client.get("/canh-bao/")
    for number in range(4):
        issued(cast, approver, title=f"Cảnh báo {number}", areas=(cast.commune_area,))
    with django_assert_max_num_queries(len(once)):
        client.get("/canh-bao/")
    with django_assert_max_num_queries(14):
        client.get(f"/canh-bao/{row.pk}/")


def test_words_alone_say_the_same_and_an_unchanged_page_is_not_sent_again(cast: Cast, approver: Member) -> None:
    row = issued(cast, approver)
    client = Client()
    for path in ("/canh-bao/", f"/canh-bao/{row.pk}/", "/canh-bao/da-qua/"):
        plain = Client().get(path, {"che-do": "chu"})
        assert len(plain.content) < 10_000
        assert "<svg" not in plain.content.decode()
        first = client.get(path)
        assert client.get(path, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    cancelled(row, cast, approver)
    assert "ĐÃ THU HỒI" in Client().get(f"/canh-bao/{row.pk}/", {"che-do": "chu"}).content.decode()
    assert client.get(f"/canh-bao/{row.pk}/", headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_a_shared_link_shows_the_card(cast: Cast, approver: Member) -> None:
    row = issued(cast, approver)
    page = text(f"/canh-bao/{row.pk}/")
    assert f"/canh-bao/{row.pk}/anh.png" in page
    answer = Client().get(f"/canh-bao/{row.pk}/anh.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    draft = outreach.draft(cast.coordinator)
    assert Client().get(f"/canh-bao/{draft.pk}/anh.png").status_code == 404
