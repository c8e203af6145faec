"""What everybody sees of warnings: the current ones, one in full with its state told as it is, those that ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Province
from canhgiac.agencies.selectors import area_search, province
from canhgiac.kit import clock
from canhgiac.library.models import Language
from canhgiac.library.selectors.renderings import readable, site_url
from canhgiac.library.selectors.sitemap import SitePage
from canhgiac.library.selectors.structured import absolute
from canhgiac.outreach.models import Rendition
from canhgiac.outreach.models import Warning as Alert

from .generator import generated
from .renditions import source_of
from .subscribers import qr_picture
from .warnings import reaching

State, Kind = Alert.State, Rendition.Kind
GRAVE = (Alert.Severity.EXTREME, Alert.Severity.SEVERE)
"""Shown on a strip over every public page while they hold."""
RECALLED_SHOWN = dt.timedelta(days=14)
"""For so long a recall stands in the list of current warnings: who read the warning should meet its end too."""
CHOICES_MOST = 12
_LAST = Alert.Severity.values


class Standing(StrEnum):
    """How a warning stands today, as its page says it."""

    CURRENT = "current"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLATION = "cancellation"
    """The page of the message by which an earlier one was taken back."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a list of a text, with its heading if it has one."""

    heading: str
    lines: tuple[str, ...]
    points: tuple[str, ...]


def blocks_of(text: str) -> list[Block]:
    """The words of a page taken apart at empty lines, in their order.

    >>> blocks_of("Chuyện gì.\\n\\nCần làm:\\n- Gọi 113.")[1]
    Block(heading='Cần làm', lines=(), points=('Gọi 113.',))
    """
    found = []
    for part in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        points = tuple(line[2:].strip() for line in lines if line.startswith("- "))
        said = [line for line in lines if not line.startswith("- ")]
        heading = said.pop(0)[:-1] if points and said and said[0].endswith(":") else ""
        if lines:
            found.append(Block(heading, tuple(said), points))
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """A warning in a list."""

    warning: Alert
    title: str
    lead: str
    url: str
    places: str
    is_grave: bool


def current() -> QuerySet[Alert]:
    """Warnings that hold now, the gravest and newest first; recalls are not among them."""
    now = clock.now()
    rows = Alert.objects.filter(state=State.ISSUED).exclude(kind=Alert.Kind.CANCEL)
    return rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now)).order_by("-issued_at", "-pk")


def with_words(rows: QuerySet[Alert], *, places: bool = True) -> QuerySet[Alert]:
    """The same with the words of their pages, and their areas: one or two more queries."""
    words = Rendition.objects.filter(kind=Kind.PORTAL, language=Language.VI).only("title", "text", "warning_id")
    rows = rows.prefetch_related(Prefetch("renditions", words, to_attr="portal"))
    return rows.prefetch_related("areas") if places else rows


def rows_of(warnings: Sequence[Alert], *, places: bool = True) -> list[Row]:
    """Lines of a list, the gravest first and else in the order given. No query after ``with_words``."""
    told = [_row(one, places=places) for one in warnings]
    return sorted(told, key=lambda row: _LAST.index(row.warning.severity))


def _row(warning: Alert, *, places: bool) -> Row:
    portal: list[Rendition] = getattr(warning, "portal", [])
    blocks = blocks_of(portal[0].text) if portal else []
    lead = next((" ".join(one.lines) for one in blocks if one.lines), "") or warning.happens
    return Row(
        warning=warning,
        title=(portal[0].title if portal else "") or warning.title,
        lead=lead,
        url=reverse("warning_public", args=[warning.pk]),
        places=area_words(warning) if places else "",
        is_grave=warning.severity in GRAVE,
    )


def area_words(warning: Alert) -> str:
    """Where it holds, as people read it."""
    names = [area.name for area in warning.areas.all()]
    return ", ".join(names) or _("Toàn tỉnh")


def newest(limit: int) -> list[Row]:
    """The current warnings for another page's list. Two queries, one when there are none."""
    return rows_of(list(with_words(current(), places=False)[:limit]), places=False)


@dataclass(frozen=True, slots=True)
class Strip:
    """What stands over every public page."""

    text: str
    title: str
    url: str
    language: str
    key: int
    """By which a browser remembers that its reader put it away: the warning's id, so that an update stands anew."""
    again: int = 0
    """Hours after which it stands again though it was put away; 0: not again."""


