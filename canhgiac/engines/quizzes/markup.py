"""Text of other programs as plain text with line breaks: HTML, Markdown, Moodle's mixture."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from canhgiac.kit import markdown

_BLOCKS = frozenset(("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"))
_HIDDEN = frozenset(("script", "style", "head", "title"))
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|&(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_PICTURE = re.compile(r"<img\b", re.IGNORECASE)


class _Words(HTMLParser):
    """Collects words; block tags become line breaks, a picture becomes its alternative text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes an opening tag."""
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        """Takes a closing tag."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Takes words."""
        if not self._hidden:
            self.parts.append(data)


def html_words(text: str) -> str:
    """The words of HTML, a block a line; white space of the source counts as one space."""
    reader = _Words()
    reader.feed(" ".join(text.split()))
    reader.close()
    return tidy("".join(reader.parts))


def tidy(text: str) -> str:
    """Lines trimmed, at most one empty line between them, none at the ends."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).strip()


def words(text: str, form: str) -> str:
    """The plain text of ``text``, written as "html", "markdown", "plain", or "moodle" (HTML where there is any)."""
    if form == "plain":
        return text.strip()
    if form == "markdown":
        return markdown.plain(text).strip()
    if form == "html":
        return html_words(text)
    if _TAG.search(text):
        return html_words(text.replace("\n", "<br>"))
    return tidy(text)


def has_picture(text: str) -> bool:
    """Whether HTML shows a picture, which plain text loses."""
    return _PICTURE.search(text) is not None
