"""From the outputs of the stages to the graph: a pure function, so the same outputs always give the same graph.

``Article``, ``Image``, ``Video`` and ``Mention`` are evidence. Only what fusion concluded becomes ``Entity`` and ``Event``.
"""

from collections.abc import Iterator

from pydantic import BaseModel

from shared.graph.draft import Draft
from shared.graph.facts import add_entity, add_event, add_relation
from shared.graph.pictures import add_alignment, add_grounding, add_interaction, add_situation, add_triple
from shared.graph.sources import add_article, add_images, add_keyframes, add_regions, add_text_mentions
from shared.graph.video_times import VideoTimes
from shared.graph.videos import add_segment_facts, add_videos
from shared.ids import make_id
from shared.ontology import Ontology, load_ontology
from shared.schemas.base import Scored
from shared.schemas.fusion import FusedGraph
from shared.schemas.graph import Subgraph
from shared.stage import StageInput


def project(given: StageInput, ontology: Ontology | None = None) -> Subgraph:
    """The article's graph; without fusion only its evidence (article, images, videos, mentions)."""
    draft, times = Draft(given.article.article_id), VideoTimes(given)
    add_article(draft, given)
    add_images(draft, given)
    add_videos(draft, given)
    add_keyframes(draft, given)
    add_text_mentions(draft, given)
    add_regions(draft, given, times)
    if given.fusion is not None:
        _add_run(draft, given)
        _add_facts(draft, given, times, ontology or load_ontology())
    add_segment_facts(draft, given)
    return draft.subgraph()


def models_of(given: StageInput) -> list[str]:
    """The ids of all models that claimed something, sorted."""
    return sorted({scored.model for scored in _scored(given)})


def _add_run(draft: Draft, given: StageInput) -> None:
    models = models_of(given)
    run_id = make_id("run", draft.article_id, *models)
    draft.source(run_id, ("Run",), {"name": "run", "models": models, "article_id": draft.article_id})
    draft.edge("READ", (run_id, draft.article_id), [draft.article_id], {})


def _add_facts(draft: Draft, given: StageInput, times: VideoTimes, ontology: Ontology) -> None:
    fused = given.fusion or FusedGraph(article_id=draft.article_id)
    for entity in fused.entities:
        add_entity(draft, given, entity, ontology)
    for event in fused.events:
        add_event(draft, event, ontology, times.of_event(event))
    for relation in fused.relations:
        add_relation(draft, relation, ontology)
    for grounding in fused.groundings:
        add_grounding(draft, grounding)
    for alignment in fused.alignments:
        add_alignment(draft, given, alignment)
    if given.visual_events is not None:
        for triple in given.visual_events.triples:
            add_triple(draft, triple)
        for interaction in given.visual_events.interactions:
            add_interaction(draft, interaction)
        for frame in given.visual_events.frames:
            add_situation(draft, given, frame)


def _scored(value: object) -> Iterator[Scored]:
    if isinstance(value, Scored):
        yield value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _scored(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _scored(item)
