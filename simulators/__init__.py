"""Servers that speak the real protocols of the outside world, for demo and tests."""
