"""Pure Python engines, no Django, each usable alone."""

from . import compiled

compiled.use()
