"""Fused events and relations: text events, visual events, and multimedia events where an alignment makes two of them one."""

from collections import Counter
from dataclasses import dataclass, field

from services.fusion.article_index import ArticleIndex
from services.fusion.entities import MODEL
from services.fusion.event_graphs import triggers_of
from services.fusion.groups import Groups
from services.fusion.owners import Owners
from shared.ids import make_id
from shared.ontology import Ontology
from shared.schemas.fusion import Alignment, FusedArgument, FusedEntity, FusedEvent, FusedRelation, Medium
from shared.schemas.situations import RoleFiller, VisualEvent
from shared.schemas.text import Event


@dataclass
class _Roles:
    """Arguments by role and group: the best confidence, its model, and all evidence."""

    found: dict[tuple[str, str], tuple[float, str, set[str]]] = field(default_factory=dict)

    def add(self, role: str, group: str, confidence: float, model: str, evidence_id: str) -> None:
        best = (confidence, model, set[str]())
        known = self.found.get((role, group), best)
        score, by = max(known[:2], best[:2])
        self.found[role, group] = (score, by, known[2] | {evidence_id})

    def arguments(self, entities: dict[str, FusedEntity]) -> tuple[FusedArgument, ...]:
        made = [
            FusedArgument(role=role, entity_id=entities[group].id, evidence_ids=tuple(sorted(ids)), confidence=score, model=model)
            for (role, group), (score, model, ids) in self.found.items()
            if group in entities
        ]
        return tuple(sorted(made, key=lambda a: (a.role, a.entity_id)))