AGAIN_HOURS = 24
"""Of the gravest kind: whoever put it away yesterday may have forgotten it."""


def strips() -> list[Strip]:
    """The grave warnings that hold now, in the reader's language where it was written. One query."""
    wanted = {Language.VI.value, translation.get_language() or "vi"}
    rows = Rendition.objects.filter(kind=Kind.BANNER, language__in=wanted, warning__in=current())
    rows = rows.filter(warning__severity__in=GRAVE).exclude(text="").order_by("-warning__issued_at", "warning_id")
    rows = rows.select_related("warning")
    by_warning: dict[int, Rendition] = {}
    for row in rows:
        if row.warning_id not in by_warning or row.language != Language.VI:
            by_warning[row.warning_id] = row
    return [_strip(row) for row in by_warning.values()][:2]


def _strip(row: Rendition) -> Strip:
    again = AGAIN_HOURS if row.warning.severity == Alert.Severity.EXTREME else 0
    url = reverse("warning_public", args=[row.warning_id])
    return Strip(row.text, row.title, url, row.language, row.warning_id, again)


# The list -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A commune asked for: what was typed, the one meant, or those that it may mean."""

    text: str
    area: Area | None = None
    choices: tuple[Area, ...] = ()


def commune_asked(text: str) -> Asked:
    """Which commune somebody means by a code or a name. Up to three queries, none for nothing."""
    words = " ".join(text.split())[:80]
    if not words:
        return Asked("")
    above = province().area
    found = [
        area
        for area in area_search(words, on=clock.today())
        if area.level == Area.Level.COMMUNE and (above is None or area.path.startswith(above.path))
    ]
    exact = [area for area in found if area.code == words or area.name.casefold() == words.casefold()] or found
    if len(exact) == 1:
        return Asked(words, exact[0])
    return Asked(words, None, tuple(found[:CHOICES_MOST]))


@dataclass(frozen=True, slots=True)
class Listed:
    """The page of current warnings."""

    asked: Asked
    rows: list[Row]
    recalled: list[Row]
    has_ended: bool


def listed(text: str) -> Listed:
    """Current warnings, of one commune if one is meant, and what was taken back lately."""
    asked = commune_asked(text)
    rows = current()
    recalls = Alert.objects.filter(kind=Alert.Kind.CANCEL, state__in=Alert.OUT)
    recalls = recalls.filter(issued_at__gt=clock.now() - RECALLED_SHOWN).order_by("-issued_at")
    if asked.area is not None:
        rows, recalls = rows.filter(reaching(asked.area)), recalls.filter(reaching(asked.area))
    return Listed(
        asked, rows_of(list(with_words(rows))), rows_of(list(with_words(recalls))), ended().only("pk").exists()
    )


def ended() -> QuerySet[Alert]:
    """What does not hold any more, the last first; cancellations speak through what they took back."""
    over = Q(state__in=(State.SUPERSEDED, State.CANCELLED, State.EXPIRED))
    over |= Q(state=State.ISSUED, expires_at__lte=clock.now())
    return Alert.objects.filter(over).exclude(kind=Alert.Kind.CANCEL).order_by("-issued_at", "-pk")


# One warning ----------------------------------------------------------------------------------------------------------


