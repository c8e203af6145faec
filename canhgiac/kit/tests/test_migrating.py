"""Models that grew with the migrations are the models that Django renders at once."""

from __future__ import annotations

from typing import Any

from django.core.management import get_commands, load_command_class
from django.core.management.commands import migrate
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState, StateApps

from canhgiac.kit.migrating import GrowingExecutor, GrowingState


def facts(apps: StateApps) -> dict[str, Any]:
    """By model: its fields, what refers to it, its indexes and constraints."""
    plain = MigrationAutodetector(ProjectState(), ProjectState()).deep_deconstruct
    return {
        meta.label: {
            "fields": {field.name: plain(field) for field in (*meta.local_fields, *meta.local_many_to_many)},
            "referred by": {str(one.field) for one in meta.related_objects},
            "indexes": plain(meta.indexes),
            "constraints": plain(meta.constraints),
        }
        for meta in (model._meta for model in apps.get_models(include_auto_created=True))
    }


def test_grown_models_are_those_rendered_at_once() -> None:
    graph = MigrationLoader(None).graph
    grown, rendered = GrowingState(), ProjectState()
    assert not grown.apps.get_models()
    for node in dict.fromkeys(node for leaf in graph.leaf_nodes() for node in graph.forwards_plan(leaf)):
        for state in (grown, rendered):
            graph.nodes[node].mutate_state(state, preserve=False)
    known, wanted = facts(grown.apps), facts(rendered.apps)
    assert len(wanted) > 150
    assert known.keys() == wanted.keys()
    for label, model in wanted.items():
        assert known[label] == model, label


def test_the_command_goes_forward_with_models_that_grow() -> None:
    assert load_command_class(get_commands()["migrate"], "migrate").__class__ is migrate.Command
    assert vars(migrate)["MigrationExecutor"] is GrowingExecutor
