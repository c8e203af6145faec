"""Attacks by what is written and sent in: files, Markdown, names, tables, data blocks, print, books, addresses."""

from __future__ import annotations

import io
import json
import logging
import re
import socket
import struct
import time
import zipfile
import zlib
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from PIL import Image

from canhgiac.agencies.models import Audience, Member, Role
from canhgiac.kit import markdown
from canhgiac.kit.sheets import Sheet, csv_lines, xlsx
from canhgiac.library.models import Layout, MaterialFile
from canhgiac.library.selectors.packs import pack_page
from canhgiac.library.selectors.structured import form_structured, material_structured
from canhgiac.library.services.materialfiles import FileRefused, file_read
from canhgiac.library.services.materials import LOOKS
from canhgiac.library.services.packs import PackData, pack_create, pack_files
from canhgiac.library.services.renderings import rendering
from tests.factories import agencies, library
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
EVIL = '<script>alert(1)</script><img src=x onerror="alert(1)">'
Role_ = MaterialFile.Role


def at(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend=BACKEND)
    return client


@pytest.fixture
def editor(cast: Cast) -> Member:
    who = agencies.member(agency=cast.province)
    agencies.role(who, Role.Kind.EDITOR, cast.province)
    return who


# Files --------------------------------------------------------------------------------------------------------------


def jpeg_with_a_page() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG", comment=EVIL.encode())
    return out.getvalue() + b"<html>" + EVIL.encode()


