"""Links names to records: candidates, a first reading by name and fame, a second one in the company of the other names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.entity_linking.evidence import LARGER, Company, Evidence, gather, postal_code, qualifiers, within
from services.entity_linking.knowledge.names import normalise
from services.entity_linking.knowledge.record import Candidate, Record
from services.entity_linking.knowledge.store import KnowledgeBase
from services.entity_linking.queries import Place, Query, span_queries
from services.entity_linking.ranking import Scored, agrees, rank, share, weights
from services.entity_linking.thresholds import LIMITS
from shared.sentence_vectors import MiniLM

_FUZZY_TYPES = frozenset({"GPE", "LOC"})
_HEAD = re.compile(r"([^,(]+?)\s*[,(]\s*[A-Z]")
_BEFORE = re.compile(r"^(?:the )?(?:state|city|province|republic|island|kingdom) of (?:the )?", re.IGNORECASE)
_COMPOUND = re.compile(r"-(?:based|born|led|backed|controlled|held|occupied|run)$")
_MARKS = " #*@\"'“”‘’[]"
_AFFIXES = (" city", " province", " state", " region", " island", " county")


@dataclass(frozen=True)
class Choice:
    """The record that a name means; ``others`` is how many records share the name."""

    record: Record
    confidence: float
    others: int
    reasons: tuple[str, ...]


class MentionLinker:
    """Links the names of one article at a time. Without an encoder the meaning of the words around a name is not used."""

    def __init__(self, kb: KnowledgeBase, encoder: MiniLM | None = None, weight: dict[str, float] | None = None) -> None:
        self.kb = kb
        self._encoder = encoder
        self.weight = weight or weights()

    def link(self, text: str, spans: Sequence[tuple[int, int]]) -> list[str | None]:
        """Record ids (``wikidata:Q90``) of spans of one text whose entity types are unknown; None for NIL."""
        choices = self.choose({"text": text}, span_queries(text, spans))
        return [choice.record.id if choice else None for choice in choices]

    def known(self, kb_id: str) -> bool:
        """Whether the knowledge base has the record."""
        return self.kb.known(kb_id)

    def choose(self, fields: Mapping[str, str], queries: Sequence[Query]) -> list[Choice | None]:
        """The choice for each question of one article, in order; ``fields`` are the article's texts by field name."""
        options = [self._options(query) for query in queries]
        queries = [replace(query, places=tuple(_named_part(p, fields) for p in query.places)) for query in queries]
        larger = [qualifiers(query, fields, self.kb) if found else () for query, found in zip(queries, options, strict=True)]
        holding = _holding(options, larger)
        first = [
            rank(found, gather(query, around, holding, ()), [0.0] * len(found), self.weight)
            for query, found, around in zip(queries, options, larger, strict=True)
        ]
        company = _company(queries, first)
        chosen = []
        for query, found, around in zip(queries, options, larger, strict=True):
            evidence = gather(query, around, holding, company.others(query.names[0]) if query.names else ())
            chosen.append(self._decide(query, self._ranked(query, fields, found, evidence)))
        return chosen

    def _options(self, query: Query) -> list[Candidate]:
        """Candidates of the first name that has any of the right type; of persons only names of two words and more."""
        for name in query.names:
            if query.type == "PER" and len(name.split()) < 2:
                continue
            for form in _forms(name):
                found = [c for c in self.kb.candidates(form, query.type in _FUZZY_TYPES) if agrees(c, query.type)]
                if found:
                    return found
        return []

    def _ranked(self, query: Query, fields: Mapping[str, str], found: Sequence[Candidate], evidence: Evidence) -> list[Scored]:
        ranked = rank(found, evidence, [0.0] * len(found), self.weight)
        if self._encoder is None or len(ranked) < 2 or ranked[0].score - ranked[1].score > LIMITS.max_score_gap:
            return ranked
        few = [scored.candidate for scored in ranked[: int(LIMITS.candidates_compared)]]
        return rank(few, evidence, self._meanings(query, fields, few), self.weight)

    def _meanings(self, query: Query, fields: Mapping[str, str], few: Sequence[Candidate]) -> list[float]:
        """Cosine of the words around the name with each record's description, at least 0."""
        encoder = self._encoder
        if encoder is None or not query.places:
            return [0.0] * len(few)
        place = query.places[0]
        around = int(LIMITS.context_characters)
        words = fields.get(place.field, "")[max(0, place.start - around) : place.end + around]
        stored = [self.kb.vector(c.record.id) for c in few]
        vectors = encoder.encode([words, *(f"{c.record.name}, {c.record.description}" for c in few)])
        return [max(0.0, float(vectors[0] @ (v if v is not None else vectors[i + 1]))) for i, v in enumerate(stored)]

    def _decide(self, query: Query, ranked: Sequence[Scored]) -> Choice | None:
        """The best candidate, or None where it is not clear enough, or an obscure town that anything may be named after."""
        if not ranked:
            return None
        best = ranked[0]
        part = share(ranked)
        supported = {"qualified", "holds", "same_country", "same_division"} & set(best.reasons)
        town = best.candidate.record.kind == "town" and best.candidate.record.prior < self.weight["nil_prior"]
        obscure = query.type is None and town and not supported
        if part < self.weight["nil_share"] or obscure:
            return None
        confidence = round(min(LIMITS.max_link_confidence, part * (1 + best.candidate.match) / 2), 4)
        return Choice(best.candidate.record, confidence, len(ranked) - 1, best.reasons)


def _forms(name: str) -> list[str]:
    """The name as it is and without what may stand around it: ``#Denver``, ``Paris, Texas``, ``State of Iowa``, ``London-based``.

    None for words in small letters (``the river``): they name nothing.
    """
    name = name.strip(_MARKS)
    if name.isascii() and not any(c.isupper() or c.isdigit() for c in name):
        return []
    head = _HEAD.match(name)
    short = _COMPOUND.sub("", head.group(1) if head else name)
    lowered = short.casefold()
    bare = [short[: -len(affix)] for affix in _AFFIXES if lowered.endswith(affix) and len(short) > len(affix) + 2]
    return list(dict.fromkeys([name, *postal_code(name), short, *bare, _BEFORE.sub("", short)]))


def _named_part(place: Place, fields: Mapping[str, str]) -> Place:
    """The place up to a comma or bracket within it, so that what follows counts as words after the name."""
    words = fields.get(place.field, "")[place.start : place.end]
    head = _HEAD.match(words)
    return Place(place.field, place.start, place.start + len(head.group(1))) if head else place


def _holding(options: Sequence[Sequence[Candidate]], larger: Sequence[tuple[Record, ...]]) -> frozenset[str]:
    """Larger places that stand after the name of a place within them: Georgia after Atlanta is the state."""
    pairs = zip(options, larger, strict=True)
    return frozenset(big.id for found, around in pairs for big in around if any(within(c.record, big) for c in found))


def _company(queries: Sequence[Query], first: Sequence[Sequence[Scored]]) -> Company:
    """What each name means at first reading, where that is clear."""
    known = {}
    for query, ranked in zip(queries, first, strict=True):
        if ranked and (share(ranked) >= LIMITS.min_company_share or ranked[0].candidate.record.kind in LARGER):
            known[normalise(query.names[0])] = ranked[0].candidate.record
    return Company(tuple(known.items()))
