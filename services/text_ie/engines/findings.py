"""What an engine without a parser found, and its assembly into the message: mentions into entities, windows into one article."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.text_ie.english.time.times import resolve_time
from shared.ids import make_id
from shared.ontology import load_ontology
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Argument, Asserted, Entity, Event, EventTime, MentionKind, Relation, TextMention

VALUES = frozenset({"TIME", "VALUE", "MONEY", "TITLE"})


@dataclass(frozen=True)
class FoundMention:
    """Words that refer to something; mentions of one ``cluster`` (any key, empty for none) are one entity."""

    span: TextSpan
    type: str
    kind: MentionKind
    confidence: float
    cluster: str = ""


@dataclass(frozen=True)
class FoundEvent:
    """A trigger with role fillers; fillers must be among the mentions found."""

    type: str
    trigger: TextSpan
    confidence: float
    arguments: tuple[tuple[str, FoundMention, float], ...] = ()
    asserted: Asserted = "asserted"
    time: FoundMention | None = None


@dataclass(frozen=True)
class FoundRelation:
    """A relation between two of the mentions found."""

    type: str
    source: FoundMention
    target: FoundMention
    confidence: float


@dataclass
class Findings:
    """All that was found in an article, window by window, with repetitions where windows overlap."""

    mentions: list[FoundMention] = field(default_factory=list)
    events: list[FoundEvent] = field(default_factory=list)
    relations: list[FoundRelation] = field(default_factory=list)

    def add(self, other: "Findings") -> None:
        """Take over what another window gave."""
        self.mentions += other.mentions
        self.events += other.events
        self.relations += other.relations


@dataclass(frozen=True)
class Assembled:
    """The parts of a TextExtraction that findings give."""

    mentions: tuple[TextMention, ...]
    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]
    events: tuple[Event, ...]


def assemble(article: Article, findings: Findings, model: str) -> Assembled:
    """One mention a span, one entity a cluster or name, one event a trigger and type; everything points at its evidence."""
    assembly = _Assembly(article, model)
    assembly.read(findings.mentions)
    events = tuple(assembly.events(findings.events))
    relations = tuple(assembly.relations(findings.relations))
    used = {a.mention_id for e in events for a in e.arguments} | {i for r in relations for i in r.mention_ids}
    entities = tuple(assembly.entities(used))
    return Assembled(tuple(assembly.mentions.values()), entities, relations, events)


class _Assembly:
    def __init__(self, article: Article, model: str) -> None:
        self.mentions: dict[str, TextMention] = {}
        self._article, self._model = article, model
        self._by_span: dict[TextSpan, str] = {}
        self._parent: dict[str, str] = {}
        self._types = load_ontology().event_types

    def read(self, found: Iterable[FoundMention]) -> None:
        """The surest type wins where a span was found twice; clusters and equal names are joined."""
        keys: dict[tuple[str, str], str] = {}
        found = sorted(found, key=lambda m: (-m.confidence, m.span.field, m.span.start, m.span.end))
        for one in found:
            again = one.span in self._by_span
            if not again:
                self._by_span[one.span] = self._keep(one.span, one.type, one.kind, one.confidence)
            mention = self.mentions[self._by_span[one.span]]
            if mention.kind == "name":
                name = (mention.type, " ".join(mention.text.casefold().split()))
                self._join(keys.setdefault(name, mention.id), mention.id)
            if one.cluster and not (again and mention.kind == "pronoun"):
                cluster = (mention.type, f"#{one.cluster}")
                self._join(keys.setdefault(cluster, mention.id), mention.id)

    def entities(self, used: set[str]) -> Iterable[Entity]:
        """Clusters with a name or noun; a value becomes an entity only in a role or relation, a lone pronoun never."""
        groups: defaultdict[str, list[TextMention]] = defaultdict(list)
        for mention in self.mentions.values():
            if mention.kind != "trigger":
                groups[self._find(mention.id)].append(mention)
        for root, group in groups.items():
            if group[0].kind != "value" or any(m.id in used for m in group):
                yield self._entity(root, sorted(group, key=lambda m: (m.span.field != "text", m.span.field, m.span.start)))

    def _entity(self, root: str, group: list[TextMention]) -> Entity:
        names = [m.text for m in group if m.kind == "name"] or [m.text for m in group if m.kind != "pronoun"]
        counted = Counter(names or [group[0].text])
        return Entity(
            id=self._entity_id(root),
            type=group[0].type,
            name=max(counted, key=lambda n: (counted[n], len(n))),
            mention_ids=tuple(m.id for m in group),
            confidence=max(m.confidence for m in group),
            model=self._model,
        )

    def events(self, found: Iterable[FoundEvent]) -> Iterable[Event]:
        """Events of one trigger and one line of types are one; the most special type and all its arguments stay."""
        kept: dict[tuple[TextSpan, str], list[FoundEvent]] = {}
        for event in sorted(found, key=lambda e: (-e.type.count("."), -e.confidence)):
            same = next((k for k in kept if k[0] == event.trigger and f"{k[1]}.".startswith(f"{event.type}.")), None)
            kept.setdefault(same or (event.trigger, event.type), []).append(event)
        for (trigger, kind), group in sorted(kept.items(), key=lambda row: (row[0][0].field, row[0][0].start)):
            yield self._event(trigger, kind, group)

    def _event(self, trigger: TextSpan, kind: str, group: list[FoundEvent]) -> Event:
        confidence = max(e.confidence for e in group)
        mention_id = self._keep(trigger, kind, "trigger", confidence)
        time = next((e.time for e in group if e.time), None)
        return Event(
            id=make_id("event", self._article.article_id, mention_id),
            type=kind,
            trigger_ids=(mention_id,),
            arguments=tuple(self._arguments(kind, group)),
            time=self._time(time) if time else None,
            asserted=group[0].asserted,
            confidence=confidence,
            model=self._model,
        )

    def _time(self, time: FoundMention) -> EventTime:
        bounds = resolve_time(self._article.quote(time.span), self._article.published_at)  # reads English; else no bounds
        return EventTime(
            mention_id=self._by_span[time.span],
            earliest_start=bounds.earliest_start,
            latest_start=bounds.latest_start,
            earliest_end=bounds.earliest_end,
            latest_end=bounds.latest_end,
        )

    def _arguments(self, kind: str, group: list[FoundEvent]) -> Iterable[Argument]:
        done: set[tuple[str, str]] = set()
        for role, filler, confidence in (a for event in group for a in event.arguments):
            mention_id = self._by_span[filler.span]
            entity_id = self._entity_id(self._find(mention_id))
            if (role, entity_id) not in done and self._types[kind].role(role):
                done.add((role, entity_id))
                yield Argument(role=role, entity_id=entity_id, mention_id=mention_id, confidence=confidence, model=self._model)

    def relations(self, found: Iterable[FoundRelation]) -> Iterable[Relation]:
        """One relation a type and pair of entities, with all its mentions."""
        grouped: defaultdict[tuple[str, str, str], list[FoundRelation]] = defaultdict(list)
        for one in found:
            ends = [self._entity_id(self._find(self._by_span[m.span])) for m in (one.source, one.target)]
            if ends[0] != ends[1]:
                grouped[one.type, ends[0], ends[1]].append(one)
        for (kind, source, target), group in grouped.items():
            yield Relation(
                id=make_id("relation", self._article.article_id, kind, source, target),
                type=kind,
                source_id=source,
                target_id=target,
                mention_ids=tuple(dict.fromkeys(self._by_span[m.span] for r in group for m in (r.source, r.target))),
                confidence=max(r.confidence for r in group),
                model=self._model,
            )

    def _keep(self, span: TextSpan, kind_type: str, kind: MentionKind, confidence: float) -> str:
        identifier = make_id("mention", self._article.article_id, span.field, span.start, span.end, kind, kind_type)
        self.mentions[identifier] = TextMention(
            id=identifier, span=span, head=span, text=self._article.quote(span), kind=kind, type=kind_type,
            confidence=confidence, model=self._model,
        )  # fmt: skip
        return identifier

    def _entity_id(self, root: str) -> str:
        return make_id("entity", self._article.article_id, root)

    def _find(self, identifier: str) -> str:
        while (parent := self._parent.get(identifier, identifier)) != identifier:
            identifier = parent
        return identifier

    def _join(self, one: str, other: str) -> None:
        a, b = self._find(one), self._find(other)
        if a != b:
            self._parent[max(a, b)] = min(a, b)
