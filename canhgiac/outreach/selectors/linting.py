"""The linter: whether a message of ours could be taken for one of those it warns of, or tells what it must not.

A finding that blocks has to be mended before anybody can approve. It reads the very words that leave, channel by
channel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Province
from canhgiac.agencies.selectors import province
from canhgiac.engines.recognition import DANGER, SUSPICIOUS
from canhgiac.engines.recognition.cues import Cue, find_cues
from canhgiac.engines.recognition.reasons import CALMING
from canhgiac.engines.recognition.syllables import SYLLABLES
from canhgiac.engines.recognition.tokens import Entity, take_apart
from canhgiac.engines.recognition.verdict import Verdict, judge
from canhgiac.kit import sms
from canhgiac.kit.text import fold
from canhgiac.library.models import Contact
from canhgiac.library.selectors.recognition import NoBuildError, judge_now
from canhgiac.outreach.models import Rendition, SendingRules

from .generator import sentences
from .rules import host_of, own_hosts, sending_rules

Kind = Rendition.Kind
MOST_PARTS = 5
"""SMS parts above which carriers refuse a message; three to five by contract."""
LABELS = ("[QC]", "[AD]")
"""At the very start of an advertising message (Decree 91/2020 Article 15)."""
ASKING_BACK = frozenset({Kind.SMS_PLAIN, Kind.SMS, Kind.EMAIL})
"""What reaches people on a channel where anybody can write under any name."""
SHORT = frozenset({Kind.SMS_PLAIN, Kind.SMS, Kind.ZALO, Kind.ZNS, Kind.MESSENGER, Kind.PUSH, Kind.BANNER})
"""Read at a glance: one sentence alone can be taken for the whole."""
SENT = frozenset({Kind.SMS_PLAIN, Kind.SMS, Kind.ZALO, Kind.ZNS, Kind.MESSENGER, Kind.EMAIL, Kind.PUSH})
"""Messages to one person each."""
_IDENTITY = re.compile(r"(?<!\d)\d{12}(?!\d)")
_SAMPLE = re.compile(r"(?:0|\+?84)900000\d{3}")
_URGENT = re.compile(
    r"(trong vòng \d+ (?:phút|giờ)|chỉ còn \d+ (?:phút|giờ|ngày|suất)|nhanh tay|duy nhất hôm nay|trước khi quá muộn)",
    re.IGNORECASE,
)
_URGENT_PLAIN = re.compile(fold(_URGENT.pattern))
"""The same as they stand in an SMS without diacritics."""
_THREAT = re.compile(r"\b(trong \d+ phut|(?:keo|khong thi) (?:se )?(?:bi )?(?:khoa|cat|phat|bat))\b")
"""In the folded sentence, where it does not tell of somebody else who presses."""
_WORD = re.compile(r"[^\W\d_]+")
_MARKED = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
_LEAST_MARKED = 0.35
"""Share of words with a mark below which a Vietnamese text was typed without diacritics; running text has over half."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in a text. ``code`` names the check, ``words`` are the very words, ``says`` what to do about it."""

    code: str
    words: str
    says: str
    blocks: bool = True
    article: str = ""


CHECKS = (
    ("links", gettext_lazy("Không link rút gọn, chỉ tên miền đã đăng ký")),
    ("requests", gettext_lazy("Không xin mã, không xin tiền, không bảo cài đặt")),
    ("alarm", gettext_lazy("Máy của ta không coi tin này là lừa đảo")),
    ("urgency", gettext_lazy("Không giục gấp")),
    ("personal", gettext_lazy("Không có dữ liệu cá nhân")),
    ("spelling", gettext_lazy("Đúng chính tả, đủ dấu")),
    ("asking_back", gettext_lazy("Nói rõ là cảnh báo, có nơi hỏi lại")),
    ("label", gettext_lazy("Nhãn quảng cáo")),
    ("length", gettext_lazy("Vừa độ dài của kênh")),
)
"""Code and name of each check, in the order pages show them."""


