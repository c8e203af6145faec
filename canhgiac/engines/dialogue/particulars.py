"""The particulars somebody tells: what was lost, when, at which bank, where, which article, of whom."""

# ruff: noqa: E501  # a pattern or a list of words is read whole
from __future__ import annotations

import re
from itertools import takewhile

from canhgiac.engines.lookup.keys import Key, Kind, keys_in
from canhgiac.engines.recognition.banks import BANKS_BY_BIN, named_bank
from canhgiac.kit.text import fold

from .reading import Said, clauses
from .sums import Sum, sums_in
from .telling import story
from .understood import Loss

_GAVE = r"(?:typed|entered|gave|sent|cho|gui|dua|doc|cung cap|nhap|go|dien|khai|noi|bao|cap|lo|ban|nhan|khai bao|chup)"
_LOST = {
    "code": re.compile(
        rf" {_GAVE}(?: \S+){{0,5}} (?:otp|(?:<n[12]>|ba|sau) so(?! (?:mat )?sau| tren)|(?:<n1>|sau) chu so|may so(?! mat sau| sau the| tren the)|sau so|day so|ma xac thuc|ma xac nhan|ma xac minh|ma pin|mat khau|ma so|ma code|pin|smart otp)"
        r" | lo (?:otp|ma|mat khau) | (?:otp|mat khau|ma xac thuc|ma so|cai ma|mk)(?: \S+){0,7} (?:cho no|cho ho|cho nguoi la|bi lo|doc roi|dua roi|nhap roi|gui roi|cho roi|noi roi) "
        r"| (?:doc|gui|cho|dua|nhap|dien|cung cap) (?:\S+ ){0,2}ma (?!qr|so thue|don|van|khong|chua|no|ho|toi|em|minh|chang|cung|lai|bi|thay|gio|van)"
    ),
    "app": re.compile(
        r" (?:installed|install)(?: \S+){0,3} (?:app|teamviewer|anydesk|software|apk) | (?:shared|sharing)(?: \S+){0,2} screen |"
        r" (?<!vo )(?<!vao )(?<!trong )(?<!ben )(?<!qua )(?<!tren )(?<!bang )(?:cai|tai|lo cai|lo tai|install|down|setup)(?: \S+){0,4} (?:app|apk|ung dung|phan mem|<app-file>|ultraviewer|vneid|etax|vssid|dich vu cong|"
        r"teamviewer|anydesk|file) | (?:da|lo|moi|vua) (?:cai|tai)(?: dat| ve)? "
        r"| (?:chia se|share|chieu|cho xem) (?:\S+ ){0,2}man hinh | (?:cap|bat|mo|cho phep)(?: \S+){0,3} quyen | (?:dieu khien|chiem quyen) (?:\S+ ){0,3}(?:may|dien thoai) "
    ),
    "papers": re.compile(
        rf" (?:{_GAVE}|chup)(?: \S+){{0,6}} (?:can cuoc|cccd|chung minh|ho chieu|giay to|bang lai|so ho khau|khuon mat|"
        r"anh mat|giay phep|mat truoc|hai mat|the can cuoc|anh the|thong tin ca nhan|quet mat) | lo (?:thong tin|can cuoc|giay to) "
        r"| (?:quet|chup) (?:khuon )?mat "
    ),
    "card": re.compile(
        rf" (?:{_GAVE}|quet)(?: \S+){{0,5}} (?:so the|the tin dung|the visa|cvv|the ngan hang|the atm|ma the|thong tin the) "
        r"| (?:the tin dung|the visa|the atm|the)(?: \S+){0,3} bi (?:tru|quet|hack|rut|thanh toan) | nhap (?:so )?the(?: \S+){0,3} (?:xong|roi|bi) "
    ),
    "account": re.compile(
        r" (?:facebook|zalo|telegram|tai khoan|nick|acc|gmail|fanpage|fb|game|lien quan|insta)(?: \S+){0,4} bi (?:no |ai |nguoi ta |dua nao |thang nao |ke nao )(?:hack|chiem|cuop|lay|vao|doi mat khau) "
        r"| (?:facebook|account|email)(?: \S+){0,3} (?:hacked|stolen|taken over) "
        r"| (?:mat|bi)(?: luon)? (?:tai khoan|nick|acc) | (?:mat|bi hack|bi chiem|bi cuop|hack|chiem|bi lay|bi mat)(?: \S+){0,3} (?:facebook|zalo|telegram|nick|gmail|"
        r"instagram|email|fanpage|vneid|icloud|tiktok) | (?:facebook|zalo|telegram|tai khoan|nick|gmail|fanpage|vneid|icloud|tiktok)"
        r"(?: \S+){0,3} bi (?:hack|chiem|cuop|mat|lay|danh cap|nguoi khac|xam nhap|ke gian) "
    ),
}
_MONEY = re.compile(
    r" (?:mat(?! (?:vi|phi|cuoc|dien thoai|lien lac|thoi gian|khoang)\b)|chuyen|chuyen khoan|dong|nap|gui|(?<!bat )coc|dat coc|bay|tru|lua|bi lua|dua|tra|thanh toan|ung|gop|dau tu|bi tru|bi rut|rut|"
    r"boc hoi|di|het|nop)(?: \S+){0,5} (?:<money>|tien(?! chuoc)|trieu|(?<!cong )ty|(?<!tu )tram(?! em)|von|sach|het(?! (?:so|ma|mat khau|mat ma|thong|can cuoc|giay|hinh|anh|the)\b)|mot so|<n7>|<n8>|<n9>) "
    r"| (?:da|lo|vua|moi|lo tay) (?:chuyen|chuyen khoan|dong|nap|coc|thanh toan|nop)(?: khoan| tien| coc)? "
    r"| tien (?:trong|cua)(?: \S+){0,5} (?:bi mat|mat|bien mat|khong con|bi rut|bi tru|bay) | mat (?:trang|sach|het|tien) "
    r"| (?:hut|cuom|nuot|om|xoay|vet|cuop|quet|an|cuon|lay|lua)(?: \S+){0,4} (?:<money>|sach tien|het tien) | (?:paid|lost|sent|transferred|wired|invested|deposited)(?: \S+){0,3} (?:<money>|money|deposit|<n\d>) | money(?: \S+){0,3} (?:left|gone|disappeared|was taken) "
    r"| (?:tin|bao) tru (?:tien|<money>) | khong du so du | so du(?: \S+){0,3} (?:con|bang|ve|khong|0d|<money>) "
    r"| bi (?:tru|rut|mat) (?:het |sach |mat )?(?:tien|<money>) | <money>(?: \S+){0,3} (?:bi mat|mat roi|mat trang|bay mau) "
    r"| chuyen (?:khoan )?(?:cho no|cho ho|roi|mat roi|xong|nham) | (?:bi )?lua (?:mat |lay |het |sach )?(?:tien|<money>) "
    r"| (?:mat|bi lua)(?: \S+){0,2} <money> | tai khoan (?:\S+ ){0,3}(?:bay sach|bi tru|ve 0|con 0|trong tron) "
)
_LOCKED_OUT = re.compile(
    r" (?:facebook|zalo|telegram|nick|acc|fanpage|insta|gmail)(?: (?:cua )?(?:toi|em|minh|con|me|bo|no|ban))?(?: \S+)? (?:dang xuat|vang(?! luon mieng)|bi vang|bao sai mat khau) "
    r"| hoi(?: \S+){0,3} sao(?: \S+){0,3} (?:hoi )?(?:muon|vay)(?: tien)? "
)
"""An account that its owner cannot enter, or that asks friends for money."""
_IMPLIED = (
    (
        "account",
        re.compile(
            r" (?<!nhom )(?<!tren )(?<!qua )(?:facebook|zalo|telegram|nick|acc|gmail|fanpage|insta)(?: \S+){0,5} (?:vang|bao sai|sai mat khau|khong (?:vao|vo|dang nhap)(?: lai)? duoc|(?:vao|vo) khong duoc|doi mail|"
            r"doi mat khau|doi so dien thoai|nhan (?:tin )?(?:xin|muon|hoi|vay)|xin tien|muon tien|hoi muon) | vang khoi (?:facebook|zalo|telegram) "
            r"| hoi(?: \S+){0,3} (?:sao|ket)(?: \S+){0,5} (?:muon|vay|xin)(?: \S+){0,2} (?:tien|<money>) | dang nhap(?: \S+){0,3} (?:nick|acc|facebook|zalo) "
        ),
    ),
    (
        "app",
        re.compile(
            r" (?:bam|mo)(?: \S+){0,3} tep | (?:may|dien thoai)(?: \S+){0,4} (?:tu (?:bat|mo|nhay|chay|bam|nhan tin|gui|khoi dong)|nong ran|treo|do|den (?:thui|man)|nhay lung tung|toi thui) "
        ),
    ),
    (
        "code",
        re.compile(
            r" (?:nhap|dien|khai)(?: \S+){0,3} (?:thong tin|het|user|form)(?: \S+){0,5} (?:link|trang|web|form|duong link|duong dan|khao sat) "
        ),
    ),
    (
        "money",
        re.compile(
            r" (?:dat hang|dat mua|mua|coc|dat coc|dat phong|dat ve|nhan hang|hang ve|khui|tien|von|rut|om|bill|luong|thu ho|so du|lenh rut|so tiet kiem|giao hang|loa|quay) "
        ),
    ),
)
"""What is gone where nothing names it: told by what came of it, or by what was bought, saved, earned."""
_NOT_MEANT = (("mà", "mã", " "), ("cái", "cài", " "), ("tài", "tải", " "), ("bật", "bắt", " mo "))
"""Words that without their marks are another's: "nạp mà không rút được" is no code, "cái app" is not installed."""
_NOTHING = re.compile(
    r" (?:chua|khong|chang)(?: he)?(?: bi)? (?:mat|chuyen|lam|gui|bam|dua|dong|nap|cho|cung cap|tra loi|chuyen khoan|coc)"
    r"(?: \S+){0,2} (?:gi|tien|dong nao|xu nao|cai gi|het|otp|thong tin|ma|link) | (?:chua|khong) (?:mat|sao|bi) (?:gi|het|mat)"
    r"| chua (?:chuyen|gui|bam|dong|nap|lam theo|mat|coc|cai|dua|doc|cung cap|chuyen khoan|nhap|tra loi) "
)
_KEPT = re.compile(
    r" tien(?: \S+){0,2} (?:chua|khong)(?: bi| thay)* (?:mat|tru|chuyen|rut|di) | (?:chua|khong) (?:thay |bi )?(?:tru|mat|rut) (?:tien|dong nao|gi) "
)
"""Money that is told to be still there."""
_DENIED = re.compile(
    r" (?:chua|khong|dung|chang|khoi|suyt|xuyt|suyt nua|xem|dinh|tinh|sap|neu|lo ma|co nen|nen|so) (?:bi |phai )?$"
)
_DEMANDS = r"(?:doi|bat|yeu cau|bao|keu|bieu|kieu|dui|noi|phai|can|moi|hua|nhan|xin|ru|cho|dinh|dang|moi toi|giuc|ep|doa|de|hoi|du|goi y|de nghi|wants?|asks?|asked|told)"
_DEMANDED = re.compile(
    rf" (?:(?:no|ho|ben kia|ben do|bon no|tui no|nguoi ta|ong kia) )?{_DEMANDS} (?:(?!(?:bi|da|lo|vua|trot|moi|len) )\S+ ){{0,3}}$"
)
"""What stands before a payment that was asked for, not made: "nó bắt em nạp", "phải đóng"."""
_DONE = re.compile(r" (?:roi|da|vua|lo|xong|trot|mat|bi|luon|het|ma|lien|toan) ")
_LOAN = re.compile(
    r"(?<!\w)(?:bao (?:em|toi|con)? ?no|(?:em|toi|con|mac|dang|khoan) no|vay|muon|xin|hua|thuong|trung|hoan|luong|(?<!cong )(?<!gop )(?<!tinh )(?<!tra )lai|nhan|duoc|khoan vay|tang|moi thang|kiem|loi|giai|thang|gia)(?: \w+){0,2} $"
)
_ASKED = re.compile(
    r"(?<!\w)(?:doi|bat|yeu cau|bao|keu|bieu|phai|can|can them|vay them)(?: \w+){0,6} $|(?:moi (?:cho|tra|chac)|doi dong|de (?:rut|mo|nhan))(?: \w+){0,4} $"
)
_SPENT = re.compile(
    r"(?:mat|chuyen|dong|nap|gui|ck|coc|bay|tru|lua|dua|tra|thanh toan|ung|gop|chuyen khoan|het|di|rut|nop|thua|chuoc|dat|mua|hut|cuom|nuot|om|vet|bo|bo vao|sent|lost|paid|transferred|wired|invested)(?: \w+){0,5} $"
)
_SPENT_AFTER = re.compile(r" ?(?:dua|gui|chuyen|nap|nop|dong|bo|tra|dem)(?: di| het| luon| cho| vo| vao| no| ho)\b")
"""What follows a sum that was first got and then given: "mượn được 80 triệu gửi đi"."""
_MORE = re.compile(r"(?:doi|bat|yeu cau|bao|keu)(?: \w+){0,3} (?:them|nua|tiep)(?: \w+){0,3} $")
"""What is asked for after the first payment: where every sum was asked for, what was paid is none of these."""
_TOTAL = re.compile(r"(?:tong(?: cong)?|tong la|ca thay|het ca thay|tat ca|het thay|gop lai)(?: \w+){0,4} $")
_FAMILY = (
    r"me|ma|bo|ba|cha|tia|ong|noi|ngoai|con|con gai|con trai|chau|vo|chong|anh trai|chi gai|em gai|em trai|bo me|ba me|cau|mo|di|"
    r"co|chu|bac|mẹ|u|bu|thay|ong ba|anh chi|me chong|bo chong|ba ngoai|ba noi|ong ngoai|ong noi|nha|gia dinh|nguoi nha|nguoi than|dua con"
)
_OF_ME = r"(?:toi|em|minh|con|chau|tui|anh|chi|nha|nha em|nha toi|nha minh|tao|tau|bon em|cua toi|cua em|cua minh)"
_KIN = re.compile(
    rf" (?:{_FAMILY}) (?:cua )?{_OF_ME} | (?:me|bo|ba|ong) (?:bi|lo|vua|moi|da|dang|duoc|nhan|nghe|gia|lon tuoi|o que) "
    r"| (?:nguoi nha|nguoi than|gia dinh|nguoi gia|ong ba|bo me|ba me|cha me|phu huynh|con cai|vo chong|con nho|tre con|tre em|chau nho) "
)
_OTHERS = re.compile(
    r" (?:ban|dong nghiep|hang xom|nguoi quen|ban than|hoc sinh|hoc tro|khach|khach hang|nguoi yeu|ban trai|ban gai|ba con|bac hang xom|"
    r"chi hang xom) (?:cua |cung |o |ben |nha |lop )?(?:toi|em|minh|con|chau|tui|phong|lop|canh|ben|truong|co quan|nha|xom|bi) "
    r"| (?:hang xom|dong nghiep|nguoi quen|hoc sinh cua|hoc sinh lop|ba con|dua ban|thang ban|con ban|ong hang xom|ba hang xom) "
)
_SELF = re.compile(r" (?:toi|em|minh|con|chau|tao|tau|mik|mk) ")
_LAW = re.compile(
    r"(?<!\w)(?:dieu \d{1,3}(?:[a-z](?!\w))?(?: (?:khoan|bo luat|blhs|luat)(?: (?:\d{1,2}|hinh su|dan su|an ninh mang|xu ly vi pham hanh chinh|"
    r"to tung hinh su))?)?|(?:nghi dinh|nd|thong tu|tt|quyet dinh|chi thi|nghi quyet|luat) (?:so )?\d{1,3}(?:/\d{4})?(?:/[a-z0-9-]+)?"
    r"|\d{1,3}/\d{4}/[a-z0-9-]+|bo luat hinh su|blhs|bo luat dan su|luat an ninh mang|luat vien thong|luat giao dich dien tu|"
    r"luat bao ve du lieu ca nhan|luat bao ve quyen loi nguoi tieu dung|luat tre em|luat cac to chuc tin dung|luat phong,? chong rua tien)(?!\w)"
)
_PLACE_WORD = re.compile(
    r"(?<!\w)(?:(?:ở|tại|o|tai|gần|khu vực|địa bàn|dia ban|khu vuc|về|quanh)\s+)?"
    r"((?:xã|phường|đặc khu|tỉnh|thành phố|tp\.?|huyện|quận|thị trấn|thị xã|thôn|ấp|bản|buôn|xa|phuong|tinh|thanh pho|huyen|quan|thi tran|thon|ap|buon)"
    r"(?:\s+(?!(?:này|nay|mình|minh|em|tôi|toi|ta|nào|nao|có|co|đang|dang|bị|bi|thì|thi|là|la|ở|o|gì|gi|không|khong|ko|k|hay|báo|bao)(?!\w))[^\W_]+){1,3})",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"(?:công an|cong an|ca|cán bộ|can bo|ubnd|ủy ban|uỷ ban|uy ban|chủ tịch|chu tich|trưởng|truong|người|nguoi|loa|đài|dai|hội|hoi)\s+$",
    re.IGNORECASE,
)
_PLACE_NAME = re.compile(r"(?:ở|tại|Ở|Tại|vùng|khu|quê)\s+([^\W\d_]+(?:\s+[^\W\d_]+){0,3})")
_STOP_AT = re.compile(
    r"\s+(?:có|co|đang|dang|bị|bi|thì|thi|là|la|không|khong|ko|hay|báo|bao|dạo|dao|hôm|hom|tuần|tuan|tháng|thang|mấy|may|với|voi|cho|và|va|"
    r"lừa|lua|nên|nen|gửi|gui|mới|moi|gần|gan|nhé|nhe|ạ|a|đi|di|nha|ơi|oi|gì|gi|nhờ|nho|cần|can|hả|ha|vậy|vay|đó|do|chưa|chua|còn|con|nào|nao|"
    r"hiện|hien|bây|bay|sao|nè|ne|luôn|luon|phải|phai|thấy|thay)(?!\w).*$",
    re.IGNORECASE | re.DOTALL,
)


