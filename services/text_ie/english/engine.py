"""The English engine of the embedded profile: spaCy's parse, the trained network, and the rules around both."""

import logging
from collections.abc import Sequence
from pathlib import Path

from services.text_ie.english.events.roles import load_frames
from services.text_ie.english.events.triggers import load_rules
from services.text_ie.english.extraction import EnglishReader
from services.text_ie.english.network.model import MODEL as NETWORK
from services.text_ie.english.network.model import Network
from services.text_ie.english.parse.spacy_parser import MODEL, SpacyParser
from services.text_ie.lexicon import load_lexicon
from shared.errors import StageError
from shared.schemas.article import Article
from shared.schemas.text import Language, TextExtraction
from shared.weights import Weights

log = logging.getLogger(__name__)
TOKENIZER = "minilm-l6-tokenizer"


class EnglishEngine:
    """Reads English articles in full, batched over articles."""

    name = "english"
    languages: frozenset[str] | None = frozenset({"en"})

    def __init__(self, weights: Weights, folder: Path | None = None) -> None:
        """``folder``: a network other than the committed one. Where that is refused for commercial use, rules decide alone."""
        self._weights, self._folder = weights, folder
        self._reads_network = folder is not None or weights.allowed(NETWORK)
        self._reader: EnglishReader | None = None

    def load(self) -> None:
        """Load parser, network and word lists; raises WeightsError."""
        load_rules()
        load_frames()
        parser = SpacyParser(self._weights.path(MODEL))
        network = load_network(self._weights, self._folder) if self._reads_network else None
        self._reader = EnglishReader(parser, load_lexicon(), network)

    def extract(self, items: Sequence[tuple[Article, Language]]) -> list[TextExtraction | StageError]:
        """Read the batch together; if that fails, each article alone, so that only a bad one is lost."""
        if self._reader is None:
            raise StageError("text_ie: load() must be called before extract()")
        try:
            return list(self._reader.extract(items))
        except Exception as error:  # the task boundary: one bad article must not stop the batch
            if len(items) > 1:
                log.exception("reading %d articles together failed; reading each alone", len(items))
                return [result for item in items for result in self.extract([item])]
            return [StageError(f"text_ie could not read {items[0][0].article_id}: {type(error).__name__}: {error}")]


def load_network(weights: Weights, folder: Path | None) -> Network:
    """The committed network, or that of a folder; raises WeightsError."""
    return Network(folder or weights.path(NETWORK), weights.path(TOKENIZER))