def warning_public(warning_id: int) -> Alert:
    """A warning that was issued, whatever became of it. Raises Http404."""
    rows = Alert.objects.select_related("form", "first", "refers_to")
    return get_object_or_404(rows, pk=warning_id, state__in=Alert.OUT)


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language that the page can be read in."""

    code: str
    name: str
    url: str
    is_shown: bool


class Told:
    """One warning's page in one language. Up to eight queries."""

    def __init__(self, warning: Alert, language: str = "") -> None:
        self.warning = warning
        self.profile: Province = province()
        self._pages = {
            one.language: one
            for one in warning.renditions.filter(kind=Kind.PORTAL).exclude(text="").order_by("language")
        }
        known = translation.get_language() or "vi"
        self.language = next((code for code in (language, known) if code in self._pages), Language.VI.value)
        if language and language not in {self.language, Language.VI.value}:
            raise Http404
        page = self._pages.get(self.language)
        draft = generated(Kind.PORTAL, source_of(warning)) if page is None else None
        self.title = (page.title if page else draft.title if draft else "") or warning.title
        self.text = page.text if page else draft.text if draft else ""

    @cached_property
    def chain(self) -> list[Alert]:
        """Every issued message of this matter, the first first."""
        root = self.warning.first_id or self.warning.pk
        rows = Alert.objects.filter(Q(pk=root) | Q(first_id=root), state__in=Alert.OUT)
        return list(rows.order_by("issued_at", "pk"))

    @property
    def latest(self) -> Alert:
        """The last word on the matter."""
        return self.chain[-1]

    @property
    def standing(self) -> Standing:
        """How the page's warning stands: the last word decides, not what this one once was."""
        mine = self.latest.pk == self.warning.pk
        if self.warning.kind == Alert.Kind.CANCEL:
            return Standing.CANCELLATION if mine else Standing.UPDATED
        if self.latest.kind == Alert.Kind.CANCEL:
            return Standing.WITHDRAWN
        if not mine:
            return Standing.UPDATED
        expires = self.warning.expires_at
        is_over = self.warning.state == State.EXPIRED or (expires is not None and expires <= clock.now())
        return Standing.EXPIRED if is_over else Standing.CURRENT

    @property
    def is_current(self) -> bool:
        """Whether its advice holds today."""
        return self.standing == Standing.CURRENT

    @property
    def reason(self) -> str:
        """Why it was taken back."""
        return self.latest.end_reason or self.warning.end_reason

    @property
    def latest_url(self) -> str:
        """The page of the last word."""
        return reverse("warning_public", args=[self.latest.pk])

    @property
    def former_url(self) -> str:
        """The page of what an update or a cancellation speaks of; empty for an alert."""
        pk = self.warning.refers_to_id
        return reverse("warning_public", args=[pk]) if pk else ""

    @cached_property
    def blocks(self) -> list[Block]:
        """Its words."""
        return blocks_of(self.text)

    @property
    def summary(self) -> str:
        """The first paragraph, or why it was taken back, for those who share the page."""
        if self.standing == Standing.WITHDRAWN:
            return self.reason
        return next((" ".join(one.lines) for one in self.blocks if one.lines), "")

    @property
    def is_grave(self) -> bool:
        """Severe or extreme."""
        return self.warning.severity in GRAVE

    @cached_property
    def places(self) -> str:
        """Where it holds."""
        return area_words(self.warning)

    @property
    def speaker(self) -> str:
        """Who issued it."""
        return self.profile.office.name if self.profile.office else self.profile.name

    @property
    def tongues(self) -> list[Tongue]:
        """Languages it was written in, Vietnamese first; none where there is one alone."""
        codes = sorted(self._pages, key=lambda code: (code != Language.VI, code))
        path = reverse("warning_public", args=[self.warning.pk])
        found = [
            Tongue(code, str(Language(code).label), f"{path}?tieng={code}", code == self.language) for code in codes
        ]
        return found if len(found) > 1 else []

    @cached_property
    def audio(self) -> Rendition | None:
        """What the loudspeakers read, in this language."""
        rows = self.warning.renditions.filter(kind=Kind.LOUDSPEAKER, language=self.language)
        return rows.exclude(audio_sha256="").first()

    @property
    def form_url(self) -> str:
        """The page of its scam form, where one is published."""
        form = self.warning.form
        return reverse("form_page", args=[form.slug]) if form is not None and form.published is not None else ""

    @property
    def cap_url(self) -> str:
        """The message as CAP 1.2; empty without a number."""
        number = self.warning.number
        return reverse("warning_cap", args=[number.replace("/", "-")]) if number else ""

    @property
    def address(self) -> str:
        """The page's own address as people should see it."""
        return site_url(self.profile, reverse("warning_public", args=[self.warning.pk]))

    @property
    def typed(self) -> str:
        """The address as it is typed."""
        return readable(self.address)

    @property
    def qr(self) -> str:
        """The address as a QR code: a data: address of the drawing."""
        return qr_picture(self.address)

    @property
    def message(self) -> str:
        """What a person sends on: the title, with the recall in front if there is one, and where to read it."""
        recalled = _("ĐÃ THU HỒI: ") if self.standing == Standing.WITHDRAWN else ""
        return f"{recalled}{self.title}\n{self.address}"


def site_pages() -> list[SitePage]:
    """Pages of warnings that hold, for search engines. One query."""
    return [
        SitePage(absolute(reverse("warning_public", args=[pk])), at)
        for pk, at in current().values_list("pk", "issued_at")
    ]
