"""Names that the tagger missed although it saw them elsewhere in the article: surnames of full names, and single-word names."""

from collections.abc import Iterable

from spacy.tokens import Token

from services.text_ie.english.mentions.passage import Passage, TokenMention
from services.text_ie.thresholds import LIMITS

MODEL = "rules:known-names"
_CONFIDENCE = LIMITS.confidence_known_name
_TYPES = frozenset({"PER", "ORG", "GPE", "VEH"})


def recover_names(passages: Iterable[Passage]) -> None:
    """Add a mention for each lone proper noun that is a known name; call after types are harmonised."""
    passages = list(passages)
    known = _known(passages)
    for passage in passages:
        covered = {i for m in passage.mentions for i in range(m.start, m.end)}
        for token in passage.document:
            kind = known.get(token.text)
            if kind is not None and token.i not in covered and _stands_alone(token, covered):
                passage.mentions.append(TokenMention(token.i, token.i + 1, token.i, "name", kind, _CONFIDENCE, MODEL))
        passage.mentions.sort(key=lambda m: m.start)


def _known(passages: list[Passage]) -> dict[str, str]:
    known: dict[str, str] = {}
    for passage in passages:
        for mention in passage.mentions:
            single = mention.size == 1 or mention.type == "PER"
            last = passage.document[mention.end - 1].text
            if (
                mention.kind == "name"
                and mention.type in _TYPES
                and single
                and len(last) >= LIMITS.min_known_name_letters
                and last[:1].isupper()
            ):
                known.setdefault(last, mention.type)
    return known


def _stands_alone(token: Token, covered: set[int]) -> bool:
    """No part of a longer unknown name, such as ``Collins`` in ``Collins Street``."""
    around = [token.doc[i] for i in (token.i - 1, token.i + 1) if 0 <= i < len(token.doc)]
    return token.pos_ == "PROPN" and not any(t.pos_ == "PROPN" and t.i not in covered for t in around) and token.ent_type_ == ""
