"""What a few words say for certain of the act, and how a bare answer is told from a new question."""

# ruff: noqa: E501  # a pattern or a list of words is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from canhgiac.engines.recognition.banks import named_bank

from .particulars import demands_payment, denies_loss, is_done, loss_of
from .reading import Said, read

_Rule = tuple[str, float, re.Pattern[str]]


def _rules(*lines: tuple[str, float, str]) -> tuple[_Rule, ...]:
    return tuple((act, sure, re.compile(pattern)) for act, sure, pattern in lines)


_CERTAIN = _rules(
    ("unsubscribe", 0.97, r"^ (?:stop|huy|tu choi|thoi nhan|huy dang ky|unsub\w*|huy nhan(?: tin)?|huy canh bao|ngung|dung gui nua|tc|huy dk) $"),
    ("unsubscribe", 0.95, (r" (?:khong (?:muon|can|thich) (?:nhan|nghe|xem)(?: \S+){0,4} (?:nua|canh bao|tin)|huy (?:dang ky|nhan|theo doi)|"
     r"(?:dung|thoi|ngung|ngung viec|khoi|bo) (?:co )?(?:gui|nhan)(?: \S+){0,4} (?:nua|canh bao|tin nhan|tin)|bo dang ky|unsubscribe) ")),
    ("subscribe", 0.95, r"^ (?:dang ky(?: nhan)?(?: tin)?(?: canh bao)?) $"),
    ("subscribe", 0.93, (r" (?:dang ky|muon|xin|cho (?:toi|em|minh|con|chau|tui)|bat|theo doi)(?: \S+){0,2} nhan(?: \S+){0,4} (?:canh bao|thong bao|tin)"
     r"| (?:gui|bao|nhan)(?: \S+){0,3} canh bao(?: \S+){0,3} (?:cho|ve) (?:toi|em|minh|may|zalo|sdt|dien thoai|so|mail|email)"
     r"| dang ky(?: \S+){0,3} canh bao ")),
    ("human", 0.93, (r" (?:gap|noi chuyen|noi chuyen voi|noi voi|ket noi|chat|chat voi|chuyen (?:may |toi |em )?(?:cho|sang|qua)|trao doi)(?: (?:duoc|voi|cho|mot|1|cac|truc tiep|ngay|chu|anh|co)){0,3} "
     r"(?:nguoi that|can bo|nhan vien|nguoi truc|tu van vien|tong dai vien|truc ban|nguoi phu trach|dieu hanh vien|admin|ai do|nguoi tu van|nguoi) "
     r"| (?:khong (?:muon|thich|them) (?:noi chuyen |chat |noi )?(?:voi )?(?:may|robot|bot)) ")),
    ("quiz", 0.95, r" (?:trac nghiem|do vui|do (?:toi|em|minh|tui|con) |cau do|thu tai (?:toi|em|minh|tui|xem|di)|quiz|kiem tra kien thuc|test (?:toi|em|minh|thu)|cho (?:toi|em|minh) (?:mot )?cau hoi) "),
    ("staff", 0.93, (r" (?:viec|nhiem vu|dau viec|cong viec)(?: \S+){0,2} (?:cua (?:toi|em|minh|don vi|xa|phuong|co quan|phong)|duoc giao|den han|qua han|tre han|tuan nay|hom nay|thang nay)"
     r"| (?:ghi|log|ghi nhan|them|nhap|khai|cap nhat)(?: \S+){0,3} hoat dong | (?:nop|han|ky|den han)(?: \S+){0,3} bao cao "
     r"| bao cao(?: \S+){0,3} (?:ky nay|den han|quy|thang|6 thang|dinh ky|chua nop|sap|cua (?:toi|don vi|xa|phuong))")),
    ("warnings", 0.93, (r" (?:dao nay|gan day|hien nay|hom nay|tuan nay|thang nay|moi nhat|bay gio|may hom nay|dang)(?: \S+){0,6} (?:chieu|tro|thu doan|canh bao|lua dao|lua)(?: \S+){0,3} (?:gi|nao|moi|khong)"
     r"| (?:canh bao|chieu tro|thu doan|tro lua|chieu lua)(?: \S+){0,3} (?:moi|gan day|hien nay|moi nhat|o (?:xa|phuong|tinh|khu|day|cho|vung)|quanh day|gan (?:day|nha|toi))")),
    ("law", 0.93, r" (?:years? in (?:prison|jail)|(?:go|sent) to (?:prison|jail)|illegal|punish\w*|penalt\w+|legal\w*|what law|which law|the law|by law|phat (?:bao nhieu|the nao|may nam|tu|tien|nhu the nao)|di tu|tu may nam|bi tu|toi gi|khung hinh phat|muc phat|dieu <n[123]>|nghi dinh|bo luat|luat (?:\S+ )?(?:quy dinh|nao|gi|noi|an ninh)|xu phat|xu ly hinh su|truy cuu|theo luat|phap luat) "),
    ("report", 0.9, (r" (?:bao|trinh bao|to giac|to cao|khai bao|trinh|nop don|gui don)(?: \S+){0,4} (?:o dau|cho nao|cho ai|den dau|o cho nao|toi dau|cach nao|the nao|lam sao|so nao|co quan nao|dau)"
     r"| (?:duong day nong|hotline|so dien thoai|dia chi)(?: \S+){0,4} (?:cong an|to giac|bao|tiep nhan|nao|gi|bao nhieu|khong)"
     r"| (?:tin bao|don|ma bien nhan|ma ho so|to giac|trinh bao)(?: \S+){0,4} (?:toi dau|den dau|xu ly den|ket qua|co ket qua|sao roi|xong chua|chua thay|gi chua|the nao roi|ra sao)")),
    ("report", 0.9, r" (?:where|how|who)(?: \S+){0,4} (?:report|complain\w*|file a) | file a (?:complaint|report) "),
    ("protect", 0.85, (r" (?:how|ways)(?: \S+){0,4} (?:protect|avoid|prevent|spot|recognize|keep) | (?:lam sao|cach|lam the nao|lam cach nao|lam gi)(?: \S+){0,5} (?:phong|tranh|khoi bi|bao ve|de phong|nhan biet|nhan ra|phat hien|khong bi|phan biet|day|dan|chan)"
     r"| (?:dau hieu|phong tranh|phong ngua|phong chong|bao ve|de phong|meo|kinh nghiem|bi quyet|cach thuc) ")),
    ("smalltalk", 0.95, r"^ (?:(?:xin )?chao|hi|hello|alo|hey|a lo|helo|he lo|halo|good morning|chao buoi sang)(?: (?:ban|ad|shop|em|anh|chi|bot|may|tro ly|admin|bac|moi nguoi|buoi \S+|nhe|a|oi))* $"),
    ("smalltalk", 0.95, r"^ (?:(?:da|vang|ok|oke|uh|u|roi|a|hay qua|tot qua|the|vay) )*cam on(?: \S+){0,6} $"),
    ("smalltalk", 0.9, r" (?:ban|may|em|bot|day|tro ly|mi) (?:la ai|ten gi|la gi|la nguoi|lam duoc (?:nhung )?gi|biet lam gi|co the lam gi|giup duoc gi|la robot|la bot|la may) "),
)  # fmt: skip
_CHECK = re.compile(
    r" (?:co phai|co|la|phai|nghi|biet|so|hay)(?: \S+){0,4} (?:lua dao|lua|gia mao|lua ga|that)(?: \S+){0,2} (?:khong|hay|vay|chua|ha|a|nhi|ta) "
    r"| (?:tin duoc khong|co tin duoc|co dang tin|co that khong|that hay gia|that khong|la that|lua dao khong|co lua khong|co sao khong|uy tin khong|co on khong|"
    r"kiem tra (?:giup|ho|gium|so|link|cai|tin|tai khoan|dum|giui)|co nen (?:bam|tin|lam|chuyen|goi lai|nghe|dong|nap|mua)|la (?:so )?(?:cua )?ai|so cua ai|tra cuu|tra giup) "
)
_HAPPENED = re.compile(
    r" (?:lo (?:tay |dai |lam )?(?:chuyen|bam|doc|cung cap|cho|gui|dua|nhap|cai|tai|dong|nap|mua|nghe|tin|quet|dang nhap|coc)|(?:da|vua|moi) bi lua|bi lua (?:mat|het|roi|sach|tien|<money>|\S+ trieu)|bi lua roi|mat tien|mat het|mat sach|mat trang|"
    r"bi hack|bi mat|bi chiem|bi rut|bi tru tien|bi boc hoi|cuu (?:em|toi|voi|minh|me)|da chuyen|chuyen (?:mat )?roi|moi chuyen|lay lai (?:duoc )?tien|lay lai duoc|doi lai tien) "
)
_SUPPOSED = re.compile(r" (?:neu|nho|gia su|lo nhu|truong hop|khi nao|khi) (?:\S+ ){0,3}(?:bi|lo|da|mat|gap) ")
_GENERAL = re.compile(r" (?:bi lua|lo|mat tien)(?: \S+){0,6} (?:thi|nen)(?: \S+){0,4} (?:lam gi|bao|phai|goi|lam sao) ")
_FILLER = frozenset(
    [
        "da",
        "vang",
        "u",
        "uh",
        "ok",
        "oke",
        "thi",
        "la",
        "khoang",
        "chac",
        "em",
        "toi",
        "minh",
        "a",
        "roi",
        "nhe",
        "nha",
        "ad",
        "ban",
        "anh",
        "chi",
        "do",
        "luon",
        "thoi",
        "het",
        "truoc",
        "nua",
        "co",
        "khong",
        "chua",
        "dung",
        "phai",
        "xong",
        "so",
        "cai",
        "y",
        "chon",
        "thu",
        "tam",
        "chung",
        "hon",
        "gan",
        "duoc",
        "moi",
        "cach",
        "day",
        "tu",
        "luc",
        "hoi",
        "qua",
        "ngan",
        "hang",
        "tai",
        "o",
        "ben",
        "tien",
        "dong",
        "<money>",
        "<date>",
        "<n1>",
        "<n2>",
        "chac",
        "khong",
        "nho",
        "biet",
        "trieu",
        "con",
        "chau",
        "bac",
        "ne",
        "nhi",
        "day",
        "oi",
        "cung",
        "cho",
        "bang",
        "tui",
        "tong",
        "cong",
        "tat",
        "ca",
    ]
)
_WHEN = frozenset(
    [
        "hom",
        "qua",
        "nay",
        "kia",
        "sang",
        "trua",
        "chieu",
        "toi",
        "dem",
        "tuan",
        "thang",
        "nam",
        "ngay",
        "phut",
        "p",
        "tieng",
        "gio",
        "h",
        "nua",
        "ruoi",
        "vua",
        "xong",
        "hoi",
        "ban",
        "luc",
        "nay",
        "moi",
        "day",
        "truoc",
        "mot",
        "hai",
        "ba",
        "bon",
        "sau",
        "bay",
        "tam",
        "chin",
        "muoi",
        "thu",
        "bua",
        "may",
        "vai",
        "<n1>",
        "<n2>",
        "<n3>",
    ]
)
_FIGURE = re.compile(r"\d+(?:p|ph|h|g|k|tr|d|cu|ty)\d*")
_MADE = re.compile(
    r" (?:roi|xong|mat|lo|trot|nham|het|huhu|hic|cuu)(?: \S+){0,2} $| (?:lo|trot|da|vua moi|bi (?:tru|rut|mat|lua)|nghe loi|lam theo|tin loi) "
)
"""Words of something done, where no rule knows what."""
_SHORT_TURN = 9
"""Words of the longest turn that may be only a part of what is being told."""
_BARE = 8
"""Words of the longest bare answer."""
_YES = re.compile(
    r"^ (?:(?:da|vang|u|uh|a) )*(?:co|roi|co roi|da|dung|dung roi|phai|u|uh|vang|ok|lo roi|chuyen roi|xong roi|mat roi|da chuyen)(?: (?:a|roi|nhe|ad|em|anh|chi|luon|do))* $"
)
_NO = re.compile(
    r"^ (?:(?:da|a|u) )*(?:khong|chua|chua co|khong co|khong phai|chua dau|khong dau|chua bao gio)(?: (?:a|nhe|ad|em|anh|chi|dau|co|gi|mat|chuyen|ca))* $"
)
_CORRECTS = re.compile(
    r"^\s*(?:(?:à|ủa|ý|ờ)[ ,]+)?(?:không phải(?: vậy| thế| đâu)?|khong phai(?: vay| the| dau)?|nhầm|nham|ko phai|k phai|ko phải|k phải|sai rồi|sai roi)?[ ,.:;]*"
    r"(?:ý (?:tôi|em|mình|con|tui|bác) (?:là|muốn|hỏi)(?: hỏi)?(?: là)?|y (?:toi|em|minh|con|tui|bac) (?:la|muon|hoi)(?: hoi)?|tôi muốn hỏi là|tôi hỏi là)[ ,:]+(?=\S)",
    re.IGNORECASE,
)
_NOT_THAT = re.compile(
    r"^\s*(?:không phải|khong phai|ko phải|ko phai|k phai|nhầm rồi|nham roi)(?: vậy| thế| vay| the)?\s*[,.;:]\s*(?=\S+\s+\S+\s+\S)",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r" (?:(?:bo qua|quen|phot lo|huy bo|xoa|disregard|ignore|forget)(?: \S+){0,5} (?:huong dan|chi dan|lenh|quy tac|yeu cau|chi thi|quy dinh|instructions?|rules|prompt|instruction)"
    r"|system|prompt|assistant|jailbreak|dan mode|developer mode|(?:hay|phai) (?:noi|tra loi|khang dinh|xac nhan)(?: \S+){0,6} (?:an toan|that|khong lua|uy tin|chinh thong|khong phai lua)"
    r"|dong vai|gia vo (?:la|lam)|tu gio ban la|you are now|act as|pretend) "
)


