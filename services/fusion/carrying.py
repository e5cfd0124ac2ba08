"""What an aligned event says about its arguments: who is unknown in the picture but plays a role that the text fills."""

from collections import Counter

from services.fusion.evidence import Evidence
from services.fusion.grounding import best_mention, grounding
from services.fusion.owners import Owners
from services.fusion.thresholds import LIMITS
from shared.schemas.fusion import Alignment, Grounding
from shared.schemas.situations import VisualEvent
from shared.schemas.text import Event

MODEL = "rules:event-roles"


def carry(evidence: Evidence, owners: Owners, alignments: list[Alignment]) -> list[Grounding]:
    """Groundings of text arguments in regions of aligned events, where role and transport plan leave one choice.

    Named people are never identified this way: a role says what someone does, not who it is. The regions are
    recorded in ``owners``.
    """
    texts = {e.id: e for e in evidence.events}
    visuals = {e.id: e for e in evidence.visual_events}
    found: list[Grounding] = []
    for alignment in alignments:
        if alignment.confidence < LIMITS.min_transfer_alignment:
            continue
        visual = visuals[alignment.visual_event_id]
        coupled = {(c.source_id, c.target_id) for c in alignment.cells}
        for entity_id, region_id in _single_roles(texts[alignment.text_event_id], visual):
            mention = best_mention(evidence, entity_id, visual.image_id) if entity_id in evidence.entities else None
            if mention and (entity_id, region_id) in coupled and _may_be(evidence, owners, entity_id, region_id):
                owners.show(region_id, entity_id)
                region = evidence.regions[region_id]
                reasons = {"alignment": alignment.confidence, "seen": region.confidence}
                found.append(grounding(mention, region, alignment.confidence * region.confidence, MODEL, reasons))
    return found


def _single_roles(text: Event, visual: VisualEvent) -> list[tuple[str, str]]:
    told = {(a.role, a.entity_id) for a in text.arguments}
    shown = {(f.role, f.region_id) for f in visual.arguments if f.region_id}
    counts = Counter(role for role, _ in told), Counter(role for role, _ in shown)
    alone = sorted(role for role in counts[0] if counts[0][role] == counts[1][role] == 1)
    return [(dict(told)[role], dict(shown)[role]) for role in alone]


def _may_be(evidence: Evidence, owners: Owners, entity_id: str, region_id: str) -> bool:
    region, entity = evidence.regions.get(region_id), evidence.entities[entity_id]
    if region is None or owners.known(region_id) is not None or (entity.type == "PER" and evidence.names(entity_id)):
        return False
    region_type = "PER" if region.kind == "face" else region.entity_type
    return region_type == entity.type or (entity.type == "ORG" and region_type == "PER")
