"""Learns anew which words speak for which form and which law."""

from .telling import build

if __name__ == "__main__":
    build()
