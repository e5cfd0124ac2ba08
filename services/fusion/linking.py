"""Linking-based fusion: the same record, the same name, a named face, a flag or a written name make two things one entity."""

from collections.abc import Iterable

from rapidfuzz import fuzz

from services.fusion.evidence import Evidence
from services.fusion.groups import Facts, Groups
from services.fusion.names import identity_name, normalise, person_match, place_match
from services.fusion.people import Person
from services.fusion.thresholds import LIMITS
from shared.schemas.linking import KBRecord, Link
from shared.schemas.text import Entity

_MARKED = {"flag": ("GPE", "LOC"), "logo": ("ORG", "COM"), "landmark": ("FAC", "LOC", "GPE")}
"""The types of what a mark shows: the first where nothing else tells it."""


def best_links(evidence: Evidence) -> dict[str, dict[str, Link]]:
    """The surest link of each subject to each source of records, by subject and source."""
    found: dict[str, dict[str, Link]] = {}
    for link in evidence.links:
        found.setdefault(link.subject_id, {}).setdefault(link.record.id.split(":", 1)[0], link)
    return found


def start(evidence: Evidence, people: Iterable[Person]) -> Groups:
    """One group for each text entity, person in a picture, flag, logo and landmark, with what is known of it."""
    groups, links = Groups(), best_links(evidence)
    for entity in evidence.entities.values():
        groups.add(entity.id, Facts(frozenset((entity.type,)), _record_ids(links, entity.id)))
    for person in people:
        seen = frozenset(((person.image_id, person.key),))
        groups.add(person.key, Facts(frozenset(("PER",)), _record_ids(links, person.key), seen))
    for region_id in evidence.marks:
        kind = evidence.regions[region_id].kind
        groups.add(region_id, Facts(frozenset((_MARKED[kind][0],)), _record_ids(links, region_id)))
    return groups


def _record_ids(links: dict[str, dict[str, Link]], subject_id: str) -> frozenset[str]:
    return frozenset(link.record.id for link in links.get(subject_id, {}).values())


def link_records(groups: Groups, evidence: Evidence) -> None:
    """Merge subjects whose best links name the same record."""
    by_record: dict[str, list[str]] = {}
    for subject_id, links in sorted(best_links(evidence).items()):
        for link in links.values():
            if subject_id in groups:
                by_record.setdefault(link.record.id, []).append(subject_id)
    for record_id, subjects in sorted(by_record.items()):
        for other in subjects[1:]:
            groups.merge(subjects[0], other, f"both are {record_id}")


def link_same_names(groups: Groups, evidence: Evidence) -> None:
    """Merge text entities of one type that carry the same specific name, which coreference left apart."""
    first: dict[tuple[str, str], str] = {}
    for entity in evidence.entities.values():
        for name in evidence.names(entity.id):
            identity = identity_name(entity.type, name)
            earlier = first.setdefault((entity.type, identity), entity.id) if identity else entity.id
            if earlier != entity.id:
                groups.merge(earlier, entity.id, f"same name: {identity}")


def link_faces(groups: Groups, evidence: Evidence, people: Iterable[Person]) -> None:
    """Merge a named face with the one person of the text whose name fits best; a tie between two people merges nothing."""
    named = {person.key: person.name for person in people if person.name}
    for key, name in sorted(named.items()):
        scored = _scored_people(evidence, groups, name)
        roots = {groups.find(entity_id) for score, entity_id in scored if score == scored[0][0]}
        if len(roots) == 1:
            groups.merge(scored[0][1], key, f"face named {name}")


def _scored_people(evidence: Evidence, groups: Groups, name: str) -> list[tuple[float, str]]:
    people = [e for e in evidence.entities.values() if e.type == "PER"]
    scores = [(max((person_match(name, n) for n in evidence.names(e.id)), default=0.0), e.id) for e in people]
    return sorted((pair for pair in scores if pair[0] > 0), key=lambda pair: (-pair[0], groups.find(pair[1]), pair[1]))


def link_marks(groups: Groups, evidence: Evidence) -> None:
    """Merge a flag, logo or landmark with the entity of the text that bears the name of its record."""
    links = best_links(evidence)
    for region_id in evidence.marks:
        kind = evidence.regions[region_id].kind
        records = [link.record for link in links.get(region_id, {}).values()]
        possible = [e for e in evidence.entities.values() if e.type in _MARKED[kind]]
        matching = [e for e in possible if any(_has_name(evidence, e, record) for record in records)]
        for entity in matching[:1]:
            groups.merge(entity.id, region_id, f"{kind} of {records[0].name}")


def _has_name(evidence: Evidence, entity: Entity, record: KBRecord) -> bool:
    return any(place_match(name, record.name) for name in [*evidence.names(entity.id), entity.name])


def written_names(evidence: Evidence) -> dict[str, tuple[str, float]]:
    """Regions of recognised words that spell the name of one text entity: region id to (entity id, likeness in [0, 1])."""
    names = sorted({(normalise(name), e.id) for e in evidence.entities.values() for name in evidence.names(e.id)})
    found: dict[str, tuple[str, float]] = {}
    for region in evidence.regions.values():
        words = normalise(region.text) if region.kind == "text" else ""
        scores = [(fuzz.ratio(words, name), entity_id) for name, entity_id in names if _may_be_written(words, name)]
        good = sorted((pair for pair in scores if pair[0] >= LIMITS.min_written_ratio), key=lambda pair: (-pair[0], pair[1]))
        if good and len({entity_id for score, entity_id in good if score == good[0][0]}) == 1:
            found[region.id] = (good[0][1], round(good[0][0] / 100, 4))
    return found


def _may_be_written(words: str, name: str) -> bool:
    least = LIMITS.min_written_length
    return min(len(words), len(name)) >= least and (words == name or len(name) >= 2 * least)
