"""Fused entities: the groups that stand for someone or something, with names, records and ids that hold across articles."""

from collections import Counter

from services.fusion.evidence import Evidence
from services.fusion.groups import Groups
from services.fusion.linking import best_links
from services.fusion.names import identity_name, person_tokens, spelled_alike
from services.fusion.owners import Owners
from services.fusion.thresholds import LIMITS
from shared.ids import make_id
from shared.ontology import Ontology
from shared.schemas.fusion import FusedEntity
from shared.schemas.linking import KBRecord

MODEL = "rules:fusion"
_GALLERY = "person"
_SOURCES = ("wikidata", "geonames")


class EntityMaker:
    """Builds the fused entities of one article."""

    def __init__(self, evidence: Evidence, groups: Groups, owners: Owners, ontology: Ontology) -> None:
        self._evidence = evidence
        self._groups = groups
        self._ontology = ontology
        self._regions = owners.regions()
        self._links = best_links(evidence)

    def make(self, needed: dict[str, str]) -> dict[str, FusedEntity]:
        """The entities by group. ``needed`` are groups that fill roles, with the noun to call them where nothing names them."""
        found: dict[str, FusedEntity] = {}
        used: set[str] = set()
        for root, members in self._groups.members().items():
            if root in needed or any(self._stands_alone(member) for member in members):
                entity = self._entity(root, members, needed.get(root, ""), used)
                if entity.evidence_ids:
                    found[root] = entity
                    used.add(entity.id)
        return found

    def _stands_alone(self, member: str) -> bool:
        if member in self._evidence.entities:
            return True
        if member in self._evidence.marks:
            return any(link.confidence >= LIMITS.min_mark_alone for link in self._links.get(member, {}).values())
        cluster = self._evidence.clusters.get(member)
        return cluster is not None and cluster.name is not None

    def _entity(self, root: str, members: tuple[str, ...], noun: str, used: set[str]) -> FusedEntity:
        records = self._records(members)
        entity_type = self._type(root, members, records)
        named, name = self._name(entity_type, members, records)
        entity_id = self._id(entity_type, name if named else None, members, records)
        if entity_id in used:
            entity_id = make_id("entity", self._evidence.article.article_id, *members)
        mentions = {m.id for e in members if e in self._evidence.entities for m in self._evidence.mentions_of[e]}
        return FusedEntity(
            id=entity_id,
            type=entity_type,
            name=name or noun or entity_type,
            evidence_ids=tuple(sorted(mentions | set(self._regions.get(root, ())))),
            member_ids=members,
            records=records,
            reasons=self._groups.reasons(root),
            confidence=self._confidence(members),
            model=MODEL,
        )

    def _records(self, members: tuple[str, ...]) -> tuple[KBRecord, ...]:
        found = {link.record.id: link.record for member in members for link in self._links.get(member, {}).values()}
        return tuple(found[record_id] for record_id in sorted(found))

    def _type(self, root: str, members: tuple[str, ...], records: tuple[KBRecord, ...]) -> str:
        types = self._groups.facts(root).types
        for record in sorted(records, key=_preference):
            if record.type in self._ontology.entity_types and record.type in types:
                return record.type
        votes = Counter({entity_type: 0 for entity_type in types})
        for entity_id in members:
            if entity_id in self._evidence.entities:
                votes[self._evidence.entities[entity_id].type] += len(self._evidence.mentions_of[entity_id])
        return min(votes, key=lambda t: (-votes[t], t))

    def _name(self, entity_type: str, members: tuple[str, ...], records: tuple[KBRecord, ...]) -> tuple[bool, str]:
        """Whether it is a name, and the words: the record's name, else the fullest name, else what the text calls it."""
        names = [n for e in members if e in self._evidence.entities for n in self._evidence.names(e)]
        public = [r for r in sorted(records, key=_preference) if not _is_gallery(r)]
        if public:
            called = {self._evidence.entities[e].name for e in members if e in self._evidence.entities}
            variants = [] if public[0].name in called else [n for n in names if spelled_alike(n, public[0].name)]
            return True, _fullest(entity_type, variants) if variants else public[0].name
        names += [c.name for m in members if (c := self._evidence.clusters.get(m)) and c.name]
        names += [r.name for r in records]
        if names:
            return True, _fullest(entity_type, names)
        described = [self._evidence.entities[e].name for e in members if e in self._evidence.entities]
        return False, min(described, default="")

    def _id(self, entity_type: str, name: str | None, members: tuple[str, ...], records: tuple[KBRecord, ...]) -> str:
        ordered = sorted(records, key=_preference)
        identity = identity_name(entity_type, name) if name else None
        if ordered and not _is_gallery(ordered[0]):
            return make_id("entity", "kb", ordered[0].id)
        if identity:
            return make_id("entity", entity_type, identity)
        if ordered:
            return make_id("entity", "kb", ordered[0].id)
        return make_id("entity", self._evidence.article.article_id, *members)

    def _confidence(self, members: tuple[str, ...]) -> float:
        evidence = self._evidence
        scores = [evidence.entities[m].confidence for m in members if m in evidence.entities]
        scores = scores or [evidence.clusters[m].confidence for m in members if m in evidence.clusters]
        return round(max(scores or [evidence.regions[m].confidence for m in members if m in evidence.regions], default=1 / 2), 4)


def _is_gallery(record: KBRecord) -> bool:
    return record.id.split(":", 1)[0] == _GALLERY


def _preference(record: KBRecord) -> tuple[int, str]:
    source = record.id.split(":", 1)[0]
    rank = _SOURCES.index(source) if source in _SOURCES else len(_SOURCES) + (source == _GALLERY)
    return rank, record.id


def _fullest(entity_type: str, names: list[str]) -> str:
    """The longest name of at most six words; of people, the one with most words beside the title, as short as that allows."""
    usable = [n for n in names if len(n.split()) <= LIMITS.max_name_words] or names
    if entity_type == "PER":
        return min(usable, key=lambda n: (-len(person_tokens(n)), len(n), n))
    return min(usable, key=lambda n: (-len(n), n))
