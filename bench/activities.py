"""The list of activities, narrowed, at 100,000 of them: its first page with all its counts.

A time is what it costs: processor time of this process and of its database backend, without the network.
"""

from __future__ import annotations

from bench._province import database, made
from bench.plans import backend_of, best

Row = tuple[str, float, str, float]

ACTIVITIES = 100_000
LIMIT_MS = 200


def main() -> list[Row]:
    """Milliseconds of the first page under each filter."""
    with database("bench_activities") as bare:
        from django.db import connection

        from canhgiac.activities.selectors.activities import (
            ActivityFilter,
            activities_for,
            activities_page,
            filtered,
        )

        province = made(bare, activities=ACTIVITIES)
        backend = backend_of(connection)
        commune, group = province.communes[7], province.groups[7]
        cases = {
            "all": ActivityFilter(),
            "of_a_province": ActivityFilter(area=province.area),
            "of_a_commune": ActivityFilter(area=commune),
            "of_a_group": ActivityFilter(area=group),
            "with_evidence": ActivityFilter(evidence=True),
            "repeated": ActivityFilter(repeated=True),
        }
        rows: list[Row] = []
        for name, wanted in cases.items():

            def page(wanted: ActivityFilter = wanted) -> None:
                assert activities_page(filtered(activities_for(province.coordinator), wanted)).tally.total

            rows.append((f"activities_{name}_ms", round(best(page, backend)), "<=", LIMIT_MS))
        return rows


if __name__ == "__main__":
    for name, value, sign, aim in main():
        print(f"bench {name} {value} {sign} {aim}")
