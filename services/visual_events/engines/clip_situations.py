"""Situations by prompts: the encoder ranks imSitu's 504 verbs, then the nouns of each role; a phrase finder gives the boxes."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from services.visual_events.engines.fillers import PLACE, Frames, Grounded
from services.visual_events.engines.grounding import FoundPhrase, PhraseFinder
from services.visual_events.prompts import PromptRanker
from services.visual_events.scene import Scene
from services.visual_events.thresholds import LIMITS
from services.visual_events.verbs import prompt, verb_ranker
from shared.image_text.encoder import Floats, ImageTextEncoder
from shared.ontology import SituationVerb, load_ontology
from shared.pictures import RgbArray
from shared.schemas.base import Schema
from shared.schemas.situations import SituationFrame
from shared.schemas.vision import Region

_FILE = Path(__file__).parents[1] / "rules" / "role_nouns.yaml"


class NounGroup(Schema):
    """Roles that are asked about the same nouns."""

    roles: tuple[str, ...]
    nouns: tuple[str, ...]


class RoleNouns(Schema):
    """The table of role_nouns.yaml."""

    groups: dict[str, NounGroup]
    things: tuple[str, ...]

    def of(self, role: str) -> tuple[str, ...]:
        """The nouns that may fill a role."""
        return next((group.nouns for group in self.groups.values() if role in group.roles), self.things)


@cache
def role_nouns() -> RoleNouns:
    """Read the table, once."""
    return RoleNouns.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


class ClipSituations:
    """Reads situations with any image-text encoder; without a finder, fillers have no boxes but those of known regions."""

    def __init__(self, encoder: ImageTextEncoder, finder: PhraseFinder | None = None) -> None:
        self.model_id, self._encoder, self._finder = encoder.model_id, encoder, finder
        self._verbs = verb_ranker(encoder)

    def read(self, scene: Scene, picture: RgbArray) -> tuple[list[SituationFrame], list[Region]]:
        """At most two frames: the likeliest verb, and the second where it is likely too; none where no verb stands out."""
        vector = self._encoder.images([picture]).vectors[0]
        ranking = self._verbs.rank(vector)
        likely = sorted(ranking, key=lambda verb: -ranking[verb])[: int(LIMITS.max_prompted_verbs)]
        frames = Frames(scene, self.model_id)
        for verb in (verb for verb in likely if ranking[verb] >= LIMITS.min_prompted_verb):
            nouns = dict(self._nouns(load_ontology().situation_verbs[verb], scene, vector))
            boxes = self._boxes(picture, nouns)
            frames.add(verb, ranking[verb], [_grounded(role, *found, boxes) for role, found in nouns.items()])
        return frames.frames, frames.regions

    def _nouns(self, verb: SituationVerb, scene: Scene, vector: Floats) -> Iterator[tuple[str, tuple[str, float]]]:
        """Role, and the noun whose sentence fits better than the sentence without it."""
        plain = prompt(verb)
        for role in verb.roles:
            asked = dict.fromkeys((*role_nouns().of(role), *(_seen(scene) if role != PLACE else ())))
            sentences = {noun: _sentence(verb, role, noun, plain) for noun in asked} | {"": f"a photo of {plain}"}
            ranking = PromptRanker(self._encoder, sentences).rank(vector)
            best = max(ranking, key=lambda noun: ranking[noun])
            if best and ranking[best] >= LIMITS.min_prompted_noun:
                yield role, (best, ranking[best])

    def _boxes(self, picture: RgbArray, nouns: dict[str, tuple[str, float]]) -> dict[str, FoundPhrase]:
        asked = list(dict.fromkeys(noun for role, (noun, _) in nouns.items() if role != PLACE))
        found = self._finder(picture, asked) if self._finder and asked else []
        return {row.phrase: row for row in found}


def _sentence(verb: SituationVerb, role: str, noun: str, plain: str) -> str:
    """The verb's sentence with the noun in the role: ``a photo of a person riding a horse``."""
    if role == PLACE:
        return f"a photo of {plain}, {noun}"
    words = (noun if word == role.upper() else word for word in verb.template.split())
    marked = verb.model_copy(update={"template": " ".join(words)})
    told = prompt(marked)
    return f"a photo of {told}" if noun in told else f"a photo of {told} with {noun}"


def _seen(scene: Scene) -> Iterator[str]:
    """Labels of regions and likely tags."""
    yield from (region.label for region in scene.objects)
    yield from (label for label, confidence in scene.tags.items() if confidence >= LIMITS.min_asked_tag)


def _grounded(role: str, noun: str, confidence: float, boxes: dict[str, FoundPhrase]) -> Grounded:
    found = boxes.get(noun) if role != PLACE else None
    sure = confidence if found is None else float(np.sqrt(confidence * found.confidence))
    return Grounded(role, noun, sure, found.box if found else None)
