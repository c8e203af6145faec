"""Activities and the pictures that prove them."""

from __future__ import annotations

import datetime as dt
import io
import random
from typing import Any

from PIL import Image, ImageDraw

from canhgiac.activities.models import Activity, Kind
from canhgiac.activities.services.record import ActivityData, activity_record
from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.kit import clock


def data(*, agency: Agency, area: Area | None = None, **facts: Any) -> ActivityData:
    """Facts of a talk with forty people today, in the agency's own area."""
    there = area or agency.area
    assert there is not None
    given: dict[str, Any] = {"kind": Kind.CONFERENCE, "on": clock.today(), "people": 40} | facts
    if given["kind"] != Kind.CONFERENCE and "people" not in facts:
        given.pop("people")
    return ActivityData(agency=agency, area=there, **given)


def activity(
    *,
    by: Member,
    agency: Agency | None = None,
    area: Area | None = None,
    state: Activity.State = Activity.State.SUBMITTED,
    on: dt.date | None = None,
    **facts: Any,
) -> Activity:
    """An activity recorded by the service; ``state`` is then set as it is."""
    where = agency or by.agency
    assert where is not None
    row = activity_record(by=by, data=data(agency=where, area=area, on=on or clock.today(), **facts))
    if state != row.state:
        row.state = state
        row.save(update_fields=["state"])
    return row


def photo(seed: int = 1, *, size: tuple[int, int] = (900, 600), form: str = "JPEG", **options: Any) -> bytes:
    """A picture of blocks in colours that only this seed has."""
    chance = random.Random(seed)
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for row in range(6):
        for column in range(6):
            shade = tuple(chance.randrange(256) for _ in range(3))
            left, top = column * size[0] // 6, row * size[1] // 6
            draw.rectangle((left, top, left + size[0] // 6, top + size[1] // 6), fill=shade)
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()
