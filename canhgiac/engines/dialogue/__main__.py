"""Learns the acts anew and says which share was right of utterances held out."""

from .learning import build

if __name__ == "__main__":
    print(f"{build():.3f}")  # noqa: T201  # a program's answer
