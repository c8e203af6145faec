"""CAP 1.2 (OASIS, ITU-T X.1303bis): a warning that other warning systems read, written and read back.

An alert is never changed: an update and a cancellation are alerts of their own that refer to what they replace.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from lxml import etree

from .feed import clean, local, moment

TYPE = "application/cap+xml"
CAP = "urn:oasis:names:tc:emergency:cap:1.2"
_SPACES: dict[str, str] = {None: CAP}  # type: ignore[dict-item]  # the stubs know no default namespace
GEOCODE = "VN-DVHC"
"""Name of the list of our area codes: Viet Nam's administrative units, two digits a province, five a commune."""
MOST_BYTES = 1024 * 1024
_NAME = re.compile(r"[^\s,<&]{1,200}")
_REFERENCE = re.compile(r"([^\s,]+),([^\s,]+),(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d)")


class CapError(Exception):
    """Bytes that are no CAP 1.2 alert."""


class Status(StrEnum):
    """Whether people are to act on it."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MessageType(StrEnum):
    """What it is to earlier ones."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier alert."""

    sender: str
    identifier: str
    sent: dt.datetime


@dataclass(frozen=True, slots=True)
class Resource:
    """A picture, sound or paper that goes with it."""

    description: str
    kind: str
    url: str = ""
    size: int = 0
    sha1: str = ""
    """40 hexadecimal digits: the standard knows no other digest."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where. ``geocodes``: (list, code) such as (``GEOCODE``, "22045")."""

    description: str
    geocodes: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Info:
    """The warning in one language; values of the lists are those of the standard."""

    language: str
    """RFC 5646: "vi-VN"."""
    event: str
    urgency: str
    severity: str
    certainty: str
    categories: Sequence[str] = ("Security",)
    responses: Sequence[str] = ()
    audience: str = ""
    codes: Sequence[tuple[str, str]] = ()
    """eventCode, as (list, code)."""
    effective: dt.datetime | None = None
    onset: dt.datetime | None = None
    expires: dt.datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: Sequence[tuple[str, str]] = ()
    resources: Sequence[Resource] = ()
    areas: Sequence[Area] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """One message."""

    identifier: str
    """Without blanks, commas, < and &; unique for ever."""
    sender: str
    """Who answers for it, by the same rule: a name of the domain kind."""
    sent: dt.datetime
    status: Status = Status.ACTUAL
    kind: MessageType = MessageType.ALERT
    source: str = ""
    scope: str = "Public"
    codes: Sequence[str] = ()
    note: str = ""
    references: Sequence[Reference] = ()
    incidents: str = ""
    infos: Sequence[Info] = ()

    @property
    def reference(self) -> Reference:
        """By what a later alert names this one."""
        return Reference(self.sender, self.identifier, self.sent)


# Written --------------------------------------------------------------------------------------------------------------


def alert_written(alert: Alert) -> bytes:
    """The alert as XML. Raises ValueError for what the standard forbids: an update or cancellation that refers to
    nothing, a name with blanks, a moment without a zone, a word that is in none of its lists.
    """
    if alert.kind in {MessageType.UPDATE, MessageType.CANCEL} and not alert.references:
        raise ValueError("an update or cancellation refers to what it replaces")
    names = [alert.identifier, alert.sender]
    names += [part for one in alert.references for part in (one.sender, one.identifier)]
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a CAP name: {name!r}")
    root = etree.Element(f"{{{CAP}}}alert", nsmap=_SPACES)
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", alert.sender)
    _add(root, "sent", moment(alert.sent))
    _add(root, "status", alert.status)
    _add(root, "msgType", alert.kind)
    _maybe(root, "source", alert.source)
    _add(root, "scope", alert.scope)
    for code in alert.codes:
        _add(root, "code", code)
    _maybe(root, "note", alert.note)
    told = " ".join(f"{one.sender},{one.identifier},{moment(one.sent)}" for one in alert.references)
    _maybe(root, "references", told)
    _maybe(root, "incidents", alert.incidents)
    for info in alert.infos:
        _info_added(root, info)
    if faults := _judged(root):
        raise ValueError("; ".join(faults))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _info_added(root: etree._Element, info: Info) -> None:
    element = etree.SubElement(root, f"{{{CAP}}}info")
    _maybe(element, "language", info.language)
    for category in info.categories:
        _add(element, "category", category)
    _add(element, "event", info.event)
    for response in info.responses:
        _add(element, "responseType", response)
    for name, text in (("urgency", info.urgency), ("severity", info.severity), ("certainty", info.certainty)):
        _add(element, name, text)
    _maybe(element, "audience", info.audience)
    _pairs(element, "eventCode", info.codes)
    for name, at in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        _maybe(element, name, moment(at) if at else "")
    for name, text in (
        *(("senderName", info.sender_name), ("headline", info.headline), ("description", info.description)),
        *(("instruction", info.instruction), ("web", info.web), ("contact", info.contact)),
    ):
        _maybe(element, name, text)
    _pairs(element, "parameter", info.parameters)
    for resource in info.resources:
        _resource_added(element, resource)
    for area in info.areas:
        place = etree.SubElement(element, f"{{{CAP}}}area")
        _add(place, "areaDesc", area.description)
        _pairs(place, "geocode", area.geocodes)


