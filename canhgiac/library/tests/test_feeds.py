"""Feeds and the API: well formed, with tombstones, cheap to ask again, noted for who has a token."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from canhgiac.agencies.models import ApiToken, Member
from canhgiac.library.models import Edition, MaterialEdition, MaterialFile, Taking
from canhgiac.library.selectors.feeds import ATOM, GONE
from canhgiac.library.services.editions import edition_withdraw
from canhgiac.library.services.materialfiles import store
from tests.factories import library
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
XML = "{http://www.w3.org/XML/1998/namespace}"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def headers(member: Member, *scopes: str) -> dict[str, str]:
    key = f"khoa-{member.pk}-{'-'.join(scopes)}"
    digest = hashlib.sha256(key.encode()).hexdigest()
    ApiToken.objects.get_or_create(member=member, name="thử", key_sha256=digest, scopes=list(scopes))
    return {"authorization": f"Bearer {key}"}


def read_atom() -> ET.Element:
    answer = Client().get("/nguon-tin/tai-lieu.atom")
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(answer.content)


def test_the_atom_feed_has_what_the_standard_asks() -> None:
    form = library.form(name="Giả điện lực & công an", summary="Tóm tắt \x0b lạ")
    material = library.material(title="Bài <b>loa</b>", facts={"language": "tyz"})
    root = read_atom()
    assert root.tag == f"{{{ATOM}}}feed"
    for needed in ("id", "title", "updated", "author"):
        assert root.find(f"{{{ATOM}}}{needed}") is not None
    entries = {entry.findtext(f"{{{ATOM}}}title"): entry for entry in root.iter(f"{{{ATOM}}}entry")}
    assert set(entries) == {form.name, material.title}
    tay = entries[material.title]
    assert tay.get(f"{XML}lang") == "tyz"
    assert tay.findtext(f"{{{ATOM}}}rights")
    assert (tay.findtext(f"{{{ATOM}}}id") or "").endswith(f",2026:material:{material.material.code}")
    assert all(entry.findtext(f"{{{ATOM}}}updated") for entry in entries.values())


def test_a_withdrawn_text_leaves_a_tombstone_with_its_id_and_reason(cast: Cast) -> None:
    shown = library.material(title="Bài cũ")
    uid = next(read_atom().iter(f"{{{ATOM}}}entry")).findtext(f"{{{ATOM}}}id")
    edition_withdraw(by=cast.coordinator, edition=shown, reason="Sai số điện thoại")
    root = read_atom()
    assert root.find(f"{{{ATOM}}}entry") is None
    tomb = root.find(f"{{{GONE}}}deleted-entry")
    assert tomb is not None
    assert tomb.get("ref") == uid
    assert tomb.get("when")
    assert "Sai số điện thoại" in (tomb.findtext(f"{{{GONE}}}comment") or "")
    told = Client().get("/nguon-tin/tai-lieu.json").json()
    assert told["items"] == []
    assert told["_canhgiac"]["gone"][0]["id"] == uid
    library.material(of=shown.material, title="Bài mới")  # published again: the tombstone goes
    root = read_atom()
    assert root.find(f"{{{GONE}}}deleted-entry") is None
    assert root.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}id") == uid


def test_the_json_feed_is_of_version_1_1() -> None:
    material = library.material(body="**đậm**")
    answer = Client().get("/nguon-tin/tai-lieu.json")
    told = answer.json()
    assert answer["Content-Type"].startswith("application/feed+json")
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    item = told["items"][0]
    assert item["title"] == material.title
    assert "<strong>đậm</strong>" in item["content_html"]
    assert item["url"].endswith(f"/tai-lieu/{material.material.slug}/")


@pytest.mark.parametrize("path", ["/nguon-tin/tai-lieu.atom", "/nguon-tin/tai-lieu.json", "/api/v1/library/materials"])
def test_who_has_it_gets_304_until_something_changes(path: str, cast: Cast) -> None:
    shown = library.material()
    first = Client().get(path)
    assert first.status_code == 200
    assert first["Last-Modified"]
    tag = {"if-none-match": first["ETag"]}
    again = Client().get(path, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert Client().get(path, headers={"if-modified-since": first["Last-Modified"]}).status_code == 304
    edition_withdraw(by=cast.coordinator, edition=shown, reason="Sai")
    assert Client().get(path, headers=tag).status_code == 200


def test_the_page_of_feeds_lists_both_and_what_is_gone(cast: Cast) -> None:
    edition_withdraw(by=cast.coordinator, edition=library.material(title="Bài sai"), reason="Sai")
    page = Client().get("/nguon-tin/").content.decode()
    for piece in ("/nguon-tin/tai-lieu.atom", "/nguon-tin/tai-lieu.json", "Bài sai"):
        assert piece in page


# The API ------------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_and_paged() -> None:
    for number in range(3):
        library.material(title=f"Điện lực {number}", facts={"audiences": ["elderly"]})
    library.material(state=Edition.State.DRAFT)
    told = Client().get("/api/v1/library/materials?audience=elderly&q=dien&limit=2").json()
    assert (told["count"], len(told["items"])) == (3, 2)
    assert Client().get("/api/v1/library/materials?kind=sms").json()["count"] == 0
    assert Client().get("/api/v1/library/materials?kind=khong").status_code == 422


def test_one_material_with_its_files_and_the_taking_of_a_token(cast: Cast) -> None:
    edition = library.material(body="**đậm**")
    data = b"ID3" + bytes(100)
    file = MaterialFile.objects.create(
        edition=edition,
        role="audio",
        sha256=store().put(data),
        file_name="đọc.mp3",
        content_type="audio/mpeg",
        size=103,
    )
    path = f"/api/v1/library/materials/{edition.material.code}"
    told = Client().get(path).json()
    assert told["html"] == "<p><strong>đậm</strong></p>\n"
    assert told["files"][0]["url"].endswith(f"{path}/files/{file.pk}")
    assert told["renderings"]
    assert not Taking.objects.exists()
    held = headers(cast.commune_officer, "library:read")
    for _time in range(2):
        assert Client().get(path, headers=held).status_code == 200
    sound = Client().get(f"{path}/files/{file.pk}", headers=held)
    assert b"".join(sound) == data
    assert sound["Content-Type"] == "audio/mpeg"
    assert Client().get(f"{path}/files/{file.pk}", headers={"if-none-match": sound["ETag"]}).status_code == 304
    taking = Taking.objects.get()
    assert (taking.how, taking.agency, taking.by) == ("api", cast.commune, cast.commune_officer)


def test_a_bad_token_and_what_is_not_public_are_refused(cast: Cast) -> None:
    edition = library.material()
    path = f"/api/v1/library/materials/{edition.material.code}"
    assert Client().get(path, headers={"authorization": "Bearer khong-co"}).status_code == 401
    assert Client().get(path, headers=headers(cast.officer, "plans:read")).status_code == 401
    assert Client().get("/api/v1/library/materials/KHONG-CO").status_code == 404
    assert Client().get(f"{path}/files/1").status_code == 404
    MaterialEdition.objects.update(state=Edition.State.WITHDRAWN, end_reason="Sai số")
    gone = Client().get(path)
    assert (gone.status_code, gone.json()["reason"]) == (410, "Sai số")
    assert Client().get(f"{path}/files/1").status_code == 410


def test_the_page_of_feeds_names_every_feed_and_each_can_be_read() -> None:
    shown = library.material(title="Tờ dặn dò")
    client = Client()
    page = client.get("/nguon-tin/").content.decode()
    assert f'href="/tai-lieu/{shown.material.slug}/"' in page
    named = [
        *("/canh-bao/rss.xml", "/canh-bao/atom.xml", "/canh-bao/feed.json", "/canh-bao/cap/"),
        *("/nguon-tin/tai-lieu.atom", "/nguon-tin/tai-lieu.json", "/api/v1/library/forms", "/api/v1/library/materials"),
    ]
    for path in named:
        assert f'href="{path}"' in page, path
        assert client.get(path).status_code == 200, path
