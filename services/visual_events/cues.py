"""Cues: the conditions of a rule, and what of a scene makes each of them true."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from services.visual_events.objects import Labels
from services.visual_events.postures import POSTURES
from services.visual_events.scene import Scene, height
from services.visual_events.thresholds import LIMITS
from shared.schemas.base import Confidence, Schema
from shared.schemas.vision import Region

_ADDRESS = re.compile(r"\w\.(?:com|org|net|[a-z]{2})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Sighting:
    """A cue that was seen: how clearly, told in words (nothing for an absence), and the regions that show it."""

    confidence: float
    reason: str
    regions: tuple[Region, ...] = ()
    objects: tuple[Region, ...] = ()
    noun: str = ""


class ObjectsCue(Schema):
    """Between ``at_least`` and ``at_most`` regions with one of the labels, each covering ``share`` of the image or more."""

    see: Literal["objects"]
    labels: Labels
    at_least: int = 1
    at_most: int = 1000
    share: float = 0.0

    def look(self, scene: Scene) -> Sighting | None:
        """The matching regions, largest first."""
        fitting = [r for r in scene.objects if r.label in self.labels and r.box.area >= self.share * scene.area]
        if not self.at_least <= len(fitting) <= self.at_most:
            return None
        ranked = sorted((r.confidence for r in fitting), reverse=True)
        confidence = ranked[self.at_least - 1] if self.at_least else LIMITS.absence
        regions = tuple(sorted(fitting, key=lambda r: -r.box.area))
        reason = f"{len(fitting)} x {' or '.join(self.labels)}" if fitting else ""
        return Sighting(confidence, reason, regions)


class TagsCue(Schema):
    """Image tags whose probabilities add up to ``weight`` or more."""

    see: Literal["tags"]
    labels: tuple[str, ...]
    weight: Confidence

    def look(self, scene: Scene) -> Sighting | None:
        """The sum of the tags; the noun is the likeliest."""
        seen = {label: scene.tags[label] for label in self.labels if label in scene.tags}
        total = min(1.0, sum(seen.values()))
        if not seen or total < self.weight:
            return None
        listed = ", ".join(f"{label} {p:.2f}" for label, p in sorted(seen.items(), key=lambda item: -item[1]))
        return Sighting(total, f"image tags {listed}", noun=max(seen, key=lambda label: seen[label]))


class WordsCue(Schema):
    """At least so many different lines of print that hold one of the words (any line where no words are named).

    Lines lower than ``line_height`` of the image do not count, so captions and watermarks drop out. Words of six letters
    and more are also found inside longer runs, because recognised placards often lose their spaces.
    """

    see: Literal["words"]
    words: tuple[str, ...] = ()
    at_least: int = 1
    line_height: float = 0.0

    def look(self, scene: Scene) -> Sighting | None:
        """The lines that hold the words, most certain first."""
        tall = self.line_height * scene.analysis.height
        texts = [r for r in scene.analysis.regions if r.kind == "text" and height(r.box) >= tall and not _ADDRESS.search(r.text)]
        lines = sorted((r for r in texts if self._holds(r.text)), key=lambda r: -r.confidence)
        if len({line.text.casefold() for line in lines}) < self.at_least:
            return None
        quoted = ", ".join(repr(line.text) for line in lines[:3])
        return Sighting(lines[0].confidence, f"printed words {quoted}", tuple(lines))

    def _holds(self, text: str) -> bool:
        folded = text.casefold()
        found = (rf"\b{re.escape(word)}\b" if len(word) < LIMITS.min_word_in_run else re.escape(word) for word in self.words)
        return not self.words or any(re.search(pattern, folded) for pattern in found)


class PostureCue(Schema):
    """A posture of ``postures.POSTURES``."""

    see: Literal["posture"]
    posture: str
    at_least: int = 1

    def look(self, scene: Scene) -> Sighting | None:
        """The persons in that posture."""
        found = POSTURES[self.posture](scene)
        if found is None or len(found.persons) < self.at_least:
            return None
        return Sighting(found.confidence, f"posture {self.posture} of {len(found.persons)} person(s)", found.persons)


class TripleCue(Schema):
    """A scene triple with one of the predicates and one of the object labels."""

    see: Literal["triple"]
    predicates: tuple[str, ...]
    labels: Labels

    def look(self, scene: Scene) -> Sighting | None:
        """Subjects and objects of the matching triples, most confident first."""
        told = [t for t in scene.triples if t.predicate in self.predicates]
        fitting = [t for t in told if scene.regions[t.object_id].label in self.labels]
        if not fitting:
            return None
        ranked = sorted(fitting, key=lambda t: -t.confidence)
        subjects = tuple(dict.fromkeys(t.subject_id for t in ranked))
        objects = tuple(dict.fromkeys(t.object_id for t in ranked))
        label = scene.regions[ranked[0].object_id].label
        regions, things = (tuple(scene.regions[i] for i in ids) for ids in (subjects, objects))
        return Sighting(ranked[0].confidence, f"person {ranked[0].predicate} {label}", regions, things)


Cue = Annotated[ObjectsCue | TagsCue | WordsCue | PostureCue | TripleCue, Field(discriminator="see")]
