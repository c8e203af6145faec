"""The places kept ready for the maps, told anew where they differ from their activities."""

from __future__ import annotations

import logging

from django.db import connection, transaction

from canhgiac.activities.selectors.reached import WrongPlace, places_wrong

log = logging.getLogger(__name__)


@transaction.atomic
def places_mend() -> list[WrongPlace]:
    """Finds what is wrong and tells those activities' places anew; returns what was wrong, nothing when all was right.

    The triggers leave nothing to mend, unless someone writes past them, or moves a residential group to another
    commune in the very moment in which another person records an activity there.
    """
    wrong = places_wrong()
    if wrong:
        ids = sorted({row.activity_id for row in wrong})
        with connection.cursor() as cursor:
            cursor.execute("SELECT activities_reached_lock(%s::bigint[])", [ids])
            cursor.execute("SELECT activities_reached_write(%s::bigint[])", [ids])
        log.warning("places reached were wrong and are mended: %d activities, first %d", len(ids), ids[0])
    return wrong
