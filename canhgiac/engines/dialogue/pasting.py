"""Parts a turn: the person's own words, and a message of somebody else's that they pasted. The latter is never obeyed."""

# ruff: noqa: E501  # a pattern or a list of words is read whole
from __future__ import annotations

import re
from typing import NamedTuple

from canhgiac.engines.recognition.cues import find_cues

from .learning import MESSAGE, looked_at
from .reading import read


class Parts(NamedTuple):
    """``own``: the person's words; ``pasted``: somebody else's, empty where nothing was pasted."""

    own: str
    pasted: str


_QUOTED = re.compile(r"[\"“”«„]([^\"“”»]{20,})[\"“”»]|(?<!\w)['‘]([^'’]{30,})['’](?!\w)", re.DOTALL)
_LEAD = re.compile(
    r"(?:^|(?<=[\s,.!?]))(?:[^\n:]{0,60}?)(?:nhắn|nhan|tin nhắn|tin nhan|nội dung|noi dung|tin này|tin nay|như sau|nhu sau|như này|nhu nay|"
    r"thế này|the nay|vầy|như vầy|nói là|noi la|bảo là|bao la|nó bảo|no bao|nó nói|no noi|nd|sms|mail|email|inbox|gửi|gui|ghi|này|nay|kiểu|kieu|"
    r"viết|viet|dưới đây|duoi day|rằng|rang|check giúp|xem giúp|xem hộ|hỏi|hoi|không|khong|ko|với|voi|ạ|nhé|nhe)\s*:(?!//)\s*(.{15,})$",
    re.IGNORECASE | re.DOTALL,
)
_FORWARDED = re.compile(
    r"^\s*(?:>|\[?\d{1,2}[:h]\d{2}|\[\d{1,2}[/.-]\d{1,2}|fw[d]?:|chuyển tiếp|chuyen tiep|forwarded|-{3,}|từ:|tu:|from:|người gửi|nguoi gui|\w[^:\n]{0,25}, \d{1,2}:\d{2})",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"^\s*(?:\[[^\]\n]{3,30}\]\s*)?[^\W\d_][^:\n]{0,24}(?:,? ?\d{1,2}:\d{2})?\s*:\s+\S")
_ASKING = re.compile(
    r" (?:lua dao|lua|that khong|co that|phai khong|dung khong|khong vay|gi vay|gi day|sao day|lam sao|the nao|co phai|giup|xem giup|hoi|"
    r"co nen|tin duoc|duoc khong|khong a|khong ad|khong nhi|la gi|nhan duoc|nhan tin|mn oi|moi nguoi oi|cho hoi|gia mao|khong ta|vay ta|lo|bi) "
)
_ADDRESSES = re.compile(
    r" (?:quy khach|quy vi|quy phu huynh|kinh gui|kinh chao|kinh moi|xin thong bao|thong bao|chuc mung|vui long|truy cap|bam vao|nhan vao|click|"
    r"cua ban|ban da|ban duoc|ban se|<link:\S+>|<hotline>|lien he ngay|de nghi|yeu cau ong|ong ba|anh chi|soan tin|trung thuong|khan cap|"
    r"tai khoan cua|don hang cua|tham gia|ket ban|co hoi|uu dai|giai ngan|hotline|tri an|tuyen dung|ctv|tuyen|dang ky ngay|he thong) "
)
_TELLS = re.compile(
    r" (?:em|toi|minh|me em|me toi|con em|bo em|ba em|chau|no|bon no|may dua|nguoi ta|co nguoi|ai do|ad|moi nguoi|so nay|hom qua|hom nay|"
    r"nay|lo|a|roi gio|bao em|bao toi|keu em|keu toi|noi la|bao la|goi cho|nhan cho|vua nhan|moi nhan) "
)
_LOOKED_AT = 1_500
_LEAST_MESSAGE = 0.25
"""Share of a received message in a piece that could also be the person's own."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


def parts_of(text: str) -> Parts:
    """The turn parted. Where nothing says that it is somebody else's, all of it is the person's own."""
    text = text.strip()
    for parted in (_by_quotes, _by_lead, _by_lines, _by_sentences):
        parts = parted(text)
        if parts is not None:
            return parts
    return Parts(text, "")


def _by_quotes(text: str) -> Parts | None:
    found = [match for match in _QUOTED.finditer(text) if len((match[1] or match[2]).split()) >= 5]
    if not found:
        return None
    pasted = "\n".join((match[1] or match[2]).strip() for match in found)
    own = _QUOTED.sub(lambda m: " " if len((m[1] or m[2]).split()) >= 5 else m[0], text)
    return Parts(own.strip(" :\n"), pasted)


def _by_lead(text: str) -> Parts | None:
    """ "nó nhắn: …", the question perhaps on the last line."""
    match = _LEAD.match(text)
    if not match or (_message_like(match[1]) < 1 and "\n" not in text[: match.start(1)][-2:]):
        return None
    own, pasted = text[: match.start(1)].strip(" :\n"), match[1].strip()
    head, _, last = pasted.rpartition("\n")
    if head and _is_own(last):
        return Parts(f"{own}\n{last}", head.strip())
    return Parts(own, pasted)


def _by_lines(text: str) -> Parts | None:
    """Lines of a forwarded chat, or a message with the question in a line before or after it."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2:
        return None
    marked = [bool(_FORWARDED.match(line)) or bool(_SPEAKER.match(line) and not _is_own(line)) for line in lines]
    if sum(marked) >= 2 or (marked and any(_FORWARDED.match(line) for line in lines)):
        first, last = marked.index(True), len(marked) - 1 - marked[::-1].index(True)
        own = [*lines[:first], *[line for line in lines[last + 1 :] if _is_own(line)]]
        pasted = [line for line in lines[first:] if line not in own]
        return Parts("\n".join(own), "\n".join(pasted))
    theirs = [not _is_own(line) and _message_like(line) >= 1 for line in lines]
    if not any(theirs):
        return None
    first, last = theirs.index(True), len(theirs) - 1 - theirs[::-1].index(True)
    own = lines[:first] + lines[last + 1 :]
    return Parts("\n".join(own), "\n".join(lines[first : last + 1]))


def _by_sentences(text: str) -> Parts | None:
    """A message in one line with the question, or a message alone."""
    pieces = [piece for piece in _SENTENCE.split(text) if piece.strip()]
    theirs = [not _is_own(piece) and _message_like(piece) >= 1 for piece in pieces]
    if not any(theirs):
        return None
    first, last = theirs.index(True), len(theirs) - 1 - theirs[::-1].index(True)
    pasted = " ".join(pieces[first : last + 1])
    own = " ".join(pieces[:first] + pieces[last + 1 :])
    if len(pasted.split()) < 6 and _message_like(pasted) < 2:
        return None
    return Parts(own, pasted)


def _is_own(piece: str) -> bool:
    """Whether a piece is the person speaking to us."""
    line = read(piece[:400]).line
    tells, asks, addresses = _TELLS.findall(line), _ASKING.findall(line), _ADDRESSES.findall(line)
    return bool(tells or asks) and len(tells) + 2 * len(asks) > 2 * len(addresses)


def _message_like(piece: str) -> int:
    """How much a piece speaks as a message does: it addresses its reader, frightens, tempts, asks."""
    said = read(piece[:_LOOKED_AT])
    much = len(_ADDRESSES.findall(said.line)) + len({hit.cue for hit in find_cues(list(said.words))}) // 2
    if much and looked_at(said)[0].get(MESSAGE, 0.0) < _LEAST_MESSAGE:
        return 0
    return much
