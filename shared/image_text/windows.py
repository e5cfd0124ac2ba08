"""A text longer than an encoder reads at once, as overlapping windows of whole words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer


@dataclass(frozen=True)
class _Word:
    """Where a word stands in the text, and of how many word pieces it is made."""

    start: int
    end: int
    pieces: int


def windows(tokenizer: Tokenizer, text: str, longest: int, overlap: int) -> list[str]:
    """Parts of the text with at most ``longest`` word pieces each; neighbours share about ``overlap`` of them.

    The last window reaches as far back as it may, so that it is no mere remnant. A text that fits is its only window; a single
    word of more than ``longest`` pieces is a window of its own. ``tokenizer`` must not truncate; what it pads
    with does not count.
    """
    words = _words(tokenizer, text)
    if sum(word.pieces for word in words) <= longest:
        return [text]
    return [text[words[start].start : words[end - 1].end] for start, end in _spans(words, longest, overlap)]


def _spans(words: Sequence[_Word], longest: int, overlap: int) -> Iterator[tuple[int, int]]:
    start = 0
    while True:
        end = start + max(1, _fitting(words[start:], longest))
        if end == len(words):
            yield end - max(1, _fitting(words[::-1], longest)), end
            return
        yield start, end
        start = max(start + 1, end - _fitting(words[start:end][::-1], overlap))


def _fitting(words: Sequence[_Word], pieces: int) -> int:
    """How many words from the first on have at most so many pieces."""
    count = 0
    for word in words:
        pieces -= word.pieces
        if pieces < 0:
            break
        count += 1
    return count


def _words(tokenizer: Tokenizer, text: str) -> list[_Word]:
    """The words (runs of letters, signs) that the tokenizer sees."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    places: dict[int, list[tuple[int, int]]] = {}
    for number, place in zip(encoding.word_ids, encoding.offsets, strict=True):
        if number is not None:
            places.setdefault(number, []).append(place)
    return [_Word(pieces[0][0], pieces[-1][1], len(pieces)) for pieces in places.values()]
