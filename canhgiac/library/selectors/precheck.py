"""What the machine sees in a text before a person answers the checklist: hints, never the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from canhgiac.engines.recognition.hosts import is_official
from canhgiac.engines.recognition.tokens import Entity, take_apart
from canhgiac.engines.recognition.verdict import DANGER, SUSPICIOUS
from canhgiac.library.models import Checklist, Contact, FormEdition, MaterialEdition

from .differences import field_label, told_lines
from .editions import AnyEdition
from .recognition import NoBuildError, judge_now

SAMPLE_PHONE = re.compile(r"0900000\d{3}")
"""Numbers for examples, of a range not in use."""
IDENTITY = re.compile(r"(?<!\d)\d{12}(?!\d)")
URGENT = re.compile(
    r"\b(ngay lập tức|khẩn cấp|trong vòng \d+ (?:phút|giờ)|chỉ còn \d+ (?:phút|giờ|suất)"
    r"|nhanh tay|duy nhất hôm nay)\b|!",
    re.IGNORECASE,
)
MOST = 12
"""Hints a check; a text with more is not ready for a reader."""
OUR_WORDS = ("name", "short", "summary", "truth", "before", "during", "after", "dont")
"""Fields of a form in which we speak; the others tell how swindlers speak."""
ADVICE = ("truth", "before", "during", "after", "dont")
"""Fields that people are to follow; name and summary tell a scam and would rightly be judged as one."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at: which point of the checklist, where, the very words."""

    point: str
    field: str
    words: str
    says: str


def precheck(edition: AnyEdition) -> list[Hint]:
    """Hints for the second person, at most a dozen, in the order of the text. Some queries."""
    lines = told_lines(edition)
    labels = {name: field_label(edition, name) for name in edition.CONTENT}
    known = _known()
    hints: list[Hint] = []
    for name in edition.CONTENT:
        for line in lines.get(name, []):
            hints += _in_line(line, labels[name], known)
            if isinstance(edition, MaterialEdition) or name in OUR_WORDS:
                hints += _pressing(line, labels[name])
    hints += _statements(edition) + _flagged(edition, lines)
    return list(dict.fromkeys(hints))[:MOST]


def _known() -> set[str]:
    """Numbers and sites of the directory, which may stand in a text."""
    found: set[str] = set()
    for phones, web in Contact.objects.filter(is_retired=False).values_list("phones", "web"):
        found |= {re.sub(r"\D", "", phone) for phone in phones}
        found.add(web.split("//")[-1].split("/")[0].removeprefix("www."))
    return found


def _in_line(line: str, label: str, known: set[str]) -> list[Hint]:
    personal, rights = Checklist.PERSONAL_DATA.value, Checklist.NOT_LIKE_A_SCAM.value
    hints = [Hint(personal, label, found[0], _("giống số căn cước")) for found in IDENTITY.finditer(line)]
    for entity in take_apart(line).entities:
        if entity.kind == "phone" and not SAMPLE_PHONE.fullmatch(entity.value) and entity.value not in known:
            hints.append(Hint(personal, label, entity.value, _("số điện thoại không có trong danh bạ đường dây")))
        elif entity.kind == "account":
            hints.append(Hint(personal, label, entity.value, _("giống số tài khoản")))
        elif entity.kind == "email" and not entity.value.endswith((".test", ".gov.vn", ".example")):
            hints.append(Hint(personal, label, entity.value, _("địa chỉ thư điện tử")))
        elif entity.kind == "link" and (says := _link(entity, known)):
            hints.append(Hint(rights, label, entity.value, says))
    return hints


def _link(entity: Entity, known: set[str]) -> str:
    host = entity.value.split("/")[0]
    if entity.host is not None and entity.host.sign == "shortener":
        return _("link rút gọn")
    if host.endswith((".test", ".example")) or is_official(host) or host in known:
        return ""
    return _("link ra ngoài các trang đã biết")


def _pressing(line: str, label: str) -> list[Hint]:
    point = Checklist.NOT_LIKE_A_SCAM.value
    return [
        Hint(point, label, found[0], _("dấu chấm than") if found[0] == "!" else _("lời giục gấp"))
        for found in URGENT.finditer(line)
    ]


def _statements(edition: AnyEdition) -> list[Hint]:
    return [Hint(Checklist.FACTS.value, _("cần xác nhận"), str(said), "") for said in edition.to_review]


def _flagged(edition: AnyEdition, lines: dict[str, list[str]]) -> list[Hint]:
    """Whether our own recognition would take what we say for a scam."""
    names = ADVICE if isinstance(edition, FormEdition) else ("title", "lead", "body", "points", "call")
    try:
        judge = judge_now()
    except NoBuildError:
        return []
    text = "\n".join(line for name in names for line in lines.get(name, []))
    verdict = judge.judge(text)
    if verdict.state not in {DANGER, SUSPICIOUS}:
        return []
    words = _("điểm %s") % number_format(verdict.score, 2)
    return [
        Hint(
            Checklist.NOT_LIKE_A_SCAM.value, _("cả bài"), words, _("máy nhận dạng của ta coi bài này giống tin lừa đảo")
        )
    ]