def _resource_added(element: etree._Element, resource: Resource) -> None:
    added = etree.SubElement(element, f"{{{CAP}}}resource")
    _add(added, "resourceDesc", resource.description)
    _add(added, "mimeType", resource.kind)
    _maybe(added, "size", str(resource.size) if resource.size else "")
    _maybe(added, "uri", resource.url)
    _maybe(added, "digest", resource.sha1)


def _pairs(parent: etree._Element, name: str, pairs: Sequence[tuple[str, str]]) -> None:
    for key, value in pairs:
        element = etree.SubElement(parent, f"{{{CAP}}}{name}")
        _add(element, "valueName", key)
        _add(element, "value", value)


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{CAP}}}{name}").text = clean(text)


def _maybe(parent: etree._Element, name: str, text: str) -> None:
    if text:
        _add(parent, name, text)


# Judged and read ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("cap12.rng")))


def _judged(root: etree._Element) -> list[str]:
    grammar = _grammar()
    if grammar.validate(root):
        return []
    return [f"{error.line}: {error.message}" for error in grammar.error_log][:20] or ["not a CAP 1.2 alert"]


def alert_faults(data: bytes) -> list[str]:
    """What in these bytes breaks CAP 1.2, at most twenty lines in English; empty for a valid alert."""
    try:
        return _judged(_parsed(data))
    except CapError as error:
        return [str(error)]


def _parsed(data: bytes) -> etree._Element:
    """The document; never fetches, never expands: a document type declaration is refused. Raises CapError."""
    if len(data) > MOST_BYTES:
        raise CapError(f"more than {MOST_BYTES} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CapError(f"not XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise CapError("a document type declaration")
    return root


def alert_read(data: bytes) -> Alert:
    """The alert that these bytes hold. Polygons, circles and heights are not read. Raises CapError."""
    root = _parsed(data)
    if faults := _judged(root):
        raise CapError("; ".join(faults))
    try:
        return Alert(
            identifier=_text(root, "identifier"),
            sender=_text(root, "sender"),
            sent=_moment(_text(root, "sent")),
            status=Status(_text(root, "status")),
            kind=MessageType(_text(root, "msgType")),
            source=_text(root, "source"),
            scope=_text(root, "scope"),
            codes=_texts(root, "code"),
            note=_text(root, "note"),
            references=tuple(
                Reference(sender, identifier, _moment(sent))
                for sender, identifier, sent in _REFERENCE.findall(_text(root, "references"))
            ),
            incidents=_text(root, "incidents"),
            infos=tuple(map(_info_read, root.iterfind(f"{{{CAP}}}info"))),
        )
    except (ValueError, OverflowError) as error:
        raise CapError(str(error)) from error


def _info_read(element: etree._Element) -> Info:
    def at(name: str) -> dt.datetime | None:
        text = _text(element, name)
        return _moment(text) if text else None

    return Info(
        language=_text(element, "language") or "en-US",
        event=_text(element, "event"),
        urgency=_text(element, "urgency"),
        severity=_text(element, "severity"),
        certainty=_text(element, "certainty"),
        categories=_texts(element, "category"),
        responses=_texts(element, "responseType"),
        audience=_text(element, "audience"),
        codes=_pairs_read(element, "eventCode"),
        effective=at("effective"),
        onset=at("onset"),
        expires=at("expires"),
        sender_name=_text(element, "senderName"),
        headline=_text(element, "headline"),
        description=_text(element, "description"),
        instruction=_text(element, "instruction"),
        web=_text(element, "web"),
        contact=_text(element, "contact"),
        parameters=_pairs_read(element, "parameter"),
        resources=tuple(map(_resource_read, element.iterfind(f"{{{CAP}}}resource"))),
        areas=tuple(
            Area(_text(place, "areaDesc"), _pairs_read(place, "geocode"))
            for place in element.iterfind(f"{{{CAP}}}area")
        ),
    )


def _resource_read(element: etree._Element) -> Resource:
    return Resource(
        description=_text(element, "resourceDesc"),
        kind=_text(element, "mimeType"),
        url=_text(element, "uri"),
        size=int(_text(element, "size") or 0),
        sha1=_text(element, "digest"),
    )


def _pairs_read(parent: etree._Element, name: str) -> tuple[tuple[str, str], ...]:
    return tuple((_text(pair, "valueName"), _text(pair, "value")) for pair in parent.iterfind(f"{{{CAP}}}{name}"))


def _text(parent: etree._Element, name: str) -> str:
    return parent.findtext(f"{{{CAP}}}{name}") or ""


def _texts(parent: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(child.text or "" for child in parent.iterfind(f"{{{CAP}}}{name}"))


def _moment(text: str) -> dt.datetime:
    return local(dt.datetime.fromisoformat(text))
