"""QTI 2.1 (IMS Global, "Question and Test Interoperability"): one item as XML, or items in a content package.

Taken: choice, inline choice, order, match, associate, hotspot, text entry; one interaction an item. What our kinds lose
in QTI stands in a processing instruction of ours (``plainer.note``). Reading lives in ``qtiread``.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from lxml import etree
from PIL import Image

from canhgiac.kit.pictures import BROKEN

from .items import Item
from .plainer import NOTE, hotspot_as_choice, note, verdict_as_choice
from .qtiread import canonical, parsed, read

__all__ = ["NO_PICTURES", "read", "write"]

NO_PICTURES: Mapping[int, bytes] = MappingProxyType({})
QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""No clock, so that the same questions give the same bytes."""


class _Picture:
    """A picture in the package: its name, type and size in pixels."""

    def __init__(self, name: str, data: bytes) -> None:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            self.width, self.height = image.size
            is_png = image.format == "PNG"
        self.type = "image/png" if is_png else "image/jpeg"
        self.path, self.data = f"images/{name}.{'png' if is_png else 'jpg'}", data


def write(items: Sequence[Item], *, pictures: Mapping[int, bytes] = NO_PICTURES, title: str = "") -> bytes:
    """A content package (ZIP with imsmanifest.xml) that ``read`` gives back exactly.

    ``pictures``: place in ``items`` (from 0) to a PNG's or JPEG's bytes; bytes that are neither are left out. A hotspot
    without a picture is written as a choice of its areas' names.
    """
    out = io.BytesIO()
    resources: list[tuple[str, str | None]] = []
    with zipfile.ZipFile(out, "w") as archive:
        for place, item in enumerate(items):
            name = f"cau-{place + 1:04}"
            picture = _picture(name, pictures.get(place))
            _put(archive, f"items/{name}.xml", _xml(_item(item, name, picture)))
            if picture:
                _put(archive, picture.path, picture.data)
            resources.append((name, picture.path if picture else None))
        _put(archive, "imsmanifest.xml", _xml(_manifest(resources, title)))
    return out.getvalue()


