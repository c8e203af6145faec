"""Parts of an Office package (a zip of XML), opened with suspicion."""

from __future__ import annotations

import io
import zipfile
import zlib
from posixpath import dirname, join, normpath

from lxml import etree

from . import limits
from .failures import failure

_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, KeyError)
_CHUNK = 1 << 20


class Package:
    """A package whose declared sizes are within the limits.

    Raises ReadError on making: ``zip-bomb``, ``password`` (zip encryption) or ``damaged``.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE as error:
            raise failure("damaged") from error
        entries = self._zip.infolist()
        if len(entries) > limits.MAX_ZIP_ENTRIES or sum(e.file_size for e in entries) > limits.MAX_UNPACKED_BYTES:
            raise failure("zip-bomb")
        if any(e.flag_bits & 1 for e in entries):
            raise failure("password")
        self.names = {e.filename for e in entries}

    def read(self, name: str) -> bytes | None:
        """Content of one part, None where absent. What a zip declares is not believed: the bytes are counted."""
        if name not in self.names:
            return None
        entry = self._zip.getinfo(name)
        if entry.file_size > limits.MAX_PART_BYTES:
            raise failure("zip-bomb")
        most = max(_CHUNK, entry.compress_size * limits.MAX_RATIO)
        content = bytearray()
        try:
            with self._zip.open(entry) as part:
                while chunk := part.read(_CHUNK):
                    content += chunk
                    if len(content) > min(limits.MAX_PART_BYTES, most):
                        raise failure("zip-bomb")
        except (*_DAMAGE, RuntimeError) as error:
            raise failure("damaged") from error
        return bytes(content)

    def xml(self, name: str) -> etree._Element | None:
        """Root of an XML part, None where absent. A DOCTYPE is refused: no Office program writes one."""
        content = self.read(name)
        if content is None:
            return None
        if _STRICT in content:
            for strict, transitional in _TRANSITIONAL:
                content = content.replace(strict, transitional)
        if content.count(b"<") > limits.MAX_TAGS:
            raise failure("too-complex")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise failure("entities" if b"<!ENTITY" in content[:4096] else "damaged") from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise failure("entities")
        return root

    def related(self, part: str, kind: str) -> str | None:
        """Name of the part that ``part`` ("" for the package) refers to by a relationship ending in ``kind``."""
        folder = dirname(part)
        rels = self.xml(join(folder, "_rels", part[len(folder) :].lstrip("/") + ".rels"))
        if rels is None:
            return None
        for relation in rels.iter(_RELATION):
            if str(relation.get("Type", "")).endswith("/" + kind) and relation.get("TargetMode") != "External":
                target = str(relation.get("Target", ""))
                return target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
        return None
