"""Rules of the letterhead, the type, the subject and the foot (Annex I, part I, sections II and III)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .judge import has_rule, is_capitals, is_centred, look_is, size_is
from .pages import Pages, Para
from .places import COUNTRY, DATE, NUMBER, RECIPIENTS, TYPES, Places
from .report import Notes, Result, Rule

COUNTRY_RULE = Rule("country", "Quốc hiệu", "Phụ lục I, Phần I, mục II.1.a")
MOTTO_RULE = Rule("motto", "Tiêu ngữ", "Phụ lục I, Phần I, mục II.1.b")
ISSUER_RULE = Rule("issuer", "Tên cơ quan ban hành", "Phụ lục I, Phần I, mục II.2")
NUMBER_RULE = Rule("number", "Số, ký hiệu", "Phụ lục I, Phần I, mục II.3")
DATE_RULE = Rule("date", "Địa danh và thời gian", "Phụ lục I, Phần I, mục II.4")
TYPE_RULE = Rule("type", "Tên loại văn bản", "Điều 7; Phụ lục I, Phần I, mục II.5")
SUBJECT_RULE = Rule("subject", "Trích yếu nội dung", "Phụ lục I, Phần I, mục II.5")
SIGNATURE_RULE = Rule("signature", "Chức vụ, họ tên người ký", "Phụ lục I, Phần I, mục II.7")
TO_RULE = Rule("to", "Kính gửi", "Phụ lục I, Phần I, mục II.9.a")
RECIPIENTS_RULE = Rule("recipients", "Nơi nhận", "Phụ lục I, Phần I, mục II.9.b")
ANNEX_RULE = Rule("annex", "Phụ lục", "Phụ lục I, Phần I, mục III.1")

_SYMBOL = re.compile(r"[A-ZĐƠƯÂÊÔ][A-Za-zĐđƠơƯưÂâÊêÔôĂă0-9.&]*(?:[-][A-ZĐƠƯÂÊÔ][A-Za-zĐđƠơƯưÂâÊêÔôĂă0-9.&]*)*$")
_WAYS = ("TM.", "KT.", "TL.", "TUQ.", "Q.")
_ROMAN = re.compile(r"[IVXLC]+$")


def head_rules(pages: Pages, places: Places) -> Iterator[Result]:
    """Results of the rules of this file that concern the document."""
    yield _country(places)
    yield _motto(places)
    yield _issuer(places)
    yield _number(places)
    yield _date(places)
    if not places.is_letter:
        yield _type(places)
    yield _subject(places)
    if places.to or places.is_letter:
        yield _to(places)
    yield _signature(places)
    yield _recipients(places)
    if places.annexes:
        yield _annexes(places)


def _country(places: Places) -> Result:
    notes = Notes()
    line = places.country
    if line is None and places.party is not None:
        notes.doubts(
            "văn bản của Đảng", "Nghị định 30/2020/NĐ-CP không áp dụng cho văn bản của Đảng", places.party.text
        )
    elif line is None:
        notes.breaks("không thấy Quốc hiệu", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM ở phía trên, bên phải trang đầu")
    else:
        whole = COUNTRY.search(line.text)
        if whole is not None and whole[0] != whole[0].upper():
            notes.breaks("Quốc hiệu có chữ thường", "in hoa", line.text, line.number)
        size_is(notes, line, 12, 13, "Quốc hiệu")
        look_is(notes, line, "Quốc hiệu", bold=True, italic=False)
    return notes.result(COUNTRY_RULE)


def _motto(places: Places) -> Result:
    notes = Notes()
    line = places.motto
    if line is None:
        if places.party is None:
            notes.breaks("không thấy Tiêu ngữ", "Độc lập - Tự do - Hạnh phúc dưới Quốc hiệu")
        return notes.result(MOTTO_RULE)
    if re.sub(r"\s+", " ", line.text) != "Độc lập - Tự do - Hạnh phúc":
        notes.breaks(
            f"viết “{line.text}”", "“Độc lập - Tự do - Hạnh phúc”, gạch nối có cách chữ", line.text, line.number
        )
    size_is(notes, line, 13, 14, "Tiêu ngữ")
    look_is(notes, line, "Tiêu ngữ", bold=True, italic=False)
    has_rule(notes, line, "Tiêu ngữ", 1.0, 1.0)
    return notes.result(MOTTO_RULE)


def _issuer(places: Places) -> Result:
    notes = Notes()
    if not places.issuer:
        notes.breaks("không thấy tên cơ quan ban hành", "ở phía trên, bên trái trang đầu")
        return notes.result(ISSUER_RULE)
    for line in places.superior:
        is_capitals(notes, line, "tên cơ quan chủ quản")
        size_is(notes, line, 12, 13, "tên cơ quan chủ quản")
        look_is(notes, line, "tên cơ quan chủ quản", bold=False, italic=False)
    for line in places.issuer:
        is_capitals(notes, line, "tên cơ quan ban hành")
        size_is(notes, line, 12, 13, "tên cơ quan ban hành")
        look_is(notes, line, "tên cơ quan ban hành", bold=True, italic=False)
    ruled = next((line for line in places.issuer if line.rule is not None), places.issuer[-1])
    has_rule(notes, ruled, "tên cơ quan ban hành", 1 / 3, 1 / 2)
    return notes.result(ISSUER_RULE)


def _number(places: Places) -> Result:
    notes = Notes()
    line = places.number
    if line is None:
        notes.breaks("không thấy số, ký hiệu", "“Số: 05/BC-UBND” dưới tên cơ quan")
        return notes.result(NUMBER_RULE)
    size_is(notes, line, 13, 13, "số, ký hiệu")
    look_is(notes, line, "số, ký hiệu", bold=False, italic=False)
    if not line.text.startswith("Số:"):
        notes.breaks("sau chữ “Số” không có dấu hai chấm", "“Số:”", line.text, line.number)
    rest = NUMBER.sub("", line.text, count=1)
    number, slash, symbol = rest.partition("/")
    number = number.strip(" .…_")
    if not slash:
        notes.breaks("giữa số và ký hiệu không có dấu gạch chéo", "số/ký hiệu", line.text, line.number)
    elif not number:
        notes.doubts("chưa có số", "văn thư cấp số khi phát hành", line.text, line.number)
    elif re.fullmatch(r"\d[a-z]?", number):
        notes.breaks(f"số {number} nhỏ hơn 10 không có số 0 phía trước", f"0{number}", line.text, line.number)
    elif not re.fullmatch(r"\d+[a-zđ]?", number):
        notes.breaks(f"số “{number}”", "chữ số Ả Rập", line.text, line.number)
    if slash:
        _symbol(notes, line, symbol, places)
    return notes.result(NUMBER_RULE)


def _symbol(notes: Notes, line: Para, symbol: str, places: Places) -> None:
    year, slash, rest = symbol.partition("/")
    if slash and re.fullmatch(r"\d{4}", year.strip()):
        symbol = rest  # legal documents have the year between number and symbol
    if not _SYMBOL.match(symbol):
        asked = "chữ in hoa, giữa các nhóm chữ có gạch nối (-) không cách chữ, như BC-UBND"
        notes.breaks(f"ký hiệu “{symbol}”", asked, line.text, line.number)
        return
    kind = TYPES.get(places.type_name.text.upper().strip(" .:"), "") if places.type_name else ""
    first = symbol.split("-")[0]
    if kind and first in TYPES.values() and first != kind:
        notes.breaks(
            f"ký hiệu {first} của loại văn bản khác",
            f"{kind} cho {places.type_name.text.capitalize()}" if places.type_name else kind,
            line.text,
            line.number,
        )
    elif kind and first not in TYPES.values():
        notes.breaks(f"ký hiệu không có tên loại: {symbol}", f"{kind}-…", line.text, line.number)
    elif places.is_letter and first in TYPES.values() and first not in {"TC", "PC", "DA", "PA"}:
        notes.breaks(
            f"công văn mang ký hiệu tên loại {first}", "tên cơ quan viết tắt trước, như UBND-NC", line.text, line.number
        )


def _date(places: Places) -> Result:
    notes = Notes()
    line = places.date
    if line is None:
        notes.breaks("không thấy địa danh, ngày tháng năm", "“Vĩnh An, ngày 05 tháng 02 năm 2026” dưới Tiêu ngữ")
        return notes.result(DATE_RULE)
    size_is(notes, line, 13, 14, "địa danh, thời gian")
    look_is(notes, line, "địa danh, thời gian", bold=False, italic=True)
    found = DATE.search(line.text)
    assert found is not None
    place = line.text[: found.start()].strip()
    if not place.strip(" ,.…_"):
        notes.breaks("không có địa danh", "tên địa danh trước “ngày”", line.text, line.number)
    elif not place.endswith(","):
        notes.breaks("sau địa danh không có dấu phẩy", f"“{place},”", line.text, line.number)
    elif not place[:1].isupper():
        notes.breaks("địa danh không viết hoa", "viết hoa chữ cái đầu", line.text, line.number)
    day, month, year = (re.sub(r"[^\d]", "", found[key]) for key in ("d", "m", "y"))
    if re.fullmatch(r"[1-9]", day):
        notes.breaks(f"ngày {day} không có số 0 phía trước", f"ngày 0{day}", line.text, line.number)
    if month in {"1", "2"}:
        notes.breaks(f"tháng {month} không có số 0 phía trước", f"tháng 0{month}", line.text, line.number)
    if not (day and month and year):
        notes.doubts("chưa đủ ngày, tháng, năm", "ghi khi phát hành", line.text, line.number)
    elif not (1 <= int(day[:4]) <= 31 and 1 <= int(month[:4]) <= 12 and len(year) == 4):
        notes.breaks("ngày tháng không có thật", "ngày có trong lịch", line.text, line.number)
    return notes.result(DATE_RULE)


def _type(places: Places) -> Result:
    notes = Notes()
    line = places.type_name
    if line is None:
        notes.breaks("không thấy tên loại văn bản", "tên loại in hoa, canh giữa; công văn có “V/v” dưới số, ký hiệu")
        return notes.result(TYPE_RULE)
    is_capitals(notes, line, "tên loại")
    size_is(notes, line, 13, 14, "tên loại")
    look_is(notes, line, "tên loại", bold=True, italic=False)
    is_centred(notes, line, "tên loại")
    if not notes.broken and re.sub(r"\s+", " ", line.text).strip(" .:") not in TYPES:
        notes.doubts(
            f"“{line.text}” không thuộc 29 loại văn bản hành chính", "tên loại theo Điều 7", line.text, line.number
        )
    return notes.result(TYPE_RULE)


def _subject(places: Places) -> Result:
    notes = Notes()
    if places.is_letter:
        for line in places.letter_subject:
            size_is(notes, line, 12, 13, "trích yếu công văn")
            look_is(notes, line, "trích yếu công văn", bold=False, italic=False)
            is_centred(notes, line, "trích yếu công văn")
        first = places.letter_subject[0]
        if not first.text.startswith("V/v"):
            notes.breaks("trích yếu công văn không bắt đầu bằng “V/v”", "“V/v …”", first.text, first.number)
        return notes.result(SUBJECT_RULE)
    if not places.title:
        if places.type_name is None:
            notes.doubts("chưa rõ trích yếu vì không thấy tên loại", "dưới tên loại, canh giữa")
        else:
            notes.breaks("không thấy trích yếu", "dưới tên loại, canh giữa", places.type_name.text)
        return notes.result(SUBJECT_RULE)
    for line in places.title:
        size_is(notes, line, 13, 14, "trích yếu")
        look_is(notes, line, "trích yếu", bold=True, italic=False)
    if all(line.text == line.text.upper() for line in places.title):
        notes.breaks("trích yếu in hoa", "in thường", places.title[0].text, places.title[0].number)
    has_rule(notes, places.title[-1], "trích yếu", 1 / 3, 1 / 2)
    return notes.result(SUBJECT_RULE)


def _to(places: Places) -> Result:
    notes = Notes()
    if not places.to:
        notes.breaks("công văn không có “Kính gửi”", "“Kính gửi: …” trên phần nội dung")
        return notes.result(TO_RULE)
    for line in places.to:
        size_is(notes, line, 13, 14, "Kính gửi")
        look_is(notes, line, "Kính gửi", bold=False, italic=False)
    if not re.match(r"Kính gửi\s*:", places.to[0].text):
        notes.breaks("sau “Kính gửi” không có dấu hai chấm", "“Kính gửi:”", places.to[0].text, places.to[0].number)
    for line in places.to[1:-1]:
        if not line.text.endswith(";"):
            notes.breaks(
                "dòng không kết thúc bằng dấu chấm phẩy", "cuối dòng có dấu chấm phẩy (;)", line.text, line.number
            )
    if len(places.to) > 1 and not places.to[-1].text.endswith("."):
        notes.breaks("dòng cuối không kết thúc bằng dấu chấm", "dòng cuối có dấu chấm (.)", places.to[-1].text)
    return notes.result(TO_RULE)


def _signature(places: Places) -> Result:
    notes = Notes()
    if not (places.powers or places.office or places.name):
        notes.breaks("không thấy chức vụ, họ tên người ký", "cuối văn bản, bên phải")
        return notes.result(SIGNATURE_RULE)
    for line in places.powers:
        if not line.text.startswith(_WAYS):
            notes.breaks(f"quyền hạn “{line.text.split()[0]}”", "TM., KT., TL., TUQ. hoặc Q.", line.text, line.number)
    for line in (*places.powers, *places.office):
        is_capitals(notes, line, "chức vụ")
        size_is(notes, line, 13, 14, "chức vụ")
        look_is(notes, line, "chức vụ", bold=True, italic=False)
    if not places.office:
        notes.breaks("không thấy chức vụ người ký", "chức vụ in hoa, đậm")
    if places.name is None:
        notes.doubts("chưa có họ tên người ký", "họ tên dưới chức vụ")
    else:
        size_is(notes, places.name, 13, 14, "họ tên")
        look_is(notes, places.name, "họ tên", bold=True, italic=False)
    return notes.result(SIGNATURE_RULE)


def _recipients(places: Places) -> Result:
    notes = Notes()
    if not places.recipients:
        notes.breaks("không thấy “Nơi nhận”", "cuối văn bản, bên trái")
        return notes.result(RECIPIENTS_RULE)
    head, *listed = places.recipients
    inline = RECIPIENTS.sub("", head.text).strip()
    if not re.match(r"Nơi nhận:", head.text):
        notes.breaks(f"viết “{head.text[:20]}”", "“Nơi nhận:”", head.text, head.number)
    size_is(notes, head, 12, 12, "“Nơi nhận”")
    look_is(notes, head, "“Nơi nhận”", bold=True, italic=True)
    if not listed:
        notes.breaks(
            "không có danh sách nơi nhận" if not inline else "danh sách cùng dòng", "mỗi nơi một dòng", head.text
        )
    for n, line in enumerate(listed):
        last = n == len(listed) - 1
        size_is(notes, line, 11, 11, "nơi nhận")
        look_is(notes, line, "nơi nhận", bold=False, italic=False)
        if not line.text.startswith("-"):
            notes.breaks("đầu dòng không có gạch đầu dòng", "“- …”", line.text, line.number)
        if not line.text.endswith("." if last else ";"):
            asked = "dòng cuối có dấu chấm (.)" if last else "cuối dòng có dấu chấm phẩy (;)"
            notes.breaks("dấu cuối dòng không đúng", asked, line.text, line.number)
    if listed and not re.search(r"Lưu\s*:\s*VT\b", listed[-1].text):
        notes.breaks("dòng cuối không có “Lưu: VT”", "“- Lưu: VT, …”", listed[-1].text, listed[-1].number)
    return notes.result(RECIPIENTS_RULE)


def _annexes(places: Places) -> Result:
    notes = Notes()
    many = len(places.annexes) > 1
    for line, below in places.annexes:
        number = re.sub(r"^Phụ\s+lục\s*(?:số\s*)?", "", line.text, flags=re.IGNORECASE).strip(" .:")
        if number and not _ROMAN.match(number):
            notes.breaks(f"phụ lục số “{number}”", "đánh số bằng chữ số La Mã", line.text, line.number)
        elif many and not number:
            notes.breaks("phụ lục không đánh số", "từ hai phụ lục trở lên đánh số La Mã", line.text, line.number)
        size_is(notes, line, 14, 14, "“Phụ lục”")
        look_is(notes, line, "“Phụ lục”", bold=True, italic=False)
        if below and below[0].text != below[0].text.upper():
            notes.breaks("tên phụ lục có chữ thường", "in hoa, đậm, canh giữa", below[0].text, below[0].number)
        if not any(each.text.startswith("(Kèm theo") for each in below):
            notes.breaks("không ghi kèm theo văn bản nào", "“(Kèm theo … số … ngày …)”", line.text, line.number)
    return notes.result(ANNEX_RULE)
