"""The body of knowledge that every installation starts with: written by us, invented, reviewed by people later.

``forms/<code>.toml`` tells a form, ``laws.toml`` the acts it is judged by, ``examples/<code>.txt`` its messages,
``genuine/<kind>.txt`` what looks like them and is not one; a line of a message file is "register | message". Addresses
end in .test (RFC 2606), phone numbers are of a range not in use.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

RULES = {
    "khong_so": "Không sợ",
    "khong_tham": "Không tham",
    "khong_ket_ban": "Không kết bạn với người lạ",
    "khong_lam": "Không làm theo",
    "phai_canh_giac": "Phải thường xuyên cảnh giác",
    "phai_bao": "Phải báo ngay cho cơ quan pháp luật",
}
"""The slogan "4 không, 2 phải", by which people remember what to do."""


@dataclass(frozen=True, slots=True)
class StarterForm:
    """One scam form as the starter library tells it."""

    code: str
    name: str
    group: str
    summary: str
    """One or two sentences: what it is, for a person in a hurry."""
    happens: tuple[str, ...]
    """What happens, step by step, as the victim lives it."""
    signs: tuple[str, ...]
    targets: tuple[str, ...]
    """Who is aimed at: audience codes."""
    before: tuple[str, ...]
    during: tuple[str, ...]
    after: tuple[str, ...]
    """What to do so that it does not happen, while it happens, and when money or data are gone."""
    breaks: tuple[str, ...]
    """Which of ``RULES`` the trick wants people to break."""
    laws: tuple[str, ...]
    """Codes of ``laws.toml``, with the article: "BLHS#174"; the code alone while the article waits for review."""
    to_review: tuple[str, ...] = ()
    """Statements from memory that an expert has to confirm."""


@dataclass(frozen=True, slots=True)
class StarterLaw:
    """An act with its validity."""

    code: str
    number: str
    name: str
    issued: str
    """ISO date."""
    from_day: str
    until_day: str = ""
    """Last day in force; empty while it is."""
    successor: str = ""
    articles: dict[str, str] | None = None
    """Article to what it says, in a few words of ours."""
    to_review: tuple[str, ...] = ()


def starter_forms() -> list[StarterForm]:
    """Every scam form, by code. Raises TypeError or KeyError when a file lacks a part."""
    return [
        StarterForm(**_frozen(tomllib.loads(path.read_text("utf-8"))))
        for path in sorted((FOLDER / "forms").glob("*.toml"))
    ]


def starter_laws() -> list[StarterLaw]:
    """Every act, in the order of the file."""
    held = tomllib.loads((FOLDER / "laws.toml").read_text("utf-8"))
    return [StarterLaw(**_frozen(law)) for law in held["law"]]


def _frozen(held: dict[str, Any]) -> dict[str, Any]:
    """The table with its lists as tuples, as the records hold them."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in held.items()}


@dataclass(frozen=True, slots=True)
class StarterMessage:
    """One message. ``form`` is the scam form's code ("F01"), None for a genuine one; ``register`` how it is written."""

    form: str | None
    register: str
    text: str


def starter_messages() -> Iterator[StarterMessage]:
    """Every message of the starter library, forms first, in a fixed order."""
    for folder, genuine in (("examples", False), ("genuine", True)):
        for path in sorted((FOLDER / folder).glob("*.txt")):
            for line in path.read_text("utf-8").splitlines():
                register, _, text = line.partition(" | ")
                yield StarterMessage(None if genuine else path.stem.upper(), register, text)
