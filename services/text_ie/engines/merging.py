"""Findings of overlapping windows made one: a mention a span, an entity a cluster or name, an event a trigger."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scipy.cluster.hierarchy import DisjointSet

from services.text_ie.english.time.times import resolve_time
from services.text_ie.findings import Findings, FoundArgument, FoundEntity, FoundEvent, FoundMention, FoundTime
from shared.ontology import load_ontology
from shared.schemas.article import Article
from shared.schemas.base import TextSpan


def merge_windows(article: Article, found: Findings, model: str) -> Findings:
    """``found``: what all windows gave, one after the other, with repetitions; its entities are made here, named ``model``."""
    merging = _Merging(article, found.mentions, model)
    events = list(merging.events(found.events))
    triggers = [trigger for event in events for trigger in event.triggers]
    relations = [replace(r, source=merging.known(r.source), target=merging.known(r.target)) for r in found.relations]
    return Findings(found.sentences, [*merging.mentions, *triggers], list(merging.entities()), events, relations)


class _Merging:
    """The surest type wins where a span was found twice; clusters and equal names are joined."""

    def __init__(self, article: Article, found: Iterable[FoundMention], model: str) -> None:
        self._article, self._model = article, model
        self._by_span: dict[TextSpan, FoundMention] = {}
        self._joined: DisjointSet = DisjointSet()
        self._types = load_ontology().event_types
        keys: dict[tuple[str, str], FoundMention] = {}
        for one in sorted(found, key=lambda m: (-m.confidence, m.span.field, m.span.start, m.span.end)):
            again = one.span in self._by_span
            mention = self._by_span.setdefault(one.span, one)
            self._joined.add(mention)
            if mention.kind == "name":
                name = (mention.type, " ".join(article.quote(mention.span).casefold().split()))
                self._joined.merge(keys.setdefault(name, mention), mention)
            if one.cluster and not (again and mention.kind == "pronoun"):
                cluster = (mention.type, f"#{one.cluster}")
                self._joined.merge(keys.setdefault(cluster, mention), mention)

    @property
    def mentions(self) -> Iterable[FoundMention]:
        """One a span."""
        return self._by_span.values()

    def known(self, found: FoundMention) -> FoundMention:
        """The mention that was kept for the span."""
        return self._by_span[found.span]

    def entities(self) -> Iterator[FoundEntity]:
        """Every cluster, in the order of its surest mention."""
        groups: defaultdict[FoundMention, list[FoundMention]] = defaultdict(list)
        for mention in self._by_span.values():
            groups[self._joined[mention]].append(mention)
        for group in groups.values():
            yield self._entity(sorted(group, key=lambda m: (m.span.field != "text", m.span.field, m.span.start)))

    def _entity(self, group: Sequence[FoundMention]) -> FoundEntity:
        """Named by its commonest name, of several by the longest; without a name by a noun."""
        full = [m for m in group if m.kind == "name"] or [m for m in group if m.kind != "pronoun"] or group[:1]
        counted = Counter(self._article.quote(m.span) for m in full)
        return FoundEntity(
            type=group[0].type,
            name=max(counted, key=lambda n: (counted[n], len(n))),
            mentions=tuple(group),
            model=self._model,
            anchor=min(group, key=lambda m: m.id(self._article.article_id)),
        )

    def events(self, found: Iterable[FoundEvent]) -> Iterator[FoundEvent]:
        """Events of one trigger and one line of types are one; the most special type and all its arguments stay."""
        kept: dict[tuple[TextSpan, str], list[FoundEvent]] = {}
        for event in sorted(found, key=lambda e: (-e.type.count("."), -e.confidence)):
            trigger = event.triggers[0].span
            same = next((k for k in kept if k[0] == trigger and f"{k[1]}.".startswith(f"{event.type}.")), None)
            kept.setdefault(same or (trigger, event.type), []).append(event)
        for (_, kind), group in sorted(kept.items(), key=lambda row: (row[0][0].field, row[0][0].start)):
            yield self._event(kind, group)

    def _event(self, kind: str, group: Sequence[FoundEvent]) -> FoundEvent:
        confidence = max(e.confidence for e in group)
        return FoundEvent(
            type=kind,
            triggers=(replace(group[0].triggers[0], type=kind, confidence=confidence),),
            confidence=confidence,
            model=self._model,
            arguments=tuple(self._arguments(kind, group)),
            asserted=group[0].asserted,
            time=next((self._time(e.time.mention) for e in group if e.time), None),
        )

    def _time(self, found: FoundMention) -> FoundTime:
        """The words are read as English; what is not English has no bounds."""
        return FoundTime(self.known(found), resolve_time(self._article.quote(found.span), self._article.published_at))

    def _arguments(self, kind: str, group: Sequence[FoundEvent]) -> Iterator[FoundArgument]:
        for argument in (a for event in group for a in event.arguments):
            if self._types[kind].role(argument.role):
                yield replace(argument, mention=self.known(argument.mention))
