"""Acts of the radar."""