def huge_png(side: int = 30_000) -> bytes:
    """A picture of one colour that takes 2.7 GB when it is unpacked."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 3_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def bomb(*, named: str = "x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(named, b"\0" * 60_000_000)
    return out.getvalue()


SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">{EVIL}</svg>'.encode()


@pytest.mark.parametrize("role", list(Role_))
@pytest.mark.parametrize(
    "data",
    [SVG, b"<?xml version='1.0'?>" + SVG, b"<html>" + EVIL.encode(), b"GIF89a" + EVIL.encode(), huge_png(), bomb()],
    ids=["svg", "svg with a head", "html", "a GIF that is a page", "huge picture", "zip bomb"],
)
def test_files_that_could_harm_are_refused_at_once(role: str, data: bytes) -> None:
    start = time.process_time()
    with pytest.raises(FileRefused):
        file_read(role, data)
    assert time.process_time() - start < 5


def test_a_page_hidden_in_a_picture_does_not_stay_in_it() -> None:
    for role in (Role_.PICTURE, Role_.ORIGINAL):
        kept = file_read(role, jpeg_with_a_page())
        assert kept.content_type == "image/jpeg"
        assert b"script" not in kept.data
        assert b"<html" not in kept.data


def test_what_is_kept_as_it_came_is_never_a_page_of_ours(editor: Member) -> None:
    pdf = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n" + EVIL.encode() + b"\n%%EOF"
    office = bomb(named="word/document.xml")
    sent = {
        "kind": "article", "language": "vi", "title": "Tài liệu có tệp", "audiences": [Audience.values[0]],
        "look": next(iter(LOOKS)),
        "originals": [
            SimpleUploadedFile('a".html\r\nX-Evil: 1.html', pdf, "text/html"),
            SimpleUploadedFile("b.docx", office, "image/svg+xml"),
        ],
    }  # fmt: skip
    answer = at(editor).post(reverse("material_create"), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    files = list(MaterialFile.objects.order_by("pk"))
    assert len(files) == 2
    for file in files:
        told = at(editor).get(reverse("material_file", args=[file.pk]))
        assert told["Content-Disposition"].startswith("attachment")
        assert "\n" not in told["Content-Disposition"]
        assert "\r" not in told["Content-Disposition"]
        assert "X-Evil" not in told
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Cache-Control"].startswith("private")
        assert not re.search(r"html|svg|xml$", told["Content-Type"].removesuffix("document"))
        assert at(editor).get(reverse("material_picture", args=[file.pk])).status_code == 404


# Words in pages -----------------------------------------------------------------------------------------------------

LINKS = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "&#106;avascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=", "vbscript:x", "//keo.test/x", "/\\keo.test", "\\\\keo.test", " //keo.test",
    "file:///etc/passwd", "blob:https://keo.test/1",
)  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
def test_a_link_of_a_text_leads_nowhere_bad(link: str) -> None:
    for text in (f"[bấm]({link})", f"[bấm](<{link}>)", f"<{link}>", f"[bấm][1]\n\n[1]: {link}", f"![x]({link})"):
        for href in re.findall(r'(?:href|src)="([^"]*)"', markdown.html(text)):
            assert not re.match(r"(?i)\s*(javascript|data|vbscript|file|blob):|[\\/]{2}|/\\", href), (text, href)


def test_html_and_foreign_pictures_in_a_text_are_only_words() -> None:
    html = markdown.html(f"{EVIL}\n\n![theo dõi](https://keo.test/p.gif)\n\n<iframe src=//keo.test>\n\n<a href=x>")
    assert not re.search(r"<(script|img|iframe|svg|object|style)", html)
    assert "keo.test/p.gif" not in html


def test_no_text_ends_the_data_block_of_a_page() -> None:
    evil = "</script><script>alert(1)</script><!--<script>]]>"
    edition = library.form(name=evil, summary=evil, signs=[evil], sign_titles=[evil], during=[evil], after=[evil])
    shown = library.material(title=evil, lead=evil, body=evil)
    for block in (str(form_structured(edition)), str(material_structured(shown))):
        assert block.count("</script") == block.count("<script") == 1
        assert "<!--" not in block
        told = json.loads(block[block.index(">") + 1 : block.rindex("<")])
        assert evil[:30] in json.dumps(told, ensure_ascii=False)
    for path in (f"/hinh-thuc/{edition.form.slug}/", f"/tai-lieu/{shown.material.slug}/"):
        assert "<script>alert" not in Client().get(path).content.decode()


@pytest.mark.parametrize(
    "text",
    ["*" * 20_000, "[" * 20_000, "`" * 19_999, "> " * 5_000 + "x", "|a" * 5_000, "<" * 20_000, "![" * 9_000,
     "_a*" * 6_000],
)  # fmt: skip
def test_no_text_keeps_the_editor_busy(editor: Member, text: str) -> None:
    start = time.process_time()
    sent = {"kind": "article", "title": text, "body": text, "points": text, "link": text}
    assert at(editor).post(reverse("material_preview"), sent).status_code == 200
    assert time.process_time() - start < 5


# Tables -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://keo.test")'])
def test_no_word_of_a_table_is_run_by_a_spreadsheet(text: str) -> None:
    lines = b"".join(csv_lines(["Tên"], [[text]])).decode()
    cell = lines.split("\r\n", 1)[1].lstrip('"')
    assert cell[0] == "'"
    book = load_workbook(io.BytesIO(b"".join(xlsx([Sheet("Bảng", ["Tên"], [[text]])]))))
    assert book.worksheets[0]["A2"].data_type == "s"


def test_every_export_of_the_library_is_safe_to_open(cast: Cast) -> None:
    evil = "=cmd|' /C calc'!A0"
    library.form(name=evil, short=evil)
    library.material(title=evil)
    library.contact(name=evil)
    for name in ("form_export", "material_export", "contact_export", "publication_export", "taking_export"):
        body = at(cast.auditor).get(reverse(name, args=["csv"])).getvalue()
        assert not re.search(rb'(^|,|\n)"?=cmd', body), name
        told = at(cast.auditor).get(reverse(name, args=["xlsx"]))
        book = load_workbook(io.BytesIO(told.getvalue()))
        assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row), name


# Packs, print, books ------------------------------------------------------------------------------------------------


def test_no_name_in_a_pack_leaves_its_folder(cast: Cast, editor: Member) -> None:
    from canhgiac.library.services.materialfiles import store

    evil = "../../etc/passwd\0\r\n"
    shown = library.material(title="..\\..\\C:\\" + evil.replace("\0", ""))
    for name in ("../../x.jpg", "C:\\y.jpg", "CON.jpg", "a\u202egpj.exe.jpg", ".htaccess"):
        MaterialFile.objects.create(
            edition=shown,
            role="original",
            sha256=store().put(name.encode()),
            file_name=name,
            content_type="image/jpeg",
            size=1,
        )
    pack = pack_create(by=editor, data=PackData(title="../../" + evil, codes=[shown.material.code]))
    names = [name for name, _data in pack_files(pack_page(editor, pack.pk))]
    assert len(names) == len(set(names)) > 5
    for name in names:
        assert not name.startswith("/")
        assert not re.search(r'(^|/)\.\.(/|$)|[\\:*?"<>|\x00-\x1f\u202a-\u202e]', name), name
    headers = at(editor).get(reverse("pack_download", args=[pack.pk])).headers
    assert re.fullmatch(r'attachment; filename="[-a-z0-9]+\.zip"', headers["Content-Disposition"])


@pytest.mark.parametrize(
    "text",
    [
        '#import "/etc/passwd": *', "$ sum $ \\ #", '#{read("x")}', "]]]] #panic()", "<label> @ref", "\\u{0}",
        "//x /* y",
        "ا" * 30, "\u202e đảo \u2066", "x" * 3_000, "`" * 99, "= tiêu đề", "~" * 50,
    ],
)  # fmt: skip
def test_no_text_is_a_command_of_the_typesetter(db: None, text: str) -> None:
    from canhgiac.library.services.renderings import SettingRefused

    edition = library.material(title=text[:160], lead=text[:160], body=text, points=[text[:160]], call=text[:160])
    for layout in (Layout.ARTICLE, Layout.POSTER_A4):
        with suppress(SettingRefused):  # letters that the face lacks are told in words
            assert rendering(edition, layout).startswith(b"%PDF")


# Addresses ----------------------------------------------------------------------------------------------------------


def test_no_link_of_a_text_is_ever_fetched(cast: Cast, editor: Member) -> None:
    """A listener of our own stands for the inner service that somebody wants us to call."""
    with socket.create_server(("127.0.0.1", 0)) as trap:
        link = f"http://127.0.0.1:{trap.getsockname()[1]}/meta"
        shown = library.material(title="Xem", body=f"[a]({link}) ![b]({link}/p.png) <{link}>", link=link)
        Client().get(f"/tai-lieu/{shown.material.slug}/")
        rendering(shown, Layout.POSTER_A4)
        pack = pack_create(by=editor, data=PackData(title="Bộ", codes=[shown.material.code]))
        assert at(editor).get(reverse("pack_download", args=[pack.pk])).getvalue()
        at(editor).post(reverse("material_preview"), {"kind": "article", "body": f"![b]({link})", "link": link})
        trap.settimeout(0.3)
        with pytest.raises(TimeoutError):
            trap.accept()


@pytest.mark.parametrize("bad", ["\0", "%", "9" * 30, "'; --", "\ud7ff", "a" * 5_000])
def test_no_filter_of_a_list_breaks_it(cast: Cast, bad: str) -> None:
    client = at(cast.coordinator)
    names = (
        "form_list", "material_list", "pack_list", "taking_list", "handbook_list", "example_list", "official_list",
        "doubt_list", "law_list", "contact_list", "publication_list", "taking_mine", "review_list",
    )  # fmt: skip
    for name in names:
        asked = dict.fromkeys(("q", "kind", "state", "form", "page", "sort", "code", "agency", "on", "thinks"), bad)
        assert client.get(reverse(name), asked).status_code == 200, name
    ticked = client.post(reverse("examples_decide"), {"act": "approve", "ids": [bad, "9" * 25, "²"]})
    assert ticked.status_code == 302


def test_staff_pages_are_in_no_shared_cache_and_no_log_holds_a_message(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    client, secret = at(cast.coordinator), "Mã OTP của chị Nguyễn Bí Mật là 993311 chuyển vào STK 0071000999333"
    shown = library.form()
    with caplog.at_level(logging.DEBUG):
        client.post(reverse("examples_add"), {"form": "that", "texts": secret})
        client.post(reverse("official_add"), {"text": secret + " " + secret, "sender": "", "sent_on": "x"})
        Client().post("/kiem-tra/", {"noi_dung": secret})
    assert "Bí Mật" not in caplog.text
    assert "993311" not in caplog.text
    for name in ("library_home", "form_list", "material_list", "pack_list", "recognition_home", "example_list"):
        answer = client.get(reverse(name))
        assert "public" not in answer.get("Cache-Control", ""), name
        assert "Cookie" in answer.get("Vary", ""), name
    staff = reverse(
        "edition_render", kwargs={"kind": "form", "edition_id": shown.pk, "layout": "article", "ext": "pdf"}
    )
    assert client.get(staff)["Cache-Control"].startswith("private")
