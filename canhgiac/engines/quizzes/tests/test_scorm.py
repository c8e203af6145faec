"""The package: what lies in it, that the player marks as we do, and what is refused."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from .. import scorm
from ..items import Item
from ..marking import mark
from .making import items
from .seeds import ALL, HOTSPOT, NUMBER, SHORT
from .test_gift import node
from .test_qti import picture

COURSE = scorm.CourseData(
    "khoa-12",
    "Nhận ra lừa đảo <qua mạng> & điện thoại",
    "vi",
    (
        scorm.LessonData("Bài đọc", "<p>Không ai hỏi mã OTP.</p>"),
        scorm.LessonData("Bài hỏi", "<p>Trả lời.</p>", ALL, {ALL.index(HOTSPOT): picture()}),
    ),
)


def parts(version: scorm.Version, course: scorm.CourseData = COURSE) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(scorm.package(course, version))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_what_lies_in_a_package(version: scorm.Version) -> None:
    files = parts(version)
    manifest = etree.fromstring(files["imsmanifest.xml"])
    resource = next(manifest.iter("{*}resource"))

    assert {str(one.get("href")) for one in manifest.iter("{*}file")} == set(files) - {"imsmanifest.xml"}
    assert resource.get("href") in files
    assert "sco" in [str(value) for value in resource.attrib.values()]
    assert next(manifest.iter("{*}item")).get("identifierref") == resource.get("identifier")
    assert next(manifest.iter("{*}title")).text == COURSE.title
    asked = next(manifest.iter("{*}masteryscore" if version == "1.2" else "{*}minNormalizedMeasure"))
    assert asked.text == ("80" if version == "1.2" else "0.8")
    assert files["images/2-7.png"] == picture()
    assert scorm.package(COURSE, version) == scorm.package(COURSE, version)


def test_nothing_inline_and_nothing_from_elsewhere() -> None:
    files = parts("2004")
    page = files["index.html"].decode()

    assert not re.search(r"<script(?! src=)|\son\w+=|style=|javascript:", page)
    for name in [*scorm.SCRIPTS, "player.css", "index.html"]:
        if name != "course.js":
            assert not re.search(rb"https?://|//[a-z]+\.", files[name]), name
    assert all(ord(char) < 128 for char in files["course.js"].decode())


def test_a_course_without_questions_has_no_mark_to_pass() -> None:
    course = replace(COURSE, lessons=COURSE.lessons[:1])

    assert b"masteryscore" not in parts("1.2", course)["imsmanifest.xml"]
    assert b"minNormalizedMeasure" not in parts("2004", course)["imsmanifest.xml"]


def test_refused() -> None:
    many = replace(COURSE, lessons=(scorm.LessonData("Bài", "", (SHORT,) * 1100),))

    with pytest.raises(scorm.CourseRefused, match="chưa có bài"):
        scorm.package(replace(COURSE, lessons=()), "1.2")
    with pytest.raises(scorm.CourseRefused, match=r"1\.2 không nhớ"):
        scorm.package(many, "1.2")
    assert scorm.package(many, "2004")


def answers(item: Item) -> st.SearchStrategy[object]:
    """Anything that a person may give to this question."""
    keys = [*(one.key for one in item.options), *(one.key for one in item.spots)]
    if item.kind in ("single", "true_false", "verdict"):
        fixed = {"true_false": ["true", "false"], "verdict": ["scam", "genuine"]}
        return st.sampled_from(fixed.get(item.kind, keys))
    if item.kind == "multiple":
        return st.lists(st.sampled_from(keys), unique=True)
    if item.kind == "order":
        return st.permutations(keys)
    if item.kind == "match":
        texts = st.sampled_from([*(one.partner for one in item.options), *item.extra])
        return st.dictionaries(st.sampled_from(keys), texts)
    if item.kind == "hotspot":
        point = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(list)
        return st.lists(st.one_of(st.sampled_from(keys), point), max_size=5)
    near = [*item.accepted, "113.", " 1 1 3", "3", "3,5", "3.5", "2,49", "1.240", "1,240", "1240,50", "-3", "−3", "x"]
    return st.one_of(st.sampled_from([*near, *(text.upper() for text in item.accepted)]), st.text(max_size=12))


def test_the_player_marks_as_the_server_does() -> None:
    """A thousand answers to questions of every kind, marked here and by the package's own script in one Node.js."""
    cases: list[tuple[Item, object]] = []
    known = (*ALL, replace(NUMBER, number=1240.5, tolerance=0.0))

    @settings(max_examples=60, deadline=None, database=None, derandomize=True,
              suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
    @given(st.data())
    def gather(data: st.DataObject) -> None:
        for item in (*known, *[data.draw(items())] * 8):
            cases.append((item, data.draw(answers(item))))

    gather()
    told = [[{"kind": item.kind, **item.to_json()}, given_answer] for item, given_answer in cases]
    script = (
        "require('./canhgiac/engines/quizzes/scormplayer/marks.js');"
        "const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(cases.map(([item, given]) => CanhGiacMark(item, given))))"
    )
    theirs = node(script, json.dumps(told))
    apart = [
        (item, given_answer, ours, other)
        for (item, given_answer), other in zip(cases, theirs, strict=True)
        if abs((ours := mark(item, given_answer)) - other) > 1e-9
    ]

    assert not apart[:3]
    assert len(cases) >= 900
    assert {item.kind for item, _ in cases} >= {one.kind for one in ALL}
