"""What is taken for a picture or a file, how a photo is kept, and that no bytes bring it down."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from canhgiac.activities.services.pictures import (
    CONTENT_TYPES,
    LONGEST,
    MAX_PARTS,
    REPORT_FILES,
    EvidenceRefused,
    file_type,
    is_picture,
    looks_of,
    picture_read,
)
from tests.factories.activities import photo

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def with_exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "Máy ảnh của ai đó"
    exif.get_ifd(GPS)[1] = "N"
    return photo(3, size=(800, 400), exif=exif)


def bits_apart(a: int | None, b: int | None) -> int:
    assert a is not None
    assert b is not None
    return ((a ^ b) & (1 << 64) - 1).bit_count()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_photo_becomes_a_jpeg_of_modest_size(form: str) -> None:
    data = photo(1, size=(3000, 1500), form=form)
    assert is_picture(data)
    kept = picture_read(data)
    assert (kept.width, kept.height) == (LONGEST, LONGEST // 2)
    assert opened(kept.data).format == opened(kept.thumb).format == "JPEG"
    assert opened(kept.data).size == (kept.width, kept.height)
    assert max(opened(kept.thumb).size) == 480


def test_metadata_goes_and_the_photo_stands_upright() -> None:
    data = with_exif(6)  # turned by a quarter
    assert opened(data).getexif()[ORIENTATION] == 6
    kept = picture_read(data)
    assert (kept.width, kept.height) == (400, 800)
    for written in (kept.data, kept.thumb):
        assert not dict(opened(written).getexif())
        assert b"Exif" not in written
        assert "M\xe1y".encode() not in written


def test_transparency_becomes_paper() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (200, 0, 0, 0)).save(out, "PNG")
    pixel = opened(picture_read(out.getvalue()).data).getpixel((30, 30))
    assert pixel == (255, 255, 255)


def test_a_saved_again_smaller_copy_looks_the_same_and_another_photo_does_not() -> None:
    original = picture_read(photo(7, size=(1600, 1200)))
    again = io.BytesIO()
    opened(original.data).resize((640, 480)).save(again, "JPEG", quality=40)
    assert bits_apart(original.looks, picture_read(again.getvalue()).looks) <= 6
    for seed in range(20, 40):
        assert bits_apart(original.looks, picture_read(photo(seed)).looks) > 6


def test_a_blank_picture_has_no_looks() -> None:
    assert looks_of(Image.new("RGB", (100, 100), "white")) is None
    assert looks_of(Image.new("RGB", (100, 100), (12, 12, 12))) is None


def test_looks_fit_a_signed_bigint() -> None:
    for seed in range(40):
        looks = picture_read(photo(seed)).looks
        assert looks is not None
        assert -(2**63) <= looks < 2**63


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head promises so many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8_000, 8_000), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(EvidenceRefused, match=r"điểm ảnh|hỏng"):
        picture_read(png_that_claims(*size))


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_a_heic_photo_is_refused_with_the_way_out(brand: bytes) -> None:
    with pytest.raises(EvidenceRefused, match="HEIC"):
        is_picture(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic")


def test_half_a_photo_is_refused() -> None:
    data = photo(1)
    with pytest.raises(EvidenceRefused, match="chưa tải lên hết"):
        picture_read(data[: len(data) // 2])


def package(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"%PDF-1.7\n...", "pdf"),
        (package("[Content_Types].xml", "word/document.xml"), "docx"),
        (package("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (b"ID3\x04\0\0\0\0\0\0", "mp3"),
        (b"\xff\xfb\x90\x64" + b"\0" * 100, "mp3"),
        (b"\0\0\0\x20ftypisom\0\0\x02\0", "mp4"),
        (b"\0\0\0\x20ftypqt  \0\0\x02\0", "mp4"),
    ],
)
def test_files_are_known_by_their_content(data: bytes, ending: str) -> None:
    assert not is_picture(data)
    assert file_type(data).ending == ending


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90\0",
        b"\xff\xfe<\0s\0c\0r\0i\0p\0t\0",
        package("bai.html"),
        package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        b"PK\x03\x04" + b"\0" * 40,
    ],
)
def test_everything_else_is_refused(data: bytes) -> None:
    assert not is_picture(data)
    with pytest.raises(EvidenceRefused):
        file_type(data)


def stored(*, encrypted: bool = False, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A sound DOCX of two parts, or one whose parts say that they are encrypted."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        made.writestr(CONTENT_TYPES, "<Types/>")
        made.writestr("word/document.xml", random.Random(1).randbytes(4000))
        if encrypted:
            for part in made.infolist():
                part.flag_bits |= 1  # written into the directory when the package is closed
    return out.getvalue()


def bomb() -> bytes:
    """Small outside, 320 MB inside as its directory says; nothing of it is to be unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(CONTENT_TYPES, "<Types/>")
        with made.open("word/document.xml", "w") as part:
            for _ in range(320):
                part.write(bytes(2**20))
    return out.getvalue()