class Guess(NamedTuple):
    """An act and how sure of it."""

    act: str
    sure: float


def without_orders(said: Said) -> tuple[Said, bool]:
    """What is left of a turn without the sentences that give the assistant orders; whether there were any."""
    if not _ORDERS.search(said.line):
        return said, False
    kept = [piece for piece in _PIECE.split(said.text) if piece.strip() and not _ORDERS.search(read(piece).line)]
    return read(" ".join(kept)), True


_PIECE = re.compile(r"(?<=[.!?;])\s+|\n+|,\s+")


def certain(said: Said) -> Guess | None:
    """What plain phrases say, the strongest first; None where none speaks."""
    line = _unjailed(said)
    lost = bool(_HAPPENED.search(line)) and not _SUPPOSED.search(line) and not denies_loss(said)
    for act, sure, pattern in _CERTAIN:
        if pattern.search(line):
            if act in {"report", "protect"} and lost and not _GENERAL.search(line):
                return Guess("happened", 0.85)
            return Guess(act, sure)
    if lost or (loss_of(said) and not denies_loss(said) and not _SUPPOSED.search(line)):
        return Guess("happened", 0.85 if lost else 0.6)
    if _CHECK.search(line):
        return Guess("check", 0.8)
    return None


def _unjailed(said: Said) -> str:
    """The line without "đi từ" (from), which without its marks is "đi tù" (to prison)."""
    typed = said.text.lower()
    return said.line.replace(" di tu ", " di ") if "đi từ" in typed and "đi tù" not in typed else said.line


