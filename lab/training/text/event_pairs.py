"""Pairs of events of one topic for the event coreference head."""

from itertools import combinations

from spacy.vocab import Vocab

from lab.training.text.example import TopicPairs
from lab.training.text.parsed import Parsed
from services.text_ie.english.network.describe_events import describe_event, lemma_similarity
from services.text_ie.english.network.features import EventCoreferenceFeatures


def topic_pairs(documents: list[Parsed], vocab: Vocab) -> TopicPairs:
    """All pairs of the topic's marked events, with whether they corefer."""
    rows, events = TopicPairs(), []
    for number, parsed in enumerate(documents):
        for event in parsed.gold.events:
            covered = parsed.covered(event.start, event.end)
            if covered:
                trigger = parsed.head(covered)
                events.append((number, trigger, event.cluster or event.id, describe_event(parsed.words, trigger, number)))
    for (a, left, one, seen), (b, right, other, also) in combinations(events, 2):
        rows.left.append((a, left))
        rows.right.append((b, right))
        rows.same.append(one == other)
        rows.features.append(EventCoreferenceFeatures().indices(seen, also, lemma_similarity(vocab, seen.lemma, also.lemma)))
    return rows
