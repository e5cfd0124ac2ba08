"""The parser: spaCy's medium English pipeline (MIT), from a PyPI package."""

import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from services.text_ie.lexicon import word_list

MODEL = "spacy-en-md"
_BATCH = 16


class SpacyParser:
    """Tokens, tags, dependency parse and named entities of English paragraphs."""

    def __init__(self, path: Path, names: bool = True) -> None:
        """``names``: also find named entities."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r".*\[W095\]")
            self._nlp: Language = spacy.load(path, exclude=[] if names else ["ner"])
        self._nlp.add_pipe("newsgraph_sentence_starts", before="parser")

    @property
    def vocab(self) -> Vocab:
        """The pipeline's vocabulary with its word vectors."""
        return self._nlp.vocab

    def parse(self, texts: Iterable[str]) -> Iterator[Doc]:
        """One document per text, in order."""
        yield from self._nlp.pipe(texts, batch_size=_BATCH)


@Language.component("newsgraph_sentence_starts")
def forbid_false_starts(document: Doc) -> Doc:
    """Tell the parser where no sentence can start: after an abbreviation, and before a word in lower case after no full stop."""
    for token in document[1:]:
        before = document[token.i - 1]
        abbreviated = before.lower_ in word_list("abbreviations") and not _clearly_new(document, token.i)
        runs_on = before.is_alpha and token.is_alpha and token.is_lower
        if abbreviated or runs_on or before.text in {",", "(", "-"} or token.text in {",", ")", "'s"}:
            token.is_sent_start = False
    return document


def _clearly_new(document: Doc, index: int) -> bool:
    """After ``U.S.`` and the like, articles and pronouns do start sentences; names and titles do not."""
    return document[index].text in word_list("sentence_starters")
