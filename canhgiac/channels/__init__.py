"""Adapters to the outside: one folder a protocol, one verb, one error, no models."""