@dataclass(frozen=True, slots=True)
class Linter:
    """What the checks compare with, read once for all renditions of a warning."""

    hosts: frozenset[str]
    phones: frozenset[str]
    """Digits of the numbers of the directory and of the programme."""
    rules: SendingRules
    host: str
    hotline: str
    judge: Callable[[str], Verdict] | None
    """None while no model has been made."""

    def lint(self, text: str, kind: str, *, language: str = "vi") -> list[Finding]:
        """What stands against the text as a rendition of that kind; empty when nothing does. No query."""
        tokens = take_apart(text)
        found = [
            *_links(tokens.entities, self.hosts),
            *self._judged(text),
            *self._requests(text, kind),
            *_pressing(text),
            *_personal(text, tokens.entities, self.phones),
            *self._asking(text, kind),
            *self._label(text, kind),
            *_length(text, kind),
        ]
        if language == "vi":
            found += _spelling(text, kind)
        return list(dict.fromkeys(found))

    def _judged(self, text: str) -> Iterator[Finding]:
        if self.judge is None:
            yield Finding("alarm", "", _("Máy chưa học xong, chưa thử được tin này. Đợi một phút rồi xem lại."))
            return
        verdict = self._verdict(text, self.judge)
        if verdict.state not in {DANGER, SUSPICIOUS}:
            core = _FRAME.sub("", text)  # a heading and an address of ours do not make a trap a warning
            verdict = verdict if _WARNS.search(fold(core)) else self._verdict(core, self.judge)
        if verdict.state in {DANGER, SUSPICIOUS}:
            quoted = [self._as_written(one.words, text) for one in verdict.reasons if one.code not in CALMING]
            words = ", ".join(f"“{one}”" for one in quoted)[:200]
            yield Finding("alarm", words, _("Máy đọc tin này thành lừa đảo. Viết lại những chữ bên cạnh."))

    def _as_written(self, words: str, text: str) -> str:
        """What the judge read, with the host that stands in the text in place of the State's."""
        named = (words.replace(_STATE_HOST, host) for host in self.hosts)
        return words if words in text else next((one for one in named if one in text), words)

    def _verdict(self, text: str, judge: Callable[[str], Verdict]) -> Verdict:
        """Judged with our own hosts under a name that every reader knows as the State's.

        ``_links`` vouches for them, and the model cannot know a province's new domain.
        """
        for host in self.hosts:
            text = text.replace(host, _STATE_HOST)
        return judge(text)

    def _requests(self, text: str, kind: str) -> Iterator[Finding]:
        """Sentences of a message in which we ourselves would ask for a code, money, an installation.

        A sentence that alarms by itself and does not tell of others: the whole may be calm around it, and people act on
        the one line they read.
        """
        if self.judge is None or kind not in SHORT:
            return
        for sentence in sentences(_HEAD.sub("", text)):
            if _TOLD_OF_OTHERS.search(fold(sentence)):
                continue
            state = self._verdict(sentence, self.judge).state
            hits = find_cues(take_apart(sentence).words) if state == SUSPICIOUS else []
            if state == DANGER or any(hit.cue in _REQUESTS and not hit.denied for hit in hits):
                says = _("Câu này đứng riêng đọc như lời kẻ lừa đảo. Viết thành lời dặn: “Không …”.")
                yield Finding("requests", sentence[:120], says)

    def _asking(self, text: str, kind: str) -> Iterator[Finding]:
        if kind not in ASKING_BACK:
            return
        told = fold(text)
        places = [place for place in (fold(self.host), fold(self.hotline)) if place]
        if not any(place in told for place in places):
            yield Finding("asking_back", "", _("Ghi nơi hỏi lại: tên miền của tỉnh hoặc số của chương trình."))
        if not told.removeprefix("[qc] ").startswith(_HEADS):
            says = _("Bắt đầu bằng “Cảnh báo”, “Cập nhật” hoặc “Thu hồi” để người đọc biết ngay đây là tin gì.")
            yield Finding("asking_back", text[:30], says)

    def _label(self, text: str, kind: str) -> Iterator[Finding]:
        if kind not in SENT:
            return
        labelled = text.startswith(LABELS)
        if self.rules.is_advertising and not labelled:
            yield Finding("label", text[:20], _("Tin quảng cáo phải bắt đầu bằng [QC]."), article=_ARTICLE_LABEL)
        if labelled and not self.rules.is_advertising:
            said = _("Cảnh báo không phải quảng cáo theo ý kiến pháp chế của tỉnh. Bỏ nhãn.")
            yield Finding("label", text[:4], said, article=_ARTICLE_LABEL)


