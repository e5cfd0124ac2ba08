"""The parts of corpora that training leaves out where the rest of the same files is trained on: scores are fair there only."""

import zlib
from collections.abc import Callable

from shared.corpora.document import GoldDocument

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
