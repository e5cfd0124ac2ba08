"""Names from two readers: the network's guesses and spaCy's entities become the document's entities, for all rules to see."""

from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc, Span

from services.text_ie.english.mentions.passage import TokenMention
from services.text_ie.english.network.decode import TagGuess
from services.text_ie.english.network.model import MODEL
from services.text_ie.lexicon import Lexicon
from services.text_ie.thresholds import LIMITS

_LABELS = {
    "PER": "PERSON", "ORG": "ORG", "GPE": "GPE", "LOC": "LOC", "FAC": "FAC", "VEH": "VEH", "WEA": "WEA", "TIME": "DATE",
    "MONEY": "MONEY", "VALUE": "QUANTITY",
}  # fmt: skip
_MIN_TYPE = LIMITS.min_type
_VALUES = frozenset({"TIME", "MONEY", "VALUE"})
_VALUE_LABELS = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL"})


def join_entities(document: Doc, guesses: Sequence[TagGuess], lexicon: Lexicon) -> None:
    """Set ``document.ents``: confident names of the network (``US$`` is none), and spaCy's where it sees none or is unsure."""
    tagged = list(document.ents)
    guesses = [g for g in _names(guesses) if not document[g.end - 1].text.endswith(("$", "€", "£"))]
    kept = [entity for entity in tagged if _stands(entity, guesses)]
    taken = {token.i for entity in kept for token in entity}
    new = [_span(document, g, lexicon) for g in guesses if not any(i in taken for i in range(g.start, g.end))]
    document.set_ents(sorted([*kept, *new], key=lambda span: span.start))


def _stands(entity: Span, guesses: Sequence[TagGuess]) -> bool:
    """Values stand; names that no guess disputes, or only unsure ones; a person within the guess (which may hold a title)."""
    if entity.label_ in _VALUE_LABELS:
        return True
    rivals = [g for g in guesses if g.start < entity.end and entity.start < g.end]
    if len(rivals) == 1 and rivals[0].type == "PER" and entity.label_ == "PERSON":
        return rivals[0].start <= entity.start and entity.end <= rivals[0].end
    return all(g.confidence < _MIN_TYPE for g in rivals)


def _names(guesses: Sequence[TagGuess]) -> list[TagGuess]:
    """Without the guessed values, which parser and rules find better."""
    return [g for g in guesses if g.type not in _VALUES]


def _span(document: Doc, guess: TagGuess, lexicon: Lexicon) -> Span:
    """A guess as spaCy's entity; demonyms get spaCy's label for them, so that grammar tells the country from its people."""
    demonym = guess.type not in _VALUES and lexicon.is_demonym(document[guess.start : guess.end].text)
    return Span(document, guess.start, guess.end, label="NORP" if demonym else _LABELS[guess.type])


def claim(names: Sequence[TokenMention], guesses: Sequence[TagGuess]) -> list[TokenMention]:
    """The names with the network's confidence and id where it found them; its type wins where it is sure."""
    by_word = {word: guess for guess in _names(guesses) for word in range(guess.start, guess.end)}
    return [_claimed(name, by_word.get(name.head)) for name in names]


def _claimed(name: TokenMention, guess: TagGuess | None) -> TokenMention:
    if guess is None or name.type == "TITLE" or name.subtype is not None:
        return name
    if guess.type == name.type:
        return replace(name, confidence=guess.confidence, model=MODEL)
    both_names = name.kind == "name" and guess.type not in _VALUES
    return (
        replace(name, type=guess.type, confidence=guess.confidence, model=MODEL)
        if both_names and guess.confidence >= _MIN_TYPE
        else name
    )
