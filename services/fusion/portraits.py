"""Who is the person in the picture? Answered by counting: the people shown against the people whom the caption speaks of.

One person shown and one named: they are the same. Several, all but one of each already known by face: the last two are the same.
Without a caption that speaks of a person, the title or the first lines may name the person, with less confidence; not where
several pictures show different people.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.fusion.evidence import Evidence
from services.fusion.grounding import best_mention, grounding, is_plural
from services.fusion.groups import Groups
from services.fusion.people import Person, prominent
from services.fusion.thresholds import LIMITS
from shared.schemas.fusion import Grounding

MODEL = "rules:portraits"


@dataclass(frozen=True)
class Guess:
    """A person in a picture taken for an entity of the text."""

    person: Person
    entity_id: str
    confidence: float
    reason: str


@dataclass(frozen=True)
class Portraits:
    """Confidence of each person identified and merged, by key; and groundings of guesses too weak to merge on."""

    merged: dict[str, float]
    suspected: tuple[Grounding, ...]


def name_people(groups: Groups, evidence: Evidence, people: dict[str, list[Person]]) -> Portraits:
    """Merge the people whom captions identify, then those whom title or lead identify."""
    merged: dict[str, float] = {}
    for image_id, everyone in people.items():
        guess = _from_caption(groups, evidence, image_id, prominent(everyone))
        if guess and groups.merge(guess.entity_id, guess.person.key, guess.reason):
            merged[guess.person.key] = _certainty(guess)
    guesses = [_from_headline(groups, evidence, image_id, prominent(everyone)) for image_id, everyone in people.items()]
    suspected: list[Grounding] = []
    for guess in _unrivalled(groups, [g for g in guesses if g]):
        if guess.confidence < LIMITS.min_portrait_merge:
            suspected += _suspicion(evidence, guess)
        elif groups.merge(guess.entity_id, guess.person.key, guess.reason):
            merged[guess.person.key] = _certainty(guess)
    return Portraits(merged, tuple(suspected))


def _certainty(guess: Guess) -> float:
    return round(guess.confidence * guess.person.confidence, 4)


def _unrivalled(groups: Groups, guesses: list[Guess]) -> list[Guess]:
    """Without those where pictures of different people would all be the one whom the title names."""
    pairs = {(groups.find(g.entity_id), g.person.key) for g in guesses}
    rivals = Counter(root for root, _ in pairs)
    return [g for g in guesses if rivals[groups.find(g.entity_id)] == 1]


def _suspicion(evidence: Evidence, guess: Guess) -> list[Grounding]:
    mention = best_mention(evidence, guess.entity_id, guess.person.image_id)
    region = evidence.regions[guess.person.region_ids[0]]
    reasons = {"only_person": guess.confidence, "seen": guess.person.confidence}
    return [grounding(mention, region, _certainty(guess), MODEL, reasons)] if mention else []


def _from_caption(groups: Groups, evidence: Evidence, image_id: str, shown: list[Person]) -> Guess | None:
    spoken = _people_in(groups, evidence, f"caption:{image_id}")
    unknown = [p for p in shown if not _known(groups, evidence, p)]
    if len(unknown) != 1 or unknown[0].confidence < LIMITS.min_portrait_seen:
        return None
    named = {root: entity_id for root, entity_id in spoken.items() if evidence.names(entity_id)}
    shown_roots = {groups.find(p.key) for p in shown}
    open_names = [entity_id for root, entity_id in named.items() if root not in shown_roots]
    counts_agree = len(spoken) == len(shown) and not _crowd(evidence, image_id)
    if len(open_names) != 1 or not (counts_agree or len(shown) == len(named) == 1):
        return None
    by_name = any(m.kind == "name" for m in evidence.in_field(open_names[0], f"caption:{image_id}"))
    agreed = LIMITS.portrait_named if by_name else LIMITS.portrait_described
    confidence = agreed if counts_agree else LIMITS.portrait_among_others
    return Guess(unknown[0], open_names[0], confidence, "the only person in the picture whom the caption leaves to name")


def _from_headline(groups: Groups, evidence: Evidence, image_id: str, shown: list[Person]) -> Guess | None:
    """Only for one clearly seen face, under a caption that speaks of nobody."""
    alone = len(shown) == 1 and shown[0].confidence >= LIMITS.min_portrait_seen and shown[0].region_ids[0] in evidence.faces
    spoken = _people_in(groups, evidence, f"caption:{image_id}") or _crowd(evidence, image_id)
    if not alone or spoken or _known(groups, evidence, shown[0]):
        return None
    places = (("title", None, LIMITS.portrait_title), ("text", int(LIMITS.lead_characters), LIMITS.portrait_lead))
    for field, limit, confidence in places:
        named = [e for e in _people_in(groups, evidence, field, limit).values() if evidence.names(e)]
        if len(named) == 1:
            certainty = LIMITS.portrait_other_caption if evidence.caption(image_id).strip() else confidence
            return Guess(shown[0], named[0], certainty, f"the only person in the picture and in the {field}")
        if named:
            return None
    return None


def _known(groups: Groups, evidence: Evidence, person: Person) -> bool:
    root = groups.find(person.key)
    return person.name is not None or any(groups.find(entity_id) == root for entity_id in evidence.entities)


def _people_in(groups: Groups, evidence: Evidence, field: str, limit: int | None = None) -> dict[str, str]:
    """One entity for each group of a single person that a field speaks of, by group."""
    found: dict[str, str] = {}
    for entity in evidence.entities.values():
        mentions = [m for m in evidence.in_field(entity.id, field) if limit is None or m.span.start < limit]
        if entity.type == "PER" and any(m.kind in ("name", "nominal") and not _plural(evidence, m.id) for m in mentions):
            found.setdefault(groups.find(entity.id), entity.id)
    return found


def _plural(evidence: Evidence, mention_id: str) -> bool:
    mention = evidence.mentions[mention_id]
    return is_plural(mention, evidence.article.quote(mention.head))


def _crowd(evidence: Evidence, image_id: str) -> bool:
    mentions = [m for e in evidence.entities.values() if e.type == "PER" for m in evidence.in_field(e.id, f"caption:{image_id}")]
    return any(_plural(evidence, m.id) for m in mentions)


def face_groundings(groups: Groups, evidence: Evidence, people: Iterable[Person], guessed: dict[str, float]) -> list[Grounding]:
    """One grounding for each person in a picture who is someone of the text: by the named face, or by counting."""
    result = []
    for person in people:
        root = groups.find(person.key)
        entities = [e for e in evidence.entities if groups.find(e) == root]
        mentions = [m for m in (best_mention(evidence, e, person.image_id) for e in entities) if m]
        if not mentions:
            continue
        field = f"caption:{person.image_id}"
        mention = min(mentions, key=lambda m: (m.span.field != field, m.kind != "name", m.span.field, m.span.start, m.id))
        cluster = evidence.clusters.get(person.key)
        confidence = guessed.get(person.key, cluster.confidence if cluster else person.confidence)
        part = "only_person" if person.key in guessed else "face_name"
        model = MODEL if person.key in guessed else "rules:face-names"
        region = evidence.regions[person.region_ids[0]]
        result.append(grounding(mention, region, confidence, model, {part: confidence, "seen": person.confidence}))
    return result
