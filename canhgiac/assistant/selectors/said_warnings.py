"""warnings: what is going round, for the person's commune if one is known, else in the province."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area
from canhgiac.outreach.selectors.public import commune_asked

from .asked import Asked
from .replies import Choice, Reply

MOST = 3


def said_warnings(asked: Asked) -> Reply:
    """The warnings that hold. Three queries where a place was named, else none."""
    area, choices = _where(asked)
    live = [one for one in asked.knowledge.warnings if one.holds(asked.now)]
    near = [one for one in live if area is None or one.reaches(area.path)]
    page = Choice(_("Mọi cảnh báo"), url=reverse("warning_public_list"))
    stay = Choice(_("Gửi cảnh báo cho tôi"), say=_("Tôi muốn nhận cảnh báo"))
    place = area.name if area else asked.knowledge.profile.name or _("tỉnh")
    if not near:
        none = _("Lúc này không có cảnh báo nào đang hiệu lực ở %(place)s. Điều đó không có nghĩa là không có lừa đảo.")
        return Reply(
            act="warnings",
            slots=asked.slots,
            says=(none % {"place": place}, _("Nhận tin lạ thì dán vào đây để hỏi.")),
            choices=(*choices, page, stay)[:4],
        )
    says = [_("Cảnh báo đang có ở %(place)s:") % {"place": place}]
    for one in near[:MOST]:
        lead = f"{one.title}. {one.lead}".strip()
        says.append(f"{lead} {one.advice}".strip())
    return Reply(
        act="warnings",
        slots=asked.slots,
        says=tuple(says),
        sources=tuple(one.source for one in near[:MOST]),
        choices=(*choices, page, stay)[:4],
    )


def _where(asked: Asked) -> tuple[Area | None, list[Choice]]:
    """The commune meant, or those that the words may mean."""
    if not asked.slots.area:
        return asked.area, []
    found = commune_asked(asked.slots.area)
    say = _("Cảnh báo ở %(place)s")
    return found.area or asked.area, [Choice(area.name, say=say % {"place": area.name}) for area in found.choices[:2]]
