"""QTI 2.1: packages there and back, items as other programs write them, packages made to do harm."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from .. import qti, qtiread
from ..items import Item, Option, Spot
from ..reading import Read
from .seeds import ALL, HOTSPOT, MATCH, ODD, SINGLE, VERDICT

HEAD = '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="x" title="Tên">'


def picture(form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (200, 150), "white").save(out, form)
    return out.getvalue()


def parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def one(body: str, *, declared: str = "", rest: str = "") -> Read:
    return qti.read(f"{HEAD}{declared}<itemBody>{body}</itemBody>{rest}</assessmentItem>".encode())


def declared(kind: str, base: str, *values: str, entries: str = "") -> str:
    correct = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="R" cardinality="{kind}" baseType="{base}">'
        f"<correctResponse>{correct}</correctResponse>{entries}</responseDeclaration>"
    )


def test_nothing_is_lost_there_and_back() -> None:
    items = [*ALL, *ODD]
    read = qti.read(qti.write(items, pictures={6: picture(), 0: picture("JPEG")}, title="Lừa đảo qua mạng"))

    assert [item for _, item in read.items] == items
    assert read.faults == ()
    assert {place: data[:4] for place, data in read.pictures.items()} == {
        "items/cau-0007.xml": b"\x89PNG", "items/cau-0001.xml": b"\xff\xd8\xff\xe0",
    }  # fmt: skip


def test_the_package_is_what_the_standard_asks() -> None:
    files = parts(qti.write(ALL, pictures={6: picture()}))
    manifest = etree.fromstring(files["imsmanifest.xml"])
    listed = {str(node.get("href")) for node in manifest.iter("{*}file")}
    items = {name: etree.fromstring(data) for name, data in files.items() if name.startswith("items/")}

    assert listed == set(files) - {"imsmanifest.xml"}
    for root in items.values():
        names = [etree.QName(node).localname for node in root if isinstance(node.tag, str)]
        assert names == sorted(names, key=ORDER.index)
        identifiers = [str(node.get("identifier")) for node in root.iter("{*}simpleChoice", "{*}hotspotChoice")]
        assert len(set(identifiers)) == len(identifiers)
        given = {str(node.get("responseIdentifier")) for node in root.iter() if node.get("responseIdentifier")}
        assert given == {"RESPONSE"}
    processing = [next(root.iter("{*}responseProcessing")) for root in items.values()]
    assert {str(node.get("template")).rpartition("/")[2] for node in processing} == {
        "match_correct", "map_response", "None",
    }  # fmt: skip


ORDER = ["responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback"]


def test_our_kinds_are_told_in_what_others_have() -> None:
    files = parts(qti.write([VERDICT, HOTSPOT, SINGLE]))
    bare = {
        name: b"".join(part.partition(b"?>")[2] if i else part for i, part in enumerate(data.split(b"<?canhgiac ")))
        for name, data in files.items()
    }
    verdict, hotspot, single = (item for _, item in qti.read(packed(bare)).items)

    assert (verdict.kind, verdict.right, [option.text for option in verdict.options]) == (
        "single", ("scam",), ["Lừa đảo", "Tin thật"],
    )  # fmt: skip
    assert "NGANHANG: Tai khoan bi khoa." in verdict.prompt
    assert (hotspot.kind, [option.text for option in hotspot.options]) == (
        "multiple", ["Địa chỉ người gửi", "Lời chào"],
    )  # fmt: skip
    assert (single.prompt, single.explanation, single.right) == (SINGLE.prompt, SINGLE.explanation, SINGLE.right)


def test_who_changes_the_question_is_believed_and_not_the_note() -> None:
    files = parts(qti.write([VERDICT]))
    [name] = [name for name in files if name.startswith("items/")]
    body = files[name].replace(b"<itemBody><p>Tin", b"<itemBody><p>Th\xc6\xb0")

    assert body != files[name]
    [(_, item)] = qti.read(body).items
    assert (item.kind, item.prompt[:7]) == ("single", "Thư này")


def test_items_as_others_write_them() -> None:
    inline = one(
        '<p>Gọi số <inlineChoiceInteraction responseIdentifier="R" shuffle="false">'
        '<inlineChoice identifier="x">113</inlineChoice><inlineChoice identifier="y">114</inlineChoice>'
        "</inlineChoiceInteraction> khi bị lừa.</p>",
        declared=declared("single", "identifier", "x"),
    )
    assert inline.items[0][1] == Item(
        "single", "Gọi số _____ khi bị lừa.", options=(Option("x", "113"), Option("y", "114")), right=("x",)
    )

    entries = '<mapping><mapEntry mapKey="113" mappedValue="1"/><mapEntry mapKey="công an" mappedValue="1"/></mapping>'
    text = one(
        '<p>Báo <b>ai</b>?</p><div><textEntryInteraction responseIdentifier="R"/></div>',
        declared=declared("single", "string", "113", entries=entries),
    )
    assert text.items[0][1] == Item("short", "Báo ai?", accepted=("113", "công an"))

    number = one(
        '<p>Mấy giờ? <textEntryInteraction responseIdentifier="R"/></p>',
        declared=declared("single", "float", "24"),
        rest='<responseProcessing><equal toleranceMode="relative" tolerance="50 50"/></responseProcessing>',
    )
    assert (number.items[0][1].number, number.items[0][1].tolerance) == (24, 12)

    pairs = one(
        '<associateInteraction responseIdentifier="R"><prompt>Ghép.</prompt>'
        + "".join(f'<simpleAssociableChoice identifier="{k}">{k}{k}</simpleAssociableChoice>' for k in "ABCDE")
        + "</associateInteraction>",
        declared=declared("multiple", "pair", "A B", "C D"),
    )
    assert pairs.items[0][1] == Item(
        "match", "Ghép.", options=(Option("A", "AA", "", "BB"), Option("C", "CC", "", "DD")), extra=("EE",)
    )

    spots = one(
        '<hotspotInteraction responseIdentifier="R"><prompt>Chỉ.</prompt><object data="a.png" width="9" height="9"/>'
        '<hotspotChoice identifier="H1" shape="circle" coords="50,60,10"/></hotspotInteraction>',
        declared=declared("single", "identifier", "H1"),
    )
    assert spots.items[0][1].spots == (Spot("H1", "Vùng 1", 40, 50, 20, 20),)
    assert "hình chữ nhật" in spots.faults[0].text


def test_remarks_and_explanations() -> None:
    read = one(
        '<choiceInteraction responseIdentifier="R"><prompt>Câu?</prompt>'
        '<simpleChoice identifier="A">một<feedbackInline identifier="A">tốt</feedbackInline></simpleChoice>'
        '<simpleChoice identifier="B">hai</simpleChoice></choiceInteraction>',
        declared=declared("single", "identifier", "A"),
        rest='<modalFeedback identifier="m">Vì <i>thế</i>.</modalFeedback>',
    )
    item = read.items[0][1]

    assert (item.options[0], item.explanation) == (Option("A", "một", "tốt"), "Vì thế.")


def test_a_prompt_written_twice_is_read_once() -> None:
    """As qti-package-maker writes it for Blackboard: in the body and again in the interaction."""
    read = one(
        '<div><p>Xếp.</p></div><orderInteraction responseIdentifier="R"><prompt><p>Xếp.</p></prompt>'
        + "".join(f'<simpleChoice identifier="{key}">{key}</simpleChoice>' for key in "CAB")
        + "</orderInteraction>",
        declared=declared("ordered", "identifier", "A", "B", "C"),
    )

    assert read.items[0][1] == Item("order", "Xếp.", options=tuple(Option(key, key) for key in "ABC"))


CHOICE = '<choiceInteraction responseIdentifier="R"><simpleChoice identifier="A">a</simpleChoice></choiceInteraction>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "không phải XML"),
        (b"<a", "không phải XML"),
        (b"<questestinterop/>", "QTI 1.x"),
        (b"<qti-assessment-item/>", "QTI 3"),
        (b"<html/>", "không phải câu hỏi QTI"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><assessmentItem/>", "DOCTYPE"),
        (b"<a>" * 100_001, "quá phức tạp"),
        (b"<assessmentItem><itemBody/></assessmentItem>", "không có phần trả lời"),
        (f"<assessmentItem><itemBody>{CHOICE}{CHOICE}</itemBody></assessmentItem>".encode(), "nhiều phần trả lời"),
        (f"<assessmentItem><itemBody>{CHOICE}</itemBody></assessmentItem>".encode(), "không khai báo đáp án"),
        (b"<assessmentItem><itemBody><extendedTextInteraction/></itemBody></assessmentItem>", "cần người chấm"),
        (b"<assessmentItem><itemBody><sliderInteraction/></itemBody></assessmentItem>", "sliderInteraction"),
        (b"PK\x03\x04 no zip", "ZIP bị hỏng"),
    ],
)
def test_faults_in_plain_words(text: bytes, words: str) -> None:
    read = qti.read(text)

    assert not read.items
    assert words in read.faults[0].text


def test_entities_reach_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("bí mật")
    text = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]>{HEAD}<itemBody><p>&x;</p>{CHOICE}</itemBody></assessmentItem>'

    assert "bí mật" not in repr(qti.read(text.encode()))


def test_one_bad_part_stops_no_package() -> None:
    files = parts(qti.write([SINGLE, MATCH, VERDICT]))
    files["items/cau-0002.xml"] = b"<broken"
    read = qti.read(packed(files))

    assert [place for place, _ in read.items] == ["items/cau-0001.xml", "items/cau-0003.xml"]
    assert [fault.place for fault in read.faults] == ["items/cau-0002.xml"]


def test_names_lead_out_of_no_package() -> None:
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources><resource identifier="a" '
        'type="imsqti_item_xmlv2p1" href="../../etc/passwd"/></resources></manifest>'
    )
    read = qti.read(packed({"imsmanifest.xml": manifest.encode()}))

    assert not read.items
    assert "thiếu tệp" in read.faults[0].text


def test_bombs_are_not_opened() -> None:
    large = packed({f"{number}.xml": b"0" * (qtiread.MOST_UNPACKED // 8) for number in range(9)})
    part = packed({"a.xml": b" " * (qtiread.MOST_PART + 1)})

    assert "quá lớn" in qti.read(large).faults[0].text
    assert "quá lớn" in qti.read(part).faults[0].text
