"""What ties words to pictures and regions to each other: groundings, alignments, triples, interactions, situation frames."""

from shared.graph.draft import Draft
from shared.schemas.fusion import Alignment, FusedGraph, Grounding
from shared.schemas.graph import PropertyValue
from shared.schemas.situations import HumanObjectInteraction, SceneTriple, SituationFrame
from shared.stage import StageInput


def add_grounding(draft: Draft, grounding: Grounding) -> None:
    """GROUNDED_IN from the words to the region that shows what they say; ``reasons`` are the parts of the score."""
    properties: dict[str, PropertyValue] = {
        "confidence": grounding.confidence,
        "model": grounding.model,
        "reasons": [f"{name}={value:.4f}" for name, value in sorted(grounding.reasons.items())],
    }
    ends = (grounding.mention_id, grounding.region_id)
    draft.edge("GROUNDED_IN", ends, ends, properties)


def add_alignment(draft: Draft, given: StageInput, alignment: Alignment) -> None:
    """ALIGNED_WITH from the event to the region of the visual event, with the transport plan that explains the match.

    The plan's cells stand in four lists of equal length: ``cell_sources``, ``cell_targets``, ``cell_masses``, ``cell_costs``.
    """
    events = given.visual_events.events if given.visual_events else ()
    region = next((event.region_id for event in events if event.id == alignment.visual_event_id), None)
    owner = _owner(given.fusion, alignment)
    if region is None or owner is None:
        return
    properties: dict[str, PropertyValue] = {
        "statement_id": alignment.id,
        "text_event_id": alignment.text_event_id,
        "visual_event_id": alignment.visual_event_id,
        "cell_sources": [cell.source_id for cell in alignment.cells],
        "cell_targets": [cell.target_id for cell in alignment.cells],
        "cell_masses": [float(cell.mass) for cell in alignment.cells],
        "cell_costs": [float(cell.cost) for cell in alignment.cells],
        "confidence": alignment.confidence,
        "model": alignment.model,
    }
    draft.edge("ALIGNED_WITH", (owner, region), [region], properties)


def add_triple(draft: Draft, triple: SceneTriple) -> None:
    """SCENE from the subject's region to the object's region, with the predicate."""
    properties: dict[str, PropertyValue] = {
        "predicate": triple.predicate,
        "confidence": triple.confidence,
        "model": triple.model,
    }
    ends = (triple.subject_id, triple.object_id)
    draft.edge("SCENE", ends, ends, properties)


def add_interaction(draft: Draft, interaction: HumanObjectInteraction) -> None:
    """INTERACTS from the person's region to the region of the thing or other person, with the verb as ``predicate``."""
    properties: dict[str, PropertyValue] = {
        "predicate": interaction.verb,
        "confidence": interaction.confidence,
        "model": interaction.model,
    }
    ends = (interaction.person_id, interaction.object_id)
    draft.edge("INTERACTS", ends, ends, properties)


def add_situation(draft: Draft, given: StageInput, frame: SituationFrame) -> None:
    """SITUATION from the image to each region that fills a role of the frame; an event that the frame tells has FRAMED_AS too.

    Roles without a region stand in the image's ``situations``.
    """
    for filler in frame.roles:
        if filler.region_id:
            properties: dict[str, PropertyValue] = {
                "verb": frame.verb,
                "role": filler.role,
                "noun": filler.noun,
                "statement_id": frame.id,
                "confidence": filler.confidence,
                "model": filler.model,
            }
            draft.edge("SITUATION", (frame.image_id, filler.region_id), [filler.region_id], properties)
    _frame_event(draft, given, frame)


def _frame_event(draft: Draft, given: StageInput, frame: SituationFrame) -> None:
    visual = given.visual_events.events if given.visual_events else ()
    for seen in visual:
        owners = [event.id for event in given.fusion.events if seen.id in event.member_ids] if given.fusion else []
        if seen.frame_id == frame.id and owners:
            properties: dict[str, PropertyValue] = {
                "verb": frame.verb,
                "statement_id": frame.id,
                "confidence": frame.confidence,
                "model": frame.model,
            }
            draft.edge("FRAMED_AS", (owners[0], frame.image_id), [seen.region_id], properties)


def _owner(fused: FusedGraph | None, alignment: Alignment) -> str | None:
    """The fused event that holds the text event."""
    wanted = (alignment.text_event_id, alignment.visual_event_id)
    owners = [event.id for event in fused.events if wanted[0] in event.member_ids or event.id == wanted[0]] if fused else []
    return owners[0] if owners else None
