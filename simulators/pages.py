"""The web inbox's pages, as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from simulators.mailbox import Letter
from simulators.moments import clock, seconds

LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:)\]]")
MOST_ROWS = 200


@dataclass(frozen=True)
class Tab:
    """One tab: its folder, its name, how many things it holds."""

    path: str
    name: str
    count: int


@dataclass(frozen=True)
class Bubble:
    """One message on a screen."""

    at: str
    text: str
    ours: bool
    small: str = ""
    buttons: Sequence[str] = ()
    taps: Sequence[dict[str, str]] = ()
    """What each button does: {"say"} or {"url"}; empty where the screen cannot do it."""
    picture: str = ""
    """Address of a picture that the person sent."""


@dataclass(frozen=True)
class Person:
    """One row of a list of conversations."""

    address: str
    at: str
    text: str
    count: int


def page(title: str, body: str, tabs: Sequence[Tab], here: str, *, refresh: bool) -> str:
    """A whole page with its tabs."""
    links = "".join(
        f'<a href="{tab.path}"{" aria-current=page" if tab.path == here else ""}>{escape(tab.name)}'
        f"{f' <b>{_number(tab.count)}</b>' if tab.count else ''}</a>"
        for tab in tabs
    )
    return (
        f"{_head(title, 5 if refresh else 0)}<body><header><h1>{escape(title)}</h1>"
        '<form method="post" action="/xoa"><button>Xóa hết</button></form></header>'
        f"<nav>{links}</nav><main>{body}</main></body></html>"
    )


def screen(bubbles: Iterable[Bubble], *, here: str = "") -> str:
    """The inside of a phone's screen, newest at the foot; it looks again every two seconds. Buttons are answered to
    ``here``; links open beside it."""
    rows = "".join(
        f"<li{'' if one.ours else ' class=me'}>{_picture(one.picture)}<p>{linked(one.text)}</p>"
        + "".join(
            _button(title, one.taps[at] if at < len(one.taps) else {}, here) for at, title in enumerate(one.buttons)
        )
        + f"<time>{one.at}</time>{f' <span class=small>{escape(one.small)}</span>' if one.small else ''}</li>"
        for one in bubbles
    )
    inside = f"<ol>{rows}</ol>" if rows else '<p class="small">Chưa có tin nào.</p>'
    return f'{_head("Màn hình", 2)}<body class="screen">{inside}</body></html>'


def _picture(address: str) -> str:
    return f'<img src="{escape(address)}" alt="Ảnh người này gửi">' if address else ""


def _button(title: str, tap: dict[str, str], here: str) -> str:
    """A button of a message, as far as a screen can press it: an answer, or a page."""
    words = escape(str(title))
    if tap.get("url"):
        return f'<a class="btn" href="{escape(tap["url"])}" target="_blank" rel="noreferrer">{words}</a>'
    if not (tap.get("say") and here):
        return f'<span class="btn">{words}</span>'
    return (
        f'<form method="post" action="{here}tra-loi" target="_top"><input type="hidden" name="act" value="tap">'
        f'<input type="hidden" name="say" value="{escape(tap["say"])}">'
        f'<input type="hidden" name="text" value="{words}"><button class="btn">{words}</button></form>'
    )


def phone(
    base: str,
    address: str,
    *,
    hint: str,
    acts: Sequence[tuple[str, str]] = (),
    to: str | None = None,
    chats: bool = False,
) -> str:
    """A phone with its screen, a box to answer with where there is a ``hint``, and what else its owner can do (name,
    words). ``to``: the number that an answer goes to, where the owner chooses it; ``chats``: pictures and several
    messages can be sent."""
    here = f"{base}{quote(address, safe='')}/"
    number = "" if to is None else f'<input name="to" size="5" value="{escape(to)}" aria-label="Gửi tới số">'
    reply = (
        f'<form method="post" action="{here}tra-loi">{number}'
        '<input name="text" maxlength="2000" required autofocus autocomplete="off" aria-label="Tin trả lời"'
        f' placeholder="{escape(hint)}"><button class="main">Gửi</button></form>'
    )
    buttons = "".join(f'<button name="act" value="{name}">{escape(words)}</button>' for name, words in acts)
    more = f'<form class="row" method="post" action="{here}viec">{buttons}</form>' if acts else ""
    return (
        f'<p><a href="{base}">Tất cả</a></p><div class="phone"><div class="top">{escape(address)}</div>'
        f'<iframe src="{here}man-hinh" title="Màn hình của {escape(address)}"></iframe>'
        f"{reply if hint else ''}</div>{_chat(here) if chats else ''}{more}"
    )


def _chat(here: str) -> str:
    """More than one line, and what is no words."""
    kinds = (("audio", "tin thoại"), ("video", "video"), ("file", "tệp"), ("sticker", "nhãn dán"))
    rest = "".join(f'<button name="kind" value="{kind}">Gửi {words}</button>' for kind, words in kinds)
    return (
        f'<details class="more"><summary>Dán tin dài, gửi nhiều tin liền, gửi ảnh</summary>'
        f'<form method="post" action="{here}tra-loi"><textarea name="text" rows="4" maxlength="2000" required'
        ' aria-label="Tin dài"></textarea><button class="main" name="act" value="reply">Gửi là một tin</button>'
        ' <button name="act" value="lines">Mỗi dòng một tin</button></form>'
        f'<form method="post" action="{here}tra-loi" enctype="multipart/form-data"><input type="hidden" name="act"'
        ' value="send"><input type="file" name="file" accept="image/png,image/jpeg,image/webp" required'
        ' aria-label="Ảnh"><input name="text" maxlength="1000" aria-label="Lời kèm ảnh" placeholder="Lời kèm ảnh">'
        ' <button name="kind" value="image">Gửi ảnh</button></form>'
        f'<form class="row" method="post" action="{here}tra-loi"><input type="hidden" name="act" value="send">{rest}'
        "</form></details>"
    )


def people(base: str, rows: Sequence[Person], *, sought: str, empty: str, new: str = "") -> str:
    """The conversations, and a box to find one or to open a new one; ``new`` is a phone nobody has written from."""
    found = [row for row in rows if sought in row.address] if sought else list(rows)
    find = (
        f'<form class="row" action="{base}"><label>Tìm <input name="q" value="{escape(sought)}" size="16"></label>'
        "<button>Tìm</button>"
        f"{f'<a href={chr(34)}{base}{quote(new)}/{chr(34)}>Nhắn thử như một người dân</a>' if new else ''}</form>"
    )
    if sought and not found:
        opened = f"{base}{quote(sought, safe='')}/"
        empty = f'{escape(sought)} chưa nhận gì. <a href="{opened}">Mở máy này</a>'
        return f'{find}<p class="empty">{empty}</p>'
    if not found:
        return f'{find}<p class="empty">{escape(empty)}</p>'
    body = "".join(
        f'<tr><td class="n">{row.at}'
        f'<td class="who"><a href="{base}{quote(row.address, safe="")}/">{escape(row.address)}</a>'
        f'<td class="text">{escape(_short(row.text))}<td class="n last">{row.count}'
        for row in found[:MOST_ROWS]
    )
    more = f'<p class="small">Còn {_number(len(found) - MOST_ROWS)} máy nữa; hãy tìm theo số.</p>'
    return (
        f"{find}<table><thead><tr><th>Lúc<th>Máy<th>Tin mới nhất<th>Số tin</thead><tbody>{body}</tbody></table>"
        f"{more if len(found) > MOST_ROWS else ''}"
    )


def overview(tabs: Sequence[Tab], latest: Sequence[tuple[str, str, str, str, str]]) -> str:
    """Counts by channel, and what came last: time, channel, to whom, words, address of its page."""
    tiles = "".join(
        f'<a href="{tab.path}"><strong>{_number(tab.count)}</strong>{escape(tab.name)}</a>'
        for tab in tabs
        if tab.path != "/"
    )
    rows = "".join(
        f'<tr><td class="n">{at}<td class="n">{escape(channel)}<td class="who">{escape(_short(to, 40))}'
        f'<td class="text"><a href="{escape(path)}">{escape(_short(words) or "(không có tiêu đề)")}</a>'
        for at, channel, to, words, path in latest
    )
    table = f"<table><thead><tr><th>Lúc<th>Kênh<th>Đến<th>Nội dung</thead><tbody>{rows}</tbody></table>"
    none = '<p class="empty">Chưa có gì. Cảnh báo, thư và tin nhắn hệ thống gửi đi sẽ hiện ở đây.</p>'
    return f'<div class="tiles">{tiles}</div>{table if rows else none}'


def letters(rows: Sequence[Letter]) -> str:
    """The mail, newest first."""
    if not rows:
        return '<p class="empty">Chưa có thư nào. Thư hệ thống gửi đi sẽ hiện ở đây.</p>'
    body = "".join(
        f'<tr><td class="n">{clock(seconds(letter.received))}'
        f'<td class="who">{escape(_short(", ".join(letter.recipients)))}'
        f'<td class="text"><a href="/thu/{letter.number}">{escape(letter.subject or "(không có tiêu đề)")}</a>'
        for letter in rows[:MOST_ROWS]
    )
    return f"<table><thead><tr><th>Lúc<th>Gửi đến<th>Tiêu đề</thead><tbody>{body}</tbody></table>"


def letter_detail(letter: Letter) -> str:
    """One mail, its text and its HTML in a sandbox."""
    facts = [("Từ", letter.sender), ("Đến", ", ".join(letter.recipients)), ("Lúc", letter.received)]
    rows = "".join(f"<tr><th>{name}<td>{escape(value)}" for name, value in facts)
    frame = f'<iframe src="/thu/{letter.number}/html" title="Bản HTML" sandbox="allow-popups"></iframe>'
    return f"<table>{rows}</table><pre>{linked(letter.text)}</pre>{frame if letter.html else ''}"


def facebook_posts(posts: Sequence[dict[str, Any]]) -> str:
    """The page's posts as cards."""
    cards = ""
    for post in posts:
        edited = f" · đã sửa {post['edited']} lần" if post["edited"] else ""
        picture = f'<img src="/facebook/anh/{quote(post["id"])}" alt="Ảnh của bài">' if post["picture"] else ""
        cards += (
            f'<article class="card"><span class="small">{clock(post["at"])}{edited}</span>'
            f"<p>{linked(post['text'])}</p>{picture}</article>"
        )
    return cards or '<p class="empty">Trang chưa có bài nào.</p>'


