"""Words into word pieces: each word is cut alone, so that a word's pieces are the same in every sentence."""

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from shared.errors import WeightsError

_CACHE = 200_000
MAX_PIECES = 6


class Pieces:
    """Cuts words and remembers them; the encoder sees at most the first ``MAX_PIECES`` of a word, as in training."""

    def __init__(self, file: Path) -> None:
        """``file``: a ``tokenizer.json``."""
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.start, self.end, self.pad, self._unknown = (self._special(t) for t in ("[CLS]", "[SEP]", "[PAD]", "[UNK]"))
        self._known: dict[str, tuple[int, ...]] = {}

    def _special(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise WeightsError(f"the tokenizer has no piece {token}; it is not the one that the network was trained with")
        return number

    def of(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """The piece ids of each word; a word that the tokenizer drops (white space) is one unknown piece."""
        if len(self._known) > _CACHE:
            self._known.clear()
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        for word, encoded in zip(new, self._tokenizer.encode_batch(new, add_special_tokens=False), strict=True):
            self._known[word] = tuple(encoded.ids[:MAX_PIECES]) or (self._unknown,)
        return [self._known[word] for word in words]
