"""Views of the radar."""
