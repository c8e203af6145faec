"""Reading of QTI 2.x: XML and packages opened with suspicion, items made of what they declare."""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from canhgiac.kit.text import storable

from .items import Item, ItemRefused, Option, Spot, item_check
from .markup import tidy
from .plainer import NOTE, from_note, key_at
from .reading import MOST_BYTES, MOST_ITEMS, Fault, Read, cut

MOST_ENTRIES = 5_000
MOST_UNPACKED = 200 * 2**20
"""Bytes that a package says it unpacks to."""
MOST_PART = 10 * 2**20
"""Bytes of one part, counted while it is unpacked: what a ZIP declares is not believed."""
MOST_TAGS = 100_000
"""Tags of one item, each of which takes memory."""
BLANK = "_____"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, KeyError, RuntimeError)
_LINES = frozenset(("p", "div", "br", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "prompt"))
_APART = frozenset(("feedbackInline", "feedbackBlock", "printedVariable", "script", "style", "object"))
"""Left out of a text."""
_BY_HAND = frozenset(("extendedTextInteraction", "uploadInteraction", "drawingInteraction", "customInteraction"))
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_TARGET = NOTE.rstrip(":")
_KEPT = "Câu hỏi vẫn được nhận."


class _BadItemError(ValueError):
    """No question that we take; the message is Vietnamese."""


@dataclass(slots=True)
class _Found:
    """An item under way: what is lost, and the picture it names."""

    lost: list[str] = field(default_factory=list)
    picture: str = ""


def read(data: bytes) -> Read:
    """The questions of one item (XML) or of a content package (ZIP), and what could not be read. Raises nothing.

    Places are the files' names in the package. Items with several interactions, and those that a person must mark, are
    faults.
    """
    if len(data) > MOST_BYTES:
        return Read(faults=(Fault("tệp", f"Tệp lớn hơn {MOST_BYTES // 2**20} MB; hãy chia nhỏ."),))
    if data[:2] == b"PK":
        return _package(data)
    try:
        item, found = _item(data)
    except (_BadItemError, ItemRefused) as error:
        return Read(faults=(Fault("tệp", str(error)),))
    lost = [*found.lost, *(["Ảnh không đi kèm tệp này."] if found.picture else [])]
    return Read((("tệp", item),), tuple(Fault("tệp", f"{one} {_KEPT}") for one in dict.fromkeys(lost)))


class _Archive:
    """The package's parts within the limits."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except _DAMAGE as error:
            raise _BadItemError("Tệp ZIP bị hỏng hoặc tải lên chưa trọn vẹn.") from error
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise _BadItemError("Gói giải nén ra quá lớn nên không được mở.")
        self.names = [entry.filename for entry in entries]

    def read(self, name: str) -> bytes:
        """One part. Raises _BadItemError."""
        if name not in self.names:
            raise _BadItemError(f"Gói thiếu tệp “{cut(name, 80)}”.")
        try:
            with self._zip.open(name) as part:
                content = part.read(MOST_PART + 1)
        except _DAMAGE as error:
            raise _BadItemError("Tệp trong gói bị hỏng hoặc có mật khẩu.") from error
        if len(content) > MOST_PART:
            raise _BadItemError("Tệp trong gói quá lớn.")
        return content


def _package(data: bytes) -> Read:
    items: list[tuple[str, Item]] = []
    faults: list[Fault] = []
    pictures: dict[str, bytes] = {}
    try:
        archive = _Archive(data)
        names = _listed(archive)
    except _BadItemError as error:
        return Read(faults=(Fault("tệp", str(error)),))
    for name in names:
        place = cut(name, 80)
        if len(items) + len(faults) >= MOST_ITEMS:
            faults.append(Fault(place, f"Gói có hơn {MOST_ITEMS} câu; phần từ đây chưa được đọc."))
            break
        try:
            item, found = _item(archive.read(name))
        except (_BadItemError, ItemRefused) as error:
            faults.append(Fault(place, str(error)))
            continue
        items.append((place, item))
        if found.picture:
            try:
                pictures[place] = archive.read(normpath(join(dirname(name), unquote(found.picture))))
            except _BadItemError as error:
                found.lost.append(str(error))
        faults += [Fault(place, f"{one} {_KEPT}") for one in dict.fromkeys(found.lost)]
    if not items and not faults:
        faults.append(Fault("tệp", "Gói không có câu hỏi QTI nào."))
    return Read(tuple(items), tuple(faults), pictures)


def _listed(archive: _Archive) -> list[str]:
    """The items that the manifest names; without one every XML file. Raises _BadItemError."""
    manifest = next((name for name in archive.names if name.rpartition("/")[2] == "imsmanifest.xml"), None)
    if manifest is None:
        return [name for name in archive.names if name.lower().endswith(".xml")]
    root = _root(archive.read(manifest))
    found = [
        normpath(join(dirname(manifest), unquote(str(one.get("href", "")))))
        for one in _of(root, "resource")
        if str(one.get("type", "")).startswith("imsqti_item_xml") and one.get("href")
    ]
    if not found and any("assessment" in str(one.get("type", "")).lower() for one in _of(root, "resource")):
        raise _BadItemError("Gói không phải QTI 2.x; hãy xuất lại ở dạng QTI 2.1.")
    return list(dict.fromkeys(found))


def _root(content: bytes) -> etree._Element:
    """The parsed XML. A DOCTYPE is refused: QTI 2 has none, and entities come that way. Raises _BadItemError."""
    if content.count(b"<") > MOST_TAGS:
        raise _BadItemError("Tệp XML quá phức tạp.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _BadItemError("Tệp không phải XML đúng.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _BadItemError("Tệp chứa khai báo XML (DOCTYPE) không được phép.")
    return root


def _name(node: etree._Element) -> str:
    """The local name; empty for what is no element."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _of(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The elements of these local names, whatever their namespace."""
    return root.iter(*(f"{{*}}{name}" for name in names))


