"""Servers that speak the real protocols of the outside world, for demo and tests.

The product never imports them: it meets them over a socket, as it would meet the real ones.
``python -m simulators`` runs them with one web inbox that shows what arrived.
"""
