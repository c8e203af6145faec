"""A course as a SCORM package: SCORM 1.2 (ADL, 2001) or SCORM 2004 4th edition (ADL, 2009).

One SCO that holds all lessons. Its runtime is ``scormplayer``: no inline script, nothing fetched from elsewhere. Right
answers lie inside the package, as in every package that marks in the browser.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from lxml import etree

from .items import Item

Version: TypeAlias = Literal["1.2", "2004"]
PLAYER = Path(__file__).with_name("scormplayer")
SCRIPTS = ("course.js", "marks.js", "lms.js", "questions.js", "player.js")
MOST_STATE = 4096
"""Characters of cmi.suspend_data in SCORM 1.2; 2004 allows 64,000."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SPACES = {
    "1.2": {
        None: "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
        "adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
        "xsi": _XSI,
    },
    "2004": {
        None: "http://www.imsglobal.org/xsd/imscp_v1p1",
        "adlcp": "http://www.adlnet.org/xsd/adlcp_v1p3",
        "adlseq": "http://www.adlnet.org/xsd/adlseq_v1p3",
        "adlnav": "http://www.adlnet.org/xsd/adlnav_v1p3",
        "imsss": "http://www.imsglobal.org/xsd/imsss",
        "xsi": _XSI,
    },
}
_SCHEMA_FILES = {
    "1.2": {None: "imscp_rootv1p1p2.xsd", "adlcp": "adlcp_rootv1p2.xsd"},
    "2004": {
        None: "imscp_v1p1.xsd",
        "adlcp": "adlcp_v1p3.xsd",
        "adlseq": "adlseq_v1p3.xsd",
        "adlnav": "adlnav_v1p3.xsd",
        "imsss": "imsss_v1p0.xsd",
    },
}


class CourseRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """The course cannot be packed; the message says why in Vietnamese."""


@dataclass(frozen=True, slots=True)
class LessonData:
    """One lesson: its text as HTML that is already safe (headings from h3), then its questions.

    ``pictures``: place in ``items`` (from 0) to the PNG or JPEG of a "hotspot" question.
    """

    title: str
    html: str
    items: tuple[Item, ...] = ()
    pictures: Mapping[int, bytes] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class CourseData:
    """A course to be packed. ``identifier``: stays the same for the same course ("khoa-12")."""

    identifier: str
    title: str
    language: str
    lessons: tuple[LessonData, ...]
    pass_percent: int = 80


def package(course: CourseData, version: Version) -> bytes:
    """The ZIP that a learning management system takes; the same course gives the same bytes.

    Raises CourseRefused for a course without lessons or with more questions than SCORM 1.2 can remember.
    """
    questions = sum(len(lesson.items) for lesson in course.lessons)
    if not course.lessons:
        raise CourseRefused("Khóa học chưa có bài nào.")
    if version == "1.2" and 4 + len(course.lessons) + 4 * questions > MOST_STATE:
        raise CourseRefused("SCORM 1.2 không nhớ được nhiều câu hỏi như vậy; hãy xuất SCORM 2004 hoặc chia khóa học.")
    files = {"index.html": _page(course).encode(), "course.js": b""}
    files |= {path.name: path.read_bytes() for path in sorted(PLAYER.iterdir()) if path.suffix in (".js", ".css")}
    lessons = []
    for number, lesson in enumerate(course.lessons, 1):
        items = []
        for place, item in enumerate(lesson.items):
            told = {"kind": item.kind, "prompt": item.prompt, "explanation": item.explanation, **item.to_json()}
            if data := lesson.pictures.get(place):
                told["picture"] = f"images/{number}-{place + 1}.{'png' if data[:4] == _PNG else 'jpg'}"
                files[told["picture"]] = data
            items.append(told)
        lessons.append({"items": items})
    told = {"version": version, "pass": course.pass_percent, "lessons": lessons}
    files["course.js"] = f"globalThis.CANHGIAC_COURSE = {json.dumps(told)};\n".encode()  # ASCII: safe in any encoding
    files["imsmanifest.xml"] = _manifest(course, version, list(files), has_score=bool(questions))
    return _zip(files)


