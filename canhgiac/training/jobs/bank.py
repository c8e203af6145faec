"""Figures of questions, counted anew each night and when somebody asks."""

from canhgiac import work
from canhgiac.training.services import questionfigures


@work.periodic("training.figures_nightly", "20 19 * * *")  # 02:20 in Viet Nam
def figures_nightly(timestamp: int) -> None:  # the clock's argument
    """Counts what the day's answers changed."""
    questionfigures.figures_count()


@work.job("training.figures_count")
def figures_count() -> None:
    """Counts now."""
    questionfigures.figures_count()
