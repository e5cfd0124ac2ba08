"""Structure-based fusion: text events and visual events are matched by fused Gromov-Wasserstein transport (Vayer et al. 2019).

Node cost: for events the distance of their types and the meaning of trigger and verb, whether the caption tells the event, and,
where models looked at the picture, how well the event's sentence fits it;
for arguments role, meaning, entity type, and whether both are known to be the same (or not the same) entity. Edge cost: the
difference of shortest-path distances. Each graph has a "nobody" node that takes arguments without a counterpart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import ot
from scipy.optimize import linear_sum_assignment

from services.fusion.event_graphs import ArgumentNode, EventGraph, Matrix
from services.fusion.grounding import similarity
from services.fusion.groups import compatible
from services.fusion.thresholds import LIMITS
from services.fusion.type_distance import type_distance
from shared.ids import make_id
from shared.ontology import Ontology
from shared.schemas.fusion import Alignment, AlignmentCell
from shared.sentence_vectors import MODEL_ID, MiniLM

NOBODY = "nobody"


@dataclass(frozen=True)
class TextSide:
    """A text event as a candidate: its graph, the images whose captions its triggers stand in, and its sentence.

    ``fits``: by image, how well the sentence fits it by an image-text encoder, 0.5 where it fits no better than others.
    """

    graph: EventGraph
    captions: frozenset[str]
    sentence: str = ""
    fits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class VisualSide:
    """A visual event as a candidate; ``vector``: what the event model saw, in the space of sentences, empty where it did not."""

    graph: EventGraph
    image_id: str
    vector: tuple[float, ...] = ()


class Aligner:
    """Aligns the events of one article with those of its images."""

    def __init__(self, encoder: MiniLM, ontology: Ontology) -> None:
        self._encoder = encoder
        self._ontology = ontology

    def align(self, texts: Sequence[TextSide], visuals: Sequence[VisualSide]) -> list[Alignment]:
        """The accepted matches: in each image one text event for one visual event at most, the surest in sum."""
        found: list[Alignment] = []
        self._encode([t.graph for t in texts] + [v.graph for v in visuals] if visuals else [])
        for image_id in sorted({v.image_id for v in visuals}):
            found += self._align_image(texts, [v for v in visuals if v.image_id == image_id])
        return sorted(found, key=lambda a: a.id)

    def _encode(self, graphs: list[EventGraph]) -> None:
        """Encode all words in batches, ahead of the single comparisons."""
        self._encoder.encode(sorted({g.words for g in graphs} | {a.words for g in graphs for a in g.arguments}))

    def _align_image(self, texts: Sequence[TextSide], visuals: Sequence[VisualSide]) -> list[Alignment]:
        scores = np.zeros((len(texts), len(visuals)))
        options: dict[tuple[int, int], Alignment] = {}
        for i, text in enumerate(texts):
            for j, visual in enumerate(visuals):
                if type_distance(self._ontology, text.graph.type, visual.graph.type) <= LIMITS.max_type_distance:
                    option = self._transport(text, visual)
                    if option.confidence >= LIMITS.min_alignment:
                        options[i, j], scores[i, j] = option, option.confidence
        rows, columns = linear_sum_assignment(-scores)
        return [options[pair] for pair in zip(rows.tolist(), columns.tolist(), strict=True) if pair in options]

    def _transport(self, text: TextSide, visual: VisualSide) -> Alignment:
        left, right = text.graph, visual.graph
        event_cost = self._event_cost(text, visual)
        cost = self._node_costs(left, right, event_cost)
        masses = _masses(len(left.arguments), len(right.arguments))
        structures = _with_nobody(left.distances()), _with_nobody(right.distances())
        plan = ot.gromov.fused_gromov_wasserstein(
            cost, *structures, *masses, loss_fun="square_loss", alpha=LIMITS.structure_share
        )
        share = LIMITS.event_share
        confidence = 1.0 - share * event_cost - (1.0 - share) * _argument_cost(plan, cost)
        confidence -= LIMITS.contradiction_cost * _contradicted(left, right)
        return Alignment(
            id=make_id("alignment", left.id, right.id),
            text_event_id=left.id,
            visual_event_id=right.id,
            confidence=round(min(1.0, max(0.0, confidence)), 4),
            model=MODEL_ID,
            cells=_cells(left, right, plan, cost),
        )

    def _event_cost(self, text: TextSide, visual: VisualSide) -> float:
        types = type_distance(self._ontology, text.graph.type, visual.graph.type)
        meaning = 1.0 - similarity(self._encoder, text.graph.words, visual.graph.words)
        elsewhere = visual.image_id not in text.captions
        cost = LIMITS.event_cost_type * types + LIMITS.event_cost_meaning * meaning + LIMITS.event_cost_caption * elsewhere
        picture = self._picture_cost(text, visual)
        share = LIMITS.picture_share
        return cost if picture is None else (1 - share) * cost + share * picture

    def _picture_cost(self, text: TextSide, visual: VisualSide) -> float | None:
        """How little the sentence fits what models saw in the picture; None where none looked."""
        fits = [text.fits[visual.image_id]] if visual.image_id in text.fits else []
        if visual.vector and text.sentence:
            cosine = float(self._encoder.encode([text.sentence])[0] @ np.asarray(visual.vector, np.float32))
            low, high = LIMITS.picture_cosine_low, LIMITS.picture_cosine_high
            fits.append(min(1.0, max(0.0, (cosine - low) / (high - low))))
        return 1.0 - sum(fits) / len(fits) if fits else None

    def _node_costs(self, left: EventGraph, right: EventGraph, event_cost: float) -> Matrix:
        rows, columns = len(left.arguments), len(right.arguments)
        cost = np.full((rows + 2, columns + 2), LIMITS.unmatched_cost)
        cost[0, :] = cost[:, 0] = LIMITS.forbidden_cost
        cost[0, 0], cost[-1, -1] = event_cost, 0.0
        for i, a in enumerate(left.arguments, 1):
            for j, b in enumerate(right.arguments, 1):
                cost[i, j] = self._argument_pair(a, b)
        return cost

    def _argument_pair(self, a: ArgumentNode, b: ArgumentNode) -> float:
        identity = 1 / 2 if b.entity is None else float(a.entity != b.entity)
        types = 1 / 2 if a.entity_type is None or b.entity_type is None else float(not _similar(a.entity_type, b.entity_type))
        meaning = 1.0 - similarity(self._encoder, a.words, b.words)
        return (
            LIMITS.argument_cost_role * (a.role != b.role)
            + LIMITS.argument_cost_identity * identity
            + LIMITS.argument_cost_type * types
            + LIMITS.argument_cost_meaning * meaning
        )


def _similar(left: str, right: str) -> bool:
    return compatible(left, right) or {left, right} == {"ORG", "PER"}


def _masses(rows: int, columns: int) -> tuple[Matrix, Matrix]:
    """Event 1, arguments together 1, and a nobody node large enough that every argument may stay unmatched."""
    unit = 1.0 / max(rows, columns, 1)
    left = np.array([1.0, *[unit] * rows, unit * columns + LIMITS.spare_mass])
    right = np.array([1.0, *[unit] * columns, unit * rows + LIMITS.spare_mass])
    return left / left.sum(), right / right.sum()


def _with_nobody(distances: Matrix) -> Matrix:
    size = len(distances)
    padded = np.ones((size + 1, size + 1))
    padded[:size, :size] = distances
    padded[0, size] = padded[size, 0] = 1 / 2
    padded[size, size] = 0.0
    return padded


def _argument_cost(plan: Matrix, cost: Matrix) -> float:
    """Mean cost of what the picture's arguments were moved to; 0.5 where the picture shows no argument."""
    moved = plan[1:, 1:-1]
    return float((moved * cost[1:, 1:-1]).sum() / moved.sum()) if moved.sum() > 0 else 1 / 2


def _contradicted(left: EventGraph, right: EventGraph) -> float:
    """The share of the picture's arguments that are known to be someone else than those in the text's role."""
    told: dict[str, set[str | None]] = {}
    for argument in left.arguments:
        told.setdefault(argument.role, set()).add(argument.entity)
    wrong = [b for b in right.arguments if b.entity is not None and b.entity not in told.get(b.role, {b.entity})]
    return len(wrong) / max(1, len(right.arguments))


def _cells(left: EventGraph, right: EventGraph, plan: Matrix, cost: Matrix) -> tuple[AlignmentCell, ...]:
    sources = [left.id, *(a.id for a in left.arguments), NOBODY]
    targets = [right.id, *(a.id for a in right.arguments), NOBODY]
    visible = [
        (i, j) for i, j in np.argwhere(plan > LIMITS.min_shown_mass).tolist() if (sources[i], targets[j]) != (NOBODY, NOBODY)
    ]
    return tuple(
        AlignmentCell(
            source_id=sources[i], target_id=targets[j], mass=round(float(plan[i, j]), 4), cost=round(float(cost[i, j]), 4)
        )
        for i, j in visible
    )
