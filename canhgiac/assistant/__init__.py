"""Answers people: what is this message, and what to do."""
