"""Materials written: acts, files, readers, pages."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from PIL import Image

from canhgiac.agencies.models import AuditEntry, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.library.models import Edition, Material, MaterialEdition, MaterialFile, MaterialKind
from canhgiac.library.selectors import materials as reads
from canhgiac.library.selectors.materials import MaterialEnded, MaterialFilter
from canhgiac.library.selectors.writing import draft_told, without_diacritics
from canhgiac.library.services.editions import EditionRefused, EditionStale, edition_new, edition_withdraw
from canhgiac.library.services.materialfiles import FileRefused, Incoming, file_read, store
from canhgiac.library.services.materials import FileChanges, MaterialData, material_create, material_edit
from tests.factories import library
from tests.factories.activities import photo
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
State = Edition.State
MP3 = b"ID3\x04\x00" + bytes(2000)
OGG = b"OggS\x00\x02" + bytes(500)
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(500)


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def data(**facts: Any) -> MaterialData:
    given: dict[str, Any] = {
        "kind": MaterialKind.POSTER,
        "title": "Điện lực không gọi điện đòi tiền",
        "body": "Tắt máy.",
    }
    return MaterialData(**given | facts)


def browser(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# Writing ------------------------------------------------------------------------------------------------------------


def test_a_material_gets_code_slug_words_and_its_place(cast: Cast, editor: Member) -> None:
    form = library.form(name="Giả điện lực").form
    facts = {
        "audiences": ["elderly", "x"],
        "channels": ["print"],
        "forms": [form],
        "points": ["  Không  chuyển tiền ", ""],
    }
    edition = material_create(by=editor, data=data(**facts)).edition
    material = edition.material
    assert (material.code, material.slug) == ("AP-1", "dien-luc-khong-goi-dien-doi-tien")
    assert (material.agency, material.audiences, material.channels) == (cast.province, ["elderly"], ["print"])
    assert (edition.number, edition.state, edition.points) == (1, State.DRAFT, ["Không chuyển tiền"])
    assert "dien luc khong goi dien doi tien" in edition.folded
    again = material_create(by=editor, data=data()).edition.material
    assert (again.code, again.slug) == ("AP-2", "dien-luc-khong-goi-dien-doi-tien-2")
    assert AuditEntry.objects.filter(act="library.material_create").count() == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " \0 "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"kind": "x"}, "kind"),
        ({"language": "x"}, "language"),
        ({"look": "x"}, "look"),
        ({"points": ["x" * 201]}, "points"),
        ({"points": ["x"] * 13}, "points"),
        ({"body": "x" * 40_001}, "body"),
        ({"link": "http://vidu.test/video"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://ai:mk@vidu.test/v"}, "link"),
        ({"link": "https://["}, "link"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(editor: Member, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(EditionRefused) as refusal:
        material_create(by=editor, data=data(**facts))
    assert refusal.value.field == field
    assert not Material.objects.exists()


def test_only_writers_write(cast: Cast, approver: Member) -> None:
    for member in (cast.officer, cast.auditor, cast.admin, cast.outsider, approver):
        with pytest.raises(NotAllowed):
            material_create(by=member, data=data())
    assert material_create(by=cast.coordinator, data=data()).edition.pk


def test_a_stale_save_overwrites_nothing(editor: Member, cast: Cast) -> None:
    edition = material_create(by=editor, data=data()).edition
    material_edit(by=cast.coordinator, edition=edition, data=data(title="Của người khác"), version=1)
    with pytest.raises(EditionStale) as refusal:
        material_edit(by=editor, edition=edition, data=data(title="Của tôi"), version=1)
    assert isinstance(refusal.value.current, MaterialEdition)
    assert refusal.value.current.title == "Của người khác"
    edition.refresh_from_db()
    assert (edition.title, edition.version, edition.writers) == ("Của người khác", 2, [editor.pk, cast.coordinator.pk])


def test_kind_and_language_stay_once_public(editor: Member) -> None:
    shown = library.material(kind=MaterialKind.POSTER)
    draft = edition_new(by=editor, of=shown.material)
    with pytest.raises(EditionRefused, match="đã từng đăng"):
        material_edit(by=editor, edition=draft, data=data(kind=MaterialKind.SMS), version=draft.version)
    assert (
        material_edit(by=editor, edition=draft, data=data(title="Bản hai"), version=draft.version).edition.title
        == "Bản hai"
    )
    assert reads.material_by_slug(shown.material.slug).title == shown.title


def test_a_translation_hangs_on_an_original_of_another_language(editor: Member) -> None:
    original = material_create(by=editor, data=data()).edition.material
    tay = material_create(by=editor, data=data(language="tyz", translation_of=original)).edition.material
    assert tay.translation_of == original
    for wrong in ({"language": "vi", "translation_of": original}, {"language": "en", "translation_of": tay}):
        with pytest.raises(EditionRefused) as refusal:
            material_create(by=editor, data=data(**wrong))
        assert refusal.value.field == "translation_of"


# Files --------------------------------------------------------------------------------------------------------------


def docx(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("role", "content", "content_type", "ending"),
    [
        ("audio", MP3, "audio/mpeg", "mp3"),
        ("audio", OGG, "audio/ogg", "ogg"),
        ("audio", WAV, "audio/wav", "wav"),
        ("original", b"%PDF-1.7 ", "application/pdf", "pdf"),
        ("original", b"\0\0\0\x18ftypisom" + bytes(50), "video/mp4", "mp4"),
        ("original", MP3, "audio/mpeg", "mp3"),
    ],
)
def test_files_are_known_by_content(role: str, content: bytes, content_type: str, ending: str) -> None:
    kept = file_read(role, content)
    assert (kept.data, kept.content_type, kept.ending) == (content, content_type, ending)


def test_office_files_are_originals_and_macros_are_not() -> None:
    assert file_read("original", docx("ppt/presentation.xml")).ending == "pptx"
    for refused in (docx("word/document.xml", "word/vbaProject.bin"), docx("a.txt"), b"PK\x03\x04hong"):
        with pytest.raises(FileRefused):
            file_read("original", refused)


@pytest.mark.parametrize(
    ("role", "content"),
    [
        ("audio", b"MZ not sound"),
        ("audio", b""),
        ("picture", MP3),
        ("original", b"<html>"),
        ("picture", b"\xff\xd8\xff hong"),
    ],
)
def test_other_files_are_refused_in_words(role: str, content: bytes) -> None:
    with pytest.raises(FileRefused) as refusal:
        file_read(role, content)
    assert str(refusal.value)


def test_pictures_lose_their_secrets(editor: Member) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Máy ảnh của ai đó"
    sent = photo(7, exif=exif)
    changes = FileChanges(added=[Incoming("picture", "C:\\ảnh\\bìa.PNG", sent, "Bìa")])
    edition = material_create(by=editor, data=data(), files=changes).edition
    file = edition.files.get()
    assert (file.file_name, file.caption, file.content_type) == ("bìa.jpg", "Bìa", "image/jpeg")
    kept = store().get(file.sha256)
    assert kept != sent
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_one_bad_file_does_not_lose_the_text_nor_the_others(editor: Member) -> None:
    edition = material_create(by=editor, data=data()).edition
    added = [Incoming("audio", "doc.mp3", MP3), Incoming("audio", "doc.exe", b"MZ"), Incoming("audio", "lai.mp3", MP3)]
    saved = material_edit(by=editor, edition=edition, data=data(title="Mới"), version=1, files=FileChanges(added=added))
    assert saved.refused == ["doc.exe: Tiếng đọc phải là tệp MP3, OGG hoặc WAV."]
    edition.refresh_from_db()
    assert edition.title == "Mới"
    file = edition.files.get()  # the same content twice is one file
    changes = FileChanges(captions={file.pk: "Đọc bởi phát thanh viên"})
    material_edit(by=editor, edition=edition, data=data(), version=2, files=changes)
    file.refresh_from_db()
    assert file.caption == "Đọc bởi phát thanh viên"
    material_edit(by=editor, edition=edition, data=data(), version=3, files=FileChanges(removed=[file.pk]))
    assert not edition.files.exists()


# Reading ------------------------------------------------------------------------------------------------------------


def test_published_ones_are_found_by_every_facet_with_and_without_diacritics() -> None:
    form = library.form().form
    facts = {"audiences": ["elderly"], "channels": ["print"], "language": "tyz"}
    wanted = library.material(kind=MaterialKind.LEAFLET, facts=facts, title="Lừa đảo tuyển dụng")
    wanted.material.forms.add(form)
    library.material(title="Chuyện khác")
    library.material(state=State.DRAFT, title="Lừa đảo tuyển dụng")
    for narrow in (
        {"kind": "leaflet"}, {"audience": "elderly"}, {"language": "tyz"}, {"channel": "print"}, {"form": form},
        {"form": form.code}, {"query": "tuyen dung"}, {"query": "Tuyển dụng lừa"}, {"query": wanted.material.code},
    ):  # fmt: skip
        assert list(reads.materials_published(**narrow)) == [wanted], narrow
    assert reads.materials_published().count() == 2
    assert not reads.materials_published(query="khong co tu nay")


def test_the_last_day_ends_it_before_the_nights_job(editor: Member) -> None:
    shown = library.material()
    MaterialEdition.objects.filter(pk=shown.pk).update(expires_on=clock.today() - dt.timedelta(days=1))
    assert not reads.materials_published()
    with pytest.raises(MaterialEnded) as ended:
        reads.material_by_slug(shown.material.slug)
    assert ended.value.edition == shown
    with pytest.raises(MaterialEdition.DoesNotExist):
        reads.material_by_slug(library.material(state=State.DRAFT).material.slug)


def test_readers_see_what_is_public_and_insiders_the_drafts_too(cast: Cast, editor: Member) -> None:
    shown = library.material()
    edition_new(by=editor, of=shown.material)
    draft = material_create(by=editor, data=data()).edition
    assert list(reads.materials_for(cast.officer)) == [shown]
    assert set(reads.materials_for(cast.auditor)) == {shown, draft}
    row = reads.materials_for(editor).get(pk=shown.pk)
    assert row.open_state == State.DRAFT  # type: ignore[attr-defined]  # an annotation
    assert list(reads.materials_list(editor, MaterialFilter(state="open"), sort="ma")) == [draft, shown]
    assert reads.material_page(cast.officer, shown.material.code).opened is None
    assert reads.material_page(editor, shown.material.code).opened is not None


def test_translations_stand_beside_each_other() -> None:
    original = library.material(title="Gốc")
    tay = library.material(title="Tày", facts={"language": "tyz", "translation_of": original.material})
    hmong = library.material(title="Mông", facts={"language": "hmn", "translation_of": original.material})
    assert reads.translations_of(original.material) == [hmong, tay]
    assert reads.translations_of(tay.material) == [hmong, original]


def test_what_an_activity_may_link_lists_the_agencys_own_first(cast: Cast) -> None:
    from canhgiac.library.services.takings import taking_note  # only this test takes

    library.material(title="A")
    taken = library.material(title="B")
    taking_note(how="file", edition=taken, agency=cast.commune)
    assert [row.title for row in reads.materials_linkable(cast.commune)] == ["B", "A"]


# What the writer sees -----------------------------------------------------------------------------------------------


def test_the_draft_tells_sms_parts_and_reading_time() -> None:
    told = draft_told(kind="sms", title="", lead="", body="Đừng đọc mã [OTP]", points=[], call="", link="", channels=[])
    assert told.written is not None
    assert told.bare is not None
    assert (told.written.length.alphabet, told.written.length.units) == ("UCS-2", 17)
    assert (told.bare.length.alphabet, told.bare.length.units, told.bare.bare) == ("GSM-7", 19, "Dung doc ma [OTP]")
    radio = draft_told(
        kind="radio",
        title="",
        lead="",
        body="bà con " * 105,
        points=[],
        call="",
        link="https://vidu.test/x",
        channels=[],
    )
    assert (radio.minutes_words, radio.written, radio.link_host) == ("1:00", None, "vidu.test")
    assert without_diacritics("“Ơn trời” – Ừ…") == '"On troi" - U...'


# Pages --------------------------------------------------------------------------------------------------------------


def test_the_list_costs_the_same_with_one_and_with_many(cast: Cast) -> None:
    client = browser(cast.coordinator)
    client.get("/thu-vien/tai-lieu/")
    counts = []
    for _round in range(2):
        for _number in range(3):
            edition = library.material(facts={"agency": cast.province})
            MaterialFile.objects.create(
                edition=edition, role="picture", sha256="a" * 64, file_name="a.jpg", content_type="image/jpeg", size=1
            )
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = client.get("/thu-vien/tai-lieu/")
        assert page.status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 24


def test_the_list_is_narrowed_and_exported(cast: Cast) -> None:
    library.material(title="Áp phích điện lực", kind=MaterialKind.POSTER)
    library.material(title="Bài khác")
    client = browser(cast.officer)
    page = client.get("/thu-vien/tai-lieu/?q=dien+luc").content.decode()
    assert "Áp phích điện lực" in page
    assert "Bài khác" not in page
    assert "Không có tài liệu nào khớp" in client.get("/thu-vien/tai-lieu/?q=khongco").content.decode()
    sent = b"".join(client.get("/thu-vien/tai-lieu/xuat.xlsx?kind=poster"))
    rows = list(load_workbook(io.BytesIO(sent)).active.values)  # type: ignore[union-attr]
    assert [row[1] for row in rows] == ["Tên", "Áp phích điện lực"]


def test_the_editor_keeps_what_was_typed_and_shows_the_newer_text(editor: Member, cast: Cast) -> None:
    edition = material_create(by=editor, data=data()).edition
    client, url = browser(editor), f"/thu-vien/tai-lieu/{edition.material.code}/sua/"
    sent = {"kind": "poster", "language": "vi", "look": "calm", "title": "", "body": "Tôi gõ", "version": "1"}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "Tôi gõ" in answer.content.decode()
    material_edit(by=cast.coordinator, edition=edition, data=data(title="Tên người khác"), version=1)
    answer = client.post(url, sent | {"title": "Tên tôi"})
    told = answer.content.decode()
    assert answer.status_code == 422
    assert "Tên người khác" in told
    assert "Tôi gõ" in told
    answer = client.post(url, sent | {"title": "Tên tôi", "version": "2", "stay": "1"})
    assert answer.status_code == 302
    edition.refresh_from_db()
    assert (edition.title, edition.body) == ("Tên tôi", "Tôi gõ")


def test_who_may_not_write_is_led_back(cast: Cast, editor: Member) -> None:
    edition = material_create(by=editor, data=data()).edition
    code = edition.material.code
    assert browser(cast.officer).get(f"/thu-vien/tai-lieu/{code}/").status_code == 404
    assert browser(cast.auditor).get(f"/thu-vien/tai-lieu/{code}/sua/").status_code == 302
    assert browser(cast.officer).post(f"/thu-vien/tai-lieu/{code}/soan/").status_code == 404


def test_files_are_public_with_the_edition_and_attached(editor: Member, cast: Cast, approver: Member) -> None:
    changes = FileChanges(added=[Incoming("audio", "đọc.mp3", MP3), Incoming("picture", "a.png", photo(3))])
    edition = material_create(by=editor, data=data(), files=changes).edition
    sound, picture = edition.files.get(role="audio"), edition.files.get(role="picture")
    addresses = [f"/tai-lieu/tep/{sound.pk}", f"/tai-lieu/anh/{picture.pk}.jpg"]
    for url in addresses:
        assert Client().get(url).status_code == 404
        assert browser(cast.officer).get(url).status_code == 404
        assert browser(editor).get(url).status_code == 200
    MaterialEdition.objects.filter(pk=edition.pk).update(
        state=State.PUBLISHED, reviewer=approver, published_at=clock.now()
    )
    answer = Client().get(addresses[0])
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Client().get(addresses[1])["Content-Type"] == "image/jpeg"
    edition_withdraw(by=approver, edition=MaterialEdition.objects.get(pk=edition.pk), reason="Sai số")
    assert Client().get(addresses[0]).status_code == 404


def test_the_preview_says_what_is_typed_and_runs_nothing(editor: Member) -> None:
    sent = {"kind": "radio", "title": "Bài loa", "body": "**Bà con** <script>alert(1)</script>", "points": "Một\n\nHai"}
    told = browser(editor).post("/thu-vien/tai-lieu/xem-truoc/", sent).content.decode()
    assert "<strong>Bà con</strong>" in told
    assert "<script>" not in told
    assert "210 tiếng một phút" in told


def test_editions_are_compared(editor: Member) -> None:
    shown = library.material(title="Tên cũ")
    draft = edition_new(by=editor, of=shown.material)
    material_edit(by=editor, edition=draft, data=data(kind="article", title="Tên mới"), version=draft.version)
    told = browser(editor).get(f"/thu-vien/tai-lieu/{shown.material.code}/ban-2/").content.decode()
    assert "<del>cũ</del>" in told
    assert "<ins>mới</ins>" in told
    page = browser(editor).get(f"/thu-vien/tai-lieu/{shown.material.code}/")
    assert page.status_code == 200