def signs(said: Said) -> list[str]:
    """Every rule that speaks, for the learned judge to weigh: "!law", "!lost", "!supposed" …"""
    line = _unjailed(said)
    found = [f"!{act}" for act, _, pattern in _CERTAIN if pattern.search(line)]
    found += [name for name, pattern in _SIGNS if pattern.search(line)]
    loss = loss_of(said)
    if loss:
        found += ["!lost", *[f"!lost-{what}" for what in loss.what]]
    if is_done(said):
        found.append("!done")
    if loss and is_done(said):
        found.append("!lost-done")
    if denies_loss(said):
        found.append("!denied")
    if not loss and demands_payment(said):
        found.append("!demanded")
    if said.tokens.entities:
        found.append("!thing")
    return found


_FLED = re.compile(
    r" (?:block\w*|chan (?:so|luon|toi|em|minh|zalo|face\S*|nick|lien lac|mat)|mat hut|mat tam|bien mat|lan (?:mat|luon|not|mat tam)|cat lien lac|xoa nick|bay mau|bay mau|"
    r"khong (?:lien lac|goi|rut|nhan|vao|dang nhap) (?:duoc|ra)|khong rut|tien khong (?:ve|thay|vao|vo)|khong (?:thay|nhan duoc)(?: \S+){0,3} (?:dau|gi|dong nao)|disappeared|vanished|cannot withdraw|can t withdraw|sap san) "
)
"""What they do who have the money: they are gone, and it cannot be drawn."""
_SIGNS = (
    ("!ischeck", _CHECK),
    ("!happened", _HAPPENED),
    ("!supposed", _SUPPOSED),
    ("!general", _GENERAL),
    ("!fled", _FLED),
    (
        "!recovers",
        re.compile(
            r" (?:thu hoi|lay lai|doi lai|hoan lai|lay ve|rut lai)(?: \S+){0,4} (?:lay phi|xin phi|doi phi|dong|phi|hoa hong|%|gium|giup|ho|duoc) | luat su "
        ),
    ),
    ("!pleads", re.compile(r" (?:xin|muon|vay|nho|hoi vay|xin do|xin it)(?: \S+){0,2} <money> ")),
    (
        "!advises",
        re.compile(
            r" (?:nhac|dan|khuyen|giai thich|noi (?:voi|cho|lai)|phan tich|ke|day|soan|tuyen truyen|pho bien|can|huong dan)(?: \S+){0,3} (?:ho|lop|ba con|me|bo|ba|ong|ay|hoc sinh|phu huynh|nhan vien|hieu|cho|con|nguoi|chong|vo|ban) "
        ),
    ),
)


