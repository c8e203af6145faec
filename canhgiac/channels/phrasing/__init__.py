"""Asks an OpenAI-compatible endpoint to say our own words in a friendlier way. Optional; nothing depends on it."""

from .client import Endpoint, PhrasingError

__all__ = ["Endpoint", "PhrasingError"]
