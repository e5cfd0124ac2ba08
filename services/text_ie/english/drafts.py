"""What was read of an article so far, without the parse: found mentions, and what coreference needs to join them."""

from dataclasses import dataclass, field

from services.text_ie.english.coreference.candidates import Candidate
from services.text_ie.english.coreference.entities import entities_of
from services.text_ie.english.coreference.sieve import resolve
from services.text_ie.english.events.within_document import EventDraft, join_repeated
from services.text_ie.findings import Findings, FoundEntity, FoundEvent, FoundMention, FoundRelation
from shared.schemas.base import TextSpan

Key = tuple[TextSpan, str, str]


@dataclass
class Drafts:
    """All that was read of an article so far; ``order`` of a candidate is its index in ``candidates`` and ``candidate_mentions``.

    ``must_link``, ``cannot_link``, ``cataphora``: pairs of orders, as in Passage.
    ``antecedents``: by order, orders of earlier candidates with the network's probability.
    """

    sentences: list[TextSpan] = field(default_factory=list)
    mentions: dict[Key, FoundMention] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)
    candidate_mentions: list[FoundMention] = field(default_factory=list)
    must_link: list[tuple[int, int]] = field(default_factory=list)
    cannot_link: list[tuple[int, int]] = field(default_factory=list)
    cataphora: list[tuple[int, int]] = field(default_factory=list)
    antecedents: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    events: list[EventDraft] = field(default_factory=list)
    relations: list[FoundRelation] = field(default_factory=list)

    def keep(self, found: FoundMention) -> FoundMention:
        """The mention, or the one of the same words, kind and type that was found before it."""
        return self.mentions.setdefault((found.span, found.kind, found.type), found)

    def findings(self) -> Findings:
        """The whole article, once all of it was read: coreference resolved, repeated events joined."""
        clusters = resolve(self.candidates, self.must_link, self.antecedents, self.cannot_link, self.cataphora)
        entities = entities_of(clusters, self.candidates, self.candidate_mentions)
        owner = {mention: number for number, entity in enumerate(entities) for mention in entity.mentions}
        events = join_repeated(self.events, owner)
        values = dict.fromkeys(mention for mention in _fillers(events) if mention not in owner)
        return Findings(
            sentences=self.sentences,
            mentions=list(self.mentions.values()),
            entities=[*entities, *(FoundEntity(v.type, "", (v,), v.model) for v in values)],
            events=events,
            relations=self.relations,
        )


def _fillers(events: list[FoundEvent]) -> list[FoundMention]:
    return [argument.mention for event in events for argument in event.arguments]
