"""Pure Python engines, no Django, each usable alone."""
