"""Text for print and books: Markdown, lists and talks as plain blocks that Typst and the EPUB writer set alike.

A block is a mapping with "k": "h" heading, "p" paragraph, "quote", "item" of a list, "do", "dont", "label", "sign" and
"says" of a talk. "runs" are [text, bold, italic]; what was a link is followed by its address.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from markdown_it.token import Token

from canhgiac.kit import markdown

Block = dict[str, Any]
Run = list[Any]


def heading(text: str, *, level: int = 2, panel: bool = False) -> Block:
    """A heading; ``panel`` asks for a column of its own where there are columns."""
    return {"k": "h", "level": level, "runs": run(text), "panel": panel}


def run(text: str) -> list[Run]:
    """Plain words as runs."""
    return [[text, False, False]]


def paragraphs(text: str) -> list[Block]:
    """Plain text, an empty line between paragraphs."""
    return [{"k": "p", "runs": run(part.strip())} for part in text.replace("\r", "").split("\n\n") if part.strip()]


def items(texts: Iterable[str], *, numbered: bool = False) -> list[Block]:
    """A list."""
    return [
        {"k": "item", "mark": str(place) if numbered else "", "runs": run(text)}
        for place, text in enumerate(texts, 1)
        if text.strip()
    ]


def marked(kind: str, texts: Iterable[str]) -> list[Block]:
    """Things to do ("do") or to leave ("dont")."""
    return [{"k": kind, "runs": run(text)} for text in texts if text.strip()]


def of_markdown(text: str) -> list[Block]:
    """The blocks of a material's body. Tables become a line a row; pictures their words."""
    return _Reader(markdown.tokens(text)).blocks


def plain(block: Block) -> str:
    """The words of a block."""
    if block["k"] == "sign":
        return " ".join(part for part in (block["title"], block["text"]) if part)
    if block["k"] == "says":
        return " ".join(part for part in (block["name"], block["text"], block["note"]) if part)
    return "".join(words for words, _bold, _italic in block["runs"])


class _Reader:
    """Walks the tokens once; lists inside lists are told in one level, as paper of a few words needs it."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.blocks: list[Block] = []
        self._lists: list[int | None] = []
        self._marks: list[str] = []
        self._quotes = 0
        self._level = 0
        self._row: list[Run] | None = None
        for token in tokens:
            self._take(token)

    def _take(self, token: Token) -> None:
        kind = token.type
        if kind == "heading_open":
            self._level = int(token.tag[1]) - 2
        elif kind == "heading_close":
            self._level = 0
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self._lists.append(int(token.attrGet("start") or 1) if kind.startswith("ordered") else None)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
        elif kind == "list_item_open":
            self._next_item()
        elif kind in ("blockquote_open", "blockquote_close"):
            self._quotes += 1 if kind.endswith("open") else -1
        elif kind == "tr_open":
            self._row = []
        elif kind == "tr_close" and self._row:
            self.blocks.append({"k": "item", "mark": "", "runs": self._row})
            self._row = None
        elif kind == "inline":
            self._put(_runs(token.children or []))
        elif kind in ("fence", "code_block"):
            self._put(run(token.content.strip()))

    def _next_item(self) -> None:
        number = self._lists[-1]
        self._marks.append("" if number is None else str(number))
        if number is not None:
            self._lists[-1] = number + 1

    def _put(self, runs: list[Run]) -> None:
        if not any(words.strip() for words, _bold, _italic in runs):
            return
        if self._row is not None:
            self._row += [*run(" – "), *runs] if self._row else runs
        elif self._level:
            self.blocks.append({"k": "h", "level": self._level, "runs": runs, "panel": False})
        elif self._lists and self._marks:
            self.blocks.append({"k": "item", "mark": self._marks.pop(), "runs": runs})
            self._marks.clear()
        else:
            self.blocks.append({"k": "quote" if self._quotes else "p", "runs": runs})


def _runs(children: Sequence[Token]) -> list[Run]:
    bold = italic = 0
    href = ""
    found: list[Run] = []
    for token in children:
        if token.type in ("strong_open", "strong_close"):
            bold += 1 if token.type.endswith("open") else -1
        elif token.type in ("em_open", "em_close"):
            italic += 1 if token.type.endswith("open") else -1
        elif token.type == "link_open":
            href = str(token.attrGet("href") or "")
        elif token.type == "link_close":
            shown = "".join(words for words, _bold, _italic in found)
            bare = href.removeprefix("https://").removeprefix("http://").removeprefix("tel:").removeprefix("sms:")
            if href and bare not in shown:
                found.append([f" ({bare})", False, False])
        elif token.type in ("softbreak", "hardbreak"):
            found.append(["\n", False, False])
        elif token.content:
            found.append([token.content, bold > 0, italic > 0])
    return found