def loss_of(said: Said, *, surely: bool = False) -> Loss | None:
    """What the person's own words say is lost or given away; None where nothing is, or they deny it.

    ``surely``: it is known that something was lost, so a bare sum is the loss.
    """
    line = said.line
    typed = said.text.casefold()
    for other, meant, instead in _NOT_MEANT:
        if other in typed and meant not in typed:
            line = line.replace(f" {fold(other)} ", instead)
    what = [name for name, pattern in _LOST.items() if _stands(pattern, line)]
    if surely and "account" not in what and _LOCKED_OUT.search(line):
        what.append("account")
    flat = " ".join(said.folded.split())
    sums = sums_in(flat)
    is_paid = any(
        not _LOAN.search(flat[max(0, one.start - 40) : one.start]) or _SPENT_AFTER.match(flat[one.end :])
        for one in sums
    )
    if not _KEPT.search(line) and (_stands(_MONEY, line) or (surely and is_paid)):
        return Loss(("money", *what), _amount(said, sums))
    if surely and not what and not denies_loss(said):
        # Something is gone, and nothing says what but what was asked for: "kêu đọc mã, mình đọc rồi".
        what = [name for name, pattern in _LOST.items() if pattern.search(line)]
        if not what:
            what = next(([name] for name, pattern in _IMPLIED if pattern.search(line)), [])
        if not what and (demands_payment(said) or (sums and "!gave" in story(line, clauses(said)))):
            what = ["money"]
        if what == ["money"]:
            return None if _KEPT.search(line) else Loss(("money",), _amount(said, sums))
    return Loss(tuple(what)) if what else None