_HEAD = re.compile(
    r"^(\[(?:QC|AD)\] )?(cảnh báo|cập nhật|thu hồi|canh bao|cap nhat|thu hoi)[^:\n]{0,20}: ", re.IGNORECASE
)
_FRAME = re.compile(rf"{_HEAD.pattern}|\s*(?:hỏi lại|hoi lai): [^\n]*$", re.IGNORECASE)
"""What every warning of ours begins and ends with."""
_STATE_HOST = "chinhphu.vn"
_HEADS = ("canh bao", "cap nhat", "thu hoi")
_ARTICLE_LABEL = "Nghị định 91/2020/NĐ-CP, Điều 15"
_REQUESTS = frozenset({Cue.CODE, Cue.PAY, Cue.INSTALL, Cue.MOVE, Cue.CLICK, Cue.IDENTITY, Cue.SCREEN})
_TOLD_OF_OTHERS = re.compile(
    r"\b(ke|chung(?! toi| em| minh)|ho|doi tuong|gia|mao danh|mao nhan|xung|lua|du|bao|yeu cau|doi|ru|hua|dan|ai|neu"
    r"|thu doan|nguoi (la|goi|ban|do|nay|nhan)|nhan vien"
    r"|ban (duoc|nhan|tra|chuyen|dang|can|thay|vua)|mot (tin|cuoc|nguoi))\b"
)
"""In the folded sentence: somebody else does the asking, and we tell of it."""
_WARNS = re.compile(
    r"\b(ke|chung(?! toi| em| minh)|doi tuong|gia (danh|mao|mat|giong|lam|nguoi|can bo|cong an|nhan vien|ngan hang)"
    r"|mao danh|lua dao|thu doan|khong|dung)\b"
)
"""In the folded message: it tells of swindlers or what not to do."""


def linter() -> Linter:
    """The checks as they stand now: three queries and the judge of this process."""
    profile, rules = province(), sending_rules()
    return Linter(
        hosts=own_hosts(profile, rules),
        phones=_phones(profile),
        rules=rules,
        host=host_of(profile.domain),
        hotline=profile.hotline,
        judge=_judge(),
    )


def _judge() -> Callable[[str], Verdict] | None:
    """Judges without the list of our own messages: a text has to stand by itself before it may become one of them."""
    try:
        model = judge_now().model
    except NoBuildError:
        return None
    return lambda text: judge(text, model)


def _phones(profile: Province) -> frozenset[str]:
    rows = Contact.objects.filter(is_retired=False).values_list("phones", flat=True)
    numbers = [profile.hotline, *(phone for phones in rows for phone in phones)]
    return frozenset(re.sub(r"\D", "", number) for number in numbers if number)


def _links(entities: tuple[Entity, ...] | list[Entity], hosts: frozenset[str]) -> Iterator[Finding]:
    for entity in entities:
        if entity.kind != "link":
            continue
        host = host_of(entity.value)
        if entity.host is not None and entity.host.sign == "shortener":
            yield Finding("links", entity.value, _("Link rút gọn che mất nơi đến. Ghi tên miền đầy đủ."))
        elif not any(host == own or host.endswith(f".{own}") for own in hosts):
            yield Finding("links", entity.value, _("Tên miền này chưa được đăng ký trong Quy định gửi."))


