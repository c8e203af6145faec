"""Forms of the radar."""
