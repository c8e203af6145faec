"""``canhgiac migrate``: Django's own, quicker; also what ``canhgiac prepare`` and the tests run."""

from __future__ import annotations

from django.core.management.commands import migrate

from canhgiac.kit.migrating import GrowingExecutor

migrate.MigrationExecutor = GrowingExecutor  # type: ignore[attr-defined]  # Django's command has no other door for it
Command = migrate.Command
