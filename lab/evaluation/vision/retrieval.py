"""``newsgraph eval retrieval``: pictures by their captions, and captions by their pictures (Karpathy and Fei-Fei 2015)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lab.evaluation.task import Outcome, PictureTask, Request
from lab.evaluation.vision.bench import Bench
from lab.evaluation.vision.pictures import INDEX, chosen, first, load
from lab.evaluation.vision.stages import Encodes, lacking
from shared.errors import ConfigurationError
from shared.image_text.encoder import Floats, ImageTextEncoder

_MAX = 1000
_TEXTS = 64
_NOTES = (
    f"at most {_MAX:,} pictures, in file order; t2i: every caption asks for its picture; i2t: every picture asks for any of its"
    " captions; equal products count against the answer",
)


def score(pictures: Floats, texts: Floats, owner: npt.NDArray[np.int64]) -> Outcome:
    """Scores of unit vectors [N, D] and [T, D]; ``owner`` is the picture of each text."""
    fits = texts @ pictures.T
    own = fits[np.arange(len(owner)), owner]
    text_ranks = (fits >= own[:, None]).sum(1) - 1
    is_own = owner[None] == np.arange(len(pictures))[:, None]
    best_own = np.where(is_own, fits.T, -np.inf).max(1)
    picture_ranks = ((best_own[:, None] <= fits.T) & ~is_own).sum(1)
    return Outcome(
        scores=_recalls("t2i", text_ranks) | _recalls("i2t", picture_ranks),
        counts={"pictures": len(pictures), "captions": len(texts)},
        notes=_NOTES,
    )


def _recalls(name: str, ranks: npt.NDArray[np.int64]) -> dict[str, float]:
    return {f"{name}_r{k}": round(100 * float((ranks < k).mean()), 2) for k in (1, 5, 10)}


def run(request: Request, bench: Bench) -> Outcome:
    """The encoder of the visual_events stage on all pictures, then on all captions."""
    photographs = first([p for p in chosen(request) if p.captions], min(request.limit or _MAX, _MAX), "captions")
    encoder = _encoder(bench)
    captions = [(place, text) for place, photo in enumerate(photographs) for text in photo.captions]
    parts = [encoder.images([load(photo.path) for photo in batch]).vectors for batch in bench.batches(photographs)]
    texts = _encode([text for _, text in captions], encoder, bench)
    return score(np.concatenate(parts), texts, np.array([place for place, _ in captions]))


def _encode(texts: Sequence[str], encoder: ImageTextEncoder, bench: Bench) -> Floats:
    return np.concatenate([encoder.texts(batch) for batch in bench.batches(texts, _TEXTS, told=False)])


def _encoder(bench: Bench) -> ImageTextEncoder:
    stage = bench.stage("visual_events")
    if not isinstance(stage, Encodes):
        raise lacking(stage, RETRIEVAL.name)
    encoder = stage.encoder
    if encoder is None:
        raise ConfigurationError(
            f"profile {bench.settings.profile!r} has no image-text encoder, so pictures cannot be searched by words"
            " (newsgraph models lists what is installed; --commercial refuses non-commercial weights)"
        )
    return encoder


RETRIEVAL = PictureTask(
    name="retrieval",
    summary="pictures by captions and captions by pictures",
    files=f"{INDEX} and captions",
    run=run,
    stages=("visual_events",),
    takes=frozenset({"limit", "held_out", "split"}),
)
