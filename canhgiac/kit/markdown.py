"""The one way from the Markdown of materials to HTML and to plain text: CommonMark with tables, HTML off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

SLIDE = re.compile(r"^[ ]{0,3}-{3,}[ \t]*$", re.MULTILINE)
"""A line of three hyphens parts slides."""
_SCHEMES = ("https://", "http://", "tel:", "sms:", "/", "#")


class _Renderer(RendererHTML):
    """Links of other sites open without telling them where from; pictures of foreign hosts are not fetched."""

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # markdown-it's signature
        """The picture's words: a page of ours never loads a picture from elsewhere."""
        return self.renderInlineAsText(tokens[idx].children or [], options, env)


def _links(state: StateCore) -> None:
    for block in state.tokens:
        for token in block.children or ():
            if token.type == "link_open" and str(token.attrGet("href") or "").startswith("http"):
                token.attrSet("rel", "noopener noreferrer")


def _headings(state: StateCore) -> None:
    """The page has its one h1 and h2 of its own: a text's "#" starts at h3."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"


def _link_allowed(url: str) -> bool:
    return url.strip().casefold().startswith(_SCHEMES) and not url.strip().startswith("//")


@cache
def _parser() -> MarkdownIt:
    parser = (
        MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer)
        .enable("table")
        .disable("lheading")
    )
    parser.validateLink = _link_allowed  # type: ignore[method-assign]  # the library's own way to narrow links
    parser.core.ruler.push("outer_links", _links)
    parser.core.ruler.push("headings", _headings)
    return parser


def html(text: str) -> SafeString:
    """The text as HTML. What is HTML in the text is shown as its signs; links go to https, http, tel, sms or here.

    >>> html("**Không** bấm <b>link</b>")
    '<p><strong>Không</strong> bấm &lt;b&gt;link&lt;/b&gt;</p>\\n'
    """
    rendered: str = _parser().render(text.replace("\0", ""))
    return mark_safe(rendered)  # noqa: S308  # HTML is off, links are checked


def tokens(text: str) -> list[Token]:
    """The text taken apart, for what is neither HTML nor plain text: print and books. Headings start at h3."""
    return _parser().parse(text.replace("\0", ""))


def plain(text: str) -> str:
    """The words of the text without its marks, a paragraph or list item a line: for SMS, speech, search, captions.

    >>> plain("# Nhớ\\n\\n- **một**\\n- [hai](https://vidu.test)")
    'Nhớ\\nmột\\nhai'
    """
    lines = []
    for block in _parser().parse(text.replace("\0", "")):
        if block.type == "inline":
            lines.append("".join(map(_words, block.children or ())).strip())
        elif block.type in ("fence", "code_block"):
            lines.append(block.content.strip())
    return "\n".join(line for line in lines if line)


def _words(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return token.content if token.type in ("text", "code_inline", "image") else ""


@dataclass(slots=True)
class Section:
    """A heading of a document and the words below it, up to the next heading."""

    level: int
    anchor: str
    title: str
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """A page of Markdown that stands by itself; the first section is its title's, whose heading is not in ``html``."""

    html: SafeString
    sections: list[Section]

    @property
    def title(self) -> str:
        """The first heading."""
        return self.sections[0].title


class _DocumentRenderer(RendererHTML):
    """Pictures of the house are shown; what may be wider than a phone scrolls by itself, also by keyboard."""

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A table in a frame that is called as the heading above."""
        above = next((tokens[at] for at in range(idx, -1, -1) if tokens[at].type == "heading_open"), None)
        label = escape(above.meta["title"] if above else "")
        return f'<div class="cg-scroll" tabindex="0" role="group" aria-label="{label}"><table class="table">\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """The end of table and frame."""
        return "</table></div>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A block to be typed, as it stands."""
        return f'<pre tabindex="0"><code>{escape(tokens[idx].content)}</code></pre>\n'


def anchor_of(title: str) -> str:
    """The anchor of a heading as GitHub and other readers of Markdown make it.

    >>> anchor_of("4. Biến môi trường")
    '4-biến-môi-trường'
    """
    return re.sub(r"[^\w\- ]", "", unicodedata.normalize("NFC", title).strip().lower()).replace(" ", "-")


def document(text: str, *, place: Callable[[str], str | None]) -> Document:
    """A page of several headings as HTML: h2 and below with anchors, its pictures, its links where they lead here.

    ``place`` gives the address here for a link or picture as written, None where there is none: of a link the words
    stay, of a picture its description. Raises ValueError for a text that does not begin with a heading.
    """
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_DocumentRenderer).enable("table")
    parser.validateLink = bool  # type: ignore[assignment]  # _placed decides of each
    tokens = parser.parse(text.replace("\0", ""))
    if not tokens or tokens[0].type != "heading_open":
        raise ValueError("a document begins with its heading")
    for block in tokens:
        if block.children:
            block.children = list(_placed(block.children, place))
    sections = _sections(tokens)
    rendered: str = parser.renderer.render(tokens[3:], parser.options, {})
    return Document(mark_safe(rendered), sections)  # noqa: S308  # HTML is off, links are placed


def _placed(children: list[Token], place: Callable[[str], str | None]) -> Iterator[Token]:
    """The inline tokens with every link where it leads here; one that leads nowhere is its words."""
    open_links: list[bool] = []
    for token in children:
        if token.type == "link_open":
            address = _address(str(token.attrGet("href") or ""), place)
            open_links.append(address is not None)
            if address is None:
                continue
            token.attrSet("href", address)
            if address.startswith("http"):
                token.attrSet("rel", "noopener noreferrer")
        elif token.type == "link_close" and not open_links.pop():
            continue
        elif token.type == "image":
            source = place(str(token.attrGet("src") or ""))
            if source is None:
                yield Token("text", "", 0, content=token.content)
                continue
            token.attrs = {"src": source, "alt": "", "loading": "lazy"}
        yield token


def _address(url: str, place: Callable[[str], str | None]) -> str | None:
    return url if url.startswith("#") or re.match(r"https?://|tel:|sms:", url) else place(url)


def _sections(tokens: list[Token]) -> list[Section]:
    """The sections in their order; gives each heading of the page its anchor, a second one of the same name "-1"."""
    found: list[Section] = []
    taken: dict[str, int] = {}
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            title = "".join(map(_words, tokens[at + 1].children or ())).strip()
            anchor = anchor_of(title)
            taken[anchor] = count = taken.get(anchor, -1) + 1
            found.append(Section(int(token.tag[1]), f"{anchor}-{count}" if count else anchor, title))
            token.attrSet("id", found[-1].anchor)
            token.meta["title"] = title
        elif token.type == "inline" and tokens[at - 1].type != "heading_open":
            found[-1].lines.append("".join(map(_words, token.children or ())).strip())
        elif token.type in ("fence", "code_block"):
            found[-1].lines.append(token.content.strip())
    return found


def slides(text: str) -> list[str]:
    """The parts between lines of three hyphens, without empty ones."""
    return [part.strip() for part in SLIDE.split(text) if part.strip()]
