"""Applies migrations without making half of all models anew at each step.

After every operation Django renders again whatever is related to the model it changed, and in a province's programme
everything is related: hundreds of operations render tens of thousands of classes, twenty seconds of the first start.
What only adds (a model, a field, an index, a constraint) is put into the rendered classes instead, as when a program's
own models are loaded one after another. Everything else stays with Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.models import Field


class GrowingState(ProjectState):
    """A project's state whose rendered models grow.

    They are shared with the state before the operation, where an operation that adds takes nothing but the table's
    name.
    """

    def add_model(self, model_state: ModelState) -> None:
        """The new model stands beside the others; those it refers to learn of it."""
        with self._hidden() as apps:
            super().add_model(model_state)
        if apps is not None:
            apps.render_multiple([model_state])

    def add_field(
        self, app_label: str, model_name: str, name: str, field: Field[Any, Any], preserve_default: bool
    ) -> None:
        """The model has one more field."""
        with self._hidden() as apps:
            super().add_field(app_label, model_name, name, field, preserve_default)
        if apps is not None:
            added = self.models[app_label, model_name].fields[name].clone()
            apps.get_model(app_label, model_name).add_to_class(name, added)
            apps.clear_cache()

    def _append_option(self, app_label: str, model_name: str, option_name: str, obj: object) -> None:
        """The model has one more index or constraint."""
        with self._hidden() as apps:
            super()._append_option(app_label, model_name, option_name, obj)  # type: ignore[misc]
        if apps is not None:
            meta = apps.get_model(app_label, model_name)._meta
            setattr(meta, option_name, [*getattr(meta, option_name), obj])

    @contextmanager
    def _hidden(self) -> Iterator[StateApps | None]:
        """Gives the rendered models, None when there are none yet, and hides them from Django, which renders none."""
        apps: StateApps | None = self.__dict__.pop("apps", None)
        yield apps
        if apps is not None:
            self.__dict__["apps"] = apps


class GrowingExecutor(MigrationExecutor):
    """Django's executor; going forward it keeps a state that grows."""

    def _migrate_all_forwards(self, state: ProjectState, *args: Any, **options: Any) -> ProjectState:
        # The given one may be a copy, whose models still belong to the registry of the state it was copied from.
        own = GrowingState(dict(state.models), state.real_apps)
        done: ProjectState = super()._migrate_all_forwards(own, *args, **options)  # type: ignore[misc]
        return done
