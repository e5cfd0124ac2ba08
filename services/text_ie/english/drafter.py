"""Chunks of an article turned into drafts that need no parse, so that the parse can be dropped."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.text_ie.english.coreference.candidates import candidate
from services.text_ie.english.drafts import Drafts
from services.text_ie.english.events.assertion import asserted
from services.text_ie.english.events.event_drafter import EventDrafter, ProposedEvent
from services.text_ie.english.events.within_document import EventDraft
from services.text_ie.english.mentions.chunk import Chunk, Spot, spots_of, word_mentions
from services.text_ie.english.mentions.passage import Passage, TokenMention
from services.text_ie.english.network.judge import Judge
from services.text_ie.english.network.model import MODEL as NETWORK
from services.text_ie.english.network.word_mentions import WordMention, by_word
from services.text_ie.english.relations.noun_phrases import MODEL as RELATION_MODEL
from services.text_ie.english.relations.noun_phrases import find_relations
from services.text_ie.english.time.event_times import dating
from services.text_ie.english.time.times import resolve_time
from services.text_ie.findings import FoundArgument, FoundEvent, FoundMention, FoundRelation, FoundTime
from services.text_ie.lexicon import Lexicon
from services.text_ie.thresholds import LIMITS
from shared.schemas.base import TextSpan


@dataclass(frozen=True)
class Placed:
    """A mention of a chunk among the findings, with its order among the candidates (None for values)."""

    mention: FoundMention
    order: int | None


Places = Mapping[Spot, Placed]


class Drafter:
    """Adds chunks to the drafts of one article."""

    def __init__(self, published_at: datetime | None, lexicon: Lexicon, judge: Judge | None) -> None:
        self.drafts = Drafts()
        self._published_at, self._lexicon, self._judge = published_at, lexicon, judge
        self._events = EventDrafter(lexicon, judge)

    def add(self, chunk: Chunk) -> None:
        """Read one finished chunk (mentions found, indexed and linked)."""
        spots = spots_of(chunk)
        mentions = by_word(word_mentions(chunk, spots))
        proposals = self._events.propose(chunk, spots, mentions)
        places = {spot: p for n, passage in enumerate(chunk.passages) for spot, p in self._place(n, passage).items()}
        at = [places[spot] for spot in spots]
        self._add_relations(chunk, places, mentions, at)
        first = len(self.drafts.events)
        self.drafts.events += [self._event(chunk, spots, places, proposed, first) for proposed in proposals]
        self._add_antecedents(chunk, mentions, at)

    def _place(self, number: int, passage: Passage) -> dict[Spot, Placed]:
        """Keep the sentences, mentions, candidates and links of a passage."""
        drafts, first_sentence = self.drafts, len(self.drafts.sentences)
        starts = [s.start for s in passage.document.sents]
        drafts.sentences += [_span(passage, s.start, s.end) for s in passage.document.sents if s.text.strip()]
        kept = [self._keep(passage, mention) for mention in passage.mentions]
        orders = self._candidates(passage, kept, first_sentence, starts)
        for pairs, found in (
            (drafts.must_link, passage.must_link),
            (drafts.cannot_link, passage.cannot_link),
            (drafts.cataphora, passage.cataphora),
        ):
            pairs += [(orders[a], orders[b]) for a, b in found if a in orders and b in orders]
        return {(number, n): Placed(mention, orders.get(n)) for n, mention in enumerate(kept)}

    def _candidates(self, passage: Passage, kept: Sequence[FoundMention], first: int, starts: list[int]) -> dict[int, int]:
        orders: dict[int, int] = {}
        for number in sorted(range(len(kept)), key=lambda n: (passage.mentions[n].head, passage.mentions[n].start)):
            found = passage.mentions[number]
            if found.kind == "value":
                continue
            orders[number] = order = len(self.drafts.candidates)
            sentence = first + bisect_right(starts, found.start) - 1
            self.drafts.candidates.append(candidate(passage, found, order, sentence, self._lexicon))
            self.drafts.candidate_mentions.append(kept[number])
        return orders

    def _add_antecedents(self, chunk: Chunk, mentions: Sequence[WordMention], at: Sequence[Placed]) -> None:
        if self._judge is None or chunk.encoding is None:
            return
        orders = [place.order for place in at]
        for index, antecedents in self._judge.antecedents(chunk.encoding, mentions).items():
            if (own := orders[index]) is not None:
                rows = [(order, probability) for other, probability in antecedents if (order := orders[other]) is not None]
                self.drafts.antecedents[own] = rows

    def _add_relations(self, chunk: Chunk, places: Places, mentions: Sequence[WordMention], at: Sequence[Placed]) -> None:
        """The rules' relations, and the network's between mentions that no rule related."""
        found = [
            FoundRelation(
                row.type,
                places[number, row.source].mention,
                places[number, row.target].mention,
                LIMITS.confidence_relation_rule,
                RELATION_MODEL,
            )
            for number, passage in enumerate(chunk.passages)
            for row in find_relations(passage)
        ]
        related = {frozenset({r.source, r.target}) for r in found}
        if self._judge is not None and chunk.encoding is not None:
            for guess in self._judge.relations(chunk.encoding, mentions):
                source, target = at[guess.source].mention, at[guess.target].mention
                if frozenset({source, target}) not in related:
                    found.append(FoundRelation(guess.type, source, target, guess.confidence, NETWORK))
        self.drafts.relations += found

    def _event(self, chunk: Chunk, spots: Sequence[Spot], places: Places, proposed: ProposedEvent, first: int) -> EventDraft:
        trigger, passage = proposed.trigger, chunk.passages[proposed.passage]
        index, fillers = trigger.token.i, proposed.arguments
        found = TokenMention(index, index + 1, index, "trigger", trigger.type, trigger.confidence, trigger.model)
        taken = {number for p, number in (spots[a.mention] for a in fillers) if p == proposed.passage}
        dated = dating(trigger.token, passage, taken)
        event = FoundEvent(
            type=trigger.type,
            triggers=(self._keep(passage, found),),
            confidence=trigger.confidence if trigger.model == NETWORK else _by_rule(trigger.confidence, len(fillers)),
            model=trigger.model,
            arguments=tuple(FoundArgument(a.role, places[spots[a.mention]].mention, a.confidence, a.model) for a in fillers),
            asserted=asserted(trigger.token),
            time=FoundTime(
                places[proposed.passage, dated.mention].mention, resolve_time(dated.words, self._published_at, dated.tense)
            )
            if dated
            else None,
        )
        same = tuple((first + other, probability) for other, probability in proposed.same)
        return EventDraft(event, trigger.token.lemma_.lower(), same)

    def _keep(self, passage: Passage, found: TokenMention) -> FoundMention:
        return self.drafts.keep(
            FoundMention(
                _span(passage, found.start, found.end),
                found.type,
                found.kind,
                found.confidence,
                found.model,
                _span(passage, found.head, found.head + 1),
                found.subtype,
            )
        )


def _span(passage: Passage, start: int, end: int) -> TextSpan:
    tokens = passage.document[start:end]
    a, b = passage.view.span(tokens.start_char, tokens.end_char)
    return TextSpan(field=passage.view.field, start=a, end=b)


def _by_rule(trigger: float, fillers: int) -> float:
    """The confidence of an event that rules found: every filled role speaks for it."""
    return min(LIMITS.max_confidence_event_rule, trigger + LIMITS.bonus_filled_role * fillers)
