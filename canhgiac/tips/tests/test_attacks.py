"""Attacks: the tables alone, a backup, wrong roles, guessed codes, hostile files, links that must not be fetched."""

from __future__ import annotations

import datetime as dt
import io
import socket
import subprocess
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from PIL import Image

from canhgiac.agencies.models import AuditEntry
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import embedded
from canhgiac.kit.sealing import CODE_DIGITS, BrokenSealError, KeyPair
from canhgiac.tips.models import Tip, TipFile
from canhgiac.tips.selectors.unlocked import Unlocked
from canhgiac.tips.services import following, opening
from canhgiac.tips.services.files import FileRefused, Sent
from canhgiac.tips.services.parts import Identity
from tests.factories import agencies, tips
from tests.factories.agencies import Cast

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
WHO = Identity("Trần Thị Kể Chuyện", "0900 000 777", "thôn Bờ Suối", "", may_call=True)
WORDS = (
    *("rửa tiền", "cấm tôi kể", "Kể Chuyện", "Ke Chuyen", "0900 000 777", "Bờ Suối", "bí mật trong tệp"),
    *("lời nhắn của tôi", "ghi chú nội bộ", "ten-tep-rieng", tips.PASSPHRASE),
)
"""What nobody may find outside the seal. Numbers and links of the scammer stand in the register on purpose."""


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def full_tip(cast: Cast) -> tuple[tips.Vault, Tip, str]:
    """A tip with everything that can be sealed."""
    vault = tips.vault_made(cast)
    files = (Sent("ten-tep-rieng.txt", "bí mật trong tệp".encode()),)
    receipt = tips.received(identity=WHO, files=files, area=cast.commune_area, amount=15_000_000)
    following.tip_say_by_code(code=receipt.code, address="192.0.2.1", text="lời nhắn của tôi")
    opening.tip_note(by=vault.officer, tip=receipt.tip, unlocked=vault.unlocked, text="ghi chú nội bộ")
    return vault, receipt.tip, receipt.code


def forms_of(word: str) -> list[bytes]:
    """A word as it may lie in a table or file."""
    return [word.encode(), word.encode("utf-16-le"), word.encode().hex().encode(), ascii(word)[1:-1].encode()]


