"""Relations that noun phrases state: offices, employment, origin, family, seat, and where something is."""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from services.text_ie.english.mentions.passage import Passage, TokenMention
from services.text_ie.english.parse.syntax import prepositions
from services.text_ie.english.relations.nationality import CITIZEN, is_nationality
from services.text_ie.lexicon import word_list
from shared.ontology import load_ontology

MODEL = "rules:relations"
_PLACES = frozenset({"GPE", "LOC", "FAC"})
_BODIES = frozenset({"GPE", "ORG"})
_AT = word_list("nearness_prepositions")


@dataclass(frozen=True)
class Related:
    """A relation between two mentions of a passage, by their numbers."""

    type: str
    source: int
    target: int


def find_relations(passage: Passage) -> list[Related]:
    """All relations of a paragraph that the ontology allows between their types; each pair once per type."""
    types, found = load_ontology().relation_types, {}
    for number, mention in enumerate(passage.mentions):
        if mention.kind not in {"name", "nominal"}:
            continue
        for related in _of_mention(passage, number, mention):
            row = types[related.type]
            source, target = passage.mentions[related.source].type, passage.mentions[related.target].type
            if source in row.source and target in row.target and related.source != related.target:
                found[related.type, related.source, related.target] = related
    return list(found.values())


def _of_mention(passage: Passage, number: int, mention: TokenMention) -> Iterator[Related]:
    head = passage.document[mention.head]
    around = [pair for i in (mention.head, *mention.anchors) for pair in _neighbours(passage, passage.document[i])]
    for slot, other in around:
        target = passage.mentions[other]
        citizen = mention.type == "PER" and slot == "mod" and is_nationality(passage.document[target.start : target.end].text)
        if citizen:
            yield Related(CITIZEN, number, other)
        kind = _person(mention, head, slot, target) if mention.type == "PER" else _thing(mention, head, slot, target)
        if kind is not None and not (citizen and kind == "Physical.Resident"):
            yield Related(kind, number, other)


def _neighbours(passage: Passage, head: Token) -> Iterator[tuple[str, int]]:
    """Mentions that hang on a noun: possessor, modifier, object of a preposition, ``X-based``, ``City, Country``."""
    for child in head.children:
        number = passage.at(child)
        if child.dep_ in {"poss", "compound", "amod", "nmod", "appos", "npadvmod"} and number is not None:
            yield "mod" if child.dep_ in {"compound", "amod", "nmod"} else child.dep_, number
        if child.dep_ == "compound" and number is None:  # British actor Hugh Grant
            yield from (("mod", n) for c in child.children if c.dep_ == "amod" and (n := passage.at(c)) is not None)
        if child.lower_ == "based" or child.lower_.endswith("-based"):
            yield from (("based", n) for c in child.children if (n := passage.at(c)) is not None)
            yield from (("based", n) for _, t in prepositions(child) if (n := passage.at(t)) is not None)
    for name, token in prepositions(head):
        number = passage.at(token)
        if number is not None:
            yield name, number


def _person(mention: TokenMention, head: Token, slot: str, target: TokenMention) -> str | None:
    role = set((mention.title or head.lemma_).lower().split())
    if target.type == "PER":
        return "PersonalSocial.Family" if role & word_list("kinship") and slot in {"poss", "of"} else None
    if (
        target.type in _BODIES
        and slot in {"of", "poss", "mod", "for", "at", "from"}
        and (mention.kind == "nominal" or mention.title)
    ):
        return _office(role, slot, target)
    return "Physical.LocatedNear" if slot in _AT and target.type in _PLACES else None


def _office(role: set[str], slot: str, target: TokenMention) -> str | None:
    if role & word_list("residents") and target.type == "GPE":
        return "Physical.Resident"
    if slot in {"at", "from"}:
        return "OrganizationAffiliation.EmploymentMembership" if target.type == "ORG" and slot == "at" else None
    if role & word_list("heads_of_state") and target.type == "GPE":
        return "OrganizationAffiliation.Leadership.HeadOfState"
    if role & word_list("leaders"):
        return "OrganizationAffiliation.Leadership"
    if "member" in role:
        return "OrganizationAffiliation.EmploymentMembership.Membership"
    if target.type == "ORG" or role & word_list("office"):
        return "OrganizationAffiliation.EmploymentMembership"
    return CITIZEN if slot == "mod" else None


def _thing(mention: TokenMention, head: Token, slot: str, target: TokenMention) -> str | None:
    if slot == "based" and mention.type == "ORG":
        return "Physical.OrganizationHeadquarters"
    if mention.type == "ORG" and target.type == "GPE" and slot in {"mod", "poss"}:
        return "GeneralAffiliation.OrganizationPoliticalReligiousAffiliation.NationalityCitizen"
    if mention.type == "ORG" and target.type == "ORG" and slot == "of":
        return "PartWhole.Subsidiary"
    if mention.type in _PLACES and target.type in {"GPE", "LOC"} and slot in {"of", "in", "appos", "npadvmod", "poss"}:
        return "PartWhole.Geographical" if slot not in {"appos"} or target.kind == mention.kind == "name" else None
    return "Physical.LocatedNear" if mention.type in {"VEH", "WEA", "COM"} and slot in _AT and target.type in _PLACES else None