def _item(content: bytes) -> tuple[Item, _Found]:
    root = _root(content)
    named = _name(root)
    if named == "questestinterop":
        raise _BadItemError("Đây là QTI 1.x; hãy xuất lại ở dạng QTI 2.1.")
    if named.startswith("qti-"):
        raise _BadItemError("Đây là QTI 3; hãy xuất lại ở dạng QTI 2.1.")
    if named != "assessmentItem":
        raise _BadItemError("Tệp không phải câu hỏi QTI (assessmentItem).")
    found = _Found()
    item = _made(root, found)
    if exact := _noted(root):
        return exact, _Found(picture=found.picture)
    item_check(item)
    return item, found


def _noted(root: etree._Element) -> Item | None:
    notes = [node for node in root if isinstance(node, etree._ProcessingInstruction) and node.target == _TARGET]
    texts = [node.text or "" for node in notes]
    for node in notes:
        root.remove(node)
    for text in texts:
        if item := from_note(f"{NOTE} {text}", canonical(root)):
            return replace(item, title=str(root.get("title", "")))
    return None


def canonical(root: etree._Element) -> str:
    """The XML in its one spelling (C14N), to be digested; empty where it has none."""
    try:
        return etree.tostring(root, method="c14n").decode()
    except (etree.LxmlError, ValueError):
        return ""


def parsed(root: etree._Element) -> Item | None:
    """What an item's XML says, without notes of ours; None where it is no question."""
    try:
        item = _made(root, _Found())
        item_check(item)
    except (_BadItemError, ItemRefused):
        return None
    return item


def _made(root: etree._Element, found: _Found) -> Item:
    body = next(_of(root, "itemBody"), None)
    interactions = [node for node in _of(root, "itemBody") for node in _interactions(node)]
    if body is None or not interactions:
        raise _BadItemError("Mục này không có phần trả lời, nên không phải câu hỏi.")
    if len(interactions) > 1:
        raise _BadItemError("Câu có nhiều phần trả lời; mỗi câu chỉ nhận một.")
    [asked] = interactions
    kind = _name(asked)
    if kind in _BY_HAND:
        raise _BadItemError("Câu cần người chấm nên không nhận.")
    if kind not in _READERS:
        raise _BadItemError(f"Chưa nhận dạng câu “{cut(kind, 40)}”.")
    item = _READERS[kind](asked, _Response(root, asked), found)
    for node in _of(body, "img"):
        found.picture = found.picture or str(node.get("src", ""))
    if sum(1 for _ in _of(body, "img")) > 1:
        found.lost.append("Chỉ lấy ảnh đầu tiên.")
    lines = tidy(_words(body, {asked})).split("\n")
    blocks = "\n".join(line for line in lines if line.strip() != BLANK).strip().split("\n\n")
    prompt = "\n\n".join(block for block, _ in groupby(blocks))  # some programs write it in the body and in <prompt>
    explained = [tidy(_words(node, set())) for node in _of(root, "modalFeedback", "feedbackBlock")]
    explanation = "\n".join(dict.fromkeys(text for text in explained if text))
    title = " ".join(storable(str(root.get("title", ""))).split())[:200]
    return replace(item, prompt=prompt or title, explanation=explanation, title=title)


