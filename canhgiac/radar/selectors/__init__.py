"""Reads of the radar."""