class EventMaker:
    """Builds the fused events and relations of one article."""

    def __init__(self, index: ArticleIndex, groups: Groups, owners: Owners, ontology: Ontology) -> None:
        self._index = index
        self._groups = groups
        self._owners = owners
        self._ontology = ontology
        self._keys = Counter(self._key(event) for event in index.events)

    def needed(self) -> dict[str, str]:
        """The groups that fill roles of visual events, with the noun that the picture gives them."""
        found: dict[str, str] = {}
        for event in self._index.visual_events:
            for filler in sorted(event.arguments, key=lambda f: (f.role, f.region_id or "", f.noun)):
                group = self._group(event, filler)
                if group:
                    found.setdefault(group, filler.noun)
        return found

    def unshown(self) -> int:
        """How many role fillers name no region: they have no evidence and are left out."""
        regions = self._index.regions
        return sum((f.region_id or "") not in regions for e in self._index.visual_events for f in e.arguments)

    def events(self, alignments: list[Alignment], entities: dict[str, FusedEntity]) -> tuple[FusedEvent, ...]:
        """One event for each text event with the visual events aligned to it, and one for each visual event left."""
        visual = {e.id: e for e in self._index.visual_events}
        aligned: dict[str, list[tuple[VisualEvent, float]]] = {}
        for alignment in alignments:
            seen = visual.pop(alignment.visual_event_id)
            aligned.setdefault(alignment.text_event_id, []).append((seen, alignment.confidence))
        made = [self._told(event, aligned.get(event.id, []), entities) for event in self._index.events]
        made += [self._shown(event, entities) for event in visual.values()]
        return tuple(sorted((e for e in made if e.evidence_ids), key=lambda e: e.id))

    def relations(self, entities: dict[str, FusedEntity]) -> tuple[FusedRelation, ...]:
        """The relations of the text between fused entities; loops fall away, doubles become one."""
        found: dict[str, FusedRelation] = {}
        for relation in self._index.relations:
            ends = [self._entity_id(end, entities) for end in (relation.source_id, relation.target_id)]
            known = {m for m in relation.mention_ids if m in self._index.mentions}
            if ends[0] is None or ends[1] is None or ends[0] == ends[1] or not known:
                continue
            relation_id = make_id("relation", self._index.article.article_id, relation.type, *ends)
            earlier = found.get(relation_id)
            score, model = relation.confidence, relation.model
            if earlier:
                score, model = max((score, model), (earlier.confidence, earlier.model))
                known |= set(earlier.evidence_ids)
            found[relation_id] = FusedRelation(
                id=relation_id, type=relation.type, source_id=ends[0], target_id=ends[1],
                evidence_ids=tuple(sorted(known)), confidence=score, model=model,
            )  # fmt: skip
        return tuple(found[key] for key in sorted(found))

    def _entity_id(self, entity_id: str, entities: dict[str, FusedEntity]) -> str | None:
        fused = entities.get(self._groups.find(entity_id)) if entity_id in self._groups else None
        return fused.id if fused else None

    def _told(self, event: Event, seen: list[tuple[VisualEvent, float]], entities: dict[str, FusedEntity]) -> FusedEvent:
        roles, triggers = _Roles(), triggers_of(self._index, event)
        for argument in event.arguments:
            if argument.entity_id in self._index.entities and argument.mention_id in self._index.mentions:
                group = self._groups.find(argument.entity_id)
                roles.add(argument.role, group, argument.confidence, argument.model, argument.mention_id)
        for visual, _ in seen:
            self._add_fillers(roles, visual)
        regions = {v.region_id for v, _ in seen if v.region_id in self._index.regions}
        confidence = max([event.confidence, *(v.confidence * score for v, score in seen)])
        media: tuple[Medium, ...] = ("text", "image") if seen else ("text",)
        return FusedEvent(
            id=self._id(event),
            type=event.type,
            name=self._index.mentions[triggers[0]].text if triggers else self._label(event.type),
            media=media,
            evidence_ids=tuple(sorted({*triggers, *regions} or {a.mention_id for a in event.arguments})),
            member_ids=tuple(sorted([event.id, *(v.id for v, _ in seen)])),
            arguments=roles.arguments(entities),
            time=event.time,
            asserted=event.asserted,
            confidence=round(confidence, 4),
            model=MODEL if seen else event.model,
        )

    def _shown(self, event: VisualEvent, entities: dict[str, FusedEntity]) -> FusedEvent:
        roles = _Roles()
        self._add_fillers(roles, event)
        shown = {event.region_id} & self._index.regions.keys()
        evidence_ids = shown or {region_id for _, _, ids in roles.found.values() for region_id in ids}
        return FusedEvent(
            id=make_id("event", self._index.article.article_id, event.type, event.region_id, event.id),
            type=event.type,
            name=self._index.verbs.get(event.frame_id or "", self._label(event.type)),
            media=("image",),
            evidence_ids=tuple(sorted(evidence_ids)),
            member_ids=(event.id,),
            arguments=roles.arguments(entities),
            confidence=event.confidence,
            model=event.model,
        )

    def _add_fillers(self, roles: _Roles, event: VisualEvent) -> None:
        for filler in event.arguments:
            group = self._group(event, filler)
            if group and filler.region_id:
                roles.add(filler.role, group, filler.confidence, filler.model, filler.region_id)

    def _group(self, event: VisualEvent, filler: RoleFiller) -> str | None:
        region = self._index.regions.get(filler.region_id or "")
        if region is None:
            return None
        entity_type = "PER" if region.kind == "face" else region.entity_type or self._ontology.object_entity_type(filler.noun)
        if entity_type is None:
            event_type = self._ontology.event_types.get(event.type)
            role = event_type.role(filler.role) if event_type else None
            entity_type = role.fillers[0] if role and len(role.fillers) == 1 else None
        known = self._owners.known(region.id)
        return known if known or entity_type is None else self._owners.owner(region.id, entity_type)

    def _label(self, event_type: str) -> str:
        known = self._ontology.event_types.get(event_type)
        return known.label if known else event_type.split(".")[-1]

    def _key(self, event: Event) -> tuple[str, ...]:
        spans = [self._index.mentions[m].span for m in triggers_of(self._index, event)]
        return (event.type, *(f"{s.field}:{s.start}:{s.end}" for s in spans))

    def _id(self, event: Event) -> str:
        key = self._key(event)
        alone = len(key) > 1 and self._keys[key] == 1
        return make_id("event", self._index.article.article_id, *key, *(() if alone else (event.id,)))
