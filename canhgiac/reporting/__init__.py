"""Periodic reports: rounds, forms, submissions, consolidation, the official document."""
