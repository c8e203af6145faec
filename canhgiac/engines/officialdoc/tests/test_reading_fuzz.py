from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..model import ReadError, Source
from ..reading import read
from . import reading_seeds
from .docx_files import docx

NAMES = st.sampled_from(["a.docx", "a.pdf", "a.txt", "a.md", "a.html", "a.png", "a", ".", "a.doc"])
MANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@cache
def files() -> list[bytes]:
    return reading_seeds.files()


def survives(data: bytes, name: str = "a") -> Source | None:
    """Reads; anything but text or ReadError fails the test."""
    try:
        source = read(data, name, ocr=False)
    except ReadError:
        return None
    assert source.text.strip()
    assert source.pages[0] == 0
    assert list(source.pages) == sorted(source.pages)
    assert source.pages[-1] <= len(source.text)
    assert "\r" not in source.text
    return source


@MANY
@given(st.binary(max_size=2_000), NAMES)
def test_any_bytes(data: bytes, name: str) -> None:
    survives(data, name)


@MANY
@given(st.data())
def test_sound_files_with_bytes_changed(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(files())))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        start = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 200))
        if data.draw(st.booleans()):
            del content[start : start + length]
        else:
            content[start:start] = content[max(0, start - length) : start]
    survives(bytes(content))


@MANY
@given(st.sampled_from(range(4)), st.data())
def test_sound_packages_with_broken_xml(part: int, data: st.DataObject) -> None:
    seed = bytearray(reading_seeds.fuzz_inputs()[part][1:])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(seed) - 1))
        seed[at : at + data.draw(st.integers(0, 30))] = data.draw(
            st.sampled_from([b"", b"<", b'"', b"/>", b"-1", b"99999999"])
        )
    survives(reading_seeds.in_package(reading_seeds.PARTS[part], bytes(seed)))


TAGS = st.sampled_from(
    (
        *(
            "p",
            "r",
            "t",
            "tbl",
            "tr",
            "tc",
            "sdt",
            "sdtContent",
            "ins",
            "del",
            "hyperlink",
            "pict",
            "txbxContent",
            "br",
        ),
        *("pPr", "rPr", "numPr", "ilvl", "numId", "gridSpan", "vMerge", "hMerge", "tcPr", "trPr", "gridBefore", "sym"),
        *("pStyle", "footnoteReference"),
    )
)
VALUES = st.sampled_from(["", "0", "1", "-1", "9", "x", "restart", "99999999999", "1.5"])


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda tag, value, inner: (
            f'<w:{tag} w:val="{value}" w:id="{value}" w:char="{value}">{"".join(inner)}</w:{tag}>'
        ),
        TAGS,
        VALUES,
        st.lists(children, max_size=4),
    )


@MANY
@given(st.lists(st.recursive(st.sampled_from(["chữ", "x", " "]), element, max_leaves=25), max_size=5))
def test_any_tree_of_word_elements(trees: list[str]) -> None:
    survives(docx("<w:p><w:r><w:t>gốc</w:t></w:r></w:p>" + "".join(trees)))


@MANY
@given(st.text(max_size=400))
def test_any_text_keeps_its_words(text: str) -> None:
    source = survives(text.encode("utf-8", "surrogatepass"), "a.txt")
    if source is not None and text.isascii() and text.isprintable() and not text.lstrip().startswith(("<", "{\\rtf")):
        assert source.text.split() == text.split()


@pytest.mark.slow
def test_coverage_guided_fuzzing_finds_nothing() -> None:
    run = subprocess.run(
        [sys.executable, "-m", f"{__package__}.fuzz_reading", "-runs=4000", "-seed=7", "-max_len=20000", "-timeout=30"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4_000:]
    assert "Done 4000 runs" in run.stderr
