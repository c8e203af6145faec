"""What the plan says about telling people: to whom, on what channels, about what, under which slogan; and its money."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from canhgiac.engines.officialdoc.model import Channel, Quoted

from .mapped import Mapped
from .outline import Node
from .roles import Role, role_of

_AUDIENCE_LINE = re.compile(
    r"(?:[Đđ]ối tượng|ĐỐI TƯỢNG)(?: tuyên truyền| truyền thông| áp dụng| tham gia| hưởng thụ| thụ hưởng| thực hiện| "
    r"tập huấn)?\s*:\s*"
)
_PEOPLE = (
    r"cán bộ|công chức|viên chức|đảng viên|hội viên|đoàn viên|học sinh|sinh viên|giáo viên|nhà giáo|thanh thiếu niên|"
    r"thanh niên|thiếu niên|thiếu nhi|trẻ em|"
    r"người (?:dân|cao tuổi|lao động|già|khuyết tật|tiêu dùng|sử dụng|có uy tín|có ảnh hưởng|có hoàn cảnh|có trình|"
    r"đứng đầu|nước ngoài|tham gia|nghèo|điều khiển|nội trợ)|phụ nữ|nông dân|công nhân|"
    r"Nhân dân|nhân dân|quần chúng|đồng bào|hộ gia đình|hộ kinh doanh|doanh nghiệp|chiến sĩ|lực lượng vũ trang|phóng "
    r"viên|khách hàng|thuê bao|phụ huynh|cựu chiến binh|tiểu thương|hội viên"
)
_LIST_OF_PEOPLE = re.compile(
    rf"(?:(?:đội ngũ|toàn thể|các tầng lớp|cộng đồng|nhất là|đối tượng|các|mọi|từng|toàn "
    rf"bộ)\s)?(?:{_PEOPLE})(?:[^.;:()“”]{{0,160}})"
)
_FOR = re.compile(
    rf"\b(?:cho|đến|tới|đối với|dành cho|nhất là|của)\s(?=(?:(?:đội ngũ|toàn thể|các tầng lớp|cộng đồng|các|mọi|từng|"
    rf"toàn bộ|đối tượng)\s)*(?:{_PEOPLE})\b)"
)
_AUDIENCE_END = re.compile(
    r"[.;:(“]|,?\s(?:về|trong việc|để|nhằm|biết|hiểu|nắm|qua đó|góp phần|tích cực|thực hiện|tham gia|trong phòng|khi|"
    r"nâng cao|nhận diện|xử lý|cảnh giác|đối với|từ đó|và các (?:cơ quan|tổ chức)|trên không gian|tại các|theo|thông "
    r"qua|bằng|bảo đảm|phát giác|kiến thức|chủ động|mở tài|như|kết bạn|là\b|trước|các (?:quy|biện|phương|kỹ))\b"
)
_SLOGAN = re.compile(
    r"(?:khẩu hiệu|thông điệp|chủ đề|slogan)\s*(?:là|:|tuyên truyền)?\s*:?\s*[“\"](?P<words>[^“”\"]{3,160})[”\"]",
    re.I,
)
_SUPER = re.compile(r"[¹²³⁴⁵⁶⁷⁸⁹⁰⁽⁾]")
_MONEY = re.compile(
    r"(?:(?:Nguồn )?[Kk]inh phí|[Nn]guồn lực tài chính|[Dd]ự toán kinh phí)\b(?:[^.;]{0,60}?)(?:thực hiện|bố trí|từ "
    r"nguồn|được|do|bảo đảm|đảm bảo|:)"
)
_CHANNEL_HEAD = re.compile(
    r"(?P<group>(?:Tuyên truyền|Truyền thông|Thông qua|Qua|Trên|Phổ biến|Thông tin|Cổ động)[^:.;]{0,110}):\s+"
)
_ITEM = re.compile(
    r"(?:mạng xã hội|[Ff]anpage|Facebook|Zalo|TikTok|Tiktok|YouTube|Youtube|SMS|tin nhắn|(?:trang|cổng|công|Cổng|"
    r"Trang)(?:/(?:trang|cổng|công))? (?:thông tin|Thông tin) điện tử|báo chí|"
    r"phát thanh|truyền hình|truyền thanh|loa|tờ rơi|tờ gấp|pa-?nô|áp phích|băng rôn|khẩu hiệu|hội nghị|tập huấn|"
    r"cuộc thi|sinh hoạt|phóng sự|video|clip|tin, bài|bài viết|"
    r"chuyên mục|chuyên trang|poster|infographic|ứng dụng|website|chatbot|lưu động|hội thảo|tọa đàm|văn nghệ|ngoại "
    r"khóa|tin bài|bản tin|màn hình|áp-phích)"
)


def walk_roles(root: Node, role: Role) -> Iterator[tuple[Node, Role]]:
    """Each clause with the role of the section it stands in."""
    for child in root.children:
        mine = role
        if child.children and len(child.text.split()) <= 45:
            mine = role_of(child.text, role)
        yield child, mine
        yield from walk_roles(child, mine)


def read_audiences(clauses: Sequence[tuple[Node, Role]]) -> tuple[Quoted, ...]:
    """The groups of people the plan speaks to, each once, in the words of the text."""
    out: list[Quoted] = []
    seen: set[str] = set()

    def keep(quoted: Quoted) -> None:
        words = quoted.text.strip(" ,")
        key = words.casefold()
        if 6 <= len(words) <= 240 and key not in seen:
            seen.add(key)
            out.append(quoted)

    for node, role in clauses:
        if not node.text or (node.paragraph and node.paragraph.rows):
            continue
        named = _AUDIENCE_LINE.match(node.text)
        if named:
            keep(node.body.quoted(named.end(), len(node.text.rstrip(" .;"))))
            continue
        if role in {"background", "preamble"}:
            continue
        for found in _FOR.finditer(node.text[:6000]):
            end = _AUDIENCE_END.search(node.text, found.end() + 5)
            stop = end.start() if end else len(node.text)
            if stop - found.end() <= 220:
                keep(node.body.quoted(found.end(), len(node.text[:stop].rstrip(" ,"))))
    return tuple(out)


def read_topics(clauses: Sequence[tuple[Node, Role]]) -> tuple[Quoted, ...]:
    """The subjects to be told: the clauses of the section on contents, each without its details."""
    out: list[Quoted] = []
    for node, role in clauses:
        if (
            role != "topics"
            or not node.text
            or node.label is None
            or (node.children and role_of(node.text, "other") == "topics")
        ):
            continue
        if node.label.kind in {"roman", "part", "upper", "plus"}:
            continue
        end = re.search(r"[.;]\s|,?\s(?:như|gồm|trong đó|tập trung|cụ thể)\s?:|:\s", node.text[:1200])
        stop = end.start() if end and end.start() > 15 else len(node.text)
        out.append(node.body.quoted(0, len(node.text[:stop].rstrip(" .;:,"))))
    return tuple(out)


def read_channels(clauses: Sequence[tuple[Node, Role]]) -> tuple[Channel, ...]:
    """The channels of the section on forms, grouped as the text groups them."""
    out: list[Channel] = []
    for node, role in clauses:
        if (
            role != "forms"
            or not node.text
            or (node.children and node.label and node.label.kind in {"roman", "arabic", "part"})
        ):
            continue
        head = _CHANNEL_HEAD.match(node.text)
        start = head.end() if head else 0
        items = _items(node.body, start)
        if items:
            out.append(Channel(head["group"].strip() if head else None, items, node.body.span()))
    return tuple(out)


def _items(body: Mapped, start: int) -> tuple[str, ...]:
    out: list[str] = []
    for part in re.split(r"[,;]\s(?![^(]*\))", body.text[start:]):
        words = part.strip(" .…")
        if _ITEM.search(words) and len(words) <= 160 and words not in out:
            out.append(words)
    return tuple(out)


def read_slogan(texts: Sequence[Mapped]) -> Quoted | None:
    """The slogan in quotation marks behind its name; marks of footnotes inside it are left out."""
    for piece in texts:
        if "“" not in piece.text and '"' not in piece.text:
            continue
        found = _SLOGAN.search(piece.text[:20000])
        if found:
            return Quoted(_SUPER.sub("", found["words"]).strip(), piece.span(*found.span("words")))
    return None


def read_budget(clauses: Sequence[tuple[Node, Role]]) -> tuple[Quoted, ...]:
    """The clauses on money."""
    return tuple(
        node.body.quoted()
        for node, role in clauses
        if node.text
        and not (node.paragraph and node.paragraph.rows)
        and ((role == "budget" and not node.children and len(node.text.split()) > 5) or _MONEY.match(node.text))
    )
