"""``newsgraph eval relations``: relations between entities against Re-DocRED or CoNLL04.

A predicted relation is right if its coarse type (the first two levels) is one that gold allows and both of its entities have a
mention whose head touches a mention of gold's entity: all coreferent mentions count. Each gold relation (type, entity pair) is
used once; direction matters but for family and other personal relationships. Not counted: gold relations that are none of our
types, predictions of coarse types that the corpus never marks, and predictions about entities that have no name or value in the
text where the corpus marks names only.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lab.evaluation.gold_relations import SYMMETRIC, cluster_keys, coarse, entity_relations
from lab.evaluation.layouts import CONLL04, REDOCRED, expected, read_layout
from lab.evaluation.matching import match
from lab.evaluation.spans import Page, Span, overlaps, plain
from lab.evaluation.tally import TypedTally
from lab.evaluation.task import Gold, Outcome, ProtocolName, Task
from shared.schemas.text import TextExtraction, TextMention
from shared.stage import StageInput

_LAYOUTS = (REDOCRED, CONLL04)
_PROTOCOLS = {
    "strict": "strict: all predicted relations of the corpus's types between named entities or values count",
    "relaxed": "relaxed: only predictions between two entities that gold marks count",
}


@dataclass(frozen=True)
class _Link:
    """A relation: the coarse types it may have, and the heads of all mentions of both entities."""

    types: frozenset[str]
    source: frozenset[Span]
    target: frozenset[Span]


def read(path: Path) -> Gold:
    """The documents of Re-DocRED or CoNLL04 files; raises InputError."""
    gold = read_layout(path, _LAYOUTS)
    return replace(gold, types=frozenset(coarse(t) for d in gold.documents for r in d.relations for t in r.types))


def score(gold: Gold, predictions: Sequence[StageInput], protocol: ProtocolName) -> Outcome:
    """``relation_f1`` with precision and recall, a row a coarse type; counts tell what was left out."""
    tally, unmapped = TypedTally(), 0
    for document, prediction in zip(gold.documents, predictions, strict=True):
        page = Page(document)
        entities = _entities(page)
        wanted = _gold_links(page, entities)
        found = _found_links(page, prediction.text_ie, gold.types)
        if protocol == "relaxed":
            found = [link for link in found if _known(link.source, entities) and _known(link.target, entities)]
        _count(tally, wanted, found)
        unmapped += sum(1 for relation in document.relations if not relation.types)
    return Outcome(
        scores=tally.all.scores("relation"),
        counts={
            "gold_relations": tally.all.wanted,
            "predicted_relations": tally.all.found,
            "gold_relations_without_type_of_ours": unmapped,
        },
        types=tally.rows(),
        notes=(_PROTOCOLS[protocol], "relation types compared at their first two levels"),
    )


def _entities(page: Page) -> dict[str, frozenset[Span]]:
    """The heads of all mentions of each gold entity."""
    heads: defaultdict[str, set[Span]] = defaultdict(set)
    keys = cluster_keys(page.document)
    for mention in page.document.mentions:
        heads[keys[mention.id]].add(page.head(mention))
    return {key: frozenset(spans) for key, spans in heads.items()}


def _gold_links(page: Page, entities: dict[str, frozenset[Span]]) -> list[_Link]:
    """Gold relations, without those of entities that stand at ambiguous places only: nothing can be predicted there."""
    clear = {key for key, heads in entities.items() if not all(page.masked(head) for head in heads)}
    return [
        _Link(r.types, entities[r.source], entities[r.target])
        for r in entity_relations(page.document)
        if r.source in clear and r.target in clear
    ]


def _found_links(page: Page, extraction: TextExtraction | None, types: frozenset[str]) -> list[_Link]:
    if extraction is None:
        return []
    mentions = {m.id: m for m in extraction.mentions if m.span.field == "text"}
    members = {e.id: [mentions[i] for i in e.mention_ids if i in mentions] for e in extraction.entities}
    counted = {ident: _heads(group) for ident, group in members.items() if _in_scope(page, group)}
    links = (
        _link(coarse(r.type), counted[r.source_id], counted[r.target_id])
        for r in extraction.relations
        if coarse(r.type) in types and r.source_id in counted and r.target_id in counted
    )
    return list(dict.fromkeys(links))


def _link(kind: str, source: frozenset[Span], target: frozenset[Span]) -> _Link:
    """A predicted relation; a symmetric one always the same way round, so that both directions are one."""
    if kind in SYMMETRIC and min(target) < min(source):
        source, target = target, source
    return _Link(frozenset({kind}), source, target)


def _heads(mentions: Iterable[TextMention]) -> frozenset[Span]:
    return frozenset(plain(m.head) for m in mentions)


def _in_scope(page: Page, mentions: Sequence[TextMention]) -> bool:
    """Whether the corpus would mark such an entity: by a name or value at a place that is not ambiguous."""
    named = [m for m in mentions if m.kind in {"name", "value"} or "nominals" in page.document.layers]
    return any(not page.masked(plain(m.head)) for m in named)


def _known(heads: frozenset[Span], entities: dict[str, frozenset[Span]]) -> bool:
    return any(_same(heads, other) for other in entities.values())


def _same(one: frozenset[Span], other: frozenset[Span]) -> bool:
    return any(overlaps(a, b) for a in one for b in other)


def _fits(gold: _Link, found: _Link) -> bool:
    if not found.types <= gold.types:
        return False
    if _same(gold.source, found.source) and _same(gold.target, found.target):
        return True
    return found.types <= SYMMETRIC and _same(gold.source, found.target) and _same(gold.target, found.source)


def _count(tally: TypedTally, gold: Sequence[_Link], found: Sequence[_Link]) -> None:
    pairs = match(gold, found, _fits)
    hit, right = {one for one, _ in pairs}, [min(found[other].types) for _, other in pairs]
    missed = [min(link.types) for number, link in enumerate(gold) if number not in hit]
    tally.add(right + missed, [min(link.types) for link in found], right)


RELATIONS = Task(name="relations", summary="relations between entities", files=expected(_LAYOUTS), read=read, score=score)
