"""Chunks of an article turned into messages and light drafts, so that the parse itself can be dropped."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from services.text_ie.english.chunk import Chunk, Placed, Spot, mentioned, spots_of
from services.text_ie.english.coreference.candidates import candidate
from services.text_ie.english.drafts import ArgumentDraft, Drafts, EventDraft, RelationDraft
from services.text_ie.english.events.assertion import asserted
from services.text_ie.english.events.event_drafter import EventDrafter, Proposed
from services.text_ie.english.network.judge import Judge
from services.text_ie.english.network.mentioned import Mentioned, by_word
from services.text_ie.english.network.model import MODEL as NETWORK
from services.text_ie.english.parse.found import Found, Passage
from services.text_ie.english.relations.noun_phrases import MODEL as RELATION_MODEL
from services.text_ie.english.relations.noun_phrases import find_relations
from services.text_ie.english.time.event_times import dating
from services.text_ie.lexicon import Lexicon
from services.text_ie.thresholds import LIMITS
from shared.ids import make_id
from shared.schemas.base import TextSpan
from shared.schemas.text import Sentence, TextMention


class Drafter:
    """Adds chunks to the drafts of one article."""

    def __init__(self, article_id: str, lexicon: Lexicon, judge: Judge | None) -> None:
        self.drafts = Drafts()
        self._article_id, self._lexicon, self._judge = article_id, lexicon, judge
        self._events = EventDrafter(lexicon, judge)

    def add(self, chunk: Chunk) -> None:
        """Read one finished chunk (mentions found, indexed and linked)."""
        spots = spots_of(chunk)
        mentions = by_word(mentioned(chunk, spots))
        proposals = self._events.propose(chunk, spots, mentions)
        placed = {spot: p for n, passage in enumerate(chunk.passages) for spot, p in self._place(n, passage).items()}
        seen = [m for m in mentions if spots[m.number] in placed]
        at = [placed.get(spot) for spot in spots]
        self._add_relations(chunk, placed, seen, at)
        first = len(self.drafts.events)
        self.drafts.events += [self._event(chunk, spots, placed, proposed, first) for proposed in proposals]
        self._add_antecedents(chunk, seen, at)

    def _place(self, number: int, passage: Passage) -> dict[Spot, Placed]:
        """Keep the sentences, mentions, candidates and links of a passage."""
        first_sentence = len(self.drafts.sentences)
        starts = [s.start for s in passage.document.sents]
        self.drafts.sentences += [self._sentence(passage, s.start, s.end) for s in passage.document.sents if s.text.strip()]
        ids = {n: self._keep(passage, mention) for n, mention in enumerate(passage.mentions)}
        orders = self._candidates(passage, ids, first_sentence, starts)
        drafts = self.drafts
        for pairs, found in ((drafts.linked, passage.links), (drafts.apart, passage.apart), (drafts.ahead, passage.ahead)):
            pairs += [(orders[a], orders[b]) for a, b in found if a in orders and b in orders]
        return {(number, n): Placed(ids[n], orders.get(n)) for n in ids}

    def _add_antecedents(self, chunk: Chunk, mentions: Sequence[Mentioned], at: Sequence[Placed | None]) -> None:
        if self._judge is None or chunk.reading is None:
            return
        orders = [place.order if place is not None else None for place in at]
        for index, antecedents in self._judge.antecedents(chunk.reading, mentions).items():
            if (own := orders[index]) is not None:
                rows = [(order, chance) for other, chance in antecedents if (order := orders[other]) is not None]
                self.drafts.antecedents[own] = rows

    def _candidates(self, passage: Passage, ids: dict[int, str], first: int, starts: list[int]) -> dict[int, int]:
        orders: dict[int, int] = {}
        for number in sorted(ids, key=lambda n: (passage.mentions[n].head, passage.mentions[n].start)):
            found = passage.mentions[number]
            if found.kind == "value":
                continue
            orders[number] = order = len(self.drafts.candidates)
            sentence = first + bisect_right(starts, found.start) - 1
            self.drafts.candidates.append(candidate(passage, found, order, sentence, self._lexicon))
            self.drafts.candidate_ids.append(ids[number])
        return orders

    def _add_relations(
        self, chunk: Chunk, placed: Mapping[Spot, Placed], mentions: Sequence[Mentioned], at: Sequence[Placed | None]
    ) -> None:
        """The rules' relations, and the network's between mentions that no rule related."""
        found = [
            RelationDraft(r.type, placed[n, r.source].id, placed[n, r.target].id, LIMITS.confidence_relation_rule, RELATION_MODEL)
            for n, passage in enumerate(chunk.passages)
            for r in find_relations(passage)
            if (n, r.source) in placed and (n, r.target) in placed
        ]
        related = {frozenset({r.source, r.target}) for r in found}
        if self._judge is not None and chunk.reading is not None:
            for guess in self._judge.relations(chunk.reading, mentions):
                source, target = at[guess.source], at[guess.target]
                if source and target and frozenset({source.id, target.id}) not in related:
                    found.append(RelationDraft(guess.type, source.id, target.id, guess.confidence, NETWORK))
        self.drafts.relations += found

    def _event(
        self, chunk: Chunk, spots: Sequence[Spot], placed: Mapping[Spot, Placed], proposed: Proposed, first: int
    ) -> EventDraft:
        trigger, passage = proposed.trigger, chunk.passages[proposed.passage]
        index, fillers = trigger.token.i, proposed.arguments
        found = Found(index, index + 1, index, "trigger", trigger.type, trigger.confidence, trigger.model)
        taken = {number for p, number in (spots[a.mention] for a in fillers) if p == proposed.passage}
        dated = dating(trigger.token, passage, taken)
        by_rule = trigger.model != NETWORK
        return EventDraft(
            type=trigger.type,
            trigger=self.drafts.mentions[self._keep(passage, found)],
            lemma=trigger.token.lemma_.lower(),
            arguments=tuple(ArgumentDraft(a.role, placed[spots[a.mention]].id, a.confidence, a.model) for a in fillers),
            asserted=asserted(trigger.token),
            time=(placed[proposed.passage, dated.mention].id, dated) if dated else None,
            confidence=_by_rule(trigger.confidence, len(fillers)) if by_rule else trigger.confidence,
            model=trigger.model,
            same=tuple((first + other, chance) for other, chance in proposed.same),
        )

    def _sentence(self, passage: Passage, start: int, end: int) -> Sentence:
        span = self._span(passage, start, end)
        return Sentence(id=make_id("sentence", self._article_id, span.field, span.start, span.end), span=span)

    def _keep(self, passage: Passage, found: Found) -> str:
        span = self._span(passage, found.start, found.end)
        mention = TextMention(
            id=make_id("mention", self._article_id, span.field, span.start, span.end, found.kind, found.type),
            span=span,
            head=self._span(passage, found.head, found.head + 1),
            text="",
            kind=found.kind,
            type=found.type,
            subtype=found.subtype,
            confidence=found.confidence,
            model=found.model,
        )
        self.drafts.mentions.setdefault(mention.id, mention)
        return mention.id

    def _span(self, passage: Passage, start: int, end: int) -> TextSpan:
        tokens = passage.document[start:end]
        a, b = passage.view.span(tokens.start_char, tokens.end_char)
        return TextSpan(field=passage.view.field, start=a, end=b)


def _by_rule(trigger: float, fillers: int) -> float:
    """The confidence of an event that rules found: every filled role speaks for it."""
    return min(LIMITS.max_confidence_event_rule, trigger + LIMITS.bonus_filled_role * fillers)