def _picture(name: str, data: bytes | None) -> _Picture | None:
    try:
        return _Picture(name, data) if data else None
    except (*BROKEN, Image.DecompressionBombError):
        return None


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def _xml(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _spaces(default: str) -> dict[Any, str]:
    """Prefixes to namespaces; None stands for no prefix, which the stubs do not know."""
    return {None: default, "xsi": _XSI}


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    namespace = etree.QName(parent).namespace
    made = etree.SubElement(parent, f"{{{namespace}}}{name}", {key: _clean(told) for key, told in attributes.items()})
    if text:
        made.text = _clean(text)
    return made


def _manifest(resources: list[tuple[str, str | None]], title: str) -> etree._Element:
    root = etree.Element(f"{{{PACKAGE}}}manifest", {"identifier": "canhgiac"}, nsmap=_spaces(PACKAGE))
    metadata = _add(root, "metadata")
    _add(metadata, "schema", "QTIv2.1 Package")
    _add(metadata, "schemaversion", "1.0.0")
    if title:
        lom = etree.SubElement(
            metadata,
            "{http://ltsc.ieee.org/xsd/LOM}lom",
            nsmap={"lom": "http://ltsc.ieee.org/xsd/LOM"},
        )
        _add(_add(_add(lom, "general"), "title"), "string", title, language="vi")
    _add(root, "organizations")
    listed = _add(root, "resources")
    for name, picture in resources:
        href = f"items/{name}.xml"
        resource = _add(listed, "resource", identifier=name, type="imsqti_item_xmlv2p1", href=href)
        _add(resource, "file", href=href)
        if picture:
            _add(resource, "file", href=picture)
    return root


def _item(item: Item, name: str, picture: _Picture | None) -> etree._Element:
    """The item's XML; with our note where what ``read`` would make of it is not the same."""
    root = _plain_item(item, name, picture)
    again = parsed(root)
    if again is None or again != item or again.title != item.title:
        told = note(item, canonical(root)).removeprefix(NOTE).strip()
        root.insert(0, etree.ProcessingInstruction(NOTE.rstrip(":"), _clean(told)))
    return root


def _plain_item(item: Item, name: str, picture: _Picture | None) -> etree._Element:
    title = " ".join((item.title or item.prompt).split())[:120]
    root = etree.Element(
        f"{{{QTI}}}assessmentItem",
        {"identifier": name, "title": _clean(title), "adaptive": "false", "timeDependent": "false", _LANG: "vi"},
        nsmap=_spaces(QTI),
    )
    root.set(f"{{{_XSI}}}schemaLocation", f"{QTI} http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd")
    if item.kind == "verdict":
        item = verdict_as_choice(item)
    if item.kind == "hotspot" and picture is None:
        item = hotspot_as_choice(item)
    _response(root, item)
    _default(_add(root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float"), "0")
    if item.explanation:
        shown = _add(root, "outcomeDeclaration", identifier="EXPLANATION", cardinality="single", baseType="identifier")
        _default(shown, "shown")
    body = _add(root, "itemBody")
    _paragraphs(body, item.prompt)
    if picture and item.kind != "hotspot":
        _add(_add(body, "p"), "img", src=f"../{picture.path}", alt="")
    _INTERACTIONS[item.kind](body, item)
    if picture and item.kind == "hotspot":
        _hotspot(body, item, picture)
    _processing(root, item)
    if item.explanation:
        told = _add(root, "modalFeedback", outcomeIdentifier="EXPLANATION", identifier="shown", showHide="show")
        _paragraphs(told, item.explanation)
    return root


def _default(declaration: etree._Element, value: str) -> None:
    _add(_add(declaration, "defaultValue"), "value", value)


def _paragraphs(parent: etree._Element, text: str) -> None:
    """A paragraph an empty line, a line break a line."""
    for block in text.split("\n\n"):
        first, *rest = block.split("\n")
        paragraph = _add(parent, "p", first)
        for line in rest:
            _add(paragraph, "br").tail = _clean(line)


def _names(item: Item) -> dict[str, str]:
    """Keys to identifiers: themselves where XML allows it."""
    keys = [*(one.key for one in item.options), *(one.key for one in item.spots)]
    return {key: key if _IDENTIFIER.fullmatch(key) else f"k{place}" for place, key in enumerate(keys, 1)}


def _targets(item: Item) -> dict[str, str]:
    texts = dict.fromkeys([*(one.partner for one in item.options), *item.extra])
    return {text: f"T{place}" for place, text in enumerate(texts, 1)}


def _response(root: etree._Element, item: Item) -> None:
    """The declaration of what is right, and what each part of it is worth where parts count."""
    names, targets = _names(item), _targets(item)
    shape, values, worth = {
        "single": (("single", "identifier"), [names.get(key, key) for key in item.right], None),
        "true_false": (("single", "identifier"), list(item.right), None),
        "multiple": (("multiple", "identifier"), [names.get(key, key) for key in item.right], 1.0),
        "hotspot": (("multiple", "identifier"), [names.get(key, key) for key in item.right], 1.0),
        "order": (("ordered", "identifier"), [names[one.key] for one in item.options], None),
        "match": (("multiple", "directedPair"), [f"{names[o.key]} {targets[o.partner]}" for o in item.options], 0.0),
        "short": (("single", "float" if item.number is not None else "string"), _accepted(item), None),
    }[item.kind]
    declared = _add(root, "responseDeclaration", identifier="RESPONSE", cardinality=shape[0], baseType=shape[1])
    correct = _add(declared, "correctResponse")
    for value in values[:1] if item.kind == "short" else values:
        _add(correct, "value", value)
    if item.kind == "short" and item.number is None:
        mapping = _add(declared, "mapping", defaultValue="0")
        for value in values:
            _add(mapping, "mapEntry", mapKey=value, mappedValue="1", caseSensitive="false")
    elif worth is not None and values:
        share = 1 / len(values)
        mapping = _add(declared, "mapping", lowerBound="0", upperBound="1", defaultValue=f"{-worth * share:.6g}")
        for value in values:
            _add(mapping, "mapEntry", mapKey=value, mappedValue=f"{share:.6g}")


def _accepted(item: Item) -> list[str]:
    return [repr(float(item.number))] if item.number is not None else list(item.accepted)


def _choice(body: etree._Element, item: Item) -> None:
    made = _add(
        *(body, "choiceInteraction"),
        responseIdentifier="RESPONSE",
        shuffle="false" if item.kind == "true_false" else "true",
        maxChoices="0" if item.kind == "multiple" else "1",
    )
    names = _names(item)
    if item.kind == "true_false":
        _add(made, "simpleChoice", "Đúng", identifier="true")
        _add(made, "simpleChoice", "Sai", identifier="false")
    for one in item.options:
        _add(made, "simpleChoice", one.text, identifier=names[one.key])


def _order(body: etree._Element, item: Item) -> None:
    made = _add(body, "orderInteraction", responseIdentifier="RESPONSE", shuffle="true")
    names = _names(item)
    for one in item.options:
        _add(made, "simpleChoice", one.text, identifier=names[one.key])


def _match(body: etree._Element, item: Item) -> None:
    count = str(len(item.options))
    made = _add(body, "matchInteraction", responseIdentifier="RESPONSE", shuffle="true", maxAssociations=count)
    left, right = _add(made, "simpleMatchSet"), _add(made, "simpleMatchSet")
    names = _names(item)
    for one in item.options:
        _add(left, "simpleAssociableChoice", one.text, identifier=names[one.key], matchMax="1")
    for text, name in _targets(item).items():
        _add(right, "simpleAssociableChoice", text, identifier=name, matchMax=count)


def _hotspot(body: etree._Element, item: Item, picture: _Picture) -> None:
    made = _add(body, "hotspotInteraction", responseIdentifier="RESPONSE", maxChoices="0")
    size = {"width": str(picture.width), "height": str(picture.height)}
    _add(made, "object", data=f"../{picture.path}", type=picture.type, **size)
    names = _names(item)
    for one in item.spots:
        _add(
            *(made, "hotspotChoice"),
            identifier=names[one.key],
            shape="rect",
            coords=f"{one.x},{one.y},{one.x + one.width},{one.y + one.height}",
            hotspotLabel=one.label,
        )


def _entry(body: etree._Element, item: Item) -> None:
    _add(_add(body, "p"), "textEntryInteraction", responseIdentifier="RESPONSE", expectedLength="40")


def _nothing(body: etree._Element, item: Item) -> None:
    """A hotspot is drawn by ``_hotspot``, which needs its picture."""


_INTERACTIONS = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _choice,
    "order": _order,
    "match": _match,
    "hotspot": _nothing,
    "short": _entry,
}


def _processing(root: etree._Element, item: Item) -> None:
    """The standard templates; only a number with a tolerance needs its own rule."""
    if item.kind == "short" and item.number is not None:
        condition = _add(_add(_add(root, "responseProcessing"), "responseCondition"), "responseIf")
        tolerance = f"{float(item.tolerance)!r} {float(item.tolerance)!r}"
        equal = _add(condition, "equal", toleranceMode="absolute", tolerance=tolerance)
        _add(equal, "variable", identifier="RESPONSE")
        _add(equal, "correct", identifier="RESPONSE")
        _add(_add(condition, "setOutcomeValue", identifier="SCORE"), "baseValue", "1", baseType="float")
        return
    by_parts = item.kind in ("multiple", "match", "hotspot", "short")
    _add(root, "responseProcessing", template=TEMPLATES + ("map_response" if by_parts else "match_correct"))