def only_demanded(said: Said) -> bool:
    """Whether a payment is asked for and nothing says that it was made: "bắt cóc đòi tiền chuộc"."""
    line = said.line
    return (
        loss_of(said) is None
        and demands_payment(said)
        and not _HAPPENED.search(line)
        and not _FLED.search(line)
        and not _MADE.search(line)
    )


def is_supposed(said: Said) -> bool:
    """Whether a loss is only thought of: "nếu lỡ chuyển"."""
    return bool(_SUPPOSED.search(said.line))


def goes_on(said: Said) -> bool:
    """Whether a short turn only tells more of what was told before: it asks nothing and brings nothing new."""
    return (
        0 < len(said.words) <= _SHORT_TURN
        and "?" not in said.text
        and not said.tokens.entities
        and not _CHECK.search(said.line)
    )


_ASKS = re.compile(
    r" (?:gi|nao|dau|bao nhieu|bao lau|the nao|lam sao|ra sao|sao|co nen|may nam|how|what|why|where|who|which) "
    r"| (?:khong|chua|ha|nhi|vay|ta|hen|k)(?: (?:ad|a|em|anh|chi|ban|con|chau|bac|vay|ta|nua|troi|oi|nhi|admin|moi nguoi|shop))* $"
)


def asks(said: Said) -> bool:
    """Whether a turn asks something, as far as its words show it."""
    return "?" in said.text or bool(_ASKS.search(said.line)) or bool(_CHECK.search(said.line))


