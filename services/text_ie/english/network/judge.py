"""All pair heads of the network over one text: roles, relations, antecedents, and events that are one."""

from collections import defaultdict
from collections.abc import Sequence

from spacy.vocab import Vocab

from services.text_ie.english.network.arguments import RoleFinder, RoleGuess
from services.text_ie.english.network.coreference import AntecedentRanker, Antecedents
from services.text_ie.english.network.event_coreference import EventScorer
from services.text_ie.english.network.labels import group_name
from services.text_ie.english.network.model import Encoding, Network
from services.text_ie.english.network.relations import RelationFinder, RelationGuess
from services.text_ie.english.network.word_mentions import WordMention
from services.text_ie.lexicon import Lexicon
from services.text_ie.thresholds import LIMITS

_MAX_RECENT = int(LIMITS.max_compared_events)


class Judge:
    """Asks each head in its turn."""

    def __init__(self, network: Network, vocab: Vocab, lexicon: Lexicon) -> None:
        self._roles = RoleFinder(network, int(LIMITS.max_role_sentences))
        self._relations = RelationFinder(network)
        self._antecedents = AntecedentRanker(network, lexicon)
        self._events = EventScorer(network, vocab)

    def roles(self, encoding: Encoding, triggers: Sequence[tuple[int, str]], mentions: Sequence[WordMention]) -> list[RoleGuess]:
        """Role fillers; see RoleFinder."""
        return self._roles.find(encoding, triggers, mentions)

    def relations(self, encoding: Encoding, mentions: Sequence[WordMention]) -> list[RelationGuess]:
        """Relations; see RelationFinder."""
        return self._relations.find(encoding, mentions)

    def antecedents(self, encoding: Encoding, mentions: Sequence[WordMention]) -> Antecedents:
        """Antecedents of mentions that are no values; see AntecedentRanker."""
        return self._antecedents.rank(encoding, [m for m in mentions if m.kind != "value"])

    def same_events(self, encoding: Encoding, triggers: Sequence[tuple[int, str]]) -> list[tuple[int, int, float]]:
        """Pairs (earlier, later) of trigger indices of one group that are probably one event, with the probability."""
        seen = self._events.see(encoding, [word for word, _ in triggers], 0)
        earlier: defaultdict[str, list[int]] = defaultdict(list)
        pairs: list[tuple[int, int]] = []
        for number, (_, kind) in enumerate(triggers):
            pairs += [(other, number) for other in earlier[group_name(kind)][-_MAX_RECENT:]]
            earlier[group_name(kind)].append(number)
        probabilities = self._events.probabilities([(seen[a], seen[b]) for a, b in pairs])
        return [
            (a, b, float(probability))
            for (a, b), probability in zip(pairs, probabilities, strict=True)
            if probability >= self._events.threshold
        ]