def _interactions(body: etree._Element) -> list[etree._Element]:
    return [node for node in body.iter(etree.Element) if _name(node).endswith("Interaction")]


def _words(node: etree._Element, asked: set[etree._Element]) -> str:
    """The node's words; of an interaction only its prompt, or a blank where it stands inside a sentence."""
    parts = [node.text or ""]
    for child in node:
        name = _name(child)
        if child in asked:
            inside = next((one for one in child if _name(one) == "prompt"), None)
            parts.append(f"\n{_words(inside, set())}\n" if inside is not None else "")
            parts.append(f" {BLANK} " if name in ("textEntryInteraction", "inlineChoiceInteraction") else "")
        elif name == "br":
            parts.append("\n")
        elif name in _LINES:
            ends = "\n\n" if name == "p" else "\n"
            parts.append(f"\n{_words(child, asked)}{ends}")
        elif name and name not in _APART:
            parts.append(_words(child, asked))
        parts.append(child.tail or "")
    text = "".join(parts)
    return storable(text)


class _Response:
    """What the declaration of an interaction's response says is right."""

    def __init__(self, root: etree._Element, asked: etree._Element) -> None:
        name = asked.get("responseIdentifier")
        declared = next((one for one in _of(root, "responseDeclaration") if one.get("identifier") == name), None)
        if declared is None:
            raise _BadItemError("Câu không khai báo đáp án.")
        self.is_single = declared.get("cardinality") == "single"
        self.type = str(declared.get("baseType", "identifier"))
        correct = next(_of(declared, "correctResponse"), None)
        values = [] if correct is None else [" ".join((one.text or "").split()) for one in _of(correct, "value")]
        self.correct = [storable(value) for value in values if value]
        worth = {storable(str(e.get("mapKey", ""))): _number(e.get("mappedValue")) for e in _of(declared, "mapEntry")}
        self.best = [key for key, value in worth.items() if value > 0]
        self.is_uneven = len({value for value in worth.values() if value > 0}) > 1
        self.right = self.correct or self.best
        self.tolerance = next((_tolerance(node) for node in _of(root, "equal")), ("", 0.0))


def _tolerance(node: etree._Element) -> tuple[str, float]:
    first = (str(node.get("tolerance", "")).split() or ["0"])[0]
    return str(node.get("toleranceMode", "exact")), _number(first)


def _number(text: str | None) -> float:
    try:
        number = float(text or "0")
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _keys(nodes: list[etree._Element]) -> dict[str, str]:
    """Identifiers to keys: themselves where short enough."""
    names = [str(node.get("identifier", "")) for node in nodes]
    plain = all(_KEY.fullmatch(name) for name in names)
    return {name: name if plain else key_at(place) for place, name in enumerate(names)}


def _choice(asked: etree._Element, response: _Response, found: _Found) -> Item:
    nodes = list(_of(asked, "simpleChoice", "inlineChoice"))
    keys = _keys(nodes)
    right = tuple(dict.fromkeys(keys[name] for name in response.right if name in keys))
    if set(keys) == {"true", "false"} and response.is_single:
        return Item("true_false", "", right=right)
    options = tuple(
        Option(keys[str(node.get("identifier", ""))], tidy(_words(node, set())), _remark(node)) for node in nodes
    )
    if response.is_single:
        return Item("single", "", options=options, right=right)
    if response.is_uneven:
        found.lost.append("Điểm khác nhau của các phương án đúng được chia lại đều nhau.")
    return Item("multiple", "", options=options, right=right)


def _remark(node: etree._Element) -> str:
    told = [tidy(_words(one, set())) for one in _of(node, "feedbackInline")]
    return "\n".join(text for text in told if text)


def _order(asked: etree._Element, response: _Response, found: _Found) -> Item:
    nodes = {str(node.get("identifier", "")): node for node in _of(asked, "simpleChoice")}
    keys = _keys(list(nodes.values()))
    if sorted(response.correct) != sorted(nodes):
        raise _BadItemError("Đáp án không nêu đủ thứ tự của mọi bước.")
    return Item(
        "order", "", options=tuple(Option(keys[name], tidy(_words(nodes[name], set()))) for name in response.correct)
    )


