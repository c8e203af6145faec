"""The handbook that comes with the software: its pages, their order, and where words stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from canhgiac.kit.markdown import Document, document
from canhgiac.kit.text import fold

FRONT = "README"
PICTURES = {".webp": "image/webp", ".png": "image/png"}
MOST = 40
"""Places that a search shows."""
AROUND = 90
"""Signs shown before and after the word that was looked for."""
APART = 3
"""How far a section is in which the words stand, but not one after the other."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Pages under one word of the front page's last list."""

    label: str
    entries: list[tuple[str, str]] = field(default_factory=list)
    """Name of a page and what it is called in the list."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A section in which the words stand."""

    page: str
    heading: str
    url: str
    before: str
    word: str
    after: str


def is_there() -> bool:
    """Whether the folder has a front page. One look at the disk."""
    return (_folder() / f"{FRONT}.md").is_file()


def names() -> set[str]:
    """The pages behind the front page."""
    return {*_pages()} - {FRONT}


def page(name: str) -> Document | None:
    """A page of the handbook by the name of its file without the ending; None where there is none.

    Only names that the folder lists are opened, so that no name leads out of it.
    """
    path = _pages().get(name)
    return _read(path, path.stat().st_mtime_ns) if path else None


def picture(name: str) -> tuple[Path, str] | None:
    """A picture of the handbook and its media type, by the same rule."""
    folder = _folder() / "images"
    listed = {path.name: path for path in folder.iterdir() if path.is_file()} if folder.is_dir() else {}
    kind = PICTURES.get(Path(name).suffix)
    return (listed[name], kind) if kind and name in listed else None


def chapters() -> list[Chapter]:
    """The pages in the order and under the words of the front page; those it does not name stand last."""
    path = _pages().get(FRONT)
    if path is None:
        return []
    found = [Chapter(chapter.label, [*chapter.entries]) for chapter in _listed(path, path.stat().st_mtime_ns)]
    named = {name for chapter in found for name, _label in chapter.entries} | {FRONT}
    rest = [(name, one.title) for name in sorted(_pages()) if name not in named and (one := page(name))]
    return [*found, Chapter("", rest)] if rest else found


def search(words: str) -> list[Hit]:
    """Sections in which all the words stand, the nearest first. Upper case and diacritics make no difference."""
    wanted = fold(words)
    found: list[tuple[int, Hit]] = []
    for name in sorted(_pages(), key=lambda name: (name == FRONT, name)) if wanted else ():
        if (read := page(name)) is None:
            continue
        for section in read.sections:
            text = " ".join(" ".join(section.lines).split())
            if (far := _distance(wanted, fold(section.title), fold(text))) is not None:
                url = f"{_address(name)}#{section.anchor}" if section.level > 1 else _address(name)
                found.append((far, Hit(read.title, section.title, url, *_around(text, wanted, apart=far == APART))))
    return [hit for _far, hit in sorted(found, key=lambda one: one[0])][:MOST]


def _distance(wanted: str, title: str, text: str) -> int | None:
    """0 for the heading itself, then words of a heading, of the text, apart from each other; None for not there."""
    if not all(word in title or word in text for word in wanted.split()):
        return None
    return next((rank for rank, near in enumerate((wanted == title, wanted in title, wanted in text)) if near), APART)


def _around(text: str, wanted: str, *, apart: bool) -> tuple[str, str, str]:
    """The text before, at and after what was found; its beginning where only the heading has it."""
    folded = fold(text)
    sought = next((words for words in (wanted, *(wanted.split() if apart else ())) if words in folded), "")
    if not sought or len(folded) != len(text):
        return text[: 2 * AROUND] + ("…" if len(text) > 2 * AROUND else ""), "", ""
    at = folded.index(sought)
    end = at + len(sought)
    before, after = text[:at], text[end:]
    if len(before) > AROUND:
        before = "…" + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + "…"
    return before, text[at:end], after


def _folder() -> Path:
    return Path(settings.HANDBOOK_ROOT)


def _pages() -> dict[str, Path]:
    """Name to file; nothing without a front page."""
    return {path.stem: path for path in _folder().glob("*.md") if path.is_file()} if is_there() else {}


def _address(name: str) -> str:
    return reverse("staff_handbook") if name == FRONT else reverse("staff_handbook_page", args=[name])


@lru_cache(maxsize=256)
def _read(path: Path, changed: int) -> Document:
    """The page as it was at ``changed``, which stands here for the key only."""
    return document(path.read_text(encoding="utf-8"), place=partial(_place, path.parent))


def _place(folder: Path, written: str) -> str | None:
    """Where a link between the files of the folder leads on our pages."""
    name, _sign, anchor = written.partition("#")
    if name == "openapi.json":
        return reverse("api:openapi-json")
    if (match := re.fullmatch(r"images/([\w-]+\.\w+)", name)) and (folder / name).is_file():
        return reverse("staff_handbook_picture", args=[match[1]])
    if (match := re.fullmatch(r"([\w-]+)\.md", name)) and (folder / name).is_file():
        return _address(match[1]) + (f"#{anchor}" if anchor else "")
    return None


@lru_cache(maxsize=4)
def _listed(path: Path, changed: int) -> tuple[Chapter, ...]:
    """The paragraphs ``**Word.** [page](page.md) · …`` of the front page."""
    return tuple(_paragraphs(path.read_text(encoding="utf-8")))


def _paragraphs(text: str) -> Iterator[Chapter]:
    for found in re.finditer(r"^\*\*([^*→]+?)\.?\*\*(.+?)(?=\n\n|\Z)", text, re.MULTILINE | re.DOTALL):
        entries = re.findall(r"\[([^\]]+)\]\(([\w-]+)\.md\)", found[2])
        if entries:
            yield Chapter(found[1], [(name, label) for label, name in entries])
