"""The body of knowledge that every installation starts with: written by us, invented, reviewed by people later.

``forms/<code>.toml`` tells a form, ``laws.toml`` the acts it is judged by, ``contacts.toml`` whom to call,
``materials/<code>.toml`` what is printed, read out and sent, ``examples/<code>.txt`` a form's messages,
``genuine/<kind>.txt`` what looks like them and is not one; a line of a message file is "register | message". Addresses
in forms and messages end in .test (RFC 2606), phone numbers there are of a range not in use; contacts are real.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
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
TEACHING = ("happens", "signs")
"""What of a form's description teaches recognition to name it. With its name, summary and advice too, more of the
library's own messages were named rightly when held out, and fewer of other people's."""


@dataclass(frozen=True, slots=True)
class StarterTurn:
    """One turn of a call or chat. ``who`` is "stranger", "you" or "say": what you had better say, the last turn."""

    who: str
    text: str
    note: str = ""
    """The trick behind a stranger's line."""


@dataclass(frozen=True, slots=True)
class StarterForm:
    """One scam form as the starter library tells it."""

    code: str
    name: str
    group: str
    """Code of one of the six public groups: what the trick takes hold of."""
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
    truth: str
    """What the real body never does; one or two sentences for a calm box."""
    talk: tuple[StarterTurn, ...]
    """How the call or chat goes."""
    situations: tuple[str, ...]
    """Codes of what happened, by which a person finds the form."""
    sign_titles: tuple[str, ...]
    """A title of two to five words for each of ``signs``, same order."""
    dont: tuple[str, ...]
    short: str
    """One line for cards and social pictures."""
    new: bool = False
    """Whether it is of recent years."""
    to_review: tuple[str, ...] = ()
    """Statements from memory that an expert has to confirm."""

    @property
    def descriptions(self) -> list[tuple[str, str]]:
        """Sentences that teach to name it, each with its code."""
        return descriptions_of(self.code, [getattr(self, part) for part in TEACHING])


def descriptions_of(code: str, parts: Iterable[str | Sequence[str]]) -> list[tuple[str, str]]:
    """The sentences of the ``TEACHING`` parts of a form, each with its code."""
    told = [[part] if isinstance(part, str) else part for part in parts]
    return [(sentence, code) for part in told for sentence in part]


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


@dataclass(frozen=True, slots=True)
class StarterContact:
    """Whom to call: a bank, a carrier, a line of the State."""

    code: str
    kind: str
    """bank, wallet, telecom, police, state, platform or hotline."""
    name: str
    short_names: tuple[str, ...] = ()
    """What people call it, as they write it."""
    bins: tuple[str, ...] = ()
    """Acquirer ids of Napas, by which a VietQR names the bank."""
    phones: tuple[str, ...] = ()
    """Empty where no source is trusted: then people are sent to the number on the back of the card."""
    web: str = ""
    hours: str = ""
    note: str = ""
    source: str = ""
    """Where the numbers were seen, with the year; "trí nhớ" where nowhere."""
    checked: str = ""
    """ISO date on which they were compared with the source; empty when never."""
    to_review: bool = True


@dataclass(frozen=True, slots=True)
class StarterMaterial:
    """One material: what is printed, read out, sent or shown."""

    code: str
    kind: str
    """article, poster, leaflet, banner, slide, sms, radio, infographic or video."""
    title: str
    lead: str
    body: str
    """Markdown without HTML; slides are parted by a line of three hyphens."""
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    points: tuple[str, ...] = ()
    """Short lines, for what is looked at from afar."""
    call: str = ""
    """The one thing to do."""
    language: str = "vi"
    translation_of: str = ""
    """Code of the material that says the same in another language."""
    forms: tuple[str, ...] = ()
    """Codes of the scam forms that it warns of."""
    look: str = "calm"
    """Look of the design: calm, alert (only where money is going) or paper."""
    licence: str = ""
    to_review: tuple[str, ...] = ()
    """Statements from memory that an expert has to confirm."""


def starter_forms() -> list[StarterForm]:
    """Every scam form, by code. Raises TypeError or KeyError when a file lacks a part."""
    return [_form(tomllib.loads(path.read_text("utf-8"))) for path in sorted((FOLDER / "forms").glob("*.toml"))]


def _form(held: dict[str, Any]) -> StarterForm:
    talk = [StarterTurn(**turn) for turn in held.get("talk", [])]
    return StarterForm(**_frozen(held | {"talk": talk}))


def starter_contacts() -> list[StarterContact]:
    """Every line to call, in the order of the file."""
    path = FOLDER / "contacts.toml"
    held = tomllib.loads(path.read_text("utf-8"))
    return [StarterContact(**_frozen(contact)) for contact in held["contact"]]


def starter_materials() -> list[StarterMaterial]:
    """Every material, by code."""
    return [
        StarterMaterial(**_frozen(tomllib.loads(path.read_text("utf-8"))))
        for path in sorted((FOLDER / "materials").glob("*.toml"))
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