def zalo_articles(posts: Sequence[dict[str, Any]]) -> str:
    """The account's articles as cards."""
    cards = ""
    for post in posts:
        body = post["body"]
        words = "\n\n".join(str(part.get("content", "")) for part in body["body"] if isinstance(part, dict))
        sent = f" · gửi tới người quan tâm {post['broadcasts']} lần" if post["broadcasts"] else ""
        hidden = " · đang ẩn" if body.get("status") != "show" else ""
        cards += (
            f'<article class="card"><span class="small">{clock(post["at"])}{sent}{hidden}</span>'
            f"<h2>{escape(body['title'])}</h2><p>{escape(str(body.get('description', '')))}</p>"
            f"<p>{linked(words)}</p></article>"
        )
    return f"<h2>Bài trên trang</h2>{cards}" if cards else ""


def loudspeakers(heard: dict[str, Any]) -> str:
    """The loudspeakers that hang, what is to sound within a day, what sounded; with a form to put one up."""
    hanging = "".join(
        f'<tr><td class="who">{escape(one["name"])}<td>{escape(one["area"])}<td class="text">'
        f"{escape(one['trouble']) or 'đang hỏi lịch'}"
        f"<td><form method='post' action='/loa/{quote(one['name'], safe='')}/viec'>"
        "<button name='act' value='take_down'>Tháo loa</button></form>"
        for one in heard["speakers"]
    )
    queue = "".join(
        f'<tr><td class="n">{escape(one["at"][11:16])}<td class="who">{escape(one["speaker"])}'
        f'<td class="text">{escape(one["title"])}<td class="n">{one["seconds"]:.0f} giây'
        f"{' · đang phát' if one['now'] else '' if one['ready'] else ' · chưa tải xong'}"
        for one in heard["queue"][:MOST_ROWS]
    )
    played = "".join(
        f'<tr><td class="n">{escape(one["at"][11:19])}<td class="who">{escape(one["speaker"])}'
        f'<td class="text">{escape(one["title"])} <span class="small">{one["seconds"]:.0f} giây,'
        f" {escape(one['fault']) or ('hết bài' if one['done'] else 'dừng giữa chừng')}</span>"
        f'<td class="text"><audio controls preload="none" src="/loa/tieng/{escape(one["sha256"])}"></audio>'
        for one in heard["played"][:50]
    )
    form = (
        '<form class="row" method="post" action="/loa/treo"><label>Tên'
        ' <input name="person" size="10" required></label>'
        '<label>Địa chỉ lịch <input name="schedule" size="30" required></label>'
        '<label>Khóa <input name="key" size="20" required></label>'
        '<button name="act" value="hang">Treo loa</button></form>'
    )
    none = '<p class="empty">Chưa có loa nào. Treo một loa bằng địa chỉ lịch và khóa mà hệ thống cấp cho loa đó.</p>'
    return (
        f"{form}{f'<table>{hanging}</table>' if hanging else none}"
        f"{f'<h2>Đã phát</h2><table>{played}</table>' if played else ''}"
        f"{f'<h2>Sắp phát trong 24 giờ</h2><table>{queue}</table>' if queue else ''}"
    )


