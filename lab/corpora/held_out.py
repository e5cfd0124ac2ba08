"""The parts of corpora that training leaves out where the rest of the same files is trained on: scores are fair there only."""

import zlib
from collections.abc import Callable

from lab.corpora.document import GoldDocument
from lab.corpora.photographs import Photograph
from shared.errors import InputError
from shared.ids import content_hash

FOLDS = 5
PICTURES_BY_FOLD = ("wider_events", "ucla_protest")
_BY_SPLIT = ("dev", "test")
ECB_TOPICS = frozenset(str(topic) for topic in range(26, 36))


def is_tenth(document: GoldDocument) -> bool:
    """Tell whether a document is in the tenth that is left out, by its name alone."""
    return sum(map(ord, document.id)) % 10 == 0


def is_ecb_topic(document: GoldDocument) -> bool:
    """Tell whether a document of ECB+ is of topics 26 to 35."""
    return document.topic in ECB_TOPICS


def is_odd_text(document: GoldDocument) -> bool:
    """Tell whether the CRC-32 of the text is odd: the linker's weights are set on the even half of the ELEVANT files."""
    return zlib.crc32(document.text.encode()) % 2 == 1


HELD_OUT: dict[str, Callable[[GoldDocument], bool]] = {
    "gum": is_tenth,
    "litbank": is_tenth,
    "redocred": is_tenth,
    "ecbplus": is_ecb_topic,
    "elevant": is_odd_text,
}


def fold_of(name: str) -> int:
    """The fold of a picture, 0 to 4, by ``set/file name`` alone: the same on every machine."""
    return int(content_hash(name.encode())[:8], 16) % FOLDS


def is_held_out_picture(source: str, photograph: Photograph) -> bool:
    """Tell whether a picture is kept for measuring: the dev and test splits of a set, fold 0 of a set without splits.

    Raises InputError for a picture of a set that has neither.
    """
    if photograph.split:
        return photograph.split in _BY_SPLIT
    if source in PICTURES_BY_FOLD:
        return fold_of(f"{source}/{photograph.path.name}") == 0
    raise InputError(f"{source} has no splits, and training leaves out a part of {', '.join(PICTURES_BY_FOLD)} only")
