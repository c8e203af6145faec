"""The icons of the interface: Tabler's outline set, of which one small file holds those we use."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # only our own files are parsed, never a visitor's
from functools import lru_cache
from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
SPRITE = Path(__file__).resolve().parents[1] / "static" / "canhgiac" / "icons.svg"
NOTICE = " Tabler Icons, outline. MIT licence, Copyright (c) 2020-2026 Paweł Kuna. "


@lru_cache(maxsize=1)
def shapes() -> dict[str, str]:
    """The drawing of each icon we have: name to the paths inside its 24 x 24 box."""
    ET.register_namespace("", SVG.strip("{}"))
    symbols = ET.parse(SPRITE).getroot().iter(f"{SVG}symbol")  # noqa: S314  # our own file
    return {symbol.get("id", ""): _inner(symbol) for symbol in symbols}


def write_sprite(names: set[str], source: Path) -> None:
    """Writes the file of icons anew from Tabler's folder of outline icons; FileNotFoundError for an unknown name."""
    root = ET.Element(f"{SVG}svg")
    root.append(ET.Comment(NOTICE))
    for name in sorted(names):
        symbol = ET.SubElement(root, f"{SVG}symbol", id=name, viewBox="0 0 24 24")
        drawing = ET.parse(source / f"{name}.svg").getroot()  # noqa: S314  # an installed package's file
        symbol.extend(part for part in drawing if part.get("stroke") != "none")
    for part in root.iter():
        if isinstance(part.tag, str):  # a comment's tag is a function
            part.text = None
        part.tail = "\n" if part in list(root) else None
    root.text = "\n"
    ET.register_namespace("", SVG.strip("{}"))
    SPRITE.write_text(ET.tostring(root, encoding="unicode") + "\n", encoding="utf-8")
    shapes.cache_clear()


def _inner(symbol: ET.Element) -> str:
    text = "".join(ET.tostring(part, encoding="unicode").strip() for part in symbol)
    return text.replace(f' xmlns="{SVG.strip("{}")}"', "").replace(" />", "/>")