def demands_payment(said: Said) -> bool:
    """Whether a payment or something to be given away is only asked for: "bắt em nạp", "đòi tiền chuộc"."""
    line = said.line
    if re.search(r" (?:tien chuoc|doi tien|xin tien|tong tien|ransom|asks? for money) ", line):
        return True
    return any(
        _DEMANDED.search(" ".join(["", *line[: match.start()].split()[-5:], ""]))
        for pattern in (_MONEY, *_LOST.values())
        for match in pattern.finditer(line)
    )


def is_done(said: Said) -> bool:
    """Whether the words tell of something finished ("rồi", "đã", "lỡ") rather than asked for."""
    return bool(_DONE.search(said.line))


def denies_loss(said: Said) -> bool:
    """ "Chưa mất gì", "em chưa chuyển"."""
    return bool(_NOTHING.search(said.line))


def _stands(pattern: re.Pattern[str], line: str) -> bool:
    """Whether a pattern is said of something done: not denied, not only demanded."""
    for match in pattern.finditer(line):
        before = " ".join(["", *line[: match.start()].split()[-5:], ""])
        if _DENIED.search(before):
            continue
        if not _DEMANDED.search(before):
            return True
    return False


def _amount(said: Said, sums: list[Sum]) -> int | None:
    """Of several sums the one that was paid: a total before a part, what was spent before what is asked or promised."""
    text = " ".join(said.folded.split())
    before = [
        re.sub(r"[^\w ]", " ", re.split(r"[.,;!?\n]", text[max(0, one.start - 60) : one.start])[-1]) for one in sums
    ]
    for one, words in zip(sums, before, strict=True):
        if _TOTAL.search(words):
            return one.dong
    told = list(zip(sums, before, strict=True))
    spent = [one for one, words in told if _SPENT.search(words) and not _ASKED.search(words)]
    left = [one for one, words in told if not _LOAN.search(words) and not _ASKED.search(words)]
    chosen = spent or left or [one for one, words in told if not _MORE.search(words)] or list(sums)
    if len(spent) > 1 and re.search(r"(?<!\w)(?:lan (?:dau|1|mot|2|sau|hai)|them|roi lai|tiep)(?!\w)", text):
        return sum(one.dong for one in spent)
    return max((one.dong for one in chosen), default=None)


