"""Pictures: codes and words come out; what is no picture, or too large a one, is refused by name."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from canhgiac.engines.recognition.letters import plain
from canhgiac.engines.recognition.pictures import (
    MOST_BYTES,
    PictureError,
    PictureRead,
    can_read_words,
    open_picture,
    read_picture,
)
from canhgiac.engines.recognition.vietqr import VietQr, write_vietqr

LINES = ("Tài khoản của bạn sẽ bị khóa", "trong 24 giờ. Xác minh tại", "trang-la.test để mở lại")
FONT = "DejaVuSans.ttf"
needs_tesseract = pytest.mark.skipif(not can_read_words(), reason="tesseract with Vietnamese is not on this machine")


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    held = BytesIO()
    picture.save(held, kind, **options)
    return held.getvalue()


def code(text: str, scale: int = 6) -> Image.Image:
    held = BytesIO()
    segno.make_qr(text, error="m").save(held, kind="png", scale=scale)
    return Image.open(held).convert("RGB")


def bubble(ground: str, around: str, ink: str) -> Image.Image:
    """A message as a phone shows it."""
    try:
        font = ImageFont.truetype(FONT, 30)
    except OSError:
        pytest.skip("the font DejaVu is not on this machine")
    picture = Image.new("RGB", (720, 500), ground)
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((40, 120, 660, 330), 30, fill=around)
    for number, line in enumerate(LINES):
        draw.text((70, 150 + 55 * number), line, font=font, fill=ink)
    return picture


def test_a_payment_code_tells_bank_and_account() -> None:
    paid = VietQr("970436", "0011000000001", 200_000, "phi giao hang", is_static=False)
    sheet = Image.new("RGB", (900, 1400), "white")
    sheet.paste(code(write_vietqr(paid)), (150, 700))
    sheet.paste(code("https://trang-la.test/a"), (200, 100))
    first, second = read_picture(saved(sheet)).qr
    assert (first.text, first.link, first.vietqr) == ("https://trang-la.test/a", True, None)
    assert second.vietqr == paid
    assert second.vietqr.bank == "Vietcombank"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_every_format_of_a_phone_is_read(kind: str) -> None:
    assert [one.text for one in read_picture(saved(code("xin chao"), kind)).qr] == ["xin chao"]


def test_light_on_dark_and_turned_codes_are_read() -> None:
    dark = Image.eval(code("toi mau"), lambda value: 255 - value)
    assert read_picture(saved(dark.rotate(90, expand=True))).qr[0].text == "toi mau"


def test_of_a_moving_picture_the_first_frame_counts() -> None:
    frames = [code("mot"), code("hai")]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert [one.text for one in read_picture(moving).qr] == ["mot"]


def test_a_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    assert open_picture(saved(Image.new("RGB", (30, 20)), "JPEG", exif=exif)).size == (20, 30)


def test_what_shines_through_is_white() -> None:
    assert open_picture(saved(Image.new("RGBA", (3, 3), (0, 0, 0, 0)))).getpixel((1, 1)) == (255, 255, 255)


@needs_tesseract
@pytest.mark.parametrize(
    ("ground", "around", "ink"),
    [
        ("white", "#e9e9eb", "#111"),
        ("black", "#26252a", "#eee"),
        ("white", "#0a84ff", "white"),
        ("#111", "#8a3ffc", "white"),
    ],
    ids=["light", "dark", "own bubble", "dark own bubble"],
)
def test_words_of_a_screenshot_are_read_in_light_and_dark(ground: str, around: str, ink: str) -> None:
    read = read_picture(saved(bubble(ground, around, ink)))
    assert read.ocr
    assert read.confidence > 0.5
    said = plain(" ".join(read.text.split()))
    assert "tai khoan cua ban se bi khoa trong 24 gio" in said
    assert "trang-la.test" in said


@needs_tesseract
def test_a_picture_that_takes_too_long_is_answered_without_its_words() -> None:
    read = read_picture(saved(bubble("white", "#eee", "black")), seconds=0.001)
    assert (read.text, read.ocr, read.timed_out) == ("", True, True)


@needs_tesseract
def test_a_picture_is_read_without_a_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The page on data says that pictures are never written: reading goes on where no file can be made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "gone"))
    read = read_picture(saved(bubble("white", "#e9e9eb", "#111")))
    assert "tai khoan cua ban" in plain(" ".join(read.text.split()))


@needs_tesseract
def test_a_picture_without_words_says_nothing() -> None:
    assert read_picture(saved(Image.new("RGB", (300, 300), "teal"))) == PictureRead("", (), ocr=True)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 no picture", "unknown-format"),
        (b"\0" * (MOST_BYTES + 1), "too-large"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (saved(Image.new("1", (8000, 8000))), "too-many-pixels"),
        (saved(Image.new("L", (25_000, 2))), "too-many-pixels"),
        (saved(Image.effect_noise((300, 300), 50))[:2000], "broken"),
    ],
    ids=["empty", "a document", "too large", "heic", "a bomb", "too long", "cut off"],
)
def test_what_cannot_be_read_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(PictureError) as refused:
        read_picture(data)
    assert refused.value.code == reason


WHOLE = saved(Image.effect_noise((40, 40), 50).convert("RGB"), "JPEG")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300) | st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=9)))
def test_any_bytes_are_opened_or_refused(given_bytes: bytes | tuple[int, bytes]) -> None:
    data = given_bytes
    if isinstance(given_bytes, tuple):
        place, change = given_bytes
        data = WHOLE[:place] + change + WHOLE[place + len(change) :]
    try:
        said = open_picture(data).mode  # type: ignore[arg-type]
    except PictureError as refused:
        said = refused.code
    assert said in {"RGB", "empty", "broken", "unknown-format", "too-many-pixels", "heic"}
