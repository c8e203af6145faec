"""``python -m canhgiac.cli``: the same as the ``canhgiac`` command, for child processes."""

from .main import main

if __name__ == "__main__":
    main()
