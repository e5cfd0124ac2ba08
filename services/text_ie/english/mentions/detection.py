"""The mentions of a part: names, values, nouns and pronouns of its paragraphs, typed alike and linked by syntax."""

from collections.abc import Sequence

from services.text_ie.english.choices import Choices
from services.text_ie.english.chunk import Chunk
from services.text_ie.english.mentions.cannot_link import part_by_syntax
from services.text_ie.english.mentions.named_entities import find_names
from services.text_ie.english.mentions.nominals import Nouns, find_nominals, possible_nominals
from services.text_ie.english.mentions.recovery import recover_names
from services.text_ie.english.mentions.syntactic_links import abbreviations_take_type, harmonise_types, link_by_syntax
from services.text_ie.english.mentions.two_readers import claim, join_entities
from services.text_ie.english.network.insight import Insight
from services.text_ie.english.network.model import Reading
from services.text_ie.english.parse.found import Passage
from services.text_ie.lexicon import Lexicon

_SURE_EVENT, _LEAST_NOUN = 0.5, 0.5


class MentionFinder:
    """Joins what the network found with what the rules find."""

    def __init__(self, lexicon: Lexicon, choices: Choices) -> None:
        self._lexicon, self._choices = lexicon, choices

    def finish(self, passages: Sequence[Passage], reading: Reading | None, insight: Insight) -> Chunk:
        """Fill mentions and links of the passages; without a reading by rules alone."""
        insights = [insight.part(p.base, p.base + len(p.document)) for p in passages]
        for passage, found in zip(passages, insights, strict=True):
            if reading is not None:
                join_entities(passage.document, found.names, self._lexicon, self._choices)
            passage.mentions = claim(find_names(passage.document, self._lexicon), found.names, self._choices)
        harmonise_types(passages)
        recover_names(passages)
        for passage, found in zip(passages, insights, strict=True):
            abbreviations_take_type(passage)
            passage.mentions += find_nominals(passage.document, passage.mentions, self._nouns(found, reading is not None))
            passage.index()
            link_by_syntax(passage)
            part_by_syntax(passage)
            if self._choices.possible:
                passage.mentions += possible_nominals(passage.document, passage.mentions, found.possible)
        return Chunk(passages, reading, insights)

    def _nouns(self, insight: Insight, read: bool) -> Nouns:
        """Nouns that the network knows; a word that it takes for an event is none."""
        events = {trigger.word for trigger in insight.triggers if trigger.confidence >= _SURE_EVENT}
        heads = {g.start: g for g in insight.heads if g.confidence >= _LEAST_NOUN and g.start not in events}
        pronouns = {guess.start: guess for guess in insight.pronouns}
        return Nouns(self._lexicon, heads, pronouns, not read or self._choices.nominals, self._choices.sure)
