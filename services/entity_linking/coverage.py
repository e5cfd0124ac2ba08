"""What an output of entity_linking says it did not attempt."""

from collections.abc import Iterator, Sequence

from services.entity_linking.pictured import Galleries
from shared.schemas.text import NotAttempted

_FACES = NotAttempted(part="names of unknown faces", reason="faces are named by the people gallery or by captions only")
_FLAGS = NotAttempted(
    part="small, plain and folded flags",
    reason="flags of one or two colours are clothes and signs more often than flags; in folds only flags of several colours and "
    "many borders are looked for, and only when the article mentions their countries",
)
_GALLERIES = NotAttempted(
    part="logos without a legible name, and landmarks",
    reason="they are recognised by reference pictures of a gallery (`newsgraph gallery add`), which is empty",
)
_KB = NotAttempted(
    part="links of most organisations and people",
    reason="the embedded knowledge base holds places and a few hundred well-known names; NEWSGRAPH_KB names a larger one",
)


def not_attempted(
    galleries: Galleries, refused: Sequence[NotAttempted], *, embedded_kb: bool, pictures: bool
) -> tuple[NotAttempted, ...]:
    """The notes of one article; ``refused`` are engines that a licence keeps out."""
    notes = [_KB] if embedded_kb else []
    return (*notes, *(_of_pictures(galleries, refused) if pictures else ()))


def _of_pictures(galleries: Galleries, refused: Sequence[NotAttempted]) -> Iterator[NotAttempted]:
    yield from (*refused, _FACES, _FLAGS)
    if galleries.stale:
        yield NotAttempted(
            part=f"{len(galleries.stale)} references of the galleries",
            reason="another network made their vectors; `newsgraph gallery rebuild` of their kind computes them anew",
        )
    elif not galleries.filled:
        yield _GALLERIES
