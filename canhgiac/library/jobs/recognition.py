"""Recognition learned anew after its examples changed."""

from canhgiac import work
from canhgiac.library.services.recognition import build_ensure


@work.job("library.recognition_build")
def recognition_build(by: int | None = None) -> None:
    """Builds when what is in use differs from what the current model learned from."""
    build_ensure(by_id=by)
