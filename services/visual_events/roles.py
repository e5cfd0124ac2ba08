"""Which regions fill the roles of a situation: foreground persons, things by label, attribute or tag, ends of scene triples."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from services.visual_events.objects import Labels
from services.visual_events.scene import Scene, height
from services.visual_events.thresholds import LIMITS
from shared.errors import ConfigurationError
from shared.ids import make_id
from shared.ontology import load_ontology
from shared.schemas.base import Box, Schema
from shared.schemas.situations import SceneTriple
from shared.schemas.vision import Region, RegionKind

CROWD = "crowd"
MODEL = "rules:roles"
_FILE = Path(__file__).parent / "rules" / "roles.yaml"
_CLOTHES = frozenset(("uniform",))
_ACTORS, _OTHER, _UNMARKED, _POLICE = "actors", "other", "unmarked", "police"


@dataclass(frozen=True)
class Found:
    """What fills a role, and how sure the choice is (beside how sure the situation is)."""

    noun: str
    confidence: float
    region: Region | None = None


class Kind(Schema):
    """A kind of thing: regions by label, by attribute or by ``kind``; tags name it without a region."""

    labels: Labels = ()
    attributes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    kind: RegionKind | None = None
    noun: str = ""

    def find(self, scene: Scene) -> list[Found]:
        """At most three regions, largest first; else the noun of the likeliest tag."""
        regions = sorted((f for r in scene.regions.values() if (f := self._match(r, scene))), key=_by_size)
        tags = {label: scene.tags[label] for label in self.tags if scene.tags.get(label, 0.0) >= LIMITS.min_filler_tag}
        if regions or not tags:
            return regions[: int(LIMITS.max_things)]
        best = max(tags, key=lambda label: tags[label])
        return [Found(best, tags[best])]

    def _match(self, region: Region, scene: Scene) -> Found | None:
        marks = {a.label.casefold(): a.confidence for a in region.attributes if a.label.casefold() in self.attributes}
        if marks:
            label = max(marks, key=lambda name: marks[name])
            return Found(self.noun or label, min(region.confidence, marks[label]), region)
        if region.kind == "text":
            fits = self.kind == "text" and height(region.box) >= LIMITS.min_sign_height * scene.analysis.height
        else:
            fits = region.label in self.labels or (self.kind is not None and region.kind == self.kind)
        return (
            Found(self.noun or region.label, region.confidence, region)
            if fits and region.confidence >= LIMITS.min_filler
            else None
        )


class Pair(Schema):
    """A verb whose roles ``subject`` and ``object`` are the ends of a triple with one of the predicates."""

    predicates: tuple[str, ...]
    kind: str = ""
    subject: str
    object: str

    def triples(self, scene: Scene, rules: "RoleRules") -> list[SceneTriple]:
        """The fitting triples, surest first."""
        told = [t for t in scene.triples if t.predicate in self.predicates]
        if self.kind:
            fitting = {f.region.id for f in rules.kinds[self.kind].find(scene) if f.region}
            told = [t for t in told if t.object_id in fitting]
        return sorted(told, key=lambda t: (-t.confidence, t.id))


class RoleRules(Schema):
    """The tables of roles.yaml."""

    kinds: dict[str, Kind]
    pairs: dict[str, Pair]
    roles: dict[str, tuple[str, ...]]
    verbs: dict[str, dict[str, tuple[str, ...]]]
    places: dict[str, str]
    scenes: tuple[str, ...]

    def sources(self, verb: str, role: str) -> tuple[str, ...]:
        """What may fill a role of a verb, best first."""
        return self.verbs.get(verb, {}).get(role, self.roles.get(role, ()))


@cache
def load_role_rules() -> RoleRules:
    """Read and check the tables; raises ConfigurationError naming what is wrong."""
    rules = RoleRules.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
    verbs = load_ontology().situation_verbs
    named = {verb: set(row) for verb, row in rules.verbs.items()}
    for verb, pair in rules.pairs.items():
        named.setdefault(verb, set()).update((pair.subject, pair.object))
    for verb, roles in named.items():
        if verb not in verbs or not roles <= set(verbs[verb].roles):
            raise ConfigurationError(f"roles.yaml: imSitu has no {verb!r} with roles {', '.join(sorted(roles))}")
    known = rules.kinds.keys() | {_ACTORS, _OTHER, _UNMARKED}
    used = {s for sources in rules.roles.values() for s in sources}
    used |= {s for row in rules.verbs.values() for sources in row.values() for s in sources}
    if not used <= known:
        raise ConfigurationError(f"roles.yaml: no kind {', '.join(sorted(used - known))}")
    return rules


def fill(verb: str, scene: Scene) -> dict[str, list[Found]]:
    """The fillers of each role of a verb but its place; a role of which nothing is seen is left out."""
    rules = load_role_rules()
    filled = _ends(verb, scene, rules)
    for role in load_ontology().situation_verbs[verb].roles:
        if role not in filled:
            found = next((f for source in rules.sources(verb, role) if (f := _find(source, scene, rules))), [])
            filled |= {role: found} if found else {}
    return filled


def _ends(verb: str, scene: Scene, rules: RoleRules) -> dict[str, list[Found]]:
    pair = rules.pairs.get(verb)
    triples = pair.triples(scene, rules)[: int(LIMITS.max_actors)] if pair else []
    if pair is None or not triples:
        return {}
    sure = max(t.confidence for t in triples)
    ends = {pair.subject: [t.subject_id for t in triples], pair.object: [t.object_id for t in triples]}
    return {
        role: [Found(_noun(scene.regions[i]), sure, scene.regions[i]) for i in dict.fromkeys(ids)] for role, ids in ends.items()
    }


def _noun(region: Region) -> str:
    """The surest profession of a person, else the label."""
    professions = [a for a in region.attributes if a.label not in _CLOTHES] if region.label == "person" else []
    best = max(professions, key=lambda a: a.confidence, default=None)
    return best.label if best and best.confidence >= LIMITS.min_profession else region.label


def find_kinds(kinds: tuple[str, ...], scene: Scene) -> list[Found]:
    """All things of some kinds."""
    rules = load_role_rules()
    return [found for kind in kinds for found in rules.kinds[kind].find(scene)]


def _find(source: str, scene: Scene, rules: RoleRules) -> list[Found]:
    if source == _ACTORS:
        return _actors(scene)
    if source == _OTHER:
        people = foreground(scene)
        return [Found(_noun(people[1]), LIMITS.second_person * people[1].confidence, people[1])] if len(people) == 2 else []
    if source == _UNMARKED:
        police = {f.region.id for f in rules.kinds[_POLICE].find(scene) if f.region}
        rest = [p for p in foreground(scene) if p.id not in police]
        return [Found(_noun(rest[0]), LIMITS.unmarked_person * rest[0].confidence, rest[0])] if police and len(rest) == 1 else []
    return rules.kinds[source].find(scene)


def _actors(scene: Scene) -> list[Found]:
    people = foreground(scene)
    if len(people) > LIMITS.max_actors:
        return [Found(CROWD, min(LIMITS.max_crowd, people[0].confidence), crowd(scene))]
    return [Found(_noun(person), person.confidence, person) for person in people]


def foreground(scene: Scene) -> list[Region]:
    """Persons not much smaller than the tallest, largest first."""
    people = [p for p in scene.persons if p.confidence >= LIMITS.min_filler]
    tallest = max((height(p.box) for p in people), default=0.0)
    return [p for p in people if height(p.box) >= LIMITS.min_foreground * tallest]


def crowd(scene: Scene) -> Region:
    """The box around all persons of the foreground, as a region of its own."""
    boxes = [p.box for p in foreground(scene)]
    box = Box(x0=min(b.x0 for b in boxes), y0=min(b.y0 for b in boxes), x1=max(b.x1 for b in boxes), y1=max(b.y1 for b in boxes))
    image_id = scene.analysis.image_id
    return Region(
        id=make_id("region", scene.article_id, image_id, "object", box.x0, box.y0, box.x1, box.y1, CROWD),
        image_id=image_id, box=box, kind="object", label=CROWD, entity_type="PER",
        confidence=min(p.confidence for p in foreground(scene)), model=MODEL,
    )  # fmt: skip


def _by_size(found: Found) -> tuple[float, str]:
    region = found.region
    return (-region.box.area, region.id) if region else (0.0, "")


def places(scene: Scene) -> Iterator[Found]:
    """Nouns of the place that image tags name, likeliest first."""
    nouns: dict[str, float] = {}
    for label, noun in load_role_rules().places.items():
        nouns[noun] = nouns.get(noun, 0.0) + scene.tags.get(label, 0.0)
    for noun, weight in sorted(nouns.items(), key=lambda item: -item[1]):
        if weight >= LIMITS.min_filler_tag:
            yield Found(noun, min(1.0, weight))