def _match(asked: etree._Element, response: _Response, found: _Found) -> Item:
    """Both matchInteraction (two sets) and associateInteraction (one)."""
    nodes = {str(node.get("identifier", "")): node for node in _of(asked, "simpleAssociableChoice")}
    pairs = [pair for value in response.right if len(pair := value.split()) == 2]
    texts = {name: tidy(_words(node, set())) for name, node in nodes.items()}
    lefts = [left for left, _ in pairs]
    if any(name not in nodes for pair in pairs for name in pair) or len(set(lefts)) < len(lefts):
        raise _BadItemError("Đáp án ghép cặp không rõ: một vế ghép với nhiều vế khác.")
    keys = _keys([nodes[left] for left in lefts])
    options = tuple(Option(keys[left], texts[left], "", texts[right]) for left, right in pairs)
    used = {name for pair in pairs for name in pair}
    sets = list(_of(asked, "simpleMatchSet"))
    spare = [str(node.get("identifier", "")) for node in _of(sets[1] if len(sets) > 1 else asked, *_ASSOCIABLE)]
    if len(sets) > 1 and any(str(n.get("identifier", "")) not in used for n in _of(sets[0], *_ASSOCIABLE)):
        found.lost.append("Vế trái không ghép với vế nào bị bỏ qua.")
    return Item("match", "", options=options, extra=tuple(texts[name] for name in spare if name not in used))


_ASSOCIABLE = ("simpleAssociableChoice",)


def _hotspot(asked: etree._Element, response: _Response, found: _Found) -> Item:
    picture = next((node for node in asked if _name(node) in ("object", "img")), None)
    if picture is not None:
        found.picture = str(picture.get("data") or picture.get("src") or "")
    nodes = list(_of(asked, "hotspotChoice"))
    keys = _keys(nodes)
    spots = []
    for place, node in enumerate(nodes, 1):
        name = str(node.get("identifier", ""))
        label = storable(str(node.get("hotspotLabel") or node.get("label") or f"Vùng {place}"))
        spots.append(Spot(keys[name], label, *_box(node, found)))
    right = tuple(dict.fromkeys(keys[name] for name in response.right if name in keys))
    return Item("hotspot", "", spots=tuple(spots), right=right)


def _box(node: etree._Element, found: _Found) -> tuple[int, int, int, int]:
    """Left, top, width, height of the shape's bounding box. Raises _BadItemError."""
    shape = str(node.get("shape", ""))
    try:
        told = [float(one) for one in str(node.get("coords", "")).split(",")]
        if shape == "rect":
            left, top, right, bottom = told
        elif shape in ("circle", "ellipse"):
            across, down = told[2], told[-1]
            left, top, right, bottom = told[0] - across, told[1] - down, told[0] + across, told[1] + down
        elif shape == "poly":
            left, top, right, bottom = min(told[::2]), min(told[1::2]), max(told[::2]), max(told[1::2])
        else:
            raise ValueError(shape)
        box = tuple(round(one) for one in (max(left, 0), max(top, 0), right - max(left, 0), bottom - max(top, 0)))
    except (ValueError, IndexError, OverflowError) as error:
        raise _BadItemError("Vùng trên hình không đọc được.") from error
    if shape != "rect":
        found.lost.append("Vùng tròn hoặc nhiều góc được thay bằng hình chữ nhật bao quanh.")
    return box[0], box[1], box[2], box[3]


def _entry(asked: etree._Element, response: _Response, found: _Found) -> Item:
    if response.type in ("float", "integer"):
        if not response.right:
            raise _BadItemError("Câu không khai báo đáp án.")
        try:
            number = float(response.right[0])
        except ValueError:
            raise _BadItemError("Đáp án bằng số không đọc được.") from None
        mode, width = response.tolerance
        tolerance = {"absolute": abs(width), "relative": abs(number * width / 100)}.get(mode, 0.0)
        return Item("short", "", number=number, tolerance=tolerance)
    accepted = tuple(dict.fromkeys([*response.correct, *response.best]))
    return Item("short", "", accepted=accepted)


_READERS: dict[str, Callable[[etree._Element, _Response, _Found], Item]] = {
    "choiceInteraction": _choice,
    "inlineChoiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "associateInteraction": _match,
    "hotspotInteraction": _hotspot,
    "textEntryInteraction": _entry,
}