def is_bare_answer(said: Said) -> bool:
    """Whether a turn only answers what was asked: "2", "rồi", "vcb", "5 triệu", "hôm qua"."""
    if not 0 < len(said.words) <= _BARE:
        return False
    left = [word for word in said.words if word not in _FILLER and word not in _WHEN and not _FIGURE.fullmatch(word)]
    return not left or (named_bank(" ".join(left), alone=True) is not None and len(left) <= 3)


def is_yes(said: Said) -> bool:
    """ "Có", "rồi ạ"."""
    return bool(_YES.match(said.line))


def is_no(said: Said) -> bool:
    """ "Chưa", "không ạ"."""
    return bool(_NO.match(said.line))


def chosen(said: Said, offered: Sequence[str]) -> str:
    """Which of the choices shown a bare number means; empty where it is none."""
    line = re.sub(r" (?:so|cai|chon|thu|y|muc|phim|cau) ", " ", said.line).split()
    number = _NUMBERS.get(said.folded.strip(" .)") if len(line) == 1 else "") or _NUMBERS.get(" ".join(line))
    if number is None:
        digits = re.fullmatch(
            r"(?:(?:so|cai|chon|thu|y|muc|phim|cau) )*(\d)[.)]?(?: (?:a|nhe|di|nha))*", said.folded.strip()
        )
        number = int(digits[1]) if digits else None
    return offered[number - 1] if number and number <= len(offered) else ""


_NUMBERS = {"mot": 1, "nhat": 1, "dau tien": 1, "hai": 2, "nhi": 2, "ba": 3, "bon": 4, "nam": 5}


def corrected(said: Said) -> tuple[Said, bool]:
    """The words after "không phải, ý tôi là …", and whether there was such a start."""
    match = _CORRECTS.match(said.text) or _NOT_THAT.match(said.text)
    return (read(said.text[match.end() :]), True) if match and said.text[match.end() :].strip() else (said, False)
