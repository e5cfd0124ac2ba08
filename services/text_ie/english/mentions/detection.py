"""The mentions of a part: names, values, nouns and pronouns of its paragraphs, typed alike and linked by syntax."""

from collections.abc import Sequence

from services.text_ie.english.mentions.cannot_link import constrain_by_syntax
from services.text_ie.english.mentions.chunk import Chunk
from services.text_ie.english.mentions.named_entities import find_names
from services.text_ie.english.mentions.nominals import Nouns, find_nominals
from services.text_ie.english.mentions.passage import Passage
from services.text_ie.english.mentions.recovery import recover_names
from services.text_ie.english.mentions.syntactic_links import abbreviations_take_type, harmonise_types, link_by_syntax
from services.text_ie.english.mentions.two_readers import claim, join_entities
from services.text_ie.english.network.insight import Insight
from services.text_ie.english.network.model import Encoding
from services.text_ie.lexicon import Lexicon
from services.text_ie.thresholds import LIMITS

_MIN_EVENT, _MIN_NOUN = LIMITS.min_event_word, LIMITS.min_nominal


class MentionFinder:
    """Joins what the network found with what the rules find."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def finish(self, passages: Sequence[Passage], encoding: Encoding | None, insight: Insight) -> Chunk:
        """Fill mentions and links of the passages; without an encoding by rules alone."""
        insights = [insight.part(p.base, p.base + len(p.document)) for p in passages]
        for passage, found in zip(passages, insights, strict=True):
            if encoding is not None:
                join_entities(passage.document, found.names, self._lexicon)
            passage.mentions = claim(find_names(passage.document, self._lexicon), found.names)
        harmonise_types(passages)
        recover_names(passages)
        for passage, found in zip(passages, insights, strict=True):
            abbreviations_take_type(passage)
            passage.mentions += find_nominals(passage.document, passage.mentions, self._nouns(found))
            passage.index()
            link_by_syntax(passage)
            constrain_by_syntax(passage)
        return Chunk(passages, encoding, insights)

    def _nouns(self, insight: Insight) -> Nouns:
        """Nouns that the network knows; a word that it takes for an event is none."""
        events = {trigger.word for trigger in insight.triggers if trigger.confidence >= _MIN_EVENT}
        heads = {g.start: g for g in insight.heads if g.confidence >= _MIN_NOUN and g.start not in events}
        pronouns = {guess.start: guess for guess in insight.pronouns}
        return Nouns(self._lexicon, heads, pronouns)
