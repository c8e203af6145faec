"""The one way from the Markdown of materials to HTML and to plain text: CommonMark with tables, HTML off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

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


def slides(text: str) -> list[str]:
    """The parts between lines of three hyphens, without empty ones."""
    return [part.strip() for part in SLIDE.split(text) if part.strip()]
