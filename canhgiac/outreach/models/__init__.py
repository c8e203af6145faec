"""Tables of warnings."""

from .warnings import Warning  # noqa: A004  # see its definition

__all__ = ["Warning"]
