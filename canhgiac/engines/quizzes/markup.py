"""Text of other programs as plain text with line breaks: HTML, Markdown, Moodle's mixture.

HTML is taken apart by hand and not by ``html.parser``, which needs a minute for 60,000 characters of "<a <a <a"; here
every character is looked at once.
"""

from __future__ import annotations

import html
import re

from canhgiac.kit import markdown

MARKDOWN_MOST, LINKS_MOST = 8_000, 100
"""Characters and opening brackets of Markdown that are parsed; more is taken as plain text, since the parser's time
grows with the square of both."""
_BLOCKS = frozenset(("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"))
_HIDDEN = frozenset(("script", "style", "head", "title"))
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})\b([^<>]*)>|<!--|<![^<>]*>")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b", re.IGNORECASE)


def html_words(text: str) -> str:
    """The words of HTML, a block a line; white space of the source counts as one space; a picture is its "alt"."""
    source = " ".join(text.split())
    parts: list[str] = []
    at, hidden = 0, 0
    while tag := _TAG.search(source, at):
        parts.append("" if hidden else source[at : tag.start()])
        at = tag.end()
        if tag[0] == "<!--":
            closed = source.find("-->", at)
            at = closed + 3 if closed >= 0 else len(source)
            continue
        name = (tag[2] or "").lower()
        if name in _HIDDEN:
            hidden = max(0, hidden - 1) if tag[1] else hidden + 1
        elif name in _BLOCKS:
            parts.append("\n")
        elif name == "img" and not tag[1] and (alt := _ALT.search(tag[3])):
            parts.append(alt[1] or alt[2] or alt[3] or "")
    parts.append("" if hidden else source[at:])
    return tidy(html.unescape("".join(parts)))


def tidy(text: str) -> str:
    """Lines trimmed, at most one empty line between them, none at the ends."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).strip()


def words(text: str, form: str) -> str:
    """The plain text of ``text``, written as "html", "markdown", "plain", or "moodle" (HTML where there is any)."""
    if form == "plain":
        return text.strip()
    if form == "markdown" and len(text) <= MARKDOWN_MOST and text.count("[") <= LINKS_MOST:
        return markdown.plain(text).strip()
    if form == "html":
        return html_words(text)
    if _MARKUP.search(text):
        return html_words(text.replace("\n", "<br>"))
    return tidy(text)


def has_picture(text: str) -> bool:
    """Whether HTML shows a picture, which plain text loses."""
    return _PICTURE.search(text) is not None
