"""Human-object interactions: what a person does with a thing, told from the scene triples in HICO-DET's verbs."""

from functools import cache
from pathlib import Path

import yaml

from services.visual_events.scene import Scene
from shared.ids import make_id
from shared.schemas.base import Schema
from shared.schemas.situations import HumanObjectInteraction, SceneTriple

MODEL = "rules:interactions"
_FILE = Path(__file__).parent / "rules" / "interactions.yaml"
_ANY = "any"


class InteractionVerbs(Schema):
    """Verbs by predicate of a triple and label of its object."""

    predicates: dict[str, dict[str, str]]

    def verb(self, predicate: str, label: str) -> str | None:
        """The verb for a triple, None where it is no interaction."""
        verbs = self.predicates.get(predicate, {})
        return verbs.get(label, verbs.get(_ANY))


@cache
def load_interaction_verbs() -> InteractionVerbs:
    """Read the verbs; raises pydantic's ValidationError where the file is malformed."""
    return InteractionVerbs.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def interactions(scene: Scene) -> tuple[HumanObjectInteraction, ...]:
    """The interactions of an image, in the order of its triples."""
    found = (_interaction(scene, triple) for triple in scene.triples)
    return tuple(interaction for interaction in found if interaction)


def _interaction(scene: Scene, triple: SceneTriple) -> HumanObjectInteraction | None:
    verb = load_interaction_verbs().verb(triple.predicate, scene.regions[triple.object_id].label)
    if verb is None or scene.regions[triple.subject_id].label != "person":
        return None
    return HumanObjectInteraction(
        id=make_id("interaction", triple.id, verb),
        image_id=triple.image_id,
        person_id=triple.subject_id,
        verb=verb,
        object_id=triple.object_id,
        confidence=triple.confidence,
        model=MODEL,
    )
