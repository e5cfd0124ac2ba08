"""Clusters of candidates as entities: what they are called, and what is known of them."""

from collections import defaultdict
from collections.abc import Sequence

from services.text_ie.english.coreference.candidates import Candidate
from services.text_ie.english.coreference.clusters import Clusters
from services.text_ie.english.coreference.naming import aliases, best_name
from services.text_ie.findings import FoundEntity, FoundMention

MODEL = "rules:coreference"


def entities_of(clusters: Clusters, candidates: Sequence[Candidate], mentions: Sequence[FoundMention]) -> list[FoundEntity]:
    """``mentions`` by the order of their candidates.

    Pronouns that mean each other but nothing named (``I`` of a speaker) are an entity too; a pronoun alone is left out.
    """
    members: defaultdict[int, list[Candidate]] = defaultdict(list)
    for one in candidates:
        members[clusters.find(one.order)].append(one)
    groups = [group for group in members.values() if len(group) > 1 or group[0].kind != "pronoun"]
    return [_entity(group, mentions) for group in groups]


def _entity(group: Sequence[Candidate], mentions: Sequence[FoundMention]) -> FoundEntity:
    full = [c for c in group if c.kind != "pronoun"] or group
    name = best_name(full)
    attributes = {
        "title": next((c.title for c in full if c.title), ""),
        "aliases": aliases(full, name),
        "gender": next((c.gender for c in group if c.gender in {"m", "f"}), ""),
    }
    return FoundEntity(full[0].type, name, tuple(mentions[c.order] for c in group), MODEL, attributes)