_PNG = b"\x89PNG"


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def _page(course: CourseData) -> str:
    """The one page: every lesson's text stands in it, so that it can be read also where scripts are off."""
    last = len(course.lessons)
    buttons = "".join(
        f'<li><button type="button">{number}. {escape(lesson.title)}<span class="done"></span></button></li>'
        for number, lesson in enumerate(course.lessons, 1)
    )
    sections = "".join(
        f'<section class="lesson" id="bai-{number}"><h2 tabindex="-1">{escape(lesson.title)}</h2>'
        f'<div class="text">{lesson.html}</div><div class="questions"></div>'
        f'<p><button type="button" class="main next">{"Bài tiếp theo" if number < last else "Kết thúc"}</button></p>'
        "</section>"
        for number, lesson in enumerate(course.lessons, 1)
    )
    scripts = "".join(f'<script src="{name}"></script>' for name in SCRIPTS)
    return (
        f'<!doctype html><html lang="{escape(course.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(course.title)}</title><link rel="stylesheet" href="player.css"></head><body>'
        f'<header><h1>{escape(course.title)}</h1><p id="tien-do" role="status"></p></header>'
        f'<nav aria-label="Các bài"><ol id="cac-bai">{buttons}</ol></nav><main>{sections}'
        '<section id="ket-qua" hidden><h2 tabindex="-1">Kết quả</h2><p id="loi-ket"></p>'
        '<p><button type="button" class="main" id="lam-lai" hidden>Làm lại các câu hỏi</button></p></section>'
        f"</main>{scripts}</body></html>\n"
    )


def _manifest(course: CourseData, version: Version, files: list[str], *, has_score: bool) -> bytes:
    spaces: dict[Any, str] = _SPACES[version]
    main, adlcp = spaces[None], spaces["adlcp"]

    def add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
        made = etree.SubElement(parent, name if name[0] == "{" else f"{{{main}}}{name}", attributes)
        made.text = text or None
        return made

    identifier = re.sub(r"[^A-Za-z0-9_.-]", "-", course.identifier)
    root = etree.Element(f"{{{main}}}manifest", {"identifier": f"canhgiac-{identifier}", "version": "1"}, nsmap=spaces)
    locations = [f"{spaces[prefix]} {name}" for prefix, name in _SCHEMA_FILES[version].items()]
    root.set(f"{{{_XSI}}}schemaLocation", " ".join(locations))
    metadata = add(root, "metadata")
    add(metadata, "schema", "ADL SCORM")
    add(metadata, "schemaversion", "1.2" if version == "1.2" else "2004 4th Edition")
    organizations = add(root, "organizations", default="khoa")
    organization = add(organizations, "organization", identifier="khoa")
    add(organization, "title", course.title)
    item = add(organization, "item", identifier="bai", identifierref="noi-dung", isvisible="true")
    add(item, "title", course.title)
    if version == "1.2":
        if has_score:
            add(item, f"{{{adlcp}}}masteryscore", str(course.pass_percent))
    else:
        _sequencing(item, course, spaces["imsss"], has_score=has_score)
    kind = {f"{{{adlcp}}}{'scormtype' if version == '1.2' else 'scormType'}": "sco"}
    resources = add(root, "resources")
    resource = add(resources, "resource", identifier="noi-dung", type="webcontent", href="index.html", **kind)
    for name in files:
        add(resource, "file", href=name)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _sequencing(item: etree._Element, course: CourseData, imsss: str, *, has_score: bool) -> None:
    """The package itself says when it is complete; the mark to pass is the system's to know as well."""
    sequencing = etree.SubElement(item, f"{{{imsss}}}sequencing")
    if has_score:
        objectives = etree.SubElement(sequencing, f"{{{imsss}}}objectives")
        primary = etree.SubElement(
            objectives, f"{{{imsss}}}primaryObjective", {"objectiveID": "dat", "satisfiedByMeasure": "true"}
        )
        least = etree.SubElement(primary, f"{{{imsss}}}minNormalizedMeasure")
        least.text = f"{course.pass_percent / 100:g}"
    etree.SubElement(
        *(sequencing, f"{{{imsss}}}deliveryControls"),
        {"completionSetByContent": "true", "objectiveSetByContent": "true"},
    )
