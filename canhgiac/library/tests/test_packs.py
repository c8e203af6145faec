"""Packs: put together, changed by their agency, streamed as a ZIP that opens everywhere and says the same each time."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import settings as speed
from hypothesis import strategies as st

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.library.models import Edition, MaterialEdition, MaterialFile, MaterialKind, Pack, Taking
from canhgiac.library.selectors.packs import pack_page, packs_public
from canhgiac.library.services import packs
from canhgiac.library.services.editions import EditionRefused
from canhgiac.library.services.materialfiles import store
from canhgiac.library.services.packs import PackData, file_name, folder_name, zip_stream
from tests.factories import library
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def browser(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def shown(title: str = "Bài loa điện lực", **facts: Any) -> MaterialEdition:
    return library.material(kind=MaterialKind.RADIO, title=title, **facts)


def with_file(edition: MaterialEdition, name: str = "đọc: bài?.mp3") -> MaterialEdition:
    data = b"ID3" + bytes(1000)
    MaterialFile.objects.create(
        edition=edition, role="audio", sha256=store().put(data), file_name=name, content_type="audio/mpeg",
        size=len(data), caption="Giọng đọc: đài xã",
    )  # fmt: skip
    return edition


def taken(answer: Any) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    return archive


def test_a_pack_is_made_changed_and_removed_by_its_agency(cast: Cast) -> None:
    first, second = shown("A"), shown("B")
    codes = [second.material.code, first.material.code, second.material.code, "khong-co"]
    pack = packs.pack_create(by=cast.officer, data=PackData(title=" Bộ   một ", codes=codes))
    assert (pack.title, pack.agency) == ("Bộ một", cast.department)
    assert pack_page(cast.officer, pack.pk).editions == [second, first]
    for member in (cast.commune_officer, cast.outsider):
        with pytest.raises(NotAllowed):
            packs.pack_edit(by=member, pack=pack, data=PackData(title="x", codes=codes), version=1)
    with pytest.raises(NotAllowed):
        packs.pack_create(by=cast.outsider, data=PackData(title="x", codes=codes))
    changed = PackData(title="Bộ hai", codes=[first.material.code], is_public=False)
    packs.pack_edit(by=cast.officer, pack=pack, data=changed, version=1)
    with pytest.raises(EditionRefused, match="Người khác vừa sửa"):
        packs.pack_edit(by=cast.officer, pack=pack, data=changed, version=1)
    assert not packs_public()
    packs.pack_delete(by=cast.officer, pack=pack)
    assert not Pack.objects.exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"note": "x" * 401}, "note"),
        ({"codes": ["x"]}, "codes"),
    ],
)
def test_what_is_no_pack_is_refused(cast: Cast, facts: dict[str, Any], field: str) -> None:
    given = {"title": "Bộ", "codes": [shown().material.code]} | facts
    with pytest.raises(EditionRefused) as refusal:
        packs.pack_create(by=cast.officer, data=PackData(**given))
    assert refusal.value.field == field


def test_the_zip_explains_itself_and_is_noted(cast: Cast) -> None:
    edition = with_file(shown(credit="Ban chỉ đạo", lead="Dẫn"))
    gone = shown("Đã thu hồi")
    pack = packs.pack_create(
        by=cast.officer,
        data=PackData(title="Bộ loa xã: tháng 12/2026", codes=[edition.material.code, gone.material.code]),
    )
    MaterialEdition.objects.filter(pk=gone.pk).update(state=Edition.State.WITHDRAWN)
    answer = browser(cast.commune_officer).get(f"/tai-lieu/bo/{pack.pk}.zip")
    assert answer["Content-Type"] == "application/zip"
    archive = taken(answer)
    root = "bo-loa-xa-thang-122026"
    folder = f"{root}/01-bai-loa-dien-luc"
    assert archive.namelist() == [
        f"{root}/DOC-TRUOC.html", f"{root}/giay-phep.txt", f"{root}/chu-thich.csv", f"{folder}/noi-dung.txt",
        f"{folder}/bai-viet.pdf", f"{folder}/tep/01-đọc bài.mp3",
    ]  # fmt: skip
    assert archive.read(f"{folder}/bai-viet.pdf").startswith(b"%PDF")
    assert "Bài loa điện lực" in archive.read(f"{root}/DOC-TRUOC.html").decode()
    assert "Ban chỉ đạo" in archive.read(f"{root}/giay-phep.txt").decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(archive.read(f"{root}/chu-thich.csv").decode("utf-8-sig"))))
    assert [line[6] for line in lines] == ["Chú thích", "Dẫn", "Giọng đọc: đài xã"]
    assert lines[1][9] == "1"
    row = Taking.objects.get()
    assert (row.how, row.agency, row.material_edition, row.pack) == ("pack", cast.commune, edition, pack)


def test_the_same_pack_is_the_same_bytes(cast: Cast) -> None:
    pack = packs.pack_create(by=cast.officer, data=PackData(title="Bộ", codes=[with_file(shown()).material.code]))
    page = pack_page(None, pack.pk)
    assert b"".join(packs.pack_take(page=page, by=None)) == b"".join(packs.pack_take(page=page, by=None))
    assert Taking.objects.filter(agency=None).count() == 2


def test_a_poster_comes_as_pdf_and_picture(cast: Cast) -> None:
    edition = library.material(kind=MaterialKind.POSTER, title="Áp phích")
    names = [name for name, _data in packs.material_files(pack_of(cast, edition))]
    assert {"noi-dung.txt", "ap-phich-a3.pdf", "ap-phich-a3.png", "ap-phich-a4.pdf", "anh-chia-se.png"} <= set(names)


def pack_of(cast: Cast, edition: MaterialEdition) -> MaterialEdition:
    pack = packs.pack_create(by=cast.officer, data=PackData(title="Bộ", codes=[edition.material.code]))
    return pack_page(None, pack.pk).editions[0]


def test_people_take_public_packs_and_no_others(cast: Cast) -> None:
    code = shown().material.code
    pack = packs.pack_create(by=cast.officer, data=PackData(title="Bộ", codes=[code]))
    assert packs_public() == [pack]
    assert taken(Client().get(f"/tai-lieu/bo/{pack.pk}.zip")).namelist()
    assert Client().head(f"/tai-lieu/bo/{pack.pk}.zip").status_code == 200
    assert Taking.objects.get().agency is None
    packs.pack_edit(by=cast.officer, pack=pack, data=PackData(title="Bộ", codes=[code], is_public=False), version=1)
    assert Client().get(f"/tai-lieu/bo/{pack.pk}.zip").status_code == 404


def test_pages_keep_what_is_ticked_while_the_list_is_narrowed(cast: Cast) -> None:
    first, second = shown("Điện lực"), shown("Ngân hàng")
    client = browser(cast.officer)
    page = client.get("/thu-vien/bo-tai-lieu/moi/", {"codes": [first.material.code]})
    assert page.context["chosen"] == {first.material.code}
    sent = {"title": "Bộ thử", "codes": [first.material.code], "q": "ngan hang", "is_public": "on"}
    narrowed = client.post("/thu-vien/bo-tai-lieu/moi/", sent | {"narrow": "1"})
    assert narrowed.status_code == 200
    assert not Pack.objects.exists()
    told = narrowed.content.decode()
    assert "Bộ thử" in told
    assert [edition.title for edition in narrowed.context["rows"]] == ["Điện lực", "Ngân hàng"]
    made = client.post("/thu-vien/bo-tai-lieu/moi/", sent | {"codes": [first.material.code, second.material.code]})
    pack = Pack.objects.get()
    assert made["Location"] == f"/thu-vien/bo-tai-lieu/{pack.pk}/"
    for url in (made["Location"], f"{made['Location']}sua/", "/thu-vien/bo-tai-lieu/?q=thử&sort=-ten"):
        assert "Bộ thử" in client.get(url).content.decode()
    refused = client.post(f"{made['Location']}sua/", {"title": "", "version": "1", "codes": [first.material.code]})
    assert refused.status_code == 422
    assert client.post(f"{made['Location']}xoa/").status_code == 302


def test_names_that_would_leave_the_folder_or_break_windows_are_made_plain() -> None:
    assert folder_name("../../Etc: Đỗ Ổ/…") == "etc-do-o"
    assert folder_name("???") == "tai-lieu"
    assert file_name("C:\\a\\..\\con*.pdf") == "C a .. con.pdf"


@speed(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_name_is_one_safe_name(name: str) -> None:
    for safe in (folder_name(name), file_name(name)):
        assert safe
        assert not set(safe) & set('/\\:*?"<>|\0')
        assert safe not in {".", ".."}
        assert not safe.startswith(".")


@speed(max_examples=30, deadline=None)
@given(st.dictionaries(st.text("abc", min_size=1, max_size=5), st.binary(max_size=5000), max_size=6))
def test_the_stream_is_a_zip_of_the_files(contents: dict[str, bytes]) -> None:
    data = b"".join(zip_stream(contents.items()))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == contents


def test_the_stream_holds_one_file_at_a_time() -> None:
    asked: list[int] = []

    def endless() -> Any:
        for number in range(50):
            asked.append(number)
            yield f"{number}.jpg", bytes(100_000)

    stream = zip_stream(endless())
    next(stream)
    assert asked == [0]
