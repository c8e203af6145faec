"""What was done, where, for whom, and what proves it."""
