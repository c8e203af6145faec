"""Targets counted after activities were accepted, withdrawn or joined, and once each night."""

from canhgiac import work
from canhgiac.activities.services.counting import targets_count as count


@work.job("activities.targets_count")
def targets_count(activity_ids: list[int] | None = None, measure_id: int | None = None) -> None:
    """Counts the measures that the activities touch, or the one named."""
    count(activity_ids=activity_ids or (), measure_id=measure_id)


@work.periodic("activities.targets_count_all", "30 16 * * *")  # 23:30 in Viet Nam, before the day's points
def targets_count_all(timestamp: int) -> None:  # the clock's argument
    """Counts every measure, whatever became of its job."""
    count()
