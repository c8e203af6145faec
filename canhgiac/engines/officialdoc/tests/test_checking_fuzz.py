"""Damaged and hostile files end in a report or in one clear sentence, never in a crash."""

import io
import random
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from canhgiac.engines.officialdoc.checking import check
from canhgiac.engines.officialdoc.checking.report import Report
from canhgiac.engines.officialdoc.model import ReadError
from canhgiac.engines.officialdoc.tests.document_samples import letter, report
from canhgiac.engines.officialdoc.writing import to_docx

_SEEDS = (to_docx(report(annex_rows=6)), to_docx(letter()))
_VALUES = ("", "-1", "99999999999999999999", "1cm", "NaN", "đ", "0", "true", "rId1", "x" * 300, "1.5e9")
_PARTS = ("word/document.xml", "word/styles.xml", "word/header1.xml", "word/_rels/document.xml.rels")


def judged(data: bytes) -> None:
    """A report whose every word can be printed, or a refusal in Vietnamese."""
    try:
        found = check(data)
    except ReadError as error:
        words = str(error)
    else:
        words = ""
    if words:
        assert words.endswith((".", ")"))
        return
    assert isinstance(found, Report)
    assert len(found.results) >= 15
    assert all(result.findings for result in found.results if result.state != "ok")
    assert found.as_json()["rules"]


def repacked(seed: bytes, part: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(seed)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return out.getvalue()


def mangled(xml: bytes, choose: random.Random) -> bytes:
    """The XML with elements dropped, doubled, moved, renamed, and attributes given odd values."""
    root = etree.fromstring(xml)
    for _ in range(choose.randint(1, 12)):
        element = choose.choice(list(root.iter()))
        parent = element.getparent()
        if parent is None:
            continue
        match choose.randint(0, 5):
            case 0:
                parent.remove(element)
            case 1:
                parent.append(etree.fromstring(etree.tostring(element)))
            case 2 if len(root):
                choose.choice(list(root.iter())).append(etree.fromstring(etree.tostring(element)))
            case 3:
                element.tag = choose.choice(list(root.iter())).tag
            case 4:
                element.text = choose.choice(("", "Số: /", "ngày tháng năm", "Căn cứ", "I. ", "\u0300", "Phụ lục"))
            case _:
                for name in element.attrib:
                    element.set(name, choose.choice(_VALUES))
    return etree.tostring(root)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(_SEEDS), st.sampled_from(_PARTS), st.integers(0, 2**32))
def test_mangled_xml_is_judged_or_refused(seed: bytes, part: str, number: int) -> None:
    with zipfile.ZipFile(io.BytesIO(seed)) as package:
        xml = package.read(part)
    judged(repacked(seed, part, mangled(xml, random.Random(number))))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(_SEEDS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_flipped_bytes_are_judged_or_refused(seed: bytes, flips: list[tuple[float, int]]) -> None:
    data = bytearray(seed)
    for place, value in flips:
        data[min(int(place * len(data)), len(data) - 1)] = value
    judged(bytes(data))


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.integers(0, 5000).map(lambda size: _SEEDS[1][:size])))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ReadError):
        check(data)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<w:document" + b" " * 90_000_000, "zip-bomb"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "entities"),
        (b"<w:document><", "damaged"),
        (b"<x/>", "damaged"),
        (b"<x>" * 3_100_000, "too-complex"),
    ],
)
def test_bombs_and_broken_xml_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(ReadError) as refused:
        check(repacked(_SEEDS[1], "word/document.xml", content))
    assert refused.value.code in {code, "zip-bomb"}


def test_ten_thousand_rows_are_checked_in_seconds() -> None:
    assert check(to_docx(report(annex_rows=10_000))).is_ok
