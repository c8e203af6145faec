"""Pages of ours on other people's platforms: a warning put there, looked for, changed into its own recall, taken down.

Each call is one exchange with the platform and writes nothing of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from asgiref.sync import async_to_sync
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.selectors import province
from canhgiac.channels import facebook, zalo
from canhgiac.channels.contract import Pace
from canhgiac.channels.web import PostError, PostRef
from canhgiac.channels.zalo.articles import MOST_SUMMARY, MOST_TITLE
from canhgiac.library.models import Language
from canhgiac.library.selectors.renderings import site_url
from canhgiac.library.services.renderings import SettingRefused
from canhgiac.outreach.models import Posting, Provider, Rendition, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.providers import provider_for
from canhgiac.outreach.selectors.public import blocks_of
from canhgiac.outreach.selectors.renditions import words_of

from .lines import zalo_settings
from .prints import warning_print
from .providers import provider_secret
from .refusals import WarningRefused

Place, Kind = Posting.Place, Rendition.Kind
WAYS: dict[str, Way] = {Place.FACEBOOK: Way.MESSENGER, Place.ZALO: Way.ZALO}
"""The contract under which a place is ours: the page that answers in Messenger, the account that sends on Zalo."""
KINDS: dict[str, Rendition.Kind] = {Place.FACEBOOK: Kind.FACEBOOK, Place.ZALO: Kind.PORTAL}
"""What is set there. An article has the room of a page."""
_GONE = "zalo:-201"


class Desk(Protocol):
    """One place, ready for one warning."""

    def put(self) -> PostRef:
        """Publishes. Raises PostError, ValueError."""

    def find(self, known: Sequence[str]) -> PostRef | None:
        """The post with these words that is none of the ``known``. Raises PostError."""

    def change(self, ref: PostRef, words: str) -> None:
        """Puts other words in its place: the first line is the title. Raises PostError."""

    def delete(self, ref: PostRef) -> None:
        """Takes it down; one that is gone is no error. Raises PostError."""


def desk_open(place: str, warning: Alert) -> Desk:
    """The place for this warning. Raises WarningRefused where no page, no account or no words are there."""
    provider = provider_for(WAYS[place])
    if provider is None:
        said = (
            _("Chưa có trang Facebook nào được nối.") if place == Place.FACEBOOK else _("Chưa nối tài khoản Zalo OA.")
        )
        raise WarningRefused(said, "places")
    row = warning.renditions.filter(kind=KINDS[place], language=Language.VI).first()
    if row is None or not row.text.strip():
        raise WarningRefused(_("Chưa có lời cho nơi này: viết bản “%s” trước.") % KINDS[place].label, "places")
    secret = provider_secret(provider)
    if place == Place.FACEBOOK:
        return FacebookDesk(warning, row, provider, secret)
    return ZaloDesk(warning, row, provider, secret)


def page_address(warning: Alert) -> str:
    """Where the warning stands on our own site."""
    return site_url(province(), reverse("warning_public", args=[warning.pk]))


class FacebookDesk:
    """Posts of a page, with the card as their picture."""

    def __init__(self, warning: Alert, row: Rendition, provider: Provider, secret: dict[str, Any]) -> None:
        self._warning = warning
        self._words = f"{words_of(row)}\n\n{page_address(warning)}"
        given = {**provider.settings, **secret}
        known = {name: given[name] for name in ("token", "app_secret", "api", "version", "proxy") if name in given}
        page_id = str(given.get("page_id") or provider.sender)
        self._settings = facebook.FacebookSettings(page_id=page_id, pace=Pace(window=2), **known)

    def put(self) -> PostRef:
        """Publishes, with the card where it can be set."""
        return async_to_sync(facebook.post_publish)(self._settings, self._words, self._picture())

    def find(self, known: Sequence[str]) -> PostRef | None:
        """By its very words: they name the warning's own page."""
        found = async_to_sync(facebook.post_find)(self._settings, self._words)
        return found if found is not None and found.id not in known else None

    def change(self, ref: PostRef, words: str) -> None:
        """Other words; the shares of others show them too."""
        async_to_sync(facebook.post_edit)(self._settings, ref, words)

    def delete(self, ref: PostRef) -> None:
        """Takes it down."""
        async_to_sync(facebook.post_delete)(self._settings, ref)

    def _picture(self) -> facebook.Picture | None:
        try:
            return facebook.Picture(warning_print(self._warning, "anh-chia-se", picture=True))
        except SettingRefused:
            return None


class ZaloDesk:
    """Articles of an Official Account."""

    def __init__(self, warning: Alert, row: Rendition, provider: Provider, secret: dict[str, Any]) -> None:
        self._link = page_address(warning)
        self._speaker = province().name
        self._title = _short(row.title or warning.title, MOST_TITLE)
        self._text = row.text
        self._settings = zalo_settings(provider, secret, Pace(window=2))

    def put(self) -> PostRef:
        """Publishes; Zalo works on an article for a second or two."""
        return async_to_sync(zalo.article_post)(self._settings, self._article(self._title, self._text))

    def find(self, known: Sequence[str]) -> PostRef | None:
        """By its title: an article that is not known as another's."""
        found = async_to_sync(zalo.article_find)(self._settings, self._title)
        return found if found is not None and found.id not in known else None

    def change(self, ref: PostRef, words: str) -> None:
        """Other words under the same link."""
        title, _line, text = words.partition("\n")
        article = self._article(_short(title, MOST_TITLE), text.strip() or title)
        async_to_sync(zalo.article_update)(self._settings, ref, article)

    def delete(self, ref: PostRef) -> None:
        """Takes it down."""
        try:
            async_to_sync(zalo.article_withdraw)(self._settings, ref)
        except PostError as error:
            if error.code != _GONE:
                raise

    def _article(self, title: str, text: str) -> zalo.Article:
        blocks = blocks_of(text)
        paragraphs = [
            "\n".join(
                [*([f"{one.heading}:"] if one.heading else []), *one.lines, *(f"- {line}" for line in one.points)]
            )
            for one in blocks
        ]
        lead = next((" ".join(one.lines) for one in blocks if one.lines), title)
        return zalo.Article(
            title=title,
            summary=_short(lead, MOST_SUMMARY),
            paragraphs=(*paragraphs, self._link),
            cover=f"{self._link}anh.png",
            author=_short(self._speaker, 50),
        )


def _short(text: str, most: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0] + "…"
