from __future__ import annotations

import io
import struct
import zipfile

import pytest
from PIL import Image

from ..model import ReadError
from ..reading import limits, read
from ..reading.failures import MESSAGES
from .docx_files import cell, docx, item, p, table, zipped
from .pdf_files import BODY, Paper

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def picture(size: tuple[int, int], kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("1", size, 1).save(buffer, kind)
    return buffer.getvalue()


def with_document(document: str | bytes) -> bytes:
    return zipped({"[Content_Types].xml": TYPES, "word/document.xml": document})


def outcome(data: bytes, name: str) -> str:
    """Either "text", or the code of the error."""
    try:
        return "text" if read(data, name).text else ""
    except ReadError as error:
        return error.code


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.docx", "empty"),
        (b" \n\t\0", "a.txt", "empty"),
        (b"\0\x01\x02" * 500, "a.txt", "binary"),
        (bytes(range(256)) * 20, "a.txt", "binary"),
        (b"\xff\xfe" + b"\x00\xd8" * 400, "a.txt", "binary"),
        ("Wykład o źródłach: zażółć gęślą jaźń, święto".encode("cp1250") * 9, "a.txt", "encoding"),
        (OLE + "WordDocument".encode("utf-16-le"), "a.doc", "legacy-doc"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "password"),
        (OLE + "Workbook".encode("utf-16-le"), "a.xls", "spreadsheet"),
        (OLE + "PowerPoint Document".encode("utf-16-le"), "a.ppt", "presentation"),
        (OLE, "a.doc", "binary"),
        (b"{\\rtf1\\ansi xin}", "a.doc", "rtf"),
        (zipped({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<x/>"}), "a.xlsx", "spreadsheet"),
        (zipped({"[Content_Types].xml": TYPES, "ppt/presentation.xml": "<x/>"}), "a.pptx", "presentation"),
        (
            zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
            "a.odt",
            "opendocument",
        ),
        (zipped({"a.txt": "xin"}), "a.zip", "archive"),
        (b"Rar!\x1a\x07\0", "a.rar", "archive"),
        (b"\x1f\x8b\x08\0", "a.gz", "archive"),
        (b"GIF89a" + b"\0" * 50, "a.gif", "image-kind"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a.heic", "image-kind"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a.mht", "mhtml"),
        (b"%PDF-1.7\nrubbish", "a.pdf", "damaged"),
        (b"PK\x03\x04rubbish", "a.docx", "damaged"),
        (docx(p("xin chào"))[:-60], "a.docx", "damaged"),
        (with_document("<w:document"), "a.docx", "damaged"),
        (with_document("<x/>"), "a.docx", "damaged"),
        (zipped({"[Content_Types].xml": TYPES}), "a.docx", "damaged"),
        (with_document(f"{LAUGHS}<w:document {NS}><w:body>&b;</w:body></w:document>"), "a.docx", "entities"),
        (with_document(f"{LAUGHS}<w:document"), "a.docx", "entities"),
        (docx(""), "a.docx", "no-text"),
        (b"<html><script>a</script></html>", "a.html", "no-text"),
        (picture((200, 200))[:60], "a.png", "damaged"),
        (b"\xff\xd8\xff\xe0 rubbish", "a.jpg", "damaged"),
        (picture((12_000, 12_000)), "a.png", "image-too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_every_bad_file_is_named(data: bytes, name: str, code: str) -> None:
    with pytest.raises(ReadError) as error:
        read(data, name)
    assert error.value.code == code
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert "{" not in sentence


def test_messages_are_vietnamese_sentences() -> None:
    for sentence in MESSAGES.values():
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert not sentence.isascii()


def test_too_large() -> None:
    with pytest.raises(ReadError) as error:
        read(b"x" * (limits.MAX_BYTES + 1), "a.txt")
    assert (error.value.code, "50 MB" in str(error.value)) == ("too-large", True)


def test_truncated_pdf() -> None:
    paper = Paper()
    for _ in range(20):
        paper.lines(85, 80, BODY)
        paper.page()
    data = paper.data()
    for size in (40, len(data) // 3, len(data) // 2, len(data) - 40):
        assert outcome(data[:size], "a.pdf") in ("text", "damaged", "no-text")


def test_a_bomb_that_tells_its_size() -> None:
    with pytest.raises(ReadError) as error:
        read(with_document(b"<w:document>" + b" " * (limits.MAX_PART_BYTES + 1)), "a.docx")
    assert error.value.code == "zip-bomb"


def test_a_bomb_that_packs_too_well() -> None:
    with pytest.raises(ReadError) as error:
        read(with_document(f"<w:document {NS}><w:body>{' ' * 9_000_000}</w:body></w:document>"), "a.docx")
    assert error.value.code == "zip-bomb"


def test_a_bomb_that_lies_about_its_size() -> None:
    data = bytearray(with_document(f"<w:document {NS}><w:body>{' ' * 9_000_000}</w:body></w:document>"))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rfind(signature)
        struct.pack_into("<I", data, at + offset, 10)
    with pytest.raises(ReadError) as error:
        read(bytes(data), "a.docx")
    assert error.value.code in ("zip-bomb", "damaged")


def test_too_many_zip_entries() -> None:
    files = {f"word/{i}.xml": "" for i in range(limits.MAX_ZIP_ENTRIES + 1)}
    with pytest.raises(ReadError) as error:
        read(zipped(files), "a.docx")
    assert error.value.code == "zip-bomb"


def test_an_encrypted_zip() -> None:
    data = bytearray(docx(p("xin")))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(signature)
        data[at + offset] |= 1
    with pytest.raises(ReadError) as error:
        read(bytes(data), "a.docx")
    assert error.value.code == "password"


def test_a_wrong_checksum() -> None:
    data = bytearray(docx(p("xin")))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        entry = archive.getinfo("word/document.xml")
    at = data.find(b"word/document.xml", data.find(b"PK\x01\x02")) - 46
    struct.pack_into("<I", data, at + 16, entry.CRC ^ 1)
    with pytest.raises(ReadError) as error:
        read(bytes(data), "a.docx")
    assert error.value.code == "damaged"


def test_deep_nesting_ends_in_an_error_or_text() -> None:
    for depth in (100, 2_000):
        body = "<w:sdt><w:sdtContent>" * depth + p("sâu") + "</w:sdtContent></w:sdt>" * depth
        assert outcome(docx(body), "a.docx") in ("text", "damaged")


def test_styles_that_inherit_in_a_ring() -> None:
    ring = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:basedOn w:val="{b}"/></w:style>'
        for a, b in (("A", "B"), ("B", "A"))
    )
    assert read(docx(p("xin", properties='<w:pStyle w:val="A"/>'), styles=ring), "a.docx").text == "xin"


def test_text_does_not_swell() -> None:
    long = "dài " * 5_000
    label = f'<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="{"x" * 100_000}"/></w:lvl>'
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{label}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    body = item("a", 1) * 500 + table(
        [cell("b"), cell(long, '<w:vMerge w:val="restart"/>')], *[[cell("b"), cell("", "<w:vMerge/>")]] * 500
    )
    reference = '<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>' * 500
    notes = f'<w:footnote w:id="1">{p(long)}</w:footnote>'
    assert len(read(docx(body + reference, numbering=numbering, footnotes=notes), "a.docx").text) < 200_000


def test_too_many_tags() -> None:
    page = b"<html>" + b"<b>" * (limits.MAX_TAGS + 1)
    assert outcome(page, "a.html") == "too-complex"
    document = f"<w:document {NS}>" + "<b/>" * (limits.MAX_TAGS + 1)
    data = zipped({"[Content_Types].xml": TYPES, "word/document.xml": document}, zipfile.ZIP_STORED)
    assert outcome(data, "a.docx") == "too-complex"


def test_many_comments_before_a_page_take_no_time() -> None:
    assert outcome(b"<!---->" * 500 + "xin chào".encode(), "a.txt") == "text"