def crowd() -> bytes:
    return package(CONTENT_TYPES, "word/document.xml", *(f"word/media/{n}.xml" for n in range(MAX_PARTS)))


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(stored()[:2000], "Tệp hỏng", id="cut"),
        pytest.param(stored()[:-30], "Tệp hỏng", id="directory-cut"),
        pytest.param(flipped(stored(method=zipfile.ZIP_STORED), 2000), "Tệp hỏng", id="checksum"),
        pytest.param(flipped(stored(), 2000), "Tệp hỏng", id="checksum-deflated"),
        pytest.param(package("word/document.xml"), "Tệp hỏng", id="no-content-types"),
        pytest.param(package("_rels/.rels", "xl/workbook.xml"), "Tệp hỏng", id="no-content-types-xlsx"),
        pytest.param(stored(encrypted=True), "mật khẩu", id="locked"),
        pytest.param(bomb(), "giải nén ra quá lớn", id="bomb"),
        pytest.param(crowd(), "giải nén ra quá lớn", id="crowd"),
        pytest.param(package(CONTENT_TYPES, "anh.jpg"), "Tệp nén thì không nhận", id="other"),
    ],
)
def test_a_damaged_package_is_refused_in_words(data: bytes, words: str) -> None:
    assert file_type(stored()).ending == "docx"
    with pytest.raises(EvidenceRefused, match=words):
        file_type(data)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_beyond_what_it_says() -> None:
    lying = bomb().replace(struct.pack("<I", 320 * 2**20), struct.pack("<I", 2**20))
    with pytest.raises(EvidenceRefused, match="Tệp hỏng"):
        file_type(lying)


def test_each_use_names_what_it_takes() -> None:
    slides = package(CONTENT_TYPES, "ppt/presentation.xml")
    assert file_type(slides, endings=REPORT_FILES).ending == "pptx"
    assert file_type(package(CONTENT_TYPES, "word/document2.xml")).ending == "docx"
    assert file_type(b"\r\n%PDF-1.4\n").ending == "pdf"
    with pytest.raises(EvidenceRefused, match="PDF, DOCX, XLSX, MP3, MP4"):
        file_type(slides)
    with pytest.raises(EvidenceRefused, match="PDF, DOCX, XLSX, PPTX"):
        file_type(b"ID3\x04\0\0\0\0\0\0", endings=REPORT_FILES)


def taken_or_refused(data: bytes) -> None:
    try:
        if is_picture(data):
            kept = picture_read(data)
            assert opened(kept.data).format == "JPEG"
        else:
            file_type(data)
    except EvidenceRefused:
        pass


SEEDS = [
    photo(1, size=(60, 40)),
    photo(2, size=(60, 40), form="PNG"),
    photo(3, size=(60, 40), form="WEBP"),
    photo(4, size=(60, 40), form="GIF"),
    with_exif(6)[:4000],
    package("[Content_Types].xml", "word/document.xml"),
    b"\0\0\0\x20ftypisom\0\0\x02\0",
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_fuzz_damaged_files_are_taken_or_refused(seed: bytes, chance: int, faults: int) -> None:
    """Bytes flipped, cut out, doubled: never anything but a picture kept, a type, or EvidenceRefused."""
    dice, data = random.Random(chance), bytearray(seed)
    for _ in range(faults):
        at = dice.randrange(len(data)) if data else 0
        act = dice.randrange(4)
        if act == 0 and data:
            data[at] = dice.randrange(256)
        elif act == 1:
            del data[at : at + dice.randrange(20)]
        elif act == 2:
            data[at:at] = data[at : at + dice.randrange(20)]
        else:
            data[at:at] = dice.randbytes(dice.randrange(8))
    taken_or_refused(bytes(data))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"PK\x03\x04"]))
def test_fuzz_any_bytes(data: bytes, head: bytes) -> None:
    taken_or_refused(head + data)
