"""Hosts files and plain lists."""

from __future__ import annotations

import re
from typing import BinaryIO

from .lines import text_lines
from .model import Fault, Raw, Raws, fault

_SINK = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|255\.255\.255\.255|0|::1?|fe80::1%lo0)(?=\s)")
_LOCAL = frozenset(
    (
        *("localhost", "localhost.localdomain", "local", "broadcasthost", "ip6-localhost", "ip6-loopback", "0.0.0.0"),  # noqa: S104  # names that stand in every hosts file, not an address to listen on
        *("ip6-localnet", "ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters", "ip6-allhosts"),
    )
)
_BLOCKER = re.compile(r"(?:\|\||DOMAIN(?:-SUFFIX)?,|\*\.|address=/)([^\s^/,|$]+)\S*")
"""The same list as other programs write it: Adblock ``||host^``, ``DOMAIN-SUFFIX,host``, dnsmasq."""
_COMMENT = ("#", "!", ";", "//")
_KINDED = re.compile(r"(account|wallet|phone|link|app|social):(?!//)(.+)", re.DOTALL)


def hosts_read(stream: BinaryIO) -> Raws:
    """The hosts of a hosts(5) file; several may stand on one line. Also a bare host a line, and blockers' rules."""
    for row in text_lines(stream):
        if isinstance(row, Fault):
            yield row
            continue
        number, line = row
        text = line.partition("#")[0].strip()
        if not text or text.startswith(("!", "[", "@@")):
            continue
        sink = _SINK.match(text)
        names = text[sink.end() :].split() if sink else [text]
        if len(names) == 1 and (rule := _BLOCKER.fullmatch(names[0])):
            names = [rule[1]]
        if not sink and len(names[0].split()) > 1:
            yield fault(number, line, "Không phải dòng của tệp hosts: cần địa chỉ rồi tên miền.")
            continue
        for name in names:
            if name.lower() not in _LOCAL:
                yield Raw(number, "link", name)


def plain_read(stream: BinaryIO) -> Raws:
    """One thing a line; what follows " #" is a comment. "phone:0900 000 123" names another kind than the list's."""
    for row in text_lines(stream):
        if isinstance(row, Fault):
            yield row
            continue
        number, line = row
        text = line.partition(" #")[0].strip()
        if not text or text.startswith(_COMMENT):
            continue
        kinded = _KINDED.fullmatch(text)
        yield Raw(number, kinded[1], kinded[2].strip()) if kinded else Raw(number, "", text)
