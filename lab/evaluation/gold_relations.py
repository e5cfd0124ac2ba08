"""The relations of a gold document, once each: corpora say "spouse" in both directions and one fact under several labels."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lab.corpora.document import GoldDocument, GoldRelation

SYMMETRIC = frozenset({"PersonalSocial.Family", "PersonalSocial.Relationship"})


@dataclass(frozen=True)
class EntityRelation:
    """A gold relation with the coarse types that it may have and the clusters of its two mentions."""

    relation: GoldRelation
    types: frozenset[str]
    source: str
    target: str


def coarse(type_id: str) -> str:
    """The first two levels of a relation type."""
    return ".".join(type_id.split(".")[:2])


def cluster_keys(document: GoldDocument) -> dict[str, str]:
    """The entity of each mention, by mention id; a mention without cluster is its own."""
    return {m.id: f"cluster {m.cluster}" if m.cluster is not None else f"mention {m.id}" for m in document.mentions}


def entity_relations(document: GoldDocument) -> Iterator[EntityRelation]:
    """Relations with types of ours; of those between one pair that may share a coarse type only the most specific one."""
    keys = cluster_keys(document)
    kept: defaultdict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
    usable = [r for r in document.relations if r.types and r.source_id in keys and r.target_id in keys]
    for relation in sorted(usable, key=lambda r: len(r.types)):
        types = frozenset(coarse(t) for t in relation.types)
        source, target = keys[relation.source_id], keys[relation.target_id]
        pair = (min(source, target), max(source, target)) if types & SYMMETRIC else (source, target)
        if not any(types & other for other in kept[pair]):
            kept[pair].append(types)
            yield EntityRelation(relation, types, source, target)