def bank_of(said: Said, *, alone: bool = False) -> str:
    """BIN of the bank that the person names; empty where none or it is only the bank of an account they ask about."""
    bank = named_bank(" ".join(said.folded.split()), alone=alone)
    return bank.bin if bank and bank.bin in BANKS_BY_BIN else ""


def indicators_of(text: str) -> tuple[Key, ...]:
    """What can be looked up in it. A number that may be phone or account is a phone first."""
    return tuple(key for key in keys_in(text) if key.kind in set(Kind))


def area_of(text: str) -> str:
    """The place as it was typed: "xã Ea Kao", "Buôn Ma Thuột"; empty where none was.

    The police, the office or an officer "of the ward" is no place unless its name follows, as names are written.
    """
    for match in _PLACE_WORD.finditer(text):
        kind, *name = _STOP_AT.sub("", match[1]).split()
        is_named = bool(name) and (name[0][0].isupper() or name[0].isdigit())
        if not is_named and _OFFICE.search(text[: match.start(1)]):
            continue
        if is_named:
            name = list(takewhile(lambda word: word[0].isupper() or word.isdigit(), name))
        return " ".join([kind, *name])
    for match in _PLACE_NAME.finditer(text):
        name = list(takewhile(lambda word: word[0].isupper(), match[1].split()))
        if name:
            return " ".join(name)
    return ""


def law_of(said: Said) -> str:
    """The act or article as it was typed: "điều 174", "nghị định 13"."""
    flat = " ".join(said.folded.split())
    match = _LAW.search(flat)
    if not match:
        return ""
    typed = " ".join(said.text.split())
    return typed[match.start() : match.end()] if len(typed) == len(flat) else match[0]


def work_of(said: Said) -> str:
    """Of a member's own work: "activity" to be logged, "reports" due, else "tasks"."""
    line = said.line
    if re.search(
        r" (?:ghi|them|nhap|log|luu|ghi nhan|khai|cap nhat|dang|vua to chuc|da to chuc|to chuc)(?: \S+){0,4} (?:hoat dong|buoi|hoi nghi|tuyen truyen|lop|su kien|dien dan)",
        line,
    ):
        return "activity"
    if re.search(r" bao cao | nop so lieu | tong hop ", line):
        return "reports"
    return "tasks"


def about_of(said: Said) -> str:
    """Whom it is about: "self", "family", "other"; empty where the words do not say."""
    line = said.line
    if _KIN.search(line):
        return "family"
    if _OTHERS.search(line):
        return "other"
    return "self" if _SELF.search(line) else ""