def test_the_tables_and_files_alone_hold_no_word_of_a_tip(cast: Cast) -> None:
    _vault, _tip, code = full_tip(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 80
        held = b""
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            held += "\n".join(row for (row,) in cursor.fetchall() if row).encode()
        cursor.execute("SELECT encode(sealed, 'escape') FROM tips_tippart")
        held += "\n".join(row for (row,) in cursor.fetchall()).encode()
    stored = [path.read_bytes() for path in Path(django_settings.FILES_ROOT).rglob("*") if path.is_file()]
    assert stored
    for word in (*WORDS, code):
        for shape in forms_of(word):
            assert shape not in held, word
            assert all(shape not in data for data in stored), word


def test_the_scan_would_find_an_unsealed_word(cast: Cast) -> None:
    """The scan itself is tested: a word written where it may be read is found."""
    cast.commune_area.name = "Xã Bờ Suối"
    cast.commune_area.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM agencies_area t")
        held = "\n".join(row for (row,) in cursor.fetchall()).encode()
    assert any(shape in held for shape in forms_of("Bờ Suối"))


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_no_word_of_a_tip(cast: Cast, tmp_path: Path) -> None:
    """``canhgiac backup`` is pg_dump and the file store, which the scan above reads; here the dump in plain text."""
    full_tip(cast)
    url = connection.settings_dict
    target = f"postgresql://{url['USER']}:{url['PASSWORD']}@/{url['NAME']}?host={url['HOST']}"
    if url["PORT"]:
        target += f"&port={url['PORT']}"
    dump = tmp_path / "plain.sql"
    program = str(embedded.binaries() / "pg_dump")
    subprocess.run([program, "--format=plain", "--file", str(dump), "--dbname", target], check=True)
    told = dump.read_bytes()
    assert b"tips_tip" in told
    assert str(cast.commune_area.name).encode() in told
    for word in WORDS:
        assert all(shape not in told for shape in forms_of(word)), word


def test_the_wrong_role_and_the_wrong_key_open_nothing(cast: Cast) -> None:
    vault, tip, _code = full_tip(cast)
    for who in (cast.coordinator, cast.admin, cast.auditor, cast.officer, cast.outsider):
        with pytest.raises(NotAllowed):
            opening.tip_open(by=who, tip=tip, unlocked=vault.unlocked)
    stranger = tips.officer(cast.police)
    with pytest.raises(NotAllowed, match="người khác"):
        opening.tip_open(by=stranger, tip=tip, unlocked=vault.unlocked)
    with pytest.raises(BrokenSealError):
        opening.tip_open(by=stranger, tip=tip, unlocked=Unlocked(stranger.pk, (KeyPair.new(),)))
    far = tips.officer(agencies.agency(name="Công an xã Xa", parent=None, area=agencies.area(name="Xã Xa")))
    with pytest.raises(NotAllowed, match="ngoài phạm vi"):
        opening.tip_open(by=far, tip=tip, unlocked=Unlocked(far.pk, vault.unlocked.pairs))


def test_every_opening_is_in_the_log_and_the_log_tells_nothing(cast: Cast) -> None:
    vault, tip, _code = full_tip(cast)
    for _ in range(2):
        opening.tip_open(by=vault.officer, tip=tip, unlocked=vault.unlocked)
    file = tip.files.get()
    opening.tip_file_open(by=vault.officer, tip=tip, file_id=file.pk, unlocked=vault.unlocked)
    opening.tip_say(by=vault.officer, tip=tip, unlocked=vault.unlocked, text="lời nhắn của cán bộ")
    rows = AuditEntry.objects.filter(subject_type="tips.tip", subject_id=str(tip.pk), actor=vault.officer)
    acts = list(rows.order_by("seq").values_list("act", flat=True))
    assert acts == ["tips.tip_note", "tips.tip_open", "tips.tip_open", "tips.tip_file_open", "tips.tip_say"]
    told = str(list(AuditEntry.objects.values_list("facts", flat=True)))
    assert not any(word in told for word in WORDS)


def test_guessing_codes_is_hopeless(client: Client, cast: Cast) -> None:
    """The odds from the limits in force, and that the limits hold."""
    tips.vault_made(cast)
    tip = tips.received()
    answers = [client.post("/theo-doi/", {"ma": f"{number:016}"}).status_code for number in range(30)]
    assert answers[:20] == [422] * 20
    assert set(answers[20:]) == {429}
    assert client.post("/theo-doi/", {"ma": tip.code}).status_code == 429
    assert client.post("/theo-doi/", {"ma": tip.code}, REMOTE_ADDR="198.51.100.7").status_code == 200
    stretches = dt.timedelta(days=365) / dt.timedelta(seconds=following.FOR_ALL.seconds)
    a_year = stretches * following.FOR_ALL.most
    tips_held = 100_000
    assert a_year * tips_held / 10**CODE_DIGITS < 0.001  # one address alone: thirty times less


def test_a_wrong_code_and_a_right_one_differ_in_nothing_else(client: Client, cast: Cast) -> None:
    tips.vault_made(cast)
    tips.received()
    assert "Không tìm thấy" in client.post("/theo-doi/", {"ma": "1234 5678 1234 5678"}).content.decode()
    assert "16 chữ số" in client.post("/theo-doi/", {"ma": "1234"}).content.decode()


def jpeg_with_secrets() -> bytes:
    image, out = Image.new("RGB", (80, 60), "white"), io.BytesIO()
    for x in range(80):
        image.putpixel((x, x % 60), (x * 3, 0, 0))
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "May Anh Rieng", "20.123N 105.456E"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\0" * 20_000_000)
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>fetch('https://thu.test')</script>"
HOSTILE = {
    "svg": Sent("anh.svg", SVG),
    "svg named as a picture": Sent("anh.jpg", SVG),
    "html": Sent("trang.html", HTML),
    "html named as pdf": Sent("giay.pdf", HTML),
    "pdf": Sent("bien-lai.pdf", b"%PDF-1.7\n/OpenAction /JavaScript (app.alert(1))"),
    "office with macros": Sent("bang-ke.xlsm", b"PK\x03\x04" + b"xl/vbaProject.bin" * 20),
    "zip bomb": Sent("nen.zip", zip_bomb()),
    "program": Sent("cai-dat.apk", b"PK\x03\x04" + b"classes.dex" * 20),
    "broken picture": Sent("anh.png", b"\x89PNG\r\n\x1a\n" + bytes(200)),
    "heic": Sent("anh.heic", b"\0\0\0\x18ftypheic" + bytes(200)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_contained(cast: Cast, name: str) -> None:
    vault = tips.vault_made(cast)
    sent = HOSTILE[name]
    tip = tips.tip(files=(sent,))
    row = tip.files.get()
    assert row.state == TipFile.State.CONTAINED
    opened = opening.tip_file_open(by=vault.officer, tip=tip, file_id=row.pk, unlocked=vault.unlocked)
    assert not opened.facts.is_picture
    assert (opened.type, opened.name) == ("application/zip", f"tep-cach-ly-{row.pk}.zip")
    with zipfile.ZipFile(io.BytesIO(opened.data)) as archive:
        warning, kept = archive.namelist()
        assert archive.read(kept) == sent.data
        assert kept == f"{sent.name}.khong-mo"
        assert "mã độc" in archive.read(warning).decode()


def test_a_picture_is_drawn_anew_without_what_was_hidden_in_it(cast: Cast) -> None:
    vault = tips.vault_made(cast)
    polyglot = jpeg_with_secrets() + zip_bomb() + HTML
    assert b"May Anh Rieng" in polyglot
    tip = tips.tip(files=(Sent("../../etc/an\u202egpj.jpg", polyglot),))
    opened = opening.tip_file_open(by=vault.officer, tip=tip, file_id=tip.files.get().pk, unlocked=vault.unlocked)
    assert opened.facts.is_picture
    assert opened.type == "image/jpeg"
    assert b"May Anh Rieng" not in opened.data
    assert b"20.123N" not in opened.data
    assert b"PK\x03\x04" not in opened.data
    assert not Image.open(io.BytesIO(opened.data)).getexif()
    assert opened.facts.name == "angpj.jpg"


def test_too_much_is_refused_before_anything_is_written(cast: Cast) -> None:
    tips.vault_made(cast)
    for files in (
        (Sent("to.bin", bytes(15 * 2**20 + 1)),),
        (Sent("rong.jpg", b""),),
        tuple(Sent(f"{n}.txt", b"x") for n in range(11)),
    ):
        with pytest.raises(Exception, match=r"MB|rỗng|Nhiều nhất"):
            tips.received(files=files)
    assert not Tip.objects.exists()
    code = tips.received().code
    with pytest.raises(FileRefused):
        following.tip_add_files_by_code(code=code, address="192.0.2.9", files=[Sent("rong.jpg", b"")])


def test_uploads_never_touch_the_disk_unsealed(client: Client, cast: Cast, settings: Settings, tmp_path: Path) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    tips.vault_made(cast)
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "no-such-folder"
    big = SimpleUploadedFile("to.bin", b"bi-mat-lon" * 600_000)
    answer = client.post("/bao-tin/da-gui/", {"ke": tips.STORY, "dong_y": "on", "anh": big})
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    assert Tip.objects.get().files.count() == 1
    assert all(b"bi-mat-lon" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_submitted_link_is_never_fetched(client: Client, cast: Cast) -> None:
    """A listener waits for a call that must not come: from the form's help, from intake, from opening."""
    vault = tips.vault_made(cast)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        called = threading.Event()
        listener.settimeout(1)
        host, port = listener.getsockname()

        def wait() -> None:
            try:
                listener.accept()[0].close()
                called.set()
            except OSError:
                pass

        waiting = threading.Thread(target=wait)
        waiting.start()
        story = f"Họ bảo vào http://{host}:{port}/latest/meta-data/ và http://localhost:{port}/ rồi đăng nhập."
        client.post("/bao-tin/gui/tim/", {"ke": story})
        client.post("/bao-tin/da-gui/", {"ke": story, "dong_y": "on", "them": f"http://{host}:{port}/x"})
        opening.tip_open(by=vault.officer, tip=Tip.objects.get(), unlocked=vault.unlocked)
        waiting.join()
        assert not called.is_set()


@pytest.mark.parametrize(
    "story",
    [
        "http://a.test/1 http://b.test/2 http://c.test/3 http://d.test/4 http://e.test/5",
        "mua ngay kẻo lỡ hàng giá rẻ bấm vào đây " * 40,
        "xkcdq wrtpl zzzgh bnmkl qwrtp plkjh",
    ],
)
def test_spam_waits_in_a_queue_of_its_own_sealed_and_unlost(cast: Cast, story: str) -> None:
    vault = tips.vault_made(cast)
    tip = tips.tip(story=story)
    assert tip.state == Tip.State.SPAM
    assert opening.tip_open(by=vault.officer, tip=tip, unlocked=vault.unlocked).story == story.strip()


@pytest.mark.parametrize(
    "story",
    [
        tips.STORY,
        "0900 000 123 lua dao",
        "Toi bi lua mat 5 trieu qua zalo, nguoi ta bao nop them",
        "http://ngan-hang-gia.test/dang-nhap",
        "I was asked to pay a fee for a parcel that I never ordered",
        "bị lừa",
    ],
)
def test_what_a_person_may_have_meant_is_no_spam(cast: Cast, story: str) -> None:
    tips.vault_made(cast)
    assert tips.tip(story=story).state == Tip.State.NEW
