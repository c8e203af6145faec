"""Kinds that other programs do not have, told in kinds that they do; and our own item kept beside, sealed to that text.

A file that goes to another program holds the nearest question that it takes. Where that loses something, a note of ours
stands beside it with the exact item and a digest of the question as written: whoever edits the question in the file
breaks the digest, and their words count, not the note.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from canhgiac.kit.text import storable

from .items import Item, ItemRefused, Option, item_of

NOTE = "canhgiac:"
"""What a note of ours begins with."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LOOK_NAMES = {
    "sms": "Tin nhắn SMS",
    "zalo": "Tin nhắn Zalo",
    "messenger": "Tin nhắn Messenger",
    "email": "Thư điện tử",
    "call": "Cuộc gọi",
    "web": "Trang web",
    "paper": "Giấy tờ",
}
SCAM, GENUINE = "Lừa đảo", "Tin thật"
NONE_OF_THEM = "Không có dấu hiệu nào"


def key_at(place: int) -> str:
    """The key of the option at ``place`` (from 0): "a", "b" …"""
    return LETTERS[place] if place < len(LETTERS) else f"o{place + 1}"


def message_text(item: Item) -> str:
    """The message of a "verdict" question in words: who sent what, line by line."""
    if item.shown is None:
        return ""
    head = f"{LOOK_NAMES[item.shown.look]} từ {item.shown.sender}" if item.shown.sender else LOOK_NAMES[item.shown.look]
    lines = [f"{head}:", *([f"Tiêu đề: {item.shown.subject}"] if item.shown.subject else [])]
    names = {"them": item.shown.sender or "Người gửi", "me": "Bạn"}
    is_talk = any(line.who == "me" for line in item.shown.lines)
    lines += [f"{names[line.who]}: {line.text}" if is_talk else f"“{line.text}”" for line in item.shown.lines]
    return "\n".join(lines)


def verdict_as_choice(item: Item) -> Item:
    """Scam or genuine, with the message in the prompt."""
    options = (Option("scam", SCAM), Option("genuine", GENUINE))
    return replace(
        item, kind="single", prompt=f"{item.prompt}\n\n{message_text(item)}", options=options, shown=None, marks=()
    )


def hotspot_as_choice(item: Item) -> Item:
    """The areas by their names, for a program that shows no picture."""
    options = tuple(Option(one.key, one.label) for one in item.spots)
    if len(options) == 1:
        options = (*options, Option("none" if options[0].key != "none" else "none2", NONE_OF_THEM))
    return replace(item, kind="multiple", options=options, spots=())


def order_as_match(item: Item) -> Item:
    """Each place matched with the step that belongs there."""
    steps = tuple(replace(one, text=f"Bước {place}", partner=one.text) for place, one in enumerate(item.options, 1))
    return replace(item, kind="match", options=steps)


def digest(text: str) -> str:
    """Of a question as written; white space does not count."""
    return hashlib.sha256(" ".join(text.split()).encode(errors="replace")).hexdigest()[:16]


def note(item: Item, text: str) -> str:
    """The item exactly, on one line, sealed to the question as written."""
    told = {
        "of": digest(text),
        "kind": item.kind,
        "prompt": item.prompt,
        "explanation": item.explanation,
        "content": item.to_json(),
    }
    line = storable(json.dumps(told, ensure_ascii=False, separators=(",", ":")))
    return f"{NOTE} " + line.replace("?>", "?\\u003e").replace("\x7f", "\\u007f")


def from_note(line: str, text: str) -> Item | None:
    """The item of a note, or None where the line is none of ours or the question was changed since."""
    if not line.startswith(NOTE):
        return None
    try:
        told = json.loads(line.removeprefix(NOTE))
        if told["of"] != digest(text):
            return None
        return item_of(told["kind"], told["prompt"], told["content"], told["explanation"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, ItemRefused):
        return None
