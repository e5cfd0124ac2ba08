"""The order of fusion: link, name the people, ground, align, merge."""

from services.fusion.alignment import Aligner, TextSide, VisualSide
from services.fusion.argument_transfer import transfer_arguments
from services.fusion.article_index import ArticleIndex
from services.fusion.entities import EntityMaker
from services.fusion.event_graphs import sentence_of, text_graph, triggers_of, visual_graph
from services.fusion.events import EventMaker
from services.fusion.grounding import as_grounding, best_mention, ground, grounding
from services.fusion.groups import Groups
from services.fusion.linking import best_links, link_faces, link_marks, link_records, link_same_names, start, written_names
from services.fusion.owners import Owners
from services.fusion.people import Person, people_of
from services.fusion.portraits import face_groundings, name_people
from shared.ontology import Ontology
from shared.schemas.fusion import Alignment, FusedGraph, Grounding
from shared.schemas.text import NotAttempted
from shared.sentence_vectors import MiniLM


class Fuser:
    """Makes one graph of what the stages found in an article; keeps nothing between articles but cached text vectors."""

    def __init__(self, encoder: MiniLM, ontology: Ontology) -> None:
        self._encoder = encoder
        self._ontology = ontology
        self._aligner = Aligner(encoder, ontology)

    def fuse(self, index: ArticleIndex) -> FusedGraph:
        """The fused graph, all parts sorted by id; ``not_attempted`` names only what was left out here."""
        people = people_of(index)
        everyone = [person for shown in people.values() for person in shown]
        groups = _link(index, everyone)
        portraits = name_people(groups, index, people)
        groundings = face_groundings(groups, index, everyone, portraits.merged) + list(portraits.suspected)
        groundings += _flag_groundings(groups, index)
        written = written_names(index)
        groundings += _written_groundings(index, written)
        owners = Owners(groups, index, everyone, {region: entity for region, (entity, _) in written.items()})
        taken = frozenset(r for r in index.regions if owners.known(r) is not None)
        for candidate in ground(index, self._encoder, taken):
            owners.show(candidate.region.id, candidate.entity_id)
            groundings.append(as_grounding(candidate))
        alignments = self._align(index, groups, owners)
        groundings += transfer_arguments(index, owners, alignments)
        return self._merge(index, groups, owners, alignments, groundings)

    def _align(self, index: ArticleIndex, groups: Groups, owners: Owners) -> list[Alignment]:
        texts = []
        for event in index.events if index.visual_events else ():
            fields = {index.mentions[m].span.field for m in triggers_of(index, event)}
            captions = frozenset(f.removeprefix("caption:") for f in fields if f.startswith("caption:"))
            if event.asserted != "negated":
                fits = {image_id: fit for (event_id, image_id), fit in index.fits.items() if event_id == event.id}
                graph = text_graph(index, event, groups.find)
                texts.append(TextSide(graph, captions, sentence_of(index, event), fits))
        visuals = [
            VisualSide(visual_graph(index, e, self._label(e.type), owners.known), e.image_id, e.vector)
            for e in index.visual_events
        ]
        return self._aligner.align(texts, visuals)

    def _label(self, event_type: str) -> str:
        return event_type.rsplit(".", 1)[-1].lower()

    def _merge(
        self, index: ArticleIndex, groups: Groups, owners: Owners, alignments: list[Alignment], groundings: list[Grounding]
    ) -> FusedGraph:
        event_maker = EventMaker(index, groups, owners, self._ontology)
        entities = EntityMaker(index, groups, owners, self._ontology).make(event_maker.needed())
        left_out = event_maker.unshown()
        note = NotAttempted(part="visual arguments", reason=f"{left_out} role fillers have no region, so no evidence")
        return FusedGraph(
            article_id=index.article.article_id,
            entities=tuple(sorted(entities.values(), key=lambda e: e.id)),
            events=event_maker.events(alignments, entities),
            relations=event_maker.relations(entities),
            groundings=_distinct(groundings),
            alignments=tuple(alignments),
            not_attempted=(note,) if left_out else (),
        )


def _link(index: ArticleIndex, everyone: list[Person]) -> Groups:
    groups = start(index, everyone)
    link_records(groups, index)
    link_same_names(groups, index)
    link_faces(groups, index, everyone)
    link_marks(groups, index)
    return groups


def _flag_groundings(groups: Groups, index: ArticleIndex) -> list[Grounding]:
    links, result = best_links(index), []
    for region_id in index.marks:
        region, root = index.regions[region_id], groups.find(region_id)
        mentions = [best_mention(index, e, region.image_id) for e in index.entities if groups.find(e) == root]
        known = sorted((m for m in mentions if m), key=lambda m: (not m.span.field.startswith("caption:"), m.id))
        confidence = max((link.confidence for link in links.get(region_id, {}).values()), default=region.confidence)
        if known:
            result.append(grounding(known[0], region, confidence, "rules:flags", {"flag": confidence}))
    return result


def _written_groundings(index: ArticleIndex, written: dict[str, tuple[str, float]]) -> list[Grounding]:
    result = []
    for region_id, (entity_id, score) in sorted(written.items()):
        region = index.regions[region_id]
        mention = best_mention(index, entity_id, region.image_id)
        if mention:
            reasons = {"written": score, "seen": region.confidence}
            result.append(grounding(mention, region, score * region.confidence, "rules:written-names", reasons))
    return result


def _distinct(groundings: list[Grounding]) -> tuple[Grounding, ...]:
    best: dict[str, Grounding] = {}
    for candidate in sorted(groundings, key=lambda g: (g.id, -g.confidence, g.model)):
        best.setdefault(candidate.id, candidate)
    return tuple(best[key] for key in sorted(best))
