"""Gold and predicted clusters of one document in the same terms: mentions matched by their exact words or by head word."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lab.corpora.document import GoldMention
from lab.evaluation.coref_scores import Clusters, disjoint, without_singletons
from lab.evaluation.gold_relations import cluster_keys
from lab.evaluation.spans import Page, Span, plain
from shared.schemas.text import TextExtraction


@dataclass(frozen=True)
class MentionSpan:
    """A mention of either side: all its characters (in whole gold words), and those of its head.

    ``entity``: its cluster may be a person, organisation, place, facility, vehicle or weapon (gold; always true where untyped).
    """

    span: Span
    head: Span
    entity: bool = True


Groups = Sequence[Sequence[MentionSpan]]
_ENTITIES = frozenset({"PER", "ORG", "GPE", "LOC", "FAC", "VEH", "WEA"})


def gold_groups(page: Page) -> Groups:
    """The document's entities; a mention without cluster is one of its own."""
    groups: defaultdict[str, list[GoldMention]] = defaultdict(list)
    keys = cluster_keys(page.document)
    for mention in page.document.mentions:
        groups[keys[mention.id]].append(mention)
    typed = any(mention.types for mention in page.document.mentions)
    return [_gold_group(page, group, not typed or any(_ENTITIES & set(m.types) for m in group)) for group in groups.values()]


def _gold_group(page: Page, group: Sequence[GoldMention], entity: bool) -> list[MentionSpan]:
    return [MentionSpan(page.snap((m.start, m.end)), page.head(m), entity) for m in group]


def predicted_groups(page: Page, extraction: TextExtraction | None) -> Groups:
    """The mentions of each extracted entity."""
    if extraction is None:
        return []
    mentions = {m.id: MentionSpan(page.snap(plain(m.span)), plain(m.head)) for m in extraction.mentions if m.span.field == "text"}
    return [[mentions[i] for i in entity.mention_ids if i in mentions] for entity in extraction.entities]


def exact_clusters(gold: Groups, predicted: Groups) -> tuple[Clusters, Clusters]:
    """Both sides as clusters of spans, without singletons: a mention is right when both its ends are."""
    return _spans(gold), _spans(predicted)


def head_clusters(gold: Groups, predicted: Groups) -> tuple[Clusters, Clusters]:
    """The same, but a predicted mention stands for the gold one of the same head whose ends are nearest (one to one)."""
    names = _matches(_all(gold), _all(predicted))
    renamed = [[names.get(mention.span, mention.span) for mention in group] for group in predicted]
    return _spans(gold), without_singletons(disjoint(renamed))


def entities_only(gold: Groups, predicted: Groups) -> tuple[Groups, Groups]:
    """Gold without clusters of abstract things, times and the like; predictions without mentions that stand for one of those."""
    others = {mention.span for group in gold for mention in group if not mention.entity}
    names = _matches(_all(gold), _all(predicted))
    kept = [[mention for mention in group if names.get(mention.span) not in others] for group in predicted]
    return [group for group in gold if group[0].entity], kept


def _spans(groups: Groups) -> Clusters:
    return without_singletons(disjoint([[mention.span for mention in group] for group in groups]))


def _matches(gold: list[MentionSpan], predicted: list[MentionSpan]) -> dict[Span, Span]:
    """The gold span that each predicted span stands for; exact matches first, then by head, nearest ends first."""
    spans = {mention.span for mention in gold}
    names = {mention.span: mention.span for mention in predicted if mention.span in spans}
    taken = set(names)
    for _, given, wanted in sorted((_distance(g, p), p.span, g.span) for g, p in _same_head(gold, predicted)):
        if given not in names and wanted not in taken:
            names[given] = wanted
            taken.add(wanted)
    return names


def _distance(one: MentionSpan, other: MentionSpan) -> int:
    """Characters by which the ends differ."""
    return abs(one.span[0] - other.span[0]) + abs(one.span[1] - other.span[1])


def _same_head(gold: list[MentionSpan], predicted: list[MentionSpan]) -> Iterator[tuple[MentionSpan, MentionSpan]]:
    """Pairs whose heads share characters: tokens may differ between corpus and parser."""
    at: defaultdict[int, set[MentionSpan]] = defaultdict(set)
    for mention in gold:
        for character in range(*mention.head):
            at[character].add(mention)
    for mention in predicted:
        found = set().union(*(at[character] for character in range(*mention.head) if character in at))
        yield from ((one, mention) for one in found)


def _all(groups: Iterable[Iterable[MentionSpan]]) -> list[MentionSpan]:
    return [mention for group in groups for mention in group]
