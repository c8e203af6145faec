"""Acts of outreach."""
