"""Antecedents of each mention with their probabilities: the head ranks candidates against "new" (Lee et al. 2017)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from services.text_ie.english.network.describe import describe
from services.text_ie.english.network.features import CoreferenceFeatures, DescribedMention, dense
from services.text_ie.english.network.model import Encoding, Network
from services.text_ie.english.network.word_mentions import WordMention
from services.text_ie.lexicon import Lexicon
from services.text_ie.thresholds import LIMITS

MAX_NEAREST, MAX_SAME_HEAD = int(LIMITS.max_ranked_antecedents), int(LIMITS.max_ranked_same_head)
Antecedents = dict[int, list[tuple[int, float]]]


class AntecedentRanker:
    """Candidates are the nearest mentions before, and farther ones with the same head word, as in training."""

    def __init__(self, network: Network, lexicon: Lexicon) -> None:
        self._network, self._lexicon = network, lexicon
        self._features = CoreferenceFeatures()

    def rank(self, encoding: Encoding, mentions: Sequence[WordMention]) -> Antecedents:
        """For each mention's number its antecedents' numbers with probabilities; with "new" they sum to one."""
        described = [self._describe(encoding, mention, order) for order, mention in enumerate(mentions)]
        pairs = list(_pairs(encoding, described, mentions))
        if not pairs:
            return {}
        left, right = [described[a].head for a, _ in pairs], [described[b].head for _, b in pairs]
        rows = [self._features.indices(encoding.words, described[a], described[b]) for a, b in pairs]
        scores = self._network.score(
            "coreference", encoding.vectors[left], encoding.vectors[right], dense(rows, self._features.size)
        )[:, 0]
        raised = np.exp(np.clip(scores, -30.0, 30.0).astype(np.float64))
        totals = np.ones(len(mentions))
        np.add.at(totals, [b for _, b in pairs], raised)
        ranked: Antecedents = defaultdict(list)
        for (a, b), value in zip(pairs, raised, strict=True):
            ranked[mentions[b].number].append((mentions[a].number, float(value / totals[b])))
        return dict(ranked)

    def _describe(self, encoding: Encoding, mention: WordMention, order: int) -> DescribedMention:
        span = mention.start, mention.end
        return replace(describe(encoding.words, mention.word, span, mention.kind, 0, self._lexicon), order=order)


def _pairs(
    encoding: Encoding, described: Sequence[DescribedMention], mentions: Sequence[WordMention]
) -> Iterator[tuple[int, int]]:
    """(antecedent, anaphor) by order; two full mentions of different types never corefer."""
    by_head: defaultdict[str, list[int]] = defaultdict(list)
    for order, anaphor in enumerate(described):
        first = max(0, order - MAX_NEAREST)
        word = encoding.words[anaphor.head].lower
        far = [other for other in reversed(by_head[word]) if other < first][:MAX_SAME_HEAD]
        for other in (*far, *range(first, order)):
            if _may_be_one(mentions[other], mentions[order]):
                yield other, order
        by_head[word].append(order)


def _may_be_one(one: WordMention, other: WordMention) -> bool:
    return "pronoun" in {one.kind, other.kind} or one.type == other.type
