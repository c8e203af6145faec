"""The province's profile: who keeps it, what it refuses, the emblem without its secrets."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin

from canhgiac.agencies.models import AuditEntry, Province
from canhgiac.agencies.selectors import NotAllowed, province
from canhgiac.agencies.services.profile import (
    EMBLEM_LONGEST,
    ProfileData,
    ProfileRefused,
    emblem_read,
    profile_editors,
    province_edit,
)
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


def picture(side: int = 200, **given: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (side, side), (10, 92, 85, 128)).save(out, "PNG", **given)
    return out.getvalue()


def test_an_administrator_and_a_coordinator_keep_it(cast: Cast) -> None:
    row = province_edit(by=cast.admin, data=ProfileData(name="tỉnh Vĩnh An", office=cast.police), version=1)
    assert (row.name, row.office, row.version) == ("tỉnh Vĩnh An", cast.police, 1)
    row = province_edit(by=cast.coordinator, data=ProfileData(name="tỉnh Vĩnh An", hotline="1800 0000"), version=1)
    assert (row.hotline, row.version) == ("1800 0000", 2)
    assert len(profile_editors()) == 2
    for member in (cast.officer, cast.auditor, cast.outsider):
        with pytest.raises(NotAllowed):
            province_edit(by=member, data=ProfileData(name="x"), version=2)
    assert AuditEntry.objects.filter(act="agencies.province_edit").count() == 2


def test_a_stale_edit_loses_nothing(cast: Cast) -> None:
    province_edit(by=cast.admin, data=ProfileData(name="tỉnh A"), version=1)
    province_edit(by=cast.admin, data=ProfileData(name="tỉnh B"), version=1)
    with pytest.raises(ProfileRefused, match="vừa sửa"):
        province_edit(by=cast.admin, data=ProfileData(name="tỉnh C"), version=1)
    assert province().name == "tỉnh B"


def test_what_cannot_be_is_refused_at_its_field(cast: Cast) -> None:
    for given, field in (
        ({"name": " "}, "name"),
        ({"area": cast.commune_area}, "area"),
        ({"domain": "https://vinhan.test/"}, "domain"),
        ({"hotline": "gọi em nhé"}, "hotline"),
        ({"responsible": cast.outsider}, "responsible"),
        ({"emblem": b"khong phai anh"}, "emblem"),
        ({"emblem": picture(20)}, "emblem"),
    ):
        with pytest.raises(ProfileRefused) as refused:
            province_edit(by=cast.admin, data=ProfileData(**({"name": "tỉnh A"} | given)), version=1)
        assert refused.value.field == field
    assert not Province.objects.exists()


def test_the_emblem_keeps_its_pixels_alone() -> None:
    secret = PngImagePlugin.PngInfo()
    secret.add_text("GPS", "toa do nha rieng")
    kept = emblem_read(picture(1600, pnginfo=secret))
    assert b"toa do" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.mode, max(image.size)) == ("PNG", "RGBA", EMBLEM_LONGEST)
        pixel = image.getpixel((400, 400))
    assert isinstance(pixel, tuple)
    assert all(abs(one - other) <= 2 for one, other in zip(pixel, (10, 92, 85, 128), strict=True)), (
        "and its transparency"
    )


def test_the_page_saves_shows_and_drops_the_emblem(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    page, given = (
        reverse("province_profile"),
        {"name": "tỉnh Vĩnh An", "version": "1", "domain": "canhgiac.vinhan.test"},
    )
    wrong = client.post(page, given | {"domain": "sai miền"})
    assert wrong.status_code == 422
    assert "tỉnh Vĩnh An" in wrong.content.decode(), "what was typed stays"
    sent = SimpleUploadedFile("bieu-trung.png", picture(), content_type="image/png")
    assert client.post(page, given | {"emblem": sent}).status_code == 302
    held = province()
    assert held.emblem_sha256
    emblem = client.get(reverse("province_emblem", args=[held.emblem_sha256]))
    assert (emblem.status_code, emblem["Content-Type"]) == (200, "image/png")
    assert held.emblem_sha256 in client.get(page).content.decode()
    assert client.post(page, given | {"drop_emblem": "on"}).status_code == 302
    assert province().emblem_sha256 == ""
    assert client.get(reverse("province_emblem", args=[held.emblem_sha256])).status_code == 404


def test_others_read_it_and_cannot_save_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.officer)
    page = reverse("province_profile")
    assert "Sửa trang này là việc của quản trị viên" in client.get(page).content.decode()
    assert client.post(page, {"name": "tỉnh Khác", "version": "1"}).status_code == 403
    assert not Province.objects.exists()