def _pressing(text: str) -> Iterator[Finding]:
    says = _("Lời giục gấp giống kẻ lừa đảo. Bỏ hoặc viết lại.")
    for found in (*_URGENT.finditer(text), *_URGENT_PLAIN.finditer(text.casefold())):
        yield Finding("urgency", found[0], says)
    for sentence in sentences(_HEAD.sub("", text)):
        folded = fold(sentence)
        if _THREAT.search(folded) and not _TOLD_OF_OTHERS.search(folded):
            yield Finding("urgency", sentence[:120], says)
    if "!" in text:
        yield Finding("urgency", "!", _("Bỏ dấu chấm than."))


def _personal(text: str, entities: tuple[Entity, ...] | list[Entity], phones: frozenset[str]) -> Iterator[Finding]:
    for number in _IDENTITY.finditer(text):
        yield Finding("personal", number[0], _("Giống số căn cước."), article=_ARTICLE_PERSONAL)
    for entity in entities:
        if entity.kind == "phone":
            digits = re.sub(r"\D", "", entity.value)
            if not _SAMPLE.fullmatch(entity.value) and digits not in phones:
                says = _("Số điện thoại không có trong danh bạ đường dây.")
                yield Finding("personal", entity.value, says, article=_ARTICLE_PERSONAL)
        elif entity.kind == "account":
            yield Finding("personal", entity.value, _("Giống số tài khoản."), article=_ARTICLE_PERSONAL)
        elif entity.kind == "email" and not entity.value.endswith(".gov.vn"):
            yield Finding("personal", entity.value, _("Địa chỉ thư của cá nhân."), article=_ARTICLE_PERSONAL)


_ARTICLE_PERSONAL = "Luật 91/2025/QH15, Điều 7"


def _spelling(text: str, kind: str) -> Iterator[Finding]:
    """Words that Vietnamese cannot spell, and a text typed without diacritics; signs that a plain SMS cannot carry."""
    if kind == Kind.SMS_PLAIN:
        if forcing := sms.length(text).forcing:
            says = _("Chữ này buộc cả tin thành có dấu, tốn hơn hai lần. Viết không dấu.")
            yield Finding("spelling", " ".join(forcing), says)
        return
    words = [word for word in _WORD.findall(text) if not word.isupper()]
    small = [word for word in words if word.islower()]
    if len(small) >= 8 and sum(1 for word in small if _MARKED.search(word)) < _LEAST_MARKED * len(small):
        yield Finding("spelling", "", _("Lời này viết không dấu. Gõ đủ dấu tiếng Việt."))
        return
    for word in dict.fromkeys(small):
        if _MARKED.search(word) and fold(word) not in SYLLABLES:
            yield Finding("spelling", word, _("Xem lại chính tả chữ này."), blocks=False)


def _length(text: str, kind: str) -> Iterator[Finding]:
    if kind in {Kind.SMS, Kind.SMS_PLAIN} and (parts := sms.length(text).parts) > MOST_PARTS:
        says = _("Dài %(parts)d phần, nhà mạng nhận nhiều nhất %(most)d. Rút gọn.")
        yield Finding("length", "", says % {"parts": parts, "most": MOST_PARTS})
    most = LONGEST.get(kind)
    if most is not None and len(text) > most:
        yield Finding(
            "length", "", _("Dài %(n)d ký tự, kênh này nhận nhiều nhất %(most)d.") % {"n": len(text), "most": most}
        )


LONGEST: dict[str, int] = {Kind.ZALO: 2000, Kind.ZNS: 400, Kind.MESSENGER: 640, Kind.PUSH: 200}
"""Signs that a channel takes in one message: Zalo, Messenger by their developers' pages, push by what phones show."""