def bank_requests(book: Sequence[dict[str, Any]]) -> str:
    """What the bank was asked, with the teller's answer beside each."""
    if not book:
        return (
            '<p class="empty">Chưa có yêu cầu nào. Yêu cầu tạm dừng giao dịch gửi tới ngân hàng thử sẽ hiện ở đây.</p>'
        )
    rows = "".join(
        f"<tr><td>{escape(one['reference'])}<td>{escape(str(one['body'].get('account', {}).get('number', '')))}"
        f"<td>{escape(str(one['body'].get('amount') or ''))}<td>{escape(one['state'])} {escape(one['words'])}"
        f"<td><form method='post' action='/ngan-hang/tra-loi'><input type='hidden' name='reference'"
        f" value='{escape(one['reference'])}'><input name='held' size='10' aria-label='Số tiền giữ được'"
        f" value='{escape(str(one['body'].get('amount') or ''))}'><button name='state' value='done'>Đã giữ</button>"
        f"<button name='state' value='refused'>Từ chối</button></form>"
        for one in book
    )
    return f"<table><thead><tr><th>Số<th>Tài khoản<th>Số tiền<th>Trạng thái<th>Trả lời</thead><tbody>{rows}</table>"


def linked(text: str) -> str:
    """The text escaped, its web addresses as links."""
    pieces, end = [], 0
    for found in LINK.finditer(text):
        link = escape(found[0])
        pieces += [escape(text[end : found.start()]), f'<a href="{link}" target="_blank" rel="noreferrer">{link}</a>']
        end = found.end()
    return "".join([*pieces, escape(text[end:])])


def _head(title: str, refresh: int) -> str:
    again = f'<meta http-equiv="refresh" content="{refresh}">' if refresh else ""
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8">{again}'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css">'
        f"<title>{escape(title)}</title></head>"
    )


def _short(text: str, most: int = 90) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
